// What `<<<` keeps: exact 64-bit count, sum and extremes, and a running variance.
#pragma once

#include <cstdint>
#include <optional>

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

// Which variance a global's statistics keep, if any: known from the extractions in the program.
struct VarianceForm {
    bool is_kept = false;
    std::uint32_t shift = 0;  // @variance(v, shift): mean and deviation carry so many extra bits
};

class Statistic {
  public:
    void add(std::int64_t value, const VarianceForm& form);
    bool empty() const { return count_ == 0; }
    // Nothing for a value that an empty statistic does not have (all but count and sum).
    std::optional<std::int64_t> extract(Extractor extractor, const VarianceForm& form) const;

  private:
    std::int64_t count_ = 0;
    std::int64_t sum_ = 0;
    std::int64_t min_ = 0;
    std::int64_t max_ = 0;
    std::int64_t mean_ = 0;       // shifted
    std::int64_t deviation_ = 0;  // sum of squared distances from the mean, shifted twice
};

}  // namespace sutap::execute
