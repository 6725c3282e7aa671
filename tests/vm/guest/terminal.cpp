// Runs a command on a terminal of its own, as its foreground job:
//   terminal [--limit SECONDS] [--wait TEXT --send KEYS]… -- COMMAND [ARGUMENT…]
// Once TEXT has come out (a line's end is one newline), KEYS are typed ("^C" is Ctrl-C, "^Z", "^\",
// "^D" likewise); the pairs are taken one after the other. Everything that the terminal shows goes
// to standard output. Exits with the command's status, 128 + N when signal N ended it, 124 when the
// time (20 s) is over.
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Step {
    std::string wait;
    std::string keys;
};

struct Wish {
    int limit_seconds = 20;
    std::vector<Step> steps;
    char** command = nullptr;
};

[[noreturn]] void usage() {
    std::fputs(
        "usage: terminal [--limit SECONDS] [--wait TEXT --send KEYS]... -- COMMAND "
        "[ARGUMENT...]\n",
        stderr);
    std::exit(2);
}

std::string keys_of(std::string_view text) {
    std::string keys;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '^' && i + 1 < text.size())
            keys += static_cast<char>(text[++i] & 0x1f);
        else
            keys += text[i];
    }
    return keys;
}

Wish parse(int argc, char** argv) {
    Wish wish;
    for (int at = 1; at < argc; at += 2) {
        const std::string_view option = argv[at];
        if (at + 1 >= argc) usage();
        if (option == "--") {
            wish.command = argv + at + 1;
            return wish;
        }
        if (option == "--limit")
            wish.limit_seconds = std::atoi(argv[at + 1]);
        else if (option == "--wait")
            wish.steps.push_back({argv[at + 1], {}});
        else if (option == "--send" && !wish.steps.empty())
            wish.steps.back().keys = keys_of(argv[at + 1]);
        else
            usage();
    }
    usage();
}

class Session {
  public:
    Session(int terminal, Wish wish) : terminal_(terminal), wish_(std::move(wish)) {}
    ~Session() { close(terminal_); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // True when the terminal's other side was closed, false when the time was over.
    bool talk() {
        const auto end = Clock::now() + std::chrono::seconds(wish_.limit_seconds);
        while (Clock::now() < end) {
            pollfd waiting{terminal_, POLLIN, 0};
            if (poll(&waiting, 1, 100) <= 0) continue;
            char bytes[4096];
            const auto got = read(terminal_, bytes, sizeof bytes);
            if (got <= 0) return true;
            std::fwrite(bytes, 1, static_cast<std::size_t>(got), stdout);
            std::fflush(stdout);
            std::copy_if(bytes, bytes + got, std::back_inserter(seen_),
                         [](char byte) { return byte != '\r'; });
            type();
        }
        return false;
    }

  private:
    void type() {
        while (next_ < wish_.steps.size()) {
            const Step& step = wish_.steps[next_];
            const auto at = seen_.find(step.wait);
            if (at == std::string::npos) return;
            seen_.erase(0, at + step.wait.size());
            if (write(terminal_, step.keys.data(), step.keys.size()) < 0) std::perror("write");
            ++next_;
        }
    }

    int terminal_;
    Wish wish_;
    std::string seen_;
    std::size_t next_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const Wish wish = parse(argc, argv);
    int terminal = -1;
    const winsize size{24, 80, 0, 0};
    const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
    if (child < 0) {
        std::perror("forkpty");
        return 2;
    }
    if (child == 0) {
        for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
        execvp(wish.command[0], wish.command);
        std::perror(wish.command[0]);
        _exit(127);
    }
    Session session(terminal, wish);
    const bool ended = session.talk();
    if (!ended) kill(child, SIGKILL);
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 2;
    if (!ended) return 124;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
