#include "runner/execute/statistic.h"

#include <algorithm>

#include "runner/execute/arithmetic.h"

namespace sutap::execute {

void Statistic::add(std::int64_t value, const VarianceForm& form) {
    min_ = count_ == 0 ? value : std::min(min_, value);
    max_ = count_ == 0 ? value : std::max(max_, value);
    count_ = wrapping_add(count_, 1);
    sum_ = wrapping_add(sum_, value);
    if (!form.is_kept) {
        return;
    }
    // Welford's method in integers: the mean moves by its share of each new distance.
    const std::int64_t scaled = shift_left(value, form.shift);
    const std::int64_t distance = wrapping_subtract(scaled, mean_);
    mean_ = wrapping_add(mean_, wrapping_divide(distance, count_ == 0 ? 1 : count_));
    deviation_ =
        wrapping_add(deviation_, wrapping_multiply(distance, wrapping_subtract(scaled, mean_)));
}

std::optional<std::int64_t> Statistic::extract(Extractor extractor,
                                               const VarianceForm& form) const {
    if (extractor == Extractor::count) {
        return count_;
    }
    if (extractor == Extractor::sum) {
        return sum_;
    }
    if (empty()) {
        return std::nullopt;
    }
    switch (extractor) {
        case Extractor::min:
            return min_;
        case Extractor::max:
            return max_;
        case Extractor::avg:
            return wrapping_divide(sum_, count_);
        case Extractor::variance:
            return count_ < 2 ? 0
                              : shift_right(wrapping_divide(deviation_, count_ - 1),
                                            std::int64_t{2} * form.shift);
        default:
            return std::nullopt;
    }
}

}  // namespace sutap::execute
