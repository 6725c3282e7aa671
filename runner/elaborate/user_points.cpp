// The probe points that user space serves: begin and its like, timers, procfs files.
#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "runner/elaborate/probe_points.h"
#include "runner/targets/tick.h"

namespace sutap::elaborate {
namespace {

constexpr std::int64_t second = 1'000'000'000;
// ir::verify() asks for room to add to an interval.
constexpr std::int64_t longest_interval = std::int64_t{1} << 61U;
// "around a million" (stapprobes, "TIMERS").
constexpr std::int64_t most_jiffies = 1'000'000;

constexpr std::uint32_t readable = 0444;
constexpr std::uint32_t writable = 0222;
// Leaves the modes that stapprobes names: 0400 to read, 0200 to write.
constexpr std::int64_t default_mask = 0077;

std::optional<std::int64_t> unit_ns(std::string_view unit) {
    static constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> units = {
        {{"s", second},
         {"sec", second},
         {"ms", 1'000'000},
         {"msec", 1'000'000},
         {"us", 1'000},
         {"usec", 1'000},
         {"ns", 1},
         {"nsec", 1}}};
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const auto& one) { return one.first == unit; });
    return found == units.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool is_probe_file_name(std::string_view name) {
    constexpr std::size_t longest = 200;
    if (name.empty() || name.size() > longest ||
        std::any_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c > '~'; })) {
        return false;
    }
    while (true) {
        const auto slash = name.find('/');
        const std::string_view component = name.substr(0, slash);
        if (component.empty() || component == "." || component == "..") {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        name.remove_prefix(slash + 1);
    }
}

std::int64_t number_argument(const language::ProbeComponent& component) {
    const auto* number =
        component.argument ? std::get_if<std::int64_t>(&component.argument->value) : nullptr;
    if (number == nullptr) {
        throw Unresolved{component.place,
                         "probe point '" + component.name + "' needs a number in parentheses",
                         true};
    }
    return *number;
}

std::int64_t number_within(const language::ProbeComponent& component, const char* what,
                           std::int64_t least, std::int64_t most) {
    const std::int64_t number = number_argument(component);
    if (number < least || number > most) {
        throw Unresolved{component.place,
                         std::string(what) + " out of range [" + std::to_string(least) + "," +
                             std::to_string(most) + "]",
                         true};
    }
    return number;
}

bool PointResolver::session_point(const Components& components, const Derivation& derivation) {
    static constexpr std::array<std::pair<std::string_view, Probe::Kind>, 5> kinds = {
        {{"begin", Probe::Kind::begin},
         {"end", Probe::Kind::end},
         {"error", Probe::Kind::error},
         {"oneshot", Probe::Kind::oneshot},
         {"never", Probe::Kind::never}}};
    const language::ProbeComponent& first = components[0];
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const auto& one) { return one.first == first.name; });
    if (kind == kinds.end()) {
        return false;
    }
    if (components.size() > 1) {
        mismatch(components, 1);
    }
    Probe probe;
    probe.kind = kind->second;
    if (first.argument) {
        if (probe.kind == Probe::Kind::never || probe.kind == Probe::Kind::oneshot) {
            mismatch(components, 0);
        }
        probe.sequence = number_argument(first);
    }
    probe.point = point_text(components);
    add(std::move(probe), std::nullopt, derivation);
    return true;
}

void PointResolver::timer(const Components& components, const Derivation& derivation) {
    if (components.size() < 2) {
        truncated(components);
    }
    if (components[0].argument) {
        mismatch(components, 0);
    }
    const language::ProbeComponent& unit = components[1];
    constexpr const char* interval = "interval value";
    Probe probe;
    probe.kind = Probe::Kind::timer;
    probe.point = point_text(components);
    std::int64_t scale = 0;  // 0: cannot be randomized
    if (const auto length = unit_ns(unit.name)) {
        scale = *length;
        probe.interval_ns = number_within(unit, interval, 1, longest_interval / scale) * scale;
    } else if (unit.name == "jiffies") {
        scale = targets::jiffy_ns();
        probe.interval_ns = number_within(unit, interval, 1, most_jiffies) * scale;
    } else if (unit.name == "hz") {
        probe.interval_ns = second / number_within(unit, "frequency", 1, second);
    } else if (unit.name == "profile") {
        profile_timer(components, derivation);
        return;
    } else {
        mismatch(components, 1);
    }
    if (components.size() > 2) {
        const language::ProbeComponent& randomize = components[2];
        if (randomize.name != "randomize" || scale == 0) {
            mismatch(components, 2);
        }
        if (components.size() > 3) {
            mismatch(components, 3);
        }
        probe.randomize_ns =
            number_within(randomize, "randomization value", 0, probe.interval_ns / scale - 1) *
            scale;
    }
    add(std::move(probe), std::nullopt, derivation);
}

void PointResolver::probe_file(const Components& components, const Derivation& derivation) {
    Probe probe;
    probe.file.name = components[0].argument ? text_argument(components[0]) : "command";
    if (!is_probe_file_name(probe.file.name)) {
        throw Unresolved{components[0].place,
                         "a procfs path is relative, of at most 200 printable bytes, without "
                         "blanks, empty components, \".\" and \"..\"",
                         true};
    }
    std::optional<std::int64_t> mask;
    bool is_known = false;
    for (std::size_t i = 1; i < components.size(); ++i) {
        const language::ProbeComponent& part = components[i];
        if ((part.name == "read" || part.name == "write") && !is_known && !part.argument) {
            is_known = true;
            probe.kind = part.name == "read" ? Probe::Kind::file_read : Probe::Kind::file_write;
        } else if (part.name == "umask" && !mask) {
            mask = number_within(part, "umask value", 0, 0777);
        } else if (part.name == "maxsize" && probe.file.capacity == 0) {
            probe.file.capacity = static_cast<std::uint32_t>(
                number_within(part, "maxsize value", 1, largest_probe_file));
        } else {
            mismatch(components, i);
        }
    }
    const bool is_read = probe.kind == Probe::Kind::file_read;
    const bool is_input =
        probe.file.name == input_characters_name || probe.file.name == input_lines_name;
    if (!is_known || (!is_read && probe.file.capacity > 0) || (is_input && (is_read || mask))) {
        mismatch(components, components.size() - 1);
    }
    probe.file.mode =
        (is_read ? readable : writable) & ~static_cast<std::uint32_t>(mask.value_or(default_mask));
    probe.point = point_text(components);
    ProbeContext context;
    context.where = probe.point;
    context.file_value =
        is_read ? ProbeContext::FileValue::assigned : ProbeContext::FileValue::given;
    add(std::move(probe), std::move(context), derivation);
}

}  // namespace sutap::elaborate
