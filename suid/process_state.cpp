#include "suid/process_state.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "policies/descriptor.h"
#include "policies/trusted_files.h"
#include "suid/outcome.h"

namespace sutap::front_end {

void fill_standard_descriptors() {
    for (int number = 0; number <= 2; ++number) {
        if (fcntl(number, F_GETFD) != -1) continue;
        // Nobody may be there to read a message.
        if (errno != EBADF || open("/dev/null", O_RDWR) != number)
            _exit(static_cast<int>(Status::broken));
    }
}

void close_descriptors_from(unsigned first) {
    if (close_range(first, ~0U, 0) != 0) stop_with_error("can't close descriptors");
}

bool is_harmless(std::string_view name, std::string_view value) {
    struct Form {
        std::string_view name;
        std::string_view signs;  // beside letters and digits
        std::size_t most;
    };
    constexpr std::array<Form, 5> forms = {{{"PATH", "/:._+-~@,= ", 4096},
                                            {"TERM", "._+-", 64},
                                            {"TZ", "/:._+-<>,", 64},
                                            {"LANG", "._@-", 64},
                                            {"COLUMNS", "", 5}}};
    const auto form = std::find_if(forms.begin(), forms.end(),
                                   [&](const Form& known) { return known.name == name; });
    if (form == forms.end() || value.empty() || value.size() > form->most) return false;
    for (const char c : value) {
        const bool is_digit = c >= '0' && c <= '9';
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (name == "COLUMNS" ? !is_digit
                              : !is_digit && !is_letter && form->signs.find(c) == form->signs.npos)
            return false;
    }
    // A time zone may name a file to read: one below the system's folder, never another.
    return name != "TZ" || (value.find("..") == value.npos && value[0] != '/' && value[0] != ':');
}

Variables take_environment() {
    Variables kept;
    for (const char* name : {"PATH", "TERM", "TZ", "LANG", "COLUMNS"}) {
        const char* value = getenv(name);
        if (value && is_harmless(name, value)) kept.emplace_back(name, value);
    }
    if (clearenv() != 0) stop(Status::broken, "can't empty the environment");
    return kept;
}

// A bit for each, the lowest for signal 1 (proc(5), SigIgn in status); all, where it is not told.
std::uint64_t ignored_signals() {
    constexpr std::string_view key = "\nSigIgn:\t";
    const std::string status = read_own_proc("status");
    const std::size_t at = status.find(key);
    unsigned long long ignored = 0;
    if (at == status.npos || sscanf(status.c_str() + at + key.size(), "%16llx", &ignored) != 1)
        return ~std::uint64_t{0};
    return ignored;
}

void reset_signals_and_timers() {
    struct sigaction standard = {};
    standard.sa_handler = SIG_DFL;
    const std::uint64_t ignored = ignored_signals();  // handlers do not outlive execve(2)
    for (int number = 1; number < NSIG; ++number) {
        // The C library keeps two real-time signals to itself and refuses them.
        if (!(ignored >> (number - 1) & 1) || number == SIGKILL || number == SIGSTOP ||
            (number > SIGSYS && number < SIGRTMIN))
            continue;
        if (sigaction(number, &standard, nullptr) != 0) stop_with_error("can't reset signals");
    }
    const itimerval none = {};
    for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF})
        if (setitimer(timer, &none, nullptr) != 0) stop_with_error("can't stop timers");
    if (prctl(PR_SET_PDEATHSIG, 0) != 0) stop_with_error("can't reset signals");
    sigset_t empty;
    sigemptyset(&empty);
    if (sigprocmask(SIG_SETMASK, &empty, nullptr) != 0) stop_with_error("can't unblock signals");
}

void require_privilege() {
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0)
        stop(Status::broken, "can't work where no_new_privs is set");
    if (geteuid() != 0)
        stop(Status::broken, "not installed set-user-ID root, or on a file system mounted nosuid");
    if (prctl(PR_GET_SECUREBITS) != 0) stop(Status::broken, "can't work with secure bits set");
    std::string map;  // without the blanks that line up its columns
    for (const char c : read_own_proc("uid_map"))
        if (c != ' ' || (!map.empty() && map.back() != ' ')) map += c;
    if (map != "0 0 4294967295\n") stop(Status::broken, "can't work in a user namespace");
}

Limits raise_limits() {
    Limits limits;
    for (const auto resource :
         {RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_SIGPENDING}) {
        rlimit old = {};
        if (getrlimit(resource, &old) != 0) stop_with_error("can't read limits");
        const rlim_t most = resource == RLIMIT_NOFILE ? 4096 : RLIM_INFINITY;
        const rlimit wide = {most, std::max(old.rlim_max, most)};
        const rlimit within = {std::min(old.rlim_max, most), old.rlim_max};
        if (old.rlim_cur == wide.rlim_cur && old.rlim_max == wide.rlim_max) continue;
        limits.values.emplace_back(resource, old);
        // A container's root may lack CAP_SYS_RESOURCE.
        if (setrlimit(resource, &wide) != 0 && setrlimit(resource, &within) != 0)
            stop_with_error("can't raise limits");
    }
    const rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) stop_with_error("can't forbid core files");
    return limits;
}

void restore_limits(const Limits& limits) {
    for (const auto& [resource, value] : limits.values)
        if (setrlimit(resource, &value) != 0) stop_with_error("can't restore limits");
}

void live_at_most(int seconds) {
    sigevent event = {};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    timer_t timer = {};
    const itimerspec end = {.it_interval = {}, .it_value = {.tv_sec = seconds, .tv_nsec = 0}};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
        timer_settime(timer, 0, &end, nullptr) != 0)
        stop_with_error("can't set a timer");
}

void forbid_dumps() {
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) stop_with_error("can't forbid tracing");
}

policy::Caller who_calls() {
    policy::Caller caller{policy::UserId{getuid()}, policy::GroupId{getgid()}, {}};
    const int count = getgroups(0, nullptr);
    if (count < 0) stop_with_error("can't read the groups");
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    if (getgroups(count, groups.data()) != count) stop_with_error("can't read the groups");
    for (const gid_t group : groups) caller.groups.push_back(policy::GroupId{group});
    return caller;
}

std::string read_own_proc(const char* name) {
    const policy::Descriptor file(
        open((std::string("/proc/self/") + name).c_str(), O_RDONLY | O_CLOEXEC));
    struct statfs system = {};
    if (!file || fstatfs(file.number(), &system) != 0 || system.f_type != PROC_SUPER_MAGIC)
        return {};
    return policy::read_all(file, 65536).value_or("");
}

}  // namespace sutap::front_end
