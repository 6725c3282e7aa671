// disguise WAY FILE: opens FILE for reading, as a process that is not quite its user's:
//   plain       it is
//   hidden      with prctl(PR_SET_DUMPABLE, 0)
//   namespace   in a user namespace of its own
//   dropped     after setresuid(2) to the real user (for a copy that is set-user-ID)
//   between     hidden by another thread while it waits in openat(2) for the FIFO FILE to be
//   written
// disguise give FILE: gives FILE the capability to bind low ports, as setcap(8) does.
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string_view>
#include <thread>

namespace {

bool give(const char* file) {
    vfs_cap_data data{};
    data.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE;
    data.data[0].permitted = 1U << CAP_NET_BIND_SERVICE;
    return setxattr(file, "security.capability", &data, XATTR_CAPS_SZ_2, 0) == 0;
}

bool hide() {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

bool disguise(std::string_view way) {
    if (way == "hidden") return hide();
    if (way == "namespace") return unshare(CLONE_NEWUSER) == 0;
    if (way == "dropped") return setresuid(getuid(), getuid(), getuid()) == 0;
    return way == "plain";
}

// Opening a FIFO to read waits for a writer.
bool open_between(const char* file) {
    std::thread other([file] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        if (!hide()) std::perror("disguise");
        close(open(file, O_WRONLY));
    });
    const bool is_done = open(file, O_RDONLY) >= 0;
    other.join();
    return is_done;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const std::string_view way = argv[1];
    const bool is_done = way == "give"      ? give(argv[2])
                         : way == "between" ? open_between(argv[2])
                                            : disguise(way) && open(argv[2], O_RDONLY) >= 0;
    if (!is_done) std::perror("disguise");
    return is_done ? 0 : 1;
}
