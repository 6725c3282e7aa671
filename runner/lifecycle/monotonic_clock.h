// Times in nanoseconds.
#pragma once

#include <cstdint>
#include <ctime>

namespace sutap {

inline constexpr std::int64_t second = 1'000'000'000;

inline std::int64_t nanoseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * second + time.tv_nsec;
}

inline std::int64_t monotonic() {
    return nanoseconds(CLOCK_MONOTONIC);
}

}  // namespace sutap
