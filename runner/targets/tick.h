// The length of the kernel's clock tick.
#pragma once

#include <cstdint>

namespace sutap::targets {

// Nanoseconds of one jiffy, 1/CONFIG_HZ s. The coarse clocks advance once a tick, and
// clock_getres(2) tells by how much. (sysconf(_SC_CLK_TCK) is the constant USER_HZ instead.) Where
// the answer makes no sense, as under emulated kernels: 4 ms, the most common configuration.
std::int64_t jiffy_ns();

}  // namespace sutap::targets
