// Starts a program the way an attacker would:
//   hostile [OPTION…] -- PROGRAM [ARGUMENT…]
//   --no-arguments           an empty argv (the kernel makes it one empty word from 5.18 on)
//   --name WORD              argv[0]
//   --close FD               closes a descriptor (0, 1 and 2 too)
//   --descriptors N          N more descriptors open, not close-on-exec
//   --ignore SIGNAL, --block SIGNAL     by number; 0 means every one
//   --timer MS               a running ITIMER_REAL
//   --pending SIGNAL         blocked, and sent to itself
//   --death-signal SIGNAL    when the parent ends
//   --limit NAME=VALUE       a resource of setrlimit(2), in small letters; "unlimited" is a value
//   --umask OCTAL, --folder PATH, --deleted-folder
//   --clear-environment, --environment TEXT, --environment-bytes N (one variable of that size)
//   --no-new-privileges, --user-namespace
//   --traced                 a parent traces it, and lets it go on at each stop
//   as root:
//   --drop NUMBER            a capability of the bounding set; "all" for every one
//   --secure-bits N, --groups N (that many, from 70000 on), --user UID (and group), at last
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Start {
    bool no_arguments = false;
    std::string name;
    std::vector<std::string> environment;
    std::vector<int> closed;
    bool traced = false;
    std::optional<uid_t> user;
};

[[noreturn]] void fail(const std::string& what) {
    std::perror(("hostile: " + what).c_str());
    std::exit(2);
}

void set_limit(const std::string& text) {
    static const std::map<std::string, int> kinds = {
        {"as", RLIMIT_AS},         {"core", RLIMIT_CORE},       {"cpu", RLIMIT_CPU},
        {"data", RLIMIT_DATA},     {"fsize", RLIMIT_FSIZE},     {"locks", RLIMIT_LOCKS},
        {"nofile", RLIMIT_NOFILE}, {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE},
        {"nice", RLIMIT_NICE},     {"nproc", RLIMIT_NPROC},     {"rss", RLIMIT_RSS},
        {"rtprio", RLIMIT_RTPRIO}, {"rttime", RLIMIT_RTTIME},   {"sigpending", RLIMIT_SIGPENDING},
        {"stack", RLIMIT_STACK},
    };
    const auto equals = text.find('=');
    const auto kind = kinds.find(text.substr(0, equals));
    if (equals == std::string::npos || kind == kinds.end()) fail("unknown limit " + text);
    const std::string amount = text.substr(equals + 1);
    const rlim_t value =
        amount == "unlimited" ? RLIM_INFINITY : std::strtoul(amount.c_str(), nullptr, 0);
    const rlimit limit{value, value};
    if (setrlimit(static_cast<__rlimit_resource>(kind->second), &limit) != 0) fail("setrlimit");
}

void ignore(int number) {
    for (int each = number == 0 ? 1 : number; each < (number == 0 ? NSIG : number + 1); ++each)
        if (each != SIGKILL && each != SIGSTOP) signal(each, SIG_IGN);
}

void block(int number) {
    sigset_t set;
    sigemptyset(&set);
    if (number == 0)
        sigfillset(&set);
    else
        sigaddset(&set, number);
    if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) fail("sigprocmask");
}

void start_timer(int milliseconds) {
    itimerval timer{};
    timer.it_value.tv_sec = milliseconds / 1000;
    timer.it_value.tv_usec = milliseconds % 1000 * 1000L;
    timer.it_interval = timer.it_value;
    if (setitimer(ITIMER_REAL, &timer, nullptr) != 0) fail("setitimer");
}

void leave_pending(int number) {
    block(number);
    if (raise(number) != 0) fail("raise");
}

void enter_deleted_folder() {
    std::string folder = "/tmp/deleted-XXXXXX";
    if (!mkdtemp(folder.data()) || chdir(folder.c_str()) != 0 || rmdir(folder.c_str()) != 0)
        fail("deleted folder");
}

void drop_from_bounding_set(const std::string_view text) {
    const int number = text == "all" ? -1 : std::atoi(text.data());
    for (int each = 0; prctl(PR_CAPBSET_READ, each) >= 0; ++each)
        if ((number == -1 || number == each) && prctl(PR_CAPBSET_DROP, each) != 0)
            fail("bounding set");
}

