// system_calls N: calls getppid() N times and prints "NANOSECONDS", what one of them took.
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
    const long count = argc == 2 ? std::strtol(argv[1], nullptr, 10) : 0;
    if (count <= 0) {
        std::fputs("usage: system_calls N\n", stderr);
        return 2;
    }
    const auto start = std::chrono::steady_clock::now();
    for (long left = count; left > 0; --left) syscall(SYS_getppid);
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start;
    std::printf("%lld\n", static_cast<long long>(took.count()) / count);
}
