// signals: meets the less common of the kernel's ways with signals, each once, whose numbers a case
// knows: an action for SIGUSR1 (mask SIGHUP), SIGUSR2 blocked, the pending ones asked for, SIGUSR1
// by tkill() and by tgkill(), SIGUSR2 by a timer, and, in a child, a handler whose stack is not
// there, which ends the child by SIGSEGV. Prints "done" and the signal that ended the child.
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

namespace {

void handle(int) {}

bool act_on(int signal, int flags) {
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGHUP);
    return sigaction(signal, &action, nullptr) == 0;
}

// SIGUSR2 is blocked and waits; the system call takes it.
bool await_timer() {
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR2;
    timer_t timer{};
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return false;
    itimerspec at{};
    at.it_value.tv_nsec = 10'000'000;
    if (timer_settime(timer, 0, &at, nullptr) != 0) return false;
    sigset_t wanted{};
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR2);
    const bool came = sigwaitinfo(&wanted, nullptr) == SIGUSR2;
    timer_delete(timer);
    return came;
}

// The status with which a child ends that gets SIGUSR1 without room for the handler's frame.
int fail_in_child() {
    const pid_t child = fork();
    if (child != 0) {
        int status = 0;
        return waitpid(child, &status, 0) == child ? status : -1;
    }
    constexpr std::size_t size = 65536;
    stack_t stack{};
    stack.ss_sp = mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack.ss_size = size;
    if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, nullptr) != 0) _exit(1);
    if (!act_on(SIGUSR1, SA_ONSTACK)) _exit(1);
    syscall(SYS_tkill, getpid(), SIGUSR1);
    _exit(0);
}

}  // namespace

int main() {
    sigset_t blocked{};
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigset_t pending{};
    if (!act_on(SIGUSR1, 0) || sigprocmask(SIG_BLOCK, &blocked, nullptr) != 0) return 1;
    if (sigpending(&pending) != 0) return 1;
    if (syscall(SYS_tkill, getpid(), SIGUSR1) != 0) return 1;
    if (syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1) != 0) return 1;
    if (!await_timer()) return 1;
    const int status = fail_in_child();
    std::printf("done %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 0;
}
