#include "runner/targets/tick.h"

#include <ctime>

namespace sutap::targets {

std::int64_t jiffy_ns() {
    constexpr std::int64_t usual = 4'000'000;
    constexpr std::int64_t shortest = 500'000;     // HZ is 1200 at most,
    constexpr std::int64_t longest = 100'000'000;  // and 24 at least (kernel: kernel/Kconfig.hz)
    timespec resolution{};
    if (clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) != 0) {
        return usual;
    }
    const std::int64_t length =
        std::int64_t{resolution.tv_sec} * 1'000'000'000 + resolution.tv_nsec;
    return length >= shortest && length <= longest ? length : usual;
}

}  // namespace sutap::targets
