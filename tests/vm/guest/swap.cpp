// swap A B SECONDS: exchanges two files' names, as often as it can, until the time is over or it is
// ended; prints how often. What a race needs: each name exists at every moment.
#include <fcntl.h>
#include <stdio.h>

#include <chrono>
#include <cstdlib>

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fputs("usage: swap A B SECONDS\n", stderr);
        return 2;
    }
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::seconds(std::atoi(argv[3]));
    unsigned long exchanges = 0;
    while (Clock::now() < end) {
        if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) != 0) {
            std::perror("swap");
            return 1;
        }
        ++exchanges;
    }
    std::printf("%lu\n", exchanges);
    return 0;
}
