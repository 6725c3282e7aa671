#include "runner/lifecycle/target_command.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "runner/lifecycle/caller_process.h"
#include "runner/limits.h"
#include "runner/privileges.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw RequestError{"sutap-runner: cannot " + what + ": " + strerrordesc_np(errno) + "\n"};
}

// The child's life until it executes the command.
[[noreturn]] void wait_and_execute(int go, const std::string& command,
                                   const std::vector<std::string>& environment) {
    try {
        become_plain({go});
    } catch (const privileges::PrivilegeError& error) {
        complain(error.message);
        _exit(1);
    }
    char word = 0;
    ssize_t size = 0;
    do {
        size = read(go, &word, 1);
    } while (size < 0 && errno == EINTR);
    if (size != 1) {
        _exit(1);  // the session ended before it began
    }
    close(go);
    execute_command(command_words(command), environment);
}

}  // namespace

TargetCommand::TargetCommand(const std::string& command,
                             const std::vector<std::string>& environment) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        fail("make a pipe");
    }
    const Descriptor child_end(ends[0]);
    go_ = Descriptor(ends[1]);
    process_ = fork();
    if (process_ < 0) {
        fail("fork");
    }
    if (process_ == 0) {
        wait_and_execute(child_end.get(), command, environment);
    }
    end_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process_, 0U)));
    if (!end_) {
        const int error = errno;
        go_ = {};
        waitpid(process_, nullptr, 0);
        errno = error;
        fail("watch the command");
    }
}

TargetCommand::~TargetCommand() {
    if (go_) {
        go_ = {};
        waitpid(process_, nullptr, 0);
    }
}

void TargetCommand::start() {
    if (go_) {
        write_all(go_.get(), "g");
        go_ = {};
    }
}

void TargetCommand::collect() {
    int status = 0;
    pid_t found = 0;
    do {
        found = waitpid(process_, &status, WNOHANG);
    } while (found < 0 && errno == EINTR);
    if (found == process_) {
        status_ = status;
    }
}

std::string TargetCommand::complaint() const {
    if (!status_ || *status_ == 0) {
        return {};
    }
    if (WIFSIGNALED(*status_)) {
        const int number = WTERMSIG(*status_);
        const char* name = sigdescr_np(number);
        return "Child process exited with signal " + std::to_string(number) + " (" +
               (name == nullptr ? "unknown" : name) + ")";
    }
    return "Child process exited with status " + std::to_string(WEXITSTATUS(*status_));
}

}  // namespace sutap
