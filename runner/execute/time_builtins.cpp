// Builtins that read clocks and write dates.
#include <algorithm>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "runner/execute/arithmetic.h"
#include "runner/execute/builtin_call.h"

namespace sutap::execute {

using elaborate::Builtin;

namespace {

constexpr std::int64_t second = 1'000'000'000;

// A deferred handler lives at the time of its event: the record's clock, moved to the wall clock.
std::int64_t wall_clock(const Context& context) {
    if (context.record == nullptr) {
        return context.clock(CLOCK_REALTIME);
    }
    const std::int64_t offset =
        wrapping_subtract(context.clock(CLOCK_REALTIME), context.clock(CLOCK_MONOTONIC));
    return wrapping_add(static_cast<std::int64_t>(context.record->clock()), offset);
}

std::int64_t monotonic_clock(const Context& context) {
    return context.record != nullptr ? static_cast<std::int64_t>(context.record->clock())
                                     : context.clock(CLOCK_MONOTONIC);
}

// The coarse clock moves once a jiffy.
std::int64_t jiffies_a_second() {
    std::timespec resolution{};
    ::clock_getres(CLOCK_MONOTONIC_COARSE, &resolution);
    const std::int64_t tick = std::int64_t{resolution.tv_sec} * second + resolution.tv_nsec;
    return tick > 0 ? std::max<std::int64_t>(1, second / tick) : 100;
}

// The kernel's counter begins five minutes before 32 bits wrap (linux/jiffies.h: INITIAL_JIFFIES).
std::int64_t jiffies(const Context& context) {
    const std::int64_t frequency = jiffies_a_second();
    const std::int64_t start = (std::int64_t{1} << 32U) - 300 * frequency;
    return start + monotonic_clock(context) / (second / frequency);
}

std::int64_t cycles() {
#if defined(__x86_64__)
    return static_cast<std::int64_t>(__rdtsc());
#else
    return 0;
#endif
}

std::string calendar(const BuiltinCall& call, std::int64_t seconds) {
    std::string time = calendar_time(seconds);
    if (time.empty()) {
        call.raise(seconds < 0 ? "ctime: time too far in the past"
                               : "ctime: time too far in the future");
    }
    return time;
}

}  // namespace

Value clock_value(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::gettimeofday_ns:
            return make_integer(wall_clock(call.context));
        case Builtin::gettimeofday_us:
            return make_integer(wall_clock(call.context) / 1'000);
        case Builtin::gettimeofday_ms:
            return make_integer(wall_clock(call.context) / 1'000'000);
        case Builtin::gettimeofday_s:
            return make_integer(wall_clock(call.context) / 1'000'000'000);
        default:
            return make_integer(monotonic_clock(call.context));
    }
}

Value time_function(const BuiltinCall& call) {
    const TimeZone& zone = call.context.time_zone;
    switch (call.builtin) {
        case Builtin::ctime:
            return make_text(calendar(call, call.integer(0)));
        case Builtin::tz_ctime:
            return make_text(calendar(call, wrapping_subtract(call.integer(0), zone.seconds_west)) +
                             " " + zone.name);
        case Builtin::tz_gmtoff:
            return make_integer(zone.seconds_west);
        case Builtin::tz_name:
            return make_text(zone.name);
        case Builtin::jiffies:
            return make_integer(jiffies(call.context));
        case Builtin::hz:
            return make_integer(jiffies_a_second());
        default:
            return make_integer(cycles());
    }
}

}  // namespace sutap::execute
