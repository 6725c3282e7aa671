#include "runner/limits.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "runner/elaborate/program.h"

namespace sutap {

namespace {

struct Limit {
    std::string_view name;
    std::uint32_t Limits::*member;
    std::uint32_t least;
    std::uint32_t most;
};

constexpr std::uint32_t page = 4096;
constexpr std::uint32_t largest_ring = 1U << 30U;
constexpr Limit known[] = {
    {"MAXSTRINGLEN", &Limits::string_size, 16, 4096},
    {"MAXACTION", &Limits::max_actions, 1, 1'000'000'000},
    {"MAXACTION_INTERRUPTIBLE", &Limits::max_actions_begin, 1, 1'000'000'000},
    {"MAXNESTING", &Limits::max_nesting, 1, 1000},
    {"MAXERRORS", &Limits::max_errors, 0, 1'000'000'000},
    {"MAXSKIPPED", &Limits::max_skipped, 0, 1'000'000'000},
    {"MAXMAPENTRIES", &Limits::max_map_entries, 1, 10'000'000},
    {"STP_PROCFS_BUFSIZE", &Limits::file_capacity, 1, elaborate::largest_probe_file},
    {"SUTAP_RING_BYTES", &Limits::ring_bytes, page, largest_ring},
};

std::uint32_t number(const options::Setting& setting, const Limit& limit) {
    const std::string& text = setting.second;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < limit.least ||
        value > limit.most) {
        throw RequestError{"sutap-runner: -D " + setting.first + " needs a number from " +
                           std::to_string(limit.least) + " to " + std::to_string(limit.most) +
                           "\n"};
    }
    return value;
}

}  // namespace

Limits limits_of(const options::Options& options) {
    Limits limits;
    bool has_begin_limit = false;
    bool has_action_limit = false;
    if (options.buffer_megabytes > 0) {
        limits.ring_bytes = std::min<std::uint32_t>(options.buffer_megabytes, 1024) << 20U;
    }
    for (const options::Setting& setting : options.definitions) {
        const auto* const limit = std::ranges::find(known, setting.first, &Limit::name);
        if (limit != std::end(known)) {
            limits.*limit->member = number(setting, *limit);
            has_action_limit = has_action_limit || limit->name == "MAXACTION";
            has_begin_limit = has_begin_limit || limit->name == "MAXACTION_INTERRUPTIBLE";
        }
    }
    if (has_action_limit && !has_begin_limit) {
        limits.max_actions_begin = std::min(limits.max_actions, 100'000'000U) * 10;
    }
    limits.string_size = (limits.string_size + 7) / 8 * 8;
    limits.ring_bytes = std::bit_ceil(limits.ring_bytes);
    return limits;
}

}  // namespace sutap
