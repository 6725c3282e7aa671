#include "runner/elaborate/histograms.h"

namespace sutap::elaborate {

std::optional<std::int64_t> linear_buckets(const std::vector<std::int64_t>& parameters) {
    const std::int64_t low = parameters.at(0);
    const std::int64_t high = parameters.at(1);
    const std::int64_t width = parameters.at(2);
    if (width <= 0 || high < low) {
        return std::nullopt;
    }
    const std::uint64_t distance =
        static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    const std::uint64_t count = distance / static_cast<std::uint64_t>(width);
    if (count >= static_cast<std::uint64_t>(most_linear_buckets)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(count + 1);
}

}  // namespace sutap::elaborate
