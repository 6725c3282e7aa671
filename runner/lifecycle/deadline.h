// The time by which a session of a grant must have ended, held by the kernel: neither a stopped
// process nor a reader that never reads puts it off. Times are of CLOCK_MONOTONIC, in nanoseconds.
#pragma once

#include <cstdint>

namespace sutap {

// Between the deadline and the moments at which what still waits is interrupted, and at which the
// process is killed.
inline constexpr std::int64_t interrupted_after = 1'000'000'000;
inline constexpr std::int64_t killed_after = 5'000'000'000;

// The kernel kills this process then, also while it is stopped; what it attached goes with it.
// Throws RequestError.
void kill_at(std::int64_t time);

// From then on, again and again, a system call that waits ends with EINTR. Throws RequestError.
void interrupt_from(std::int64_t time);

}  // namespace sutap
