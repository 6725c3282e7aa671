#include "runner/elaborate/perf_event.h"

#include <linux/perf_event.h>

#include <array>
#include <bit>
#include <cstdio>

#include "runner/targets/tick.h"

namespace sutap::elaborate {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

constexpr std::array<NamedCounter, 19> counters = {{
    {"sw", "cpu_clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK},
    {"sw", "task_clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    {"sw", "page_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
    {"sw", "context_switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
    {"sw", "cpu_migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS},
    {"sw", "page_faults_min", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MIN},
    {"sw", "page_faults_maj", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS_MAJ},
    {"sw", "alignment_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_ALIGNMENT_FAULTS},
    {"sw", "emulation_faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_EMULATION_FAULTS},
    {"hw", "cpu_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    {"hw", "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    {"hw", "cache_references", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_REFERENCES},
    {"hw", "cache_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
    {"hw", "branch_instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_INSTRUCTIONS},
    {"hw", "branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES},
    {"hw", "bus_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BUS_CYCLES},
    {"hw", "stalled_cycles_frontend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_FRONTEND},
    {"hw", "stalled_cycles_backend", PERF_TYPE_HARDWARE, PERF_COUNT_HW_STALLED_CYCLES_BACKEND},
    {"hw", "ref_cpu_cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_REF_CPU_CYCLES},
}};

std::vector<std::string> watch_points(const PerfEvent& event) {
    const std::string access = event.kind == PerfEvent::Kind::watch_writes ? ".write" : ".rw";
    if (!event.symbol.empty()) {
        return {"kernel.data(\"" + event.symbol + "\")" + access};
    }
    std::array<char, 24> address{};
    std::snprintf(address.data(), address.size(), "%#llx",
                  static_cast<unsigned long long>(event.address));
    const std::string point = std::string("kernel.data(") + address.data() + ")";
    std::vector<std::string> points = {point + ".length(" + std::to_string(event.length) + ")" +
                                       access};
    if (event.length == 1) {
        points.push_back(point + access);
    }
    return points;
}

}  // namespace

std::span<const NamedCounter> named_counters() {
    return counters;
}

PerfEvent profile_timer(std::uint64_t frequency) {
    PerfEvent event;
    event.type = PERF_TYPE_SOFTWARE;
    event.config = PERF_COUNT_SW_CPU_CLOCK;
    event.period =
        frequency > 0 ? second_ns / frequency : static_cast<std::uint64_t>(targets::jiffy_ns());
    return event;
}

std::uint32_t breakpoint_length(std::uint64_t length) {
    return static_cast<std::uint32_t>(std::bit_ceil(length));
}

std::vector<std::string> points_of(const PerfEvent& event) {
    if (event.kind != PerfEvent::Kind::sample) {
        return watch_points(event);
    }
    std::vector<std::string> counted = {"perf.type(" + std::to_string(event.type) + ").config(" +
                                        std::to_string(event.config) + ")"};
    for (const NamedCounter& counter : counters) {
        if (counter.type == event.type && counter.config == event.config) {
            counted.push_back("perf." + std::string(counter.family) + "." +
                              std::string(counter.name));
        }
    }
    std::vector<std::string> points;
    for (const std::string& point : counted) {
        points.push_back(point +
                         (event.period > 0 ? ".sample(" + std::to_string(event.period)
                                           : ".hz(" + std::to_string(event.frequency)) +
                         ")");
        if (event.period == default_period) {
            points.push_back(point);
        }
    }
    const std::uint64_t rate = event.period > 0 ? second_ns / event.period : 0;
    if (rate > 0 && event == profile_timer(rate)) {
        points.push_back("timer.profile.freq.hz(" + std::to_string(rate) + ")");
    }
    if (event == profile_timer()) {
        points.insert(points.end(), {"timer.profile.tick", "timer.profile"});
    }
    return points;
}

}  // namespace sutap::elaborate
