// Makes real system calls whose arguments a case knows, and prints what it did:
//   provoke [--thread NAME] [--count N] [--interval MS] kill PID SIGNAL
//   provoke [--thread NAME] [--count N] [--interval MS] [--descriptor FD] fsync|fdatasync FILE
//   provoke [--thread NAME] [--count N] [--interval MS] spin MILLISECONDS
//   provoke [--thread NAME] [--count N] [--interval MS] fault PAGES
// First line "pid PID"; then a line for each call: "kill SIGNAL PID RESULT" or
// "fsync FD NANOSECONDS", the time being the call's as this process saw it (an upper bound of the
// time that the kernel's function took); "spin MILLISECONDS" of processor time, in user mode;
// "fault PAGES", each touched for the first time.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>

namespace {

struct Wish {
    std::string thread;
    int count = 1;
    int interval_ms = 0;
    int descriptor = -1;
    std::string call;
    std::string target;
    int signal = 0;
};

[[noreturn]] void usage() {
    std::fputs(
        "usage: provoke [--thread NAME] [--count N] [--interval MS] [--descriptor FD]\n"
        "               kill PID SIGNAL | fsync FILE | fdatasync FILE | spin MS | fault PAGES\n",
        stderr);
    std::exit(2);
}

Wish parse(int argc, char** argv) {
    Wish wish;
    int at = 1;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        const std::string_view option = argv[at];
        if (option == "--thread")
            wish.thread = argv[at + 1];
        else if (option == "--count")
            wish.count = std::atoi(argv[at + 1]);
        else if (option == "--interval")
            wish.interval_ms = std::atoi(argv[at + 1]);
        else if (option == "--descriptor")
            wish.descriptor = std::atoi(argv[at + 1]);
        else
            usage();
    }
    if (at + 1 >= argc) usage();
    wish.call = argv[at];
    wish.target = argv[at + 1];
    const bool kills = wish.call == "kill";
    if (argc - at != (kills ? 3 : 2)) usage();
    if (kills) wish.signal = std::atoi(argv[at + 2]);
    const bool syncs = wish.call == "fsync" || wish.call == "fdatasync";
    if (!kills && !syncs && wish.call != "spin" && wish.call != "fault") usage();
    return wish;
}

int open_target(const Wish& wish) {
    const int opened = open(wish.target.c_str(), O_WRONLY | O_CREAT, 0600);
    if (opened < 0 || wish.descriptor < 0 || wish.descriptor == opened) return opened;
    const int moved = dup2(opened, wish.descriptor);
    close(opened);
    return moved;
}

bool call_kill(const Wish& wish) {
    const int victim = std::atoi(wish.target.c_str());
    const int result = kill(victim, wish.signal);
    std::printf("kill %d %d %d\n", wish.signal, victim, result);
    return result == 0;
}

bool call_fsync(const Wish& wish, int descriptor) {
    if (write(descriptor, "x", 1) != 1) return false;
    const auto start = std::chrono::steady_clock::now();
    const int result = wish.call == "fsync" ? fsync(descriptor) : fdatasync(descriptor);
    const auto taken = std::chrono::steady_clock::now() - start;
    std::printf("%s %d %lld\n", wish.call.c_str(), descriptor,
                static_cast<long long>(std::chrono::nanoseconds(taken).count()));
    return result == 0;
}

long processor_ms() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

bool spin(const Wish& wish) {
    const long start = processor_ms();
    const long wanted = std::atol(wish.target.c_str());
    // A call of the system now and then, to look at the clock.
    while (processor_ms() - start < wanted)
        for (int i = 0; i < 100'000; ++i) asm volatile("");
    std::printf("spin %ld\n", processor_ms() - start);
    return true;
}

bool fault(const Wish& wish) {
    constexpr std::size_t page = 4096;
    const std::size_t size = page * std::strtoul(wish.target.c_str(), nullptr, 10);
    void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    madvise(memory, size, MADV_NOHUGEPAGE);
    for (std::size_t at = 0; at < size; at += page) static_cast<volatile char*>(memory)[at] = 1;
    munmap(memory, size);
    std::printf("fault %zu\n", size / page);
    return true;
}

bool call_once(const Wish& wish, int descriptor) {
    if (wish.call == "kill") return call_kill(wish);
    if (wish.call == "spin") return spin(wish);
    if (wish.call == "fault") return fault(wish);
    return call_fsync(wish, descriptor);
}

int work(const Wish& wish) {
    const bool syncs = wish.call == "fsync" || wish.call == "fdatasync";
    const int descriptor = syncs ? open_target(wish) : -1;
    if (syncs && descriptor < 0) {
        std::perror(wish.target.c_str());
        return 1;
    }
    int failures = 0;
    for (int i = 0; i < wish.count; ++i) {
        if (i != 0 && wish.interval_ms > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(wish.interval_ms));
        failures += call_once(wish, descriptor) ? 0 : 1;
        std::fflush(stdout);
    }
    return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const Wish wish = parse(argc, argv);
    std::printf("pid %d\n", getpid());
    std::fflush(stdout);
    if (wish.thread.empty()) return work(wish);
    int status = 1;
    std::thread worker([&] {
        pthread_setname_np(pthread_self(), wish.thread.c_str());
        status = work(wish);
    });
    worker.join();
    return status;
}
