#include "runner/limits.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>

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
    {"MAXSTRINGLEN", &Limits::string_size, 2, 4096},
    {"MAXACTION", &Limits::max_actions, 1, 1'000'000'000},
    {"MAXACTION_INTERRUPTIBLE", &Limits::max_actions_begin, 1, 1'000'000'000},
    {"MAXNESTING", &Limits::max_nesting, 1, 1000},
    {"MAXERRORS", &Limits::max_errors, 0, 1'000'000'000},
    {"MAXSKIPPED", &Limits::max_skipped, 0, 1'000'000'000},
    {"MAXMAPENTRIES", &Limits::max_map_entries, 1, 10'000'000},
    {"STP_PROCFS_BUFSIZE", &Limits::file_capacity, 1, elaborate::largest_probe_file},
    {"SUTAP_RING_BYTES", &Limits::ring_bytes, page, largest_ring},
};

template <typename Integer>
Integer number(const options::Setting& setting, Integer least, Integer most) {
    const std::string& text = setting.second;
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
        throw RequestError{"sutap-runner: -D " + setting.first + " needs a number from " +
                           std::to_string(least) + " to " + std::to_string(most) + "\n"};
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
        if (setting.first == "HIST_ELISION") {
            limits.histogram_elision = number(setting, -1000, 1000);
            continue;
        }
        const auto* const limit = std::ranges::find(known, setting.first, &Limit::name);
        if (limit != std::end(known)) {
            limits.*limit->member = number(setting, limit->least, limit->most);
            has_action_limit = has_action_limit || limit->name == "MAXACTION";
            has_begin_limit = has_begin_limit || limit->name == "MAXACTION_INTERRUPTIBLE";
        }
    }
    if (has_action_limit && !has_begin_limit) {
        limits.max_actions_begin = std::min(limits.max_actions, 100'000'000U) * 10;
    }
    if (options.suppresses_time_limits) {
        limits.max_actions = std::numeric_limits<std::uint32_t>::max();
        limits.max_actions_begin = limits.max_actions;
    }
    limits.ring_bytes = std::bit_ceil(limits.ring_bytes);
    return limits;
}

}  // namespace sutap
