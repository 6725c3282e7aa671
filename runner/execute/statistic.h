// What `<<<` keeps: exact 64-bit count, sum and extremes, and if the program asks for them a
// running variance and a histogram.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/execute/histogram.h"

namespace sutap::execute {

// The values of ir::Instruction::extra for extract_statistic, and of foreach's sort extractor.
enum class Extractor : std::uint32_t {
    count,
    sum,
    min,
    max,
    avg,
    variance,
    histogram_log,
    histogram_linear,
};

// What a global's statistics keep beside count, sum and extremes: known from the extractions in the
// program.
struct StatisticForm {
    bool keeps_variance = false;
    std::uint32_t shift = 0;  // @variance(v, shift): mean and deviation carry so many extra bits
    HistogramForm histogram{};
};

class Statistic {
  public:
    // So often as `times` says, at least once.
    void add(std::int64_t value, const StatisticForm& form, std::uint64_t times = 1);
    bool empty() const { return count_ == 0; }
    // Nothing for a value that an empty statistic does not have (all but count and sum).
    std::optional<std::int64_t> extract(Extractor extractor, const StatisticForm& form) const;
    // One count for each bucket of the form; empty if no value was added.
    std::span<const std::int64_t> counts() const { return counts_; }

  private:
    void add_once(std::int64_t value, std::uint32_t shift);
    std::int64_t variance(const StatisticForm& form) const;

    std::int64_t count_ = 0;
    std::int64_t sum_ = 0;
    std::int64_t min_ = 0;
    std::int64_t max_ = 0;
    std::int64_t mean_ = 0;       // shifted
    std::int64_t deviation_ = 0;  // sum of squared distances from the mean, shifted twice
    std::vector<std::int64_t> counts_;
};

}  // namespace sutap::execute
