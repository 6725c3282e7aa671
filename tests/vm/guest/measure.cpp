// measure [--repeat N] [--status N] [--root FOLDER] [--until TEXT]… [--traffic] -- COMMAND
// [ARGUMENT…] Starts the command N times (5) and prints the median of the times and the largest
// memory: "NANOSECONDS KILOBYTES". The time ends with the command's end or, with --until, when its
// standard output has shown the TEXTs one after the other; then it gets SIGINT. --root is changed
// into first. The command has to end with the exit status of --status (0).
// --traffic: meanwhile another process sends itself signal 23, which it ignores, each millisecond.
// The memory is the largest resident set of the command and of the children that it waited for.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto limit = std::chrono::seconds(120);

struct Wish {
    int repeat = 5;
    int status = 0;
    std::string root;
    std::vector<std::string> until;
    bool traffic = false;
    char** command = nullptr;
};

struct Result {
    long long nanoseconds = 0;
    long kilobytes = 0;
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

Wish parse(int argc, char** argv) {
    Wish wish;
    for (int at = 1; at < argc; ++at) {
        const std::string_view option = argv[at];
        if (option == "--traffic") {
            wish.traffic = true;
        } else if (at + 1 >= argc) {
            break;
        } else if (option == "--") {
            wish.command = argv + at + 1;
            return wish;
        } else if (option == "--repeat") {
            wish.repeat = std::max(1, std::atoi(argv[++at]));
        } else if (option == "--status") {
            wish.status = std::atoi(argv[++at]);
        } else if (option == "--root") {
            wish.root = argv[++at];
        } else if (option == "--until") {
            wish.until.emplace_back(argv[++at]);
        } else {
            break;
        }
    }
    std::fputs("usage: measure [OPTION...] -- COMMAND [ARGUMENT...]\n", stderr);
    std::exit(2);
}

// The traffic's process; ended with this object.
class Traffic {
  public:
    explicit Traffic(bool wanted) : process_(wanted ? fork() : -1) {
        if (process_ != 0) return;
        signal(SIGURG, SIG_IGN);
        for (;;) {
            kill(getpid(), SIGURG);
            usleep(1000);
        }
    }
    ~Traffic() {
        if (process_ <= 0) return;
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

  private:
    pid_t process_;
};

[[noreturn]] void become(const Wish& wish, int output) {
    if (!wish.root.empty() && (chroot(wish.root.c_str()) != 0 || chdir("/") != 0)) _exit(127);
    for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
    dup2(output, STDOUT_FILENO);
    execv(wish.command[0], wish.command);
    _exit(127);
}

// Reads until the texts have come, or the end of the output. False: no end of it in time.
bool await(int input, const std::vector<std::string>& until) {
    const auto end = Clock::now() + limit;
    std::string seen;
    std::size_t next = 0;
    while (Clock::now() < end) {
        pollfd waiting{input, POLLIN, 0};
        if (poll(&waiting, 1, 1000) <= 0) continue;
        std::array<char, 4096> bytes{};
        const auto got = read(input, bytes.data(), bytes.size());
        if (got <= 0) return next == until.size();
        seen.append(bytes.data(), static_cast<std::size_t>(got));
        while (next < until.size()) {
            const auto at = seen.find(until[next]);
            if (at == std::string::npos) break;
            seen.erase(0, at + until[next].size());
            if (++next == until.size()) return true;
        }
    }
    return false;
}

Result run_once(const Wish& wish) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
    const auto start = Clock::now();
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) become(wish, ends[1]);
    close(ends[1]);
    const bool good = await(ends[0], wish.until);
    auto stop = Clock::now();
    if (!good) kill(child, SIGKILL);
    if (!wish.until.empty()) kill(child, SIGINT);
    // What still comes must not block the command in its write.
    std::array<char, 4096> rest{};
    while (read(ends[0], rest.data(), rest.size()) > 0) continue;
    close(ends[0]);
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child) fail("wait4");
    if (wish.until.empty()) stop = Clock::now();
    if (!good || !WIFEXITED(status) || WEXITSTATUS(status) != wish.status) {
        std::fprintf(stderr, "measure: %s ended with status %#x\n", wish.command[0], status);
        std::exit(1);
    }
    return {std::chrono::nanoseconds(stop - start).count(), usage.ru_maxrss};
}

}  // namespace

int main(int argc, char** argv) {
    const Wish wish = parse(argc, argv);
    std::vector<long long> times;
    long kilobytes = 0;
    const Traffic traffic(wish.traffic);
    for (int i = 0; i < wish.repeat; ++i) {
        const Result result = run_once(wish);
        times.push_back(result.nanoseconds);
        kilobytes = std::max(kilobytes, result.kilobytes);
    }
    std::nth_element(times.begin(), times.begin() + wish.repeat / 2, times.end());
    std::printf("%lld %ld\n", times[static_cast<std::size_t>(wish.repeat) / 2], kilobytes);
    return 0;
}
