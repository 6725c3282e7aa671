// The one file about x86-64. Sources: arch/x86/entry/syscalls/syscall_64.tbl (the "common" and "64"
// rows, up to Linux 6.18), arch/x86/include/asm/ptrace.h, and the System V ABI for function calls.
#include <algorithm>
#include <array>

#include "runner/targets/machine.h"

namespace sutap::targets {
namespace {

// Offsets in struct pt_regs: r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di, 8 bytes each.
constexpr std::uint32_t r15 = 0;
constexpr std::uint32_t r14 = 8;
constexpr std::uint32_t r13 = 16;
constexpr std::uint32_t r12 = 24;
constexpr std::uint32_t bp = 32;
constexpr std::uint32_t bx = 40;
constexpr std::uint32_t r11 = 48;
constexpr std::uint32_t r10 = 56;
constexpr std::uint32_t r9 = 64;
constexpr std::uint32_t r8 = 72;
constexpr std::uint32_t ax = 80;
constexpr std::uint32_t cx = 88;
constexpr std::uint32_t dx = 96;
constexpr std::uint32_t si = 104;
constexpr std::uint32_t di = 112;
constexpr std::uint32_t orig_ax = 120;
constexpr std::uint32_t ip = 128;
constexpr std::uint32_t cs = 136;
constexpr std::uint32_t flags = 144;
constexpr std::uint32_t sp = 152;
constexpr std::uint32_t ss = 160;

struct NamedRegister {
    std::string_view name;
    MachineRegister place;
};
constexpr std::array registers = std::to_array<NamedRegister>({
    // clang-format off: one register a line, under its names
    {"rax", {ax, 8}},       {"ax", {ax, 8}},
    {"eax", {ax, 4}},       {"rbx", {bx, 8}},
    {"bx", {bx, 8}},        {"ebx", {bx, 4}},
    {"rcx", {cx, 8}},       {"cx", {cx, 8}},
    {"ecx", {cx, 4}},       {"rdx", {dx, 8}},
    {"dx", {dx, 8}},        {"edx", {dx, 4}},
    {"rsi", {si, 8}},       {"si", {si, 8}},
    {"esi", {si, 4}},       {"rdi", {di, 8}},
    {"di", {di, 8}},        {"edi", {di, 4}},
    {"rbp", {bp, 8}},       {"bp", {bp, 8}},
    {"ebp", {bp, 4}},       {"rsp", {sp, 8}},
    {"sp", {sp, 8}},        {"esp", {sp, 4}},
    {"rip", {ip, 8}},       {"ip", {ip, 8}},
    {"eip", {ip, 4}},       {"r8", {r8, 8}},
    {"r9", {r9, 8}},        {"r10", {r10, 8}},
    {"r11", {r11, 8}},      {"r12", {r12, 8}},
    {"r13", {r13, 8}},      {"r14", {r14, 8}},
    {"r15", {r15, 8}},      {"flags", {flags, 4}},
    {"eflags", {flags, 4}}, {"orig_eax", {orig_ax, 4}},
    {"xcs", {cs, 8}},       {"cs", {cs, 8}},
    {"xss", {ss, 8}},       {"ss", {ss, 8}},
    // clang-format on
});

// Without the rows that no kernel of today implements (_sysctl, create_module, ...).
constexpr std::array table = std::to_array<Syscall>({
    // clang-format off: one call a line makes the table readable and its changes small
    {"accept", 43, "accept"},
    {"accept4", 288, "accept4"},
    {"access", 21, "access"},
    {"acct", 163, "acct"},
    {"add_key", 248, "add_key"},
    {"adjtimex", 159, "adjtimex"},
    {"alarm", 37, "alarm"},
    {"arch_prctl", 158, "arch_prctl"},
    {"bind", 49, "bind"},
    {"bpf", 321, "bpf"},
    {"brk", 12, "brk"},
    {"cachestat", 451, "cachestat"},
    {"capget", 125, "capget"},
    {"capset", 126, "capset"},
    {"chdir", 80, "chdir"},
    {"chmod", 90, "chmod"},
    {"chown", 92, "chown"},
    {"chroot", 161, "chroot"},
    {"clock_adjtime", 305, "clock_adjtime"},
    {"clock_getres", 229, "clock_getres"},
    {"clock_gettime", 228, "clock_gettime"},
    {"clock_nanosleep", 230, "clock_nanosleep"},
    {"clock_settime", 227, "clock_settime"},
    {"clone", 56, "clone"},
    {"clone3", 435, "clone3"},
    {"close", 3, "close"},
    {"close_range", 436, "close_range"},
    {"connect", 42, "connect"},
    {"copy_file_range", 326, "copy_file_range"},
    {"creat", 85, "creat"},
    {"delete_module", 176, "delete_module"},
    {"dup", 32, "dup"},
    {"dup2", 33, "dup2"},
    {"dup3", 292, "dup3"},
    {"epoll_create", 213, "epoll_create"},
    {"epoll_create1", 291, "epoll_create1"},
    {"epoll_ctl", 233, "epoll_ctl"},
    {"epoll_pwait", 281, "epoll_pwait"},
    {"epoll_pwait2", 441, "epoll_pwait2"},
    {"epoll_wait", 232, "epoll_wait"},
    {"eventfd", 284, "eventfd"},
    {"eventfd2", 290, "eventfd2"},
    {"execve", 59, "execve"},
    {"execveat", 322, "execveat"},
    {"exit", 60, "exit"},
    {"exit_group", 231, "exit_group"},
    {"faccessat", 269, "faccessat"},
    {"faccessat2", 439, "faccessat2"},
    {"fadvise64", 221, "fadvise64"},
    {"fallocate", 285, "fallocate"},
    {"fanotify_init", 300, "fanotify_init"},
    {"fanotify_mark", 301, "fanotify_mark"},
    {"fchdir", 81, "fchdir"},
    {"fchmod", 91, "fchmod"},
    {"fchmodat", 268, "fchmodat"},
    {"fchmodat2", 452, "fchmodat2"},
    {"fchown", 93, "fchown"},
    {"fchownat", 260, "fchownat"},
    {"fcntl", 72, "fcntl"},
    {"fdatasync", 75, "fdatasync"},
    {"fgetxattr", 193, "fgetxattr"},
    {"file_getattr", 468, "file_getattr"},
    {"file_setattr", 469, "file_setattr"},
    {"finit_module", 313, "finit_module"},
    {"flistxattr", 196, "flistxattr"},
    {"flock", 73, "flock"},
    {"fork", 57, "fork"},
    {"fremovexattr", 199, "fremovexattr"},
    {"fsconfig", 431, "fsconfig"},
    {"fsetxattr", 190, "fsetxattr"},
    {"fsmount", 432, "fsmount"},
    {"fsopen", 430, "fsopen"},
    {"fspick", 433, "fspick"},
    {"fstatfs", 138, "fstatfs"},
    {"fsync", 74, "fsync"},
    {"ftruncate", 77, "ftruncate"},
    {"futex", 202, "futex"},
    {"futex_requeue", 456, "futex_requeue"},
    {"futex_wait", 455, "futex_wait"},
    {"futex_waitv", 449, "futex_waitv"},
    {"futex_wake", 454, "futex_wake"},
    {"futimesat", 261, "futimesat"},
    {"get_mempolicy", 239, "get_mempolicy"},
    {"get_robust_list", 274, "get_robust_list"},
    {"getcpu", 309, "getcpu"},
    {"getcwd", 79, "getcwd"},
    {"getdents", 78, "getdents"},
    {"getdents64", 217, "getdents64"},
    {"getegid", 108, "getegid"},
    {"geteuid", 107, "geteuid"},
    {"getgid", 104, "getgid"},
    {"getgroups", 115, "getgroups"},
    {"getitimer", 36, "getitimer"},
    {"getpeername", 52, "getpeername"},
    {"getpgid", 121, "getpgid"},
    {"getpgrp", 111, "getpgrp"},
    {"getpid", 39, "getpid"},
    {"getppid", 110, "getppid"},
    {"getpriority", 140, "getpriority"},
    {"getrandom", 318, "getrandom"},
    {"getresgid", 120, "getresgid"},
    {"getresuid", 118, "getresuid"},
    {"getrlimit", 97, "getrlimit"},
    {"getrusage", 98, "getrusage"},
    {"getsid", 124, "getsid"},
    {"getsockname", 51, "getsockname"},
    {"getsockopt", 55, "getsockopt"},
    {"gettid", 186, "gettid"},
    {"gettimeofday", 96, "gettimeofday"},
    {"getuid", 102, "getuid"},
    {"getxattr", 191, "getxattr"},
    {"getxattrat", 464, "getxattrat"},
    {"init_module", 175, "init_module"},
    {"inotify_add_watch", 254, "inotify_add_watch"},
    {"inotify_init", 253, "inotify_init"},
    {"inotify_init1", 294, "inotify_init1"},
    {"inotify_rm_watch", 255, "inotify_rm_watch"},
    {"io_cancel", 210, "io_cancel"},
    {"io_destroy", 207, "io_destroy"},
    {"io_getevents", 208, "io_getevents"},
    {"io_pgetevents", 333, "io_pgetevents"},
    {"io_setup", 206, "io_setup"},
    {"io_submit", 209, "io_submit"},
    {"io_uring_enter", 426, "io_uring_enter"},
    {"io_uring_register", 427, "io_uring_register"},
    {"io_uring_setup", 425, "io_uring_setup"},
    {"ioctl", 16, "ioctl"},
    {"ioperm", 173, "ioperm"},
    {"iopl", 172, "iopl"},
    {"ioprio_get", 252, "ioprio_get"},
    {"ioprio_set", 251, "ioprio_set"},
    {"kcmp", 312, "kcmp"},
    {"kexec_file_load", 320, "kexec_file_load"},
    {"kexec_load", 246, "kexec_load"},
    {"keyctl", 250, "keyctl"},
    {"kill", 62, "kill"},
    {"landlock_add_rule", 445, "landlock_add_rule"},
    {"landlock_create_ruleset", 444, "landlock_create_ruleset"},
    {"landlock_restrict_self", 446, "landlock_restrict_self"},
    {"lchown", 94, "lchown"},
    {"lgetxattr", 192, "lgetxattr"},
    {"link", 86, "link"},
    {"linkat", 265, "linkat"},
    {"listen", 50, "listen"},
    {"listmount", 458, "listmount"},
    {"listxattr", 194, "listxattr"},
    {"listxattrat", 465, "listxattrat"},
    {"llistxattr", 195, "llistxattr"},
    {"lookup_dcookie", 212, "lookup_dcookie"},
    {"lremovexattr", 198, "lremovexattr"},
    {"lseek", 8, "lseek"},
    {"lsetxattr", 189, "lsetxattr"},
    {"lsm_get_self_attr", 459, "lsm_get_self_attr"},
    {"lsm_list_modules", 461, "lsm_list_modules"},
    {"lsm_set_self_attr", 460, "lsm_set_self_attr"},
    {"madvise", 28, "madvise"},
    {"map_shadow_stack", 453, "map_shadow_stack"},
    {"mbind", 237, "mbind"},
    {"membarrier", 324, "membarrier"},
    {"memfd_create", 319, "memfd_create"},
    {"memfd_secret", 447, "memfd_secret"},
    {"migrate_pages", 256, "migrate_pages"},
    {"mincore", 27, "mincore"},
    {"mkdir", 83, "mkdir"},
    {"mkdirat", 258, "mkdirat"},
    {"mknod", 133, "mknod"},
    {"mknodat", 259, "mknodat"},
    {"mlock", 149, "mlock"},
    {"mlock2", 325, "mlock2"},
    {"mlockall", 151, "mlockall"},
    {"mmap", 9, "mmap"},
    {"modify_ldt", 154, "modify_ldt"},
    {"mount", 165, "mount"},
    {"mount_setattr", 442, "mount_setattr"},
    {"move_mount", 429, "move_mount"},
    {"move_pages", 279, "move_pages"},
    {"mprotect", 10, "mprotect"},
    {"mq_getsetattr", 245, "mq_getsetattr"},
    {"mq_notify", 244, "mq_notify"},
    {"mq_open", 240, "mq_open"},
    {"mq_timedreceive", 243, "mq_timedreceive"},
    {"mq_timedsend", 242, "mq_timedsend"},
    {"mq_unlink", 241, "mq_unlink"},
    {"mremap", 25, "mremap"},
    {"mseal", 462, "mseal"},
    {"msgctl", 71, "msgctl"},
    {"msgget", 68, "msgget"},
    {"msgrcv", 70, "msgrcv"},
    {"msgsnd", 69, "msgsnd"},
    {"msync", 26, "msync"},
    {"munlock", 150, "munlock"},
    {"munlockall", 152, "munlockall"},
    {"munmap", 11, "munmap"},
    {"name_to_handle_at", 303, "name_to_handle_at"},
    {"nanosleep", 35, "nanosleep"},
    {"newfstat", 5, "fstat"},
    {"newfstatat", 262, "newfstatat"},
    {"newlstat", 6, "lstat"},
    {"newstat", 4, "stat"},
    {"newuname", 63, "uname"},
    {"open", 2, "open"},
    {"open_by_handle_at", 304, "open_by_handle_at"},
    {"open_tree", 428, "open_tree"},
    {"open_tree_attr", 467, "open_tree_attr"},
    {"openat", 257, "openat"},
    {"openat2", 437, "openat2"},
    {"pause", 34, "pause"},
    {"perf_event_open", 298, "perf_event_open"},
    {"personality", 135, "personality"},
    {"pidfd_getfd", 438, "pidfd_getfd"},
    {"pidfd_open", 434, "pidfd_open"},
    {"pidfd_send_signal", 424, "pidfd_send_signal"},
    {"pipe", 22, "pipe"},
    {"pipe2", 293, "pipe2"},
    {"pivot_root", 155, "pivot_root"},
    {"pkey_alloc", 330, "pkey_alloc"},
    {"pkey_free", 331, "pkey_free"},
    {"pkey_mprotect", 329, "pkey_mprotect"},
    {"poll", 7, "poll"},
    {"ppoll", 271, "ppoll"},
    {"prctl", 157, "prctl"},
    {"pread64", 17, "pread64"},
    {"preadv", 295, "preadv"},
    {"preadv2", 327, "preadv2"},
    {"prlimit64", 302, "prlimit64"},
    {"process_madvise", 440, "process_madvise"},
    {"process_mrelease", 448, "process_mrelease"},
    {"process_vm_readv", 310, "process_vm_readv"},
    {"process_vm_writev", 311, "process_vm_writev"},
    {"pselect6", 270, "pselect6"},
    {"ptrace", 101, "ptrace"},
    {"pwrite64", 18, "pwrite64"},
    {"pwritev", 296, "pwritev"},
    {"pwritev2", 328, "pwritev2"},
    {"quotactl", 179, "quotactl"},
    {"quotactl_fd", 443, "quotactl_fd"},
    {"read", 0, "read"},
    {"readahead", 187, "readahead"},
    {"readlink", 89, "readlink"},
    {"readlinkat", 267, "readlinkat"},
    {"readv", 19, "readv"},
    {"reboot", 169, "reboot"},
    {"recvfrom", 45, "recvfrom"},
    {"recvmmsg", 299, "recvmmsg"},
    {"recvmsg", 47, "recvmsg"},
    {"remap_file_pages", 216, "remap_file_pages"},
    {"removexattr", 197, "removexattr"},
    {"removexattrat", 466, "removexattrat"},
    {"rename", 82, "rename"},
    {"renameat", 264, "renameat"},
    {"renameat2", 316, "renameat2"},
    {"request_key", 249, "request_key"},
    {"restart_syscall", 219, "restart_syscall"},
    {"rmdir", 84, "rmdir"},
    {"rseq", 334, "rseq"},
    {"rt_sigaction", 13, "rt_sigaction"},
    {"rt_sigpending", 127, "rt_sigpending"},
    {"rt_sigprocmask", 14, "rt_sigprocmask"},
    {"rt_sigqueueinfo", 129, "rt_sigqueueinfo"},
    {"rt_sigreturn", 15, "rt_sigreturn"},
    {"rt_sigsuspend", 130, "rt_sigsuspend"},
    {"rt_sigtimedwait", 128, "rt_sigtimedwait"},
    {"rt_tgsigqueueinfo", 297, "rt_tgsigqueueinfo"},
    {"sched_get_priority_max", 146, "sched_get_priority_max"},
    {"sched_get_priority_min", 147, "sched_get_priority_min"},
    {"sched_getaffinity", 204, "sched_getaffinity"},
    {"sched_getattr", 315, "sched_getattr"},
    {"sched_getparam", 143, "sched_getparam"},
    {"sched_getscheduler", 145, "sched_getscheduler"},
    {"sched_rr_get_interval", 148, "sched_rr_get_interval"},
    {"sched_setaffinity", 203, "sched_setaffinity"},
    {"sched_setattr", 314, "sched_setattr"},
    {"sched_setparam", 142, "sched_setparam"},
    {"sched_setscheduler", 144, "sched_setscheduler"},
    {"sched_yield", 24, "sched_yield"},
    {"seccomp", 317, "seccomp"},
    {"select", 23, "select"},
    {"semctl", 66, "semctl"},
    {"semget", 64, "semget"},
    {"semop", 65, "semop"},
    {"semtimedop", 220, "semtimedop"},
    {"sendfile64", 40, "sendfile"},
    {"sendmmsg", 307, "sendmmsg"},
    {"sendmsg", 46, "sendmsg"},
    {"sendto", 44, "sendto"},
    {"set_mempolicy", 238, "set_mempolicy"},
    {"set_mempolicy_home_node", 450, "set_mempolicy_home_node"},
    {"set_robust_list", 273, "set_robust_list"},
    {"set_tid_address", 218, "set_tid_address"},
    {"setdomainname", 171, "setdomainname"},
    {"setfsgid", 123, "setfsgid"},
    {"setfsuid", 122, "setfsuid"},
    {"setgid", 106, "setgid"},
    {"setgroups", 116, "setgroups"},
    {"sethostname", 170, "sethostname"},
    {"setitimer", 38, "setitimer"},
    {"setns", 308, "setns"},
    {"setpgid", 109, "setpgid"},
    {"setpriority", 141, "setpriority"},
    {"setregid", 114, "setregid"},
    {"setresgid", 119, "setresgid"},
    {"setresuid", 117, "setresuid"},
    {"setreuid", 113, "setreuid"},
    {"setrlimit", 160, "setrlimit"},
    {"setsid", 112, "setsid"},
    {"setsockopt", 54, "setsockopt"},
    {"settimeofday", 164, "settimeofday"},
    {"setuid", 105, "setuid"},
    {"setxattr", 188, "setxattr"},
    {"setxattrat", 463, "setxattrat"},
    {"shmat", 30, "shmat"},
    {"shmctl", 31, "shmctl"},
    {"shmdt", 67, "shmdt"},
    {"shmget", 29, "shmget"},
    {"shutdown", 48, "shutdown"},
    {"sigaltstack", 131, "sigaltstack"},
    {"signalfd", 282, "signalfd"},
    {"signalfd4", 289, "signalfd4"},
    {"socket", 41, "socket"},
    {"socketpair", 53, "socketpair"},
    {"splice", 275, "splice"},
    {"statfs", 137, "statfs"},
    {"statmount", 457, "statmount"},
    {"statx", 332, "statx"},
    {"swapoff", 168, "swapoff"},
    {"swapon", 167, "swapon"},
    {"symlink", 88, "symlink"},
    {"symlinkat", 266, "symlinkat"},
    {"sync", 162, "sync"},
    {"sync_file_range", 277, "sync_file_range"},
    {"syncfs", 306, "syncfs"},
    {"sysfs", 139, "sysfs"},
    {"sysinfo", 99, "sysinfo"},
    {"syslog", 103, "syslog"},
    {"tee", 276, "tee"},
    {"tgkill", 234, "tgkill"},
    {"time", 201, "time"},
    {"timer_create", 222, "timer_create"},
    {"timer_delete", 226, "timer_delete"},
    {"timer_getoverrun", 225, "timer_getoverrun"},
    {"timer_gettime", 224, "timer_gettime"},
    {"timer_settime", 223, "timer_settime"},
    {"timerfd_create", 283, "timerfd_create"},
    {"timerfd_gettime", 287, "timerfd_gettime"},
    {"timerfd_settime", 286, "timerfd_settime"},
    {"times", 100, "times"},
    {"tkill", 200, "tkill"},
    {"truncate", 76, "truncate"},
    {"umask", 95, "umask"},
    {"umount", 166, "umount2"},
    {"unlink", 87, "unlink"},
    {"unlinkat", 263, "unlinkat"},
    {"unshare", 272, "unshare"},
    {"uprobe", 336, "uprobe"},
    {"uretprobe", 335, "uretprobe"},
    {"userfaultfd", 323, "userfaultfd"},
    {"ustat", 136, "ustat"},
    {"utime", 132, "utime"},
    {"utimensat", 280, "utimensat"},
    {"utimes", 235, "utimes"},
    {"vfork", 58, "vfork"},
    {"vhangup", 153, "vhangup"},
    {"vmsplice", 278, "vmsplice"},
    {"wait4", 61, "wait4"},
    {"waitid", 247, "waitid"},
    {"write", 1, "write"},
    {"writev", 20, "writev"},
    // clang-format on
});
static_assert(std::is_sorted(table.begin(), table.end(),
                             [](const Syscall& a, const Syscall& b) { return a.name < b.name; }));

}  // namespace

const std::vector<Syscall>& syscalls() {
    static const std::vector<Syscall> all(table.begin(), table.end());
    return all;
}

std::optional<std::uint32_t> syscall_number(std::string_view name) {
    const auto found = std::lower_bound(
        table.begin(), table.end(), name,
        [](const Syscall& call, std::string_view wanted) { return call.name < wanted; });
    if (found == table.end() || found->name != name) {
        return std::nullopt;
    }
    return found->number;
}

std::string syscall_entry(std::string_view name) {
    return "__x64_sys_" + std::string(name);
}

std::string syscall_entry_without_arguments(std::string_view name) {
    return std::string("__do_sys_").append(name);
}

std::uint32_t syscall_argument_offset(unsigned index) {
    constexpr std::array<std::uint32_t, 6> offsets{di, si, dx, r10, r8, r9};
    return offsets.at(index);
}

std::uint32_t function_argument_offset(unsigned index) {
    constexpr std::array<std::uint32_t, 6> offsets{di, si, dx, cx, r8, r9};
    return offsets.at(index);
}

std::uint32_t stack_pointer_offset() {
    return sp;
}

std::uint32_t function_result_offset() {
    return ax;
}

std::uint32_t syscall_number_offset() {
    return orig_ax;
}

std::uint32_t instruction_pointer_offset() {
    return ip;
}

std::uint32_t mode_offset() {
    return cs;
}

std::uint32_t user_mode_bits() {
    return 3;
}

std::optional<MachineRegister> machine_register(std::string_view name) {
    const auto found =
        std::ranges::find_if(registers, [&](const auto& one) { return one.name == name; });
    if (found == registers.end()) {
        return std::nullopt;
    }
    return found->place;
}

}  // namespace sutap::targets
