#include "runner/privileges.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace sutap::privileges {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw PrivilegeError{"cannot " + what + ": " + std::strerror(errno)};
}

// The three sets that capget(2) tells, 64 bits each.
struct CapabilitySets {
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
    std::uint64_t inheritable = 0;
    bool operator==(const CapabilitySets&) const = default;
};

constexpr std::uint64_t bit(Capability capability) {
    return std::uint64_t{1} << static_cast<unsigned>(capability);
}

CapabilitySets read_sets() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    if (syscall(SYS_capget, &header, data.data()) != 0) {
        fail("read the capabilities");
    }
    const auto join = [](std::uint32_t low, std::uint32_t high) {
        return low | std::uint64_t{high} << 32U;
    };
    return {join(data[0].effective, data[1].effective), join(data[0].permitted, data[1].permitted),
            join(data[0].inheritable, data[1].inheritable)};
}

bool write_sets(const CapabilitySets& sets) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    for (unsigned half = 0; half < 2; ++half) {
        data[half].effective = static_cast<std::uint32_t>(sets.effective >> (32 * half));
        data[half].permitted = static_cast<std::uint32_t>(sets.permitted >> (32 * half));
        data[half].inheritable = static_cast<std::uint32_t>(sets.inheritable >> (32 * half));
    }
    return syscall(SYS_capset, &header, data.data()) == 0;
}

// A system call filter under construction; what it does not allow fails with EPERM.
class Filter {
  public:
    Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release) {
        if (!context_) {
            throw PrivilegeError{"cannot make a system call filter: out of memory"};
        }
    }
    void allow(std::initializer_list<int> calls) {
        for (const int call : calls) {
            check(seccomp_rule_add(context_.get(), SCMP_ACT_ALLOW, call, 0));
        }
    }
    // Allows the call if (argument & mask) == value.
    void allow_if(int call, unsigned argument, std::uint64_t mask, std::uint64_t value) {
        const scmp_arg_cmp compare{argument, SCMP_CMP_MASKED_EQ, mask, value};
        check(seccomp_rule_add_array(context_.get(), SCMP_ACT_ALLOW, call, 1, &compare));
    }
    void load() { check(seccomp_load(context_.get())); }

  private:
    static void check(int result) {
        if (result != 0) {
            errno = -result;
            fail("set the system call filter");
        }
    }
    std::unique_ptr<void, decltype(&seccomp_release)> context_;
};

// An int argument: the kernel does not look at the upper half of the register.
constexpr std::uint64_t int_mask = 0xffffffff;

// Memory without execution, files for reading, writing to what is open, the end.
void allow_the_common(Filter& filter) {
    filter.allow({SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write),
                  SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(fstat),
                  SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
                  SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(getdents64)});
    filter.allow({SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise)});
    filter.allow({SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
                  SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
                  SCMP_SYS(getrusage), SCMP_SYS(uname), SCMP_SYS(sysinfo),
                  SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu)});
    filter.allow({SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(getuid),
                  SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid)});
    filter.allow({SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
                  SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(exit),
                  SCMP_SYS(exit_group)});
#ifdef __SANITIZE_ADDRESS__
    // The sanitizers of test builds look through a pipe whether memory is readable.
    filter.allow({SCMP_SYS(pipe), SCMP_SYS(pipe2)});
#endif
    filter.allow_if(SCMP_SYS(mmap), 2, PROT_EXEC, 0);
    filter.allow_if(SCMP_SYS(openat), 2, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
    filter.allow_if(SCMP_SYS(open), 1, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY);
    filter.allow_if(SCMP_SYS(ioctl), 1, int_mask, TCGETS);
    filter.allow_if(SCMP_SYS(ioctl), 1, int_mask, TIOCGWINSZ);
    for (const int signal_call : {SCMP_SYS(tgkill), SCMP_SYS(kill)}) {  // abort()
        filter.allow_if(signal_call, 0, int_mask, static_cast<std::uint64_t>(getpid()));
    }
}

}  // namespace

void become_undumpable() {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        fail("become undumpable");
    }
}

void hold_back() {
    CapabilitySets sets = read_sets();
    sets.effective = 0;
    if (!write_sets(sets)) {
        fail("lower the capabilities");
    }
}

bool is_permitted(Capability capability) {
    return (read_sets().permitted & bit(capability)) != 0;
}

CapabilityScope::CapabilityScope(std::initializer_list<Capability> capabilities) {
    CapabilitySets sets = read_sets();
    effective_before_ = sets.effective;
    for (const Capability capability : capabilities) {
        sets.effective |= bit(capability) & sets.permitted;
    }
    if (!write_sets(sets)) {
        fail("raise a capability");
    }
}

CapabilityScope::~CapabilityScope() {
    try {
        CapabilitySets sets = read_sets();
        sets.effective = effective_before_;
        if (write_sets(sets)) {
            return;
        }
    } catch (const PrivilegeError&) {
        // as when they cannot be written
    }
    std::abort();
}

void drop_all() {
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) {
        fail("clear the ambient capabilities");
    }
    if (!write_sets({})) {
        fail("drop the capabilities");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        fail("set no_new_privs");
    }
    if (read_sets() != CapabilitySets{} || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) {
        throw PrivilegeError{"the capabilities are still there after they were dropped"};
    }
}

void confine_translator() {
    Filter filter;
    allow_the_common(filter);
    filter.allow_if(SCMP_SYS(fcntl), 1, int_mask, F_GETFL);
    filter.allow_if(SCMP_SYS(fcntl), 1, int_mask, F_ADD_SEALS);
    filter.load();
}

void confine_session(bool restores_terminal) {
    Filter filter;
    allow_the_common(filter);
    filter.allow({SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait),
                  SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(wait4), SCMP_SYS(dup2),
                  SCMP_SYS(sendmsg), SCMP_SYS(recvmsg)});
    filter.allow_if(SCMP_SYS(prlimit64), 2, ~std::uint64_t{0}, 0);  // to ask, not to set
    if (restores_terminal) {
        filter.allow_if(SCMP_SYS(ioctl), 1, int_mask, TCSETS);
    }
    for (const bpf_cmd command :
         {BPF_MAP_LOOKUP_ELEM, BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM, BPF_MAP_GET_NEXT_KEY,
          BPF_MAP_LOOKUP_AND_DELETE_ELEM, BPF_MAP_LOOKUP_BATCH, BPF_OBJ_GET_INFO_BY_FD}) {
        filter.allow_if(SCMP_SYS(bpf), 0, int_mask, command);
    }
    filter.load();
}

}  // namespace sutap::privileges
