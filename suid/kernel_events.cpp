#include "suid/kernel_events.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>

namespace sutap::front_end {
namespace {

// As the runner reads these names (runner/elaborate/perf_event.cpp), which takes an event only for
// the point whose name it has.
bool read_point(const char* point, perf_event_attr& event) {
    unsigned long long config = PERF_COUNT_SW_CPU_CLOCK, number = 0;
    unsigned type = PERF_TYPE_SOFTWARE;
    timespec tick = {};
    if (std::string(point) == "timer.profile" && clock_getres(CLOCK_MONOTONIC_COARSE, &tick) == 0)
        number = static_cast<unsigned long long>(tick.tv_nsec);
    else if (sscanf(point, "timer.profile.freq.hz(%llu)", &number) == 1 && number > 0)
        number = 1'000'000'000 / number;
    else if (sscanf(point, "perf.type(%u).config(%llu).hz(%llu)", &type, &config, &number) == 3)
        event.freq = 1;
    else if (sscanf(point, "perf.type(%u).config(%llu).sample(%llu)", &type, &config, &number) != 3)
        return false;
    event.size = sizeof event;
    event.type = type;
    event.config = config;
    event.sample_period = number;
    event.disabled = 1;
    return true;
}

}  // namespace

std::vector<Opened> open_perf_events(const std::vector<std::string>& probes) {
    std::vector<Opened> opened;
    const long processors = sysconf(_SC_NPROCESSORS_CONF);
    for (const std::string& point : probes) {
        perf_event_attr event = {};
        if (!read_point(point.c_str(), event)) continue;
        for (long number = 0; number < processors; ++number) {
            policy::Descriptor one(static_cast<int>(
                syscall(SYS_perf_event_open, &event, -1, number, -1, PERF_FLAG_FD_CLOEXEC)));
            if (one) opened.push_back({"perf_event", point, std::move(one)});
        }
    }
    return opened;
}

}  // namespace sutap::front_end
