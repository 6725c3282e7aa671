#include "runner/pass_clock.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "runner/descriptor.h"

namespace sutap {

namespace {

std::int64_t microseconds(const timeval& time) {
    return time.tv_sec * 1'000'000 + time.tv_usec;
}

// The first numbers of /proc/self/statm (proc(5)): size, resident, shared, text, lib, data; pages.
std::array<std::uint64_t, 6> memory_pages() {
    std::array<std::uint64_t, 6> pages{};
    const Descriptor file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    char text[128];
    const ssize_t size = file ? read(file.get(), text, sizeof text) : 0;
    const char* at = text;
    const char* const end = text + (size > 0 ? size : 0);
    for (std::uint64_t& number : pages) {
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || next == end) {
            break;
        }
        at = next + 1;
    }
    return pages;
}

}  // namespace

PassClock::Times PassClock::now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    timespec real{};
    clock_gettime(CLOCK_MONOTONIC, &real);
    return {microseconds(usage.ru_utime), microseconds(usage.ru_stime),
            real.tv_sec * 1'000'000 + real.tv_nsec / 1000};
}

void PassClock::restart() {
    start_ = now();
}

std::string PassClock::times() const {
    const Times end = now();
    const auto milliseconds = [](std::int64_t from, std::int64_t to) {
        return std::to_string((to - from) / 1000);
    };
    return milliseconds(start_.user_us, end.user_us) + "usr/" +
           milliseconds(start_.system_us, end.system_us) + "sys/" +
           milliseconds(start_.real_us, end.real_us) + "real ms";
}

std::string PassClock::memory_and_times() const {
    const auto pages = memory_pages();
    const auto kilobytes = [page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))](
                               std::uint64_t count) { return std::to_string(count * page / 1024); };
    return "using " + kilobytes(pages[0]) + "virt/" + kilobytes(pages[1]) + "res/" +
           kilobytes(pages[2]) + "shr/" + kilobytes(pages[5]) + "data kb, in " + times() + ".";
}

}  // namespace sutap
