// The timers of a session: when each is due, and running those that are.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::execute {

// Times are CLOCK_MONOTONIC in nanoseconds.
class Timers {
  public:
    explicit Timers(std::uint64_t seed)
        : random_(static_cast<std::minstd_rand::result_type>(seed)) {}

    // The program must outlive the timers.
    void start(const ir::Program& program, std::int64_t now);
    // When the next one is due; nothing if there are none.
    std::optional<std::int64_t> next() const;

    struct Round {
        std::int64_t now = 0;
        // Runs a handler; false: the session ends.
        std::function<bool(const ir::Handler&)> run;
        std::function<std::int64_t()> clock;
    };
    // Runs each handler as often as it was due until `now`, in the order of the due times: what a
    // late wake-up missed is made up for, so that counts are exact over time. A handler that takes
    // longer than its interval cannot be caught up with: after 4096 runs or 50 ms each of
    // those that are due runs once more, and the rest is given up, and counted.
    void run_due(const Round& round);
    // Runs that were given up.
    std::uint64_t skipped() const { return skipped_; }

  private:
    struct Timer {
        const ir::Handler* handler = nullptr;
        std::int64_t due = 0;
    };
    std::int64_t interval(const ir::Handler& handler);
    void give_up(const Round& round);

    std::vector<Timer> timers_;
    std::minstd_rand random_;
    std::uint64_t skipped_ = 0;
};

}  // namespace sutap::execute
