// Perf events (perf_event_open(2)) that probes are called by: counters that are sampled, and
// hardware breakpoints.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::elaborate {

struct PerfEvent {
    enum class Kind : std::uint8_t {
        sample,         // every so many counts, or so often a second
        watch_writes,   // a breakpoint on writes to kernel memory
        watch_accesses  // … on reads and writes
    } kind = Kind::sample;
    // Of a sample: PERF_TYPE_…, and what counts in it.
    std::uint32_t type = 0;
    std::uint64_t config = 0;
    std::uint64_t period = 0;     // counts from one sample to the next; nanoseconds of the clocks
    std::uint64_t frequency = 0;  // samples a second, where `period` is 0
    // Of a breakpoint.
    std::string symbol;  // the variable's name; empty: `address`
    std::uint64_t address = 0;
    std::uint32_t length = 1;  // bytes: 1, 2, 4 or 8
    bool operator==(const PerfEvent&) const = default;
};

// The counters that have a name: perf.sw.NAME and perf.hw.NAME (linux/perf_event.h, enum
// perf_sw_ids and perf_hw_id).
struct NamedCounter {
    std::string_view family;  // "sw", "hw"
    std::string_view name;
    std::uint32_t type = 0;
    std::uint64_t config = 0;
};
std::span<const NamedCounter> named_counters();

// perf.type(T).config(C) without .sample and .hz (stapprobes, "PERF").
inline constexpr std::uint64_t default_period = 1'000'000;

// What timer.profile is (stapprobes, "TIMERS"): the processors' clock, sampled so often a second;
// 0: at each tick.
PerfEvent profile_timer(std::uint64_t frequency = 0);

// The next length that a hardware breakpoint can have, for 1 to longest_breakpoint bytes.
inline constexpr std::int64_t longest_breakpoint = 8;
std::uint32_t breakpoint_length(std::uint64_t length);

// Addresses of user space, whosever process that is, are not for kernel.data.
constexpr bool is_kernel_address(std::uint64_t address) {
    return address >> 63U != 0;
}

// All probe points that mean this event, the shortest last. Scripts, policies and the grant may
// name any.
std::vector<std::string> points_of(const PerfEvent& event);

}  // namespace sutap::elaborate
