#include "runner/execute/timers.h"

#include <algorithm>

#include "runner/execute/arithmetic.h"

namespace sutap::execute {

namespace {

constexpr int most_runs = 4096;
constexpr std::int64_t most_time = 50'000'000;

}  // namespace

// The time to the next run, at least 1 ns; drawn anew for each.
std::int64_t Timers::interval(const ir::Handler& handler) {
    std::int64_t length = handler.interval_ns;
    if (handler.randomize_ns > 0) {
        std::uniform_int_distribution<std::int64_t> spread(-handler.randomize_ns,
                                                           handler.randomize_ns);
        length = wrapping_add(length, spread(random_));
    }
    return std::max<std::int64_t>(length, 1);
}

void Timers::start(const ir::Program& program, std::int64_t now) {
    for (const ir::Handler& handler : program.handlers) {
        if (handler.kind == ir::Handler::Kind::timer) {
            timers_.push_back({&handler, wrapping_add(now, interval(handler))});
        }
    }
}

std::optional<std::int64_t> Timers::next() const {
    if (timers_.empty()) {
        return std::nullopt;
    }
    return std::ranges::min_element(timers_, {}, &Timer::due)->due;
}

void Timers::run_due(const Round& round) {
    for (int runs = 0; !timers_.empty(); ++runs) {
        Timer& timer = *std::ranges::min_element(timers_, {}, &Timer::due);
        if (timer.due > round.now) {
            return;
        }
        if (runs >= most_runs ||
            (runs > 0 && wrapping_subtract(round.clock(), round.now) > most_time)) {
            give_up(round);
            return;
        }
        timer.due = wrapping_add(timer.due, interval(*timer.handler));
        if (!round.run(*timer.handler)) {
            return;
        }
    }
}

// Each that is due still runs once, so that one that is late does not starve the others, and goes
// on at its next time after `now`, on the grid of its intervals.
void Timers::give_up(const Round& round) {
    std::vector<Timer*> due;
    for (Timer& timer : timers_) {
        if (timer.due <= round.now) {
            due.push_back(&timer);
        }
    }
    std::ranges::stable_sort(due, {}, &Timer::due);
    for (Timer* timer : due) {
        const std::int64_t length = timer->handler->interval_ns;
        const std::int64_t missed = wrapping_subtract(round.now, timer->due) / length;
        skipped_ += static_cast<std::uint64_t>(missed);
        timer->due = wrapping_add(timer->due, wrapping_multiply(missed + 1, length));
        if (!round.run(*timer->handler)) {
            return;
        }
    }
}

}  // namespace sutap::execute
