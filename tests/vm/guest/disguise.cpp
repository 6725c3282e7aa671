// disguise WAY FILE: opens FILE for reading, as a process that is not quite its user's:
//   plain       it is
//   hidden      with prctl(PR_SET_DUMPABLE, 0)
//   shown       with prctl(PR_SET_DUMPABLE, 1), as a program with more rights may ask for
//   aside       likewise, after seteuid(2) to the real user: the saved one is left
//   namespace   in a user namespace of its own
//   entered     likewise, executed anew there, without the capabilities that it gives
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

bool set_dumpable(unsigned long value) {
    return prctl(PR_SET_DUMPABLE, value, 0, 0, 0) == 0;
}

bool enter(const char* program, const char* file) {
    return unshare(CLONE_NEWUSER) == 0 && execl(program, program, "plain", file, nullptr) == 0;
}

bool disguise(std::string_view way) {
    if (way == "hidden") return set_dumpable(0);
    if (way == "shown") return set_dumpable(1);
    if (way == "aside") return seteuid(getuid()) == 0 && set_dumpable(1);
    if (way == "namespace") return unshare(CLONE_NEWUSER) == 0;
    if (way == "dropped") return setresuid(getuid(), getuid(), getuid()) == 0;
    return way == "plain";
}

// Opening a FIFO to read waits for a writer.
bool open_between(const char* file) {
    std::thread other([file] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        if (!set_dumpable(0)) std::perror("disguise");
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
                         : way == "entered" ? enter(argv[0], argv[2])
                                            : disguise(way) && open(argv[2], O_RDONLY) >= 0;
    if (!is_done) std::perror("disguise");
    return is_done ? 0 : 1;
}
