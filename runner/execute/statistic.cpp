#include "runner/execute/statistic.h"

#include <algorithm>

#include "runner/execute/arithmetic.h"

namespace sutap::execute {

void Statistic::add(std::int64_t value, const StatisticForm& form, std::uint64_t times) {
    min_ = count_ == 0 ? value : std::min(min_, value);
    max_ = count_ == 0 ? value : std::max(max_, value);
    const auto more = static_cast<std::int64_t>(times);
    if (const std::size_t buckets = form.histogram.buckets(); buckets != 0) {
        counts_.resize(buckets);
        std::int64_t& bucket = counts_[form.histogram.bucket_of(value)];
        bucket = wrapping_add(bucket, more);
    }
    if (!form.keeps_variance) {
        count_ = wrapping_add(count_, more);
        sum_ = wrapping_add(sum_, wrapping_multiply(value, more));
        return;
    }
    for (; times > 0; --times) {
        add_once(value, form.shift);
    }
}

// Welford's method in integers: the mean moves by its share of each new distance.
void Statistic::add_once(std::int64_t value, std::uint32_t shift) {
    count_ = wrapping_add(count_, 1);
    sum_ = wrapping_add(sum_, value);
    const std::int64_t scaled = shift_left(value, shift);
    const std::int64_t distance = wrapping_subtract(scaled, mean_);
    mean_ = wrapping_add(mean_, wrapping_divide(distance, count_ == 0 ? 1 : count_));
    deviation_ =
        wrapping_add(deviation_, wrapping_multiply(distance, wrapping_subtract(scaled, mean_)));
}

// As SystemTap does when it puts the statistics of all processors together: what each deviates from
// its own mean, and what that mean deviates from the whole one (man stap: 1 to 5 give 12 without a
// shift, 2 with one bit).
std::int64_t Statistic::variance(const StatisticForm& form) const {
    if (count_ < 2) {
        return 0;
    }
    const std::int64_t degrees = wrapping_subtract(count_, 1);
    const std::int64_t own = wrapping_divide(deviation_, degrees);
    const std::int64_t mean = wrapping_divide(shift_left(sum_, form.shift), count_);
    const std::int64_t distance = wrapping_subtract(mean_, mean);
    const std::int64_t whole =
        wrapping_add(wrapping_multiply(count_, wrapping_multiply(distance, distance)),
                     wrapping_multiply(degrees, own));
    return shift_right(wrapping_divide(whole, degrees), std::int64_t{2} * form.shift);
}

std::optional<std::int64_t> Statistic::extract(Extractor extractor,
                                               const StatisticForm& form) const {
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
            return variance(form);
        default:
            return std::nullopt;
    }
}

}  // namespace sutap::execute
