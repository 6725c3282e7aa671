// The sizes of histograms.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace sutap::elaborate {

// Buckets of @hist_log.
inline constexpr std::int64_t log_buckets = 128;
// Most buckets of @hist_linear, without those for what is below and above its range.
inline constexpr std::int64_t most_linear_buckets = 126;

// How many buckets @hist_linear(s, low, high, width) has, without those for what is below and
// above; nothing if the three `parameters` low, high and width make no sense or too many.
std::optional<std::int64_t> linear_buckets(const std::vector<std::int64_t>& parameters);

}  // namespace sutap::elaborate
