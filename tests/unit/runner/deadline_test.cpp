#include "runner/lifecycle/deadline.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>

#include "runner/execute/output.h"
#include "runner/lifecycle/monotonic_clock.h"
#include "runner/text_output.h"

using namespace sutap;

namespace {

constexpr std::int64_t soon = 100'000'000;

// The wait status of a child that does `work`, and is killed if that takes longer than 20 s.
int status_of_child(const std::function<void()>& work) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        work();
        _exit(7);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    return status;
}

// The writing end of a pipe that takes nothing more, and whose reader never reads.
int full_pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
        _exit(1);
    }
    while (write(ends[1], "x", 1) == 1) {
    }
    fcntl(ends[1], F_SETFL, 0);
    return ends[1];
}

}  // namespace

TEST_CASE("a stopped process is killed after its time") {
    const int status = status_of_child([] {
        kill_at(monotonic() + soon);
        raise(SIGSTOP);
    });
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

TEST_CASE("who writes to a reader that never reads is interrupted after the deadline") {
    for (const bool blocks : {true, false}) {
        const int status = status_of_child([blocks] {
            const int end = full_pipe();
            fcntl(end, F_SETFL, blocks ? 0 : O_NONBLOCK);
            execute::Output output(end, false);
            const std::int64_t time = monotonic() + soon;
            output.give_up_after(time);
            interrupt_from(time);
            output.append("text");
            output.flush();
            _exit(output.closed() && output.failure() == EPIPE && monotonic() >= time ? 3 : 4);
        });
        CHECK(WEXITSTATUS(status) == 3);
        CHECK(WIFEXITED(status));
    }
}

TEST_CASE("a signal before the deadline gives no write up") {
    const int status = status_of_child([] {
        const int end = full_pipe();
        execute::Output output(end, false);
        output.give_up_after(monotonic() + 10 * soon);
        const std::int64_t before = monotonic();
        interrupt_from(before + soon / 2);
        output.append("text");
        output.flush();
        _exit(monotonic() - before >= 10 * soon ? 3 : 4);
    });
    CHECK(WEXITSTATUS(status) == 3);
}

TEST_CASE("last words are given up as well") {
    const int status = status_of_child([] {
        const int end = full_pipe();
        interrupt_from(monotonic() + soon);
        write_all(end, "text");
        _exit(3);
    });
    CHECK(WEXITSTATUS(status) == 3);
    CHECK(WIFEXITED(status));
}
