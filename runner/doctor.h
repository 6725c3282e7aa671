// What --doctor says of a machine: what can be traced here, and how to get the rest.
#pragma once

#include <string>

namespace sutap {

// Where the machine says what it is; others than the usual ones are for tests.
struct MachineFiles {
    std::string types = "/sys/kernel/btf/vmlinux";
    std::string symbols = "/proc/kallsyms";
    std::string user_ids = "/proc/self/uid_map";
    std::string lockdown = "/sys/kernel/security/lockdown";
    std::string kprobe_events = "/sys/bus/event_source/devices/kprobe/type";
    std::string perf_event_paranoid = "/proc/sys/kernel/perf_event_paranoid";
    std::string symbol_restriction = "/proc/sys/kernel/kptr_restrict";
};

struct Diagnosis {
    std::string text;  // lines `yes|no|root  WHAT  why, and what to do about it`
    bool can_trace = false;
};

// Needs no privilege, and attaches nothing.
Diagnosis examine_machine(const MachineFiles& files = {});

}  // namespace sutap
