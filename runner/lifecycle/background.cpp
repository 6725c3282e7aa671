#include "runner/lifecycle/background.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "runner/limits.h"
#include "runner/privileges.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

// Whoever stops this process must not hold what belongs to the session: the log, its place among
// the sessions, the rights.
[[noreturn]] void wait_until_ready(pid_t child, const Descriptor& ready) {
    const auto number = static_cast<unsigned>(ready.get());
    if (close_range(number + 1, ~0U, 0) != 0 ||
        (number > 3 && close_range(3, number - 1, 0) != 0)) {
        _exit(1);
    }
    privileges::drop_all();
    char byte = 0;
    ssize_t size = 0;
    do {
        size = read(ready.get(), &byte, 1);
    } while (size < 0 && errno == EINTR);
    if (size == 1) {
        write_all(STDOUT_FILENO, std::to_string(child) + "\n");
        _exit(0);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace

Descriptor go_into_background() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw RequestError{std::string("sutap-runner: cannot make a pipe: ") +
                           strerrordesc_np(errno) + "\n"};
    }
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    const pid_t child = fork();
    if (child < 0) {
        throw RequestError{std::string("sutap-runner: cannot fork: ") + strerrordesc_np(errno) +
                           "\n"};
    }
    if (child > 0) {
        theirs.reset();
        wait_until_ready(child, ours);
    }
    setsid();
    const Descriptor nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
    dup2(nothing.get(), STDIN_FILENO);
    dup2(nothing.get(), STDOUT_FILENO);
    return theirs;
}

}  // namespace sutap
