#include "runner/bpf/perf_events.h"

#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "runner/bpf/load.h"
#include "runner/privileges.h"
#include "runner/targets/kernel_symbols.h"
#include "runner/targets/target_error.h"

namespace sutap::bpf {

namespace {

using elaborate::PerfEvent;
using privileges::Capability;
using privileges::CapabilityScope;

// The processors in a list of the kernel's: "0-2,5".
std::vector<int> online_processors() {
    char text[4096];
    const Descriptor file(open("/sys/devices/system/cpu/online", O_RDONLY | O_CLOEXEC));
    const ssize_t size = file ? read(file.get(), text, sizeof text) : -1;
    std::vector<int> processors;
    const char* at = text;
    const char* const end = text + std::max<ssize_t>(size, 0);
    for (int first = 0; std::from_chars(at, end, first).ec == std::errc{};) {
        int last = first;
        at = std::from_chars(at, end, first).ptr;
        if (at < end && *at == '-') {
            at = std::from_chars(at + 1, end, last).ptr;
        }
        for (; first <= last; ++first) {
            processors.push_back(first);
        }
        at += at < end ? 1 : 0;
    }
    if (processors.empty()) {
        throw LoadError{"cannot tell which processors are online: /sys is not mounted"};
    }
    return processors;
}

std::uint64_t address_of(const std::string& symbol) {
    std::vector<std::uint64_t> addresses;
    try {
        const CapabilityScope raised{Capability::see_addresses};
        addresses = targets::variable_addresses("/proc/kallsyms", symbol);
    } catch (const targets::TargetError& error) {
        throw LoadError{error.message};
    }
    if (addresses.empty()) {
        throw LoadError{"this kernel has no variable '" + symbol + "'"};
    }
    if (addresses.size() > 1) {
        throw LoadError{"this kernel has " + std::to_string(addresses.size()) +
                        " variables called '" + symbol + "': name one by its address"};
    }
    if (addresses.front() == 0) {
        throw LoadError{"the kernel does not tell the address of '" + symbol +
                        "': that needs the point among the script's `probes` in the policy, or "
                        "CAP_SYSLOG, and kernel.kptr_restrict below 2"};
    }
    return addresses.front();
}

perf_event_attr attributes_of(const PerfEvent& event) {
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    if (event.kind == PerfEvent::Kind::sample) {
        attributes.type = event.type;
        attributes.config = event.config;
        attributes.freq = event.period == 0 ? 1 : 0;
        attributes.sample_period = event.period == 0 ? event.frequency : event.period;
        return attributes;
    }
    attributes.type = PERF_TYPE_BREAKPOINT;
    attributes.sample_period = 1;
    attributes.bp_type =
        event.kind == PerfEvent::Kind::watch_writes ? HW_BREAKPOINT_W : HW_BREAKPOINT_RW;
    attributes.bp_addr = event.symbol.empty() ? event.address : address_of(event.symbol);
    attributes.bp_len = event.length;
    return attributes;
}

// What to do about it, where that is known.
std::string advice(const PerfEvent& event, int error) {
    const bool is_sample = event.kind == PerfEvent::Kind::sample;
    switch (error) {
        case EACCES:
        case EPERM:
            return is_sample ? " (needs the point among the script's `probes` in the policy, or "
                               "CAP_SYS_ADMIN "
                               "where kernel.perf_event_paranoid is over 2)"
                             : " (needs the point among the script's `probes` in the policy, or "
                               "CAP_SYS_ADMIN)";
        case ENOENT:
        case ENODEV:
        case EOPNOTSUPP:
            return " (this machine does not count it: virtual machines often have no hardware "
                   "counters)";
        case ENOSPC:
        case EBUSY:
            return is_sample ? " (all counters are in use)"
                             : " (all hardware breakpoints of the processor are in use)";
        case EINVAL:
            return is_sample ? " (kernel.perf_event_max_sample_rate limits .hz, and not every type "
                               "has every config)"
                             : " (it must be in the kernel, and a multiple of its length)";
        default:
            return "";
    }
}

}  // namespace

std::vector<Descriptor> open_perf_events(const PerfEvent& event) {
    perf_event_attr attributes = attributes_of(event);
    std::vector<Descriptor> opened;
    for (const int processor : online_processors()) {
        const CapabilityScope raised{Capability::perfmon, Capability::administer};
        opened.emplace_back(static_cast<int>(
            syscall(SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC)));
        if (!opened.back()) {
            const int error = errno;
            throw LoadError{"cannot open the perf event " + elaborate::points_of(event).back() +
                            " on processor " + std::to_string(processor) + ": " +
                            std::strerror(error) + advice(event, error)};
        }
    }
    return opened;
}

}  // namespace sutap::bpf
