#include "runner/lifecycle/deadline.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include <cerrno>

#include "runner/lifecycle/monotonic_clock.h"
#include "runner/limits.h"

namespace sutap {

namespace {

constexpr int system_at_fault = 125;
constexpr long interval = 100'000'000;

[[noreturn]] void fail() {
    throw RequestError{
        std::string("sutap-runner: cannot set the time limit: ") + strerrordesc_np(errno) + "\n",
        system_at_fault};
}

// The timer lives as long as the process.
void send_at(int number, std::int64_t time, long repeated) {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = number;
    timer_t timer{};
    itimerspec times{};
    times.it_value = {time / second, time % second};
    times.it_interval = {0, repeated};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
        timer_settime(timer, TIMER_ABSTIME, &times, nullptr) != 0) {
        fail();
    }
}

void do_nothing(int /*number*/) {}

}  // namespace

void kill_at(std::int64_t time) {
    send_at(SIGKILL, time, 0);
}

void interrupt_from(std::int64_t time) {
    struct sigaction action {};
    action.sa_handler = do_nothing;  // without SA_RESTART
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    if (sigaction(SIGALRM, &action, nullptr) != 0 ||
        sigprocmask(SIG_UNBLOCK, &alarm, nullptr) != 0) {
        fail();
    }
    send_at(SIGALRM, time, interval);
}

}  // namespace sutap