void join_groups(int count) {
    std::vector<gid_t> groups;
    for (int i = 0; i < count; ++i) groups.push_back(static_cast<gid_t>(70000 + i));
    if (setgroups(groups.size(), groups.data()) != 0) fail("setgroups");
}

// The child goes on, to execute; the parent lets it run through all its stops and ends as it does.
void be_traced() {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("ptrace");
        return;
    }
    int status = 0;
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        const int signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        ptrace(PTRACE_CONT, child, nullptr, reinterpret_cast<void*>(static_cast<long>(signal)));
    }
    std::exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void open_more(int count) {
    for (int i = 0; i < count; ++i)
        if (open("/dev/null", O_RDWR) < 0) fail("open");
}

bool apply_flag(const std::string_view option, Start& start) {
    if (option == "--no-arguments") {
        start.no_arguments = true;
    } else if (option == "--clear-environment") {
        start.environment.clear();
    } else if (option == "--no-new-privileges") {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
    } else if (option == "--user-namespace") {
        if (unshare(CLONE_NEWUSER) != 0) fail("unshare");
    } else if (option == "--deleted-folder") {
        enter_deleted_folder();
    } else if (option == "--traced") {
        start.traced = true;
    } else {
        return false;
    }
    return true;
}

bool apply_right(const std::string_view option, const char* text, Start& start) {
    if (option == "--drop") {
        drop_from_bounding_set(text);
    } else if (option == "--secure-bits") {
        if (prctl(PR_SET_SECUREBITS, std::strtoul(text, nullptr, 0)) != 0) fail("secure bits");
    } else if (option == "--groups") {
        join_groups(std::atoi(text));
    } else if (option == "--user") {
        start.user = static_cast<uid_t>(std::strtoul(text, nullptr, 0));
    } else {
        return false;
    }
    return true;
}

bool apply_setting(const std::string_view option, const char* text, Start& start) {
    const int number = std::atoi(text);
    if (option == "--name") {
        start.name = text;
    } else if (option == "--close") {
        start.closed.push_back(number);
    } else if (option == "--descriptors") {
        open_more(number);
    } else if (option == "--ignore") {
        ignore(number);
    } else if (option == "--block") {
        block(number);
    } else if (option == "--pending") {
        leave_pending(number);
    } else if (option == "--death-signal") {
        if (prctl(PR_SET_PDEATHSIG, number) != 0) fail("death signal");
    } else if (option == "--timer") {
        start_timer(number);
    } else if (option == "--limit") {
        set_limit(text);
    } else if (option == "--umask") {
        umask(static_cast<mode_t>(std::strtoul(text, nullptr, 8)));
    } else if (option == "--folder") {
        if (chdir(text) != 0) fail(text);
    } else if (option == "--environment") {
        start.environment.emplace_back(text);
    } else if (option == "--environment-bytes") {
        start.environment.push_back("LARGE=" + std::string(std::strtoul(text, nullptr, 0), 'x'));
    } else {
        return false;
    }
    return true;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (auto& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    Start start;
    for (char** each = environ; *each != nullptr; ++each) start.environment.emplace_back(*each);
    int at = 1;
    for (; at < argc && std::string_view(argv[at]) != "--"; ++at) {
        if (apply_flag(argv[at], start)) continue;
        if (at + 1 >= argc || (!apply_setting(argv[at], argv[at + 1], start) &&
                               !apply_right(argv[at], argv[at + 1], start))) {
            std::fprintf(stderr, "hostile: what is %s?\n", argv[at]);
            return 2;
        }
        ++at;
    }
    if (at + 1 >= argc) {
        std::fputs("usage: hostile [OPTION...] -- PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    const std::string program = argv[at + 1];
    std::vector<std::string> words(argv + at + 1, argv + argc);
    if (!start.name.empty()) words[0] = start.name;
    if (start.no_arguments) words.clear();
    const auto arguments = pointers(words);
    const auto environment = pointers(start.environment);
    if (start.user && (setresgid(*start.user, *start.user, *start.user) != 0 ||
                       setresuid(*start.user, *start.user, *start.user) != 0))
        fail("setresuid");
    if (start.traced) be_traced();
    for (const int descriptor : start.closed) close(descriptor);
    execve(program.c_str(), arguments.data(), environment.data());
    fail(program);
}
