// Tries to get into a process, as whoever calls it:
//   intruder HOW PID                     one way, into a process that runs
//   intruder --start N HOW PROGRAM [ARGUMENT…]
//       N times: starts the program, stops it at some moment, and tries; prints "stopped N" with
//       the number of times that the program, no longer this one, was met
// HOW is the name of one of `ways`, or "all". Prints "refused HOW: REASON" or "GOT IN: HOW" for
// each; the exit status is 0 when all were refused, 1 when one got in, 2 when nothing was tried.
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

namespace {

std::string file_of(pid_t pid, const char* name) {
    return "/proc/" + std::to_string(pid) + "/" + name;
}

// Opened, and something came or went.
bool can_open(pid_t pid, const char* name, int flags) {
    const int file = open(file_of(pid, name).c_str(), flags | O_CLOEXEC);
    if (file < 0) return false;
    std::array<char, 64> buffer{};
    // A process that has ended has an empty map, for everybody.
    const bool reads = flags != O_RDONLY || read(file, buffer.data(), buffer.size()) > 0;
    close(file);
    return reads;
}

bool can_follow(pid_t pid, const char* name) {
    std::array<char, 256> target{};
    return readlink(file_of(pid, name).c_str(), target.data(), target.size()) >= 0;
}

bool attach(pid_t pid) {
    if (ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) != 0) return false;
    waitpid(pid, nullptr, __WALL);
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return true;
}

bool seize(pid_t pid) {
    if (ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) return false;
    ptrace(PTRACE_INTERRUPT, pid, nullptr, nullptr);
    waitpid(pid, nullptr, __WALL);
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return true;
}

bool take_descriptor(pid_t pid) {
    const int process = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) return false;
    for (int number = 0; number < 64; ++number)
        if (syscall(SYS_pidfd_getfd, process, number, 0) >= 0) return true;
    close(process);
    return false;
}

// EFAULT says that the right was there, and only the address wrong.
bool move_memory(pid_t pid, bool out) {
    std::array<char, 16> buffer{};
    iovec here{buffer.data(), buffer.size()};
    iovec there{reinterpret_cast<void*>(0x1000), buffer.size()};
    const auto moved = out ? process_vm_writev(pid, &here, 1, &there, 1, 0)
                           : process_vm_readv(pid, &here, 1, &there, 1, 0);
    return moved >= 0 || errno == EFAULT;
}

bool compare(pid_t pid) {
    return syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, 0, 0) >= 0;
}

struct Way {
    const char* name;
    bool (*try_it)(pid_t);
};

constexpr std::array ways = {
    Way{"ptrace", attach},
    Way{"seize", seize},
    Way{"memory", [](pid_t pid) { return can_open(pid, "mem", O_RDWR); }},
    Way{"environment", [](pid_t pid) { return can_open(pid, "environ", O_RDONLY); }},
    Way{"maps", [](pid_t pid) { return can_open(pid, "maps", O_RDONLY); }},
    Way{"auxv", [](pid_t pid) { return can_open(pid, "auxv", O_RDONLY); }},
    Way{"pagemap", [](pid_t pid) { return can_open(pid, "pagemap", O_RDONLY); }},
    Way{"stack", [](pid_t pid) { return can_open(pid, "stack", O_RDONLY); }},
    Way{"syscall", [](pid_t pid) { return can_open(pid, "syscall", O_RDONLY); }},
    Way{"io", [](pid_t pid) { return can_open(pid, "io", O_RDONLY); }},
    Way{"descriptors", [](pid_t pid) { return can_open(pid, "fd", O_RDONLY | O_DIRECTORY); }},
    Way{"map_files", [](pid_t pid) { return can_open(pid, "map_files", O_RDONLY | O_DIRECTORY); }},
    Way{"script", [](pid_t pid) { return can_open(pid, "fd/3", O_RDONLY); }},
    Way{"grant", [](pid_t pid) { return can_open(pid, "fd/4", O_RDONLY); }},
    Way{"program_file", [](pid_t pid) { return can_follow(pid, "exe"); }},
    Way{"root", [](pid_t pid) { return can_follow(pid, "root"); }},
    Way{"namespaces", [](pid_t pid) { return can_follow(pid, "ns/mnt"); }},
    Way{"core_filter", [](pid_t pid) { return can_open(pid, "coredump_filter", O_WRONLY); }},
    Way{"pidfd_getfd", take_descriptor},
    Way{"process_vm_readv", [](pid_t pid) { return move_memory(pid, false); }},
    Way{"process_vm_writev", [](pid_t pid) { return move_memory(pid, true); }},
    Way{"kcmp", compare},
};

struct Count {
    unsigned tried = 0;
    unsigned in = 0;
};

void try_ways(std::string_view how, pid_t pid, bool speaks, Count& count) {
    for (const Way& way : ways) {
        if (how != "all" && how != way.name) continue;
        ++count.tried;
        errno = 0;
        const bool in = way.try_it(pid);
        if (in) ++count.in;
        if (in)
            std::printf("GOT IN: %s\n", way.name);
        else if (speaks)
            std::printf("refused %s: %s\n", way.name, std::strerror(errno));
    }
}

std::string name_of(pid_t pid) {
    std::ifstream file(file_of(pid, "comm"));
    std::string name;
    std::getline(file, name);
    return name;
}

// Starts the program, with no output, and stops it after so many microseconds.
pid_t start_and_stop(char** words, unsigned microseconds) {
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDWR);
        for (int number = 0; number <= 2; ++number) dup2(nothing, number);
        execv(words[0], words);
        _exit(127);
    }
    const timespec pause{0, static_cast<long>(microseconds) * 1000};
    nanosleep(&pause, nullptr);
    kill(child, SIGSTOP);
    waitpid(child, nullptr, WUNTRACED);
    return child;
}

int start_often(int times, const char* how, char** words) {
    std::minstd_rand random(static_cast<unsigned>(getpid()));
    std::uniform_int_distribution<unsigned> moment(0, 30'000);
    unsigned met = 0;
    Count count;
    for (int i = 0; i < times; ++i) {
        const pid_t child = start_and_stop(words, moment(random));
        if (name_of(child).rfind("sutap", 0) == 0) {
            const unsigned before = count.in;
            try_ways(how, child, false, count);
            // It may have become another program meanwhile, but not one of the caller's own.
            if (count.in > before) std::printf("in %s\n", name_of(child).c_str());
            ++met;
        }
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    std::printf("stopped %u\n", met);
    return met == 0 ? 2 : count.in > 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc >= 5 && std::string_view(argv[1]) == "--start")
        return start_often(std::atoi(argv[2]), argv[3], argv + 4);
    if (argc != 3) {
        std::fputs("usage: intruder HOW PID | --start N HOW PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    Count count;
    try_ways(argv[1], std::atoi(argv[2]), true, count);
    return count.tried == 0 ? 2 : count.in > 0 ? 1 : 0;
}
