// perf, timer.profile and kernel.data: what the kernel's perf events call.
#include <algorithm>
#include <limits>
#include <utility>

#include "runner/elaborate/probe_points.h"
#include "runner/targets/glob.h"
#include "runner/targets/machine.h"

namespace sutap::elaborate {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
// The kernel lets the processors' clock call no more often (kernel/events/core.c:
// perf_swevent_start_hrtimer()).
constexpr std::int64_t most_profiles = 100'000;

// .sample(N) and .hz(N), at `index`, of which there may be one.
void read_rate(const Components& components, std::size_t index, PerfEvent& event) {
    event.period = default_period;
    if (index == components.size()) {
        return;
    }
    const language::ProbeComponent& rate = components[index];
    if (rate.name == "hz") {
        event.period = 0;
        event.frequency = static_cast<std::uint64_t>(number_within(rate, "frequency", 1, most));
    } else {
        event.period = static_cast<std::uint64_t>(number_within(rate, "sample period", 1, most));
    }
}

void refuse_counting(const language::ProbeComponent& component) {
    if (component.name == "process") {
        throw Unresolved{component.place,
                         "perf probes see all processes here: instead of .process, write "
                         "if (pid() == target()) or if (execname() == \"NAME\") in the handler"};
    }
    if (component.name == "counter") {
        throw Unresolved{component.place,
                         "perf counters that handlers read are not available in this version: "
                         "instead of .counter, sample the event with .sample(N)"};
    }
}

}  // namespace

void PointResolver::add_perf_event(PerfEvent event, std::string point,
                                   const Derivation& derivation) {
    Probe probe;
    probe.kind = Probe::Kind::kernel;
    probe.point = std::move(point);
    KernelEvent made;
    made.kind = KernelEvent::Kind::perf_event;
    made.name = points_of(event).back();
    made.perf = std::move(event);
    probe.event = std::move(made);
    ProbeContext context;
    context.where = probe.point;
    const bool is_breakpoint = probe.event->perf.kind != PerfEvent::Kind::sample;
    add(std::move(probe), std::move(context), derivation);
    if (is_breakpoint && ++breakpoints_ == targets::hardware_breakpoints + 1) {
        session_.problems.warning(
            derivation.place, "a processor has " + std::to_string(targets::hardware_breakpoints) +
                                  " hardware breakpoints, and this script wants more");
    }
}

// perf.type(T).config(C), perf.sw.NAME and perf.hw.NAME; behind each .sample(N) or .hz(N).
void PointResolver::perf(const Components& components, const Derivation& derivation) {
    if (components[0].argument) {
        mismatch(components, 0);
    }
    if (components.size() < 3) {
        components.size() == 2 && alternatives(components, 2).empty() ? mismatch(components, 1)
                                                                      : truncated(components);
    }
    for (std::size_t index = 3; index < components.size(); ++index) {
        refuse_counting(components[index]);
        if (index > 3 || (components[index].name != "sample" && components[index].name != "hz")) {
            mismatch(components, index);
        }
    }
    PerfEvent event;
    read_rate(components, 3, event);
    if (components[1].name == "type" && components[2].name == "config") {
        event.type = static_cast<std::uint32_t>(
            number_within(components[1], "type", 0, std::numeric_limits<std::uint32_t>::max()));
        event.config = static_cast<std::uint64_t>(number_argument(components[2]));
        add_perf_event(std::move(event), point_text(components), derivation);
        return;
    }
    bool found = false;
    for (const NamedCounter& counter : named_counters()) {
        if (components[1].argument || components[2].argument ||
            !targets::matches_glob(components[1].name, counter.family) ||
            !targets::matches_glob(components[2].name, counter.name)) {
            continue;
        }
        found = true;
        event.type = counter.type;
        event.config = counter.config;
        Components named = components;
        named[1].name = counter.family;
        named[2].name = counter.name;
        add_perf_event(event, point_text(named), derivation);
    }
    if (!found) {
        mismatch(components, alternatives(components, 2).empty() ? 1 : 2);
    }
}

// timer.profile, timer.profile.tick and timer.profile.freq.hz(N).
void PointResolver::profile_timer(const Components& components, const Derivation& derivation) {
    std::uint64_t frequency = 0;
    std::size_t used = 2;
    if (components[1].argument) {
        mismatch(components, 1);
    }
    if (components.size() > 2 && components[2].name == "freq" && !components[2].argument) {
        if (components.size() == 3) {
            truncated(components);
        }
        if (components[3].name != "hz") {
            mismatch(components, 3);
        }
        frequency =
            static_cast<std::uint64_t>(number_within(components[3], "frequency", 1, most_profiles));
        used = 4;
    } else if (components.size() > 2) {
        used = components[2].name == "tick" && !components[2].argument ? 3 : 2;
    }
    if (components.size() > used) {
        mismatch(components, used);
    }
    add_perf_event(elaborate::profile_timer(frequency), point_text(components), derivation);
}

// kernel.data("SYMBOL"), kernel.data(ADDRESS) and kernel.data(ADDRESS).length(N), then .write or
// .rw.
void PointResolver::watchpoint(const Components& components, const Derivation& derivation) {
    const language::ProbeComponent& data = components[1];
    PerfEvent event;
    const bool is_named =
        data.argument && std::holds_alternative<std::string>(data.argument->value);
    if (is_named) {
        event.symbol = text_argument(data);
    } else {
        event.address = static_cast<std::uint64_t>(number_argument(data));
    }
    if (!is_named && !is_kernel_address(event.address)) {
        throw Unresolved{data.place, "address out of the kernel", true};
    }
    std::size_t used = 2;
    if (components.size() > used && components[used].name == "length") {
        const language::ProbeComponent& length = components[used++];
        if (is_named) {
            throw Unresolved{length.place, "length is not valid with the name of a symbol", true};
        }
        event.length = breakpoint_length(
            static_cast<std::uint64_t>(number_within(length, "length", 1, longest_breakpoint)));
    }
    if (components.size() == used) {
        truncated(components);
    }
    const language::ProbeComponent& access = components[used];
    if ((access.name != "write" && access.name != "rw") || access.argument) {
        mismatch(components, used);
    }
    if (components.size() > used + 1) {
        mismatch(components, used + 1);
    }
    event.kind =
        access.name == "write" ? PerfEvent::Kind::watch_writes : PerfEvent::Kind::watch_accesses;
    if (is_named && !session_.kernel.has_symbol(event.symbol)) {
        throw Unresolved{{}, "no match: this kernel has no variable '" + event.symbol + "'"};
    }
    if (is_named && !session_.kernel.symbols(event.symbol).empty()) {
        throw Unresolved{{}, "no match: '" + event.symbol + "' is a function, not a variable"};
    }
    std::string point = points_of(event).back();
    add_perf_event(std::move(event), std::move(point), derivation);
}

}  // namespace sutap::elaborate
