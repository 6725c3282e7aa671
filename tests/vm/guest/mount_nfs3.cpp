// mount_nfs3 FOLDER: mounts the root of this machine's own NFS server (TCP, port 2049, fsid=0) by
// version 3, without mountd or locks on the server: the file handle is what nfsd gives that root.
#include <arpa/inet.h>
#include <linux/nfs_mount.h>
#include <netinet/in.h>
#include <sys/mount.h>

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: mount_nfs3 FOLDER\n", stderr);
        return 2;
    }
    nfs_mount_data data{};
    data.version = NFS_MOUNT_VERSION;
    data.fd = -1;
    data.flags = NFS_MOUNT_VER3 | NFS_MOUNT_TCP | NFS_MOUNT_NONLM;
    data.addr.sin_family = AF_INET;
    data.addr.sin_port = htons(2049);
    data.addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::strcpy(data.hostname, "127.0.0.1");
    data.pseudoflavor = 1;  // AUTH_UNIX
    // Version 1 of handles, of an export told by a number (1), which is 0; no part below it (0).
    const unsigned char root[] = {1, 0, 1, 0, 0, 0, 0, 0};
    data.root.size = sizeof root;
    std::memcpy(data.root.data, root, sizeof root);
    if (mount("127.0.0.1:/", argv[1], "nfs", 0, &data) != 0) {
        std::perror("mount_nfs3");
        return 1;
    }
    return 0;
}
