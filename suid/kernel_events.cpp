#include "suid/kernel_events.h"

#include <fnmatch.h>
#include <linux/bpf.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "suid/outcome.h"

namespace sutap::front_end {
namespace {

// The kernel's variable of this name; 0 if there is none, or several.
unsigned long long address_of(const char* variable) {
    FILE* symbols = fopen("/proc/kallsyms", "re");
    unsigned long long found = 0, address = 0;
    std::array<char, 1024> line = {}, name = {};
    char type = 0;
    while (symbols && fgets(line.data(), line.size(), symbols))
        if (strstr(line.data(), variable) &&
            sscanf(line.data(), "%llx %c %1023s", &address, &type, name.data()) == 3 &&
            strcmp(name.data(), variable) == 0 && !strchr("tTwW", type))
            found = found == 0 || found == address ? address : ~0ULL;
    if (symbols) fclose(symbols);
    return found == ~0ULL ? 0 : found;
}

// kernel.data("NAME") or kernel.data(0xADDRESS).length(N), with .write or .rw: a breakpoint in the
// kernel's half of the memory, for the other half is of all processes.
bool read_watchpoint(const char* point, perf_event_attr& event) {
    std::array<char, 256> name = {};
    std::array<char, 8> access = {};
    unsigned long long address = 0, length = 1;
    if (sscanf(point, "kernel.data(\"%255[^\"]\").%7s", name.data(), access.data()) == 2)
        address = address_of(name.data());
    else if (sscanf(point, "kernel.data(%llx).length(%llu).%7s", &address, &length,
                    access.data()) != 3 &&
             sscanf(point, "kernel.data(%llx).%7s", &address, access.data()) != 2)
        return false;
    event.type = PERF_TYPE_BREAKPOINT;
    event.bp_type = strcmp(access.data(), "write") == 0 ? HW_BREAKPOINT_W : HW_BREAKPOINT_RW;
    event.bp_addr = address;
    event.bp_len = length;
    event.sample_period = 1;
    return address >> 63 != 0;
}

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
        return read_watchpoint(point, event);
    event.type = type;
    event.config = config;
    event.sample_period = number;
    return true;
}

// The name of the module that has these types; empty where they are the kernel's or a program's.
std::string name_of_types(const policy::Descriptor& types) {
    std::array<char, 64> name = {};
    bpf_btf_info about = {};
    about.name = std::bit_cast<std::uint64_t>(name.data());
    about.name_len = name.size() - 1;
    bpf_attr question;
    memset(&question, 0, sizeof question);
    question.info.bpf_fd = static_cast<std::uint32_t>(types.number());
    question.info.info_len = sizeof about;
    question.info.info = std::bit_cast<std::uint64_t>(&about);
    const bool is_known = syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &question, sizeof question) == 0;
    const std::string_view found = name.data();
    return is_known && about.kernel_btf != 0 && found != "vmlinux" ? name.data() : "";
}

}  // namespace

std::vector<Opened> open_perf_events(const std::vector<std::string>& probes) {
    std::vector<Opened> opened;
    const long processors = sysconf(_SC_NPROCESSORS_CONF);
    for (const std::string& point : probes) {
        perf_event_attr event = {};
        if (!read_point(point.c_str(), event)) continue;
        event.size = sizeof event;
        event.disabled = 1;
        for (long number = 0; number < processors; ++number) {
            policy::Descriptor one(static_cast<int>(
                syscall(SYS_perf_event_open, &event, -1, number, -1, PERF_FLAG_FD_CLOEXEC)));
            // Some of a point's processors, without a word, would be worse than none.
            if (!one && errno == EMFILE)
                stop(Status::broken, "the rule's probes need too many perf events");
            if (one) opened.push_back({"perf_event", point, std::move(one)});
        }
    }
    return opened;
}

std::vector<Opened> open_module_types(const std::vector<std::string>& probes) {
    std::vector<Opened> opened;
    bpf_attr object;  // which the kernel gives by number alone
    memset(&object, 0, sizeof object);
    while (syscall(SYS_bpf, BPF_BTF_GET_NEXT_ID, &object, sizeof object) == 0) {
        object.btf_id = object.next_id;  // also where the next search starts
        object.next_id = 0;
        policy::Descriptor types(
            static_cast<int>(syscall(SYS_bpf, BPF_BTF_GET_FD_BY_ID, &object, sizeof object)));
        const std::string name = types ? name_of_types(types) : "";
        const std::string point = "module(\"" + name + "\"";
        const auto names_it = [&](const std::string& probe) {
            const std::size_t end = std::min(probe.find("\")."), probe.size() - 1) + 1;
            return fnmatch(probe.substr(0, end).c_str(), point.c_str(), 0) == 0 ||
                   fnmatch("kernel.[*t]*", probe.c_str(), 0) == 0;  // may be anyone's tracepoint
        };
        if (!name.empty() && std::any_of(probes.begin(), probes.end(), names_it))
            opened.push_back({"module_btf", name, std::move(types)});
    }
    return opened;
}

}  // namespace sutap::front_end
