#include "runner/doctor.h"

#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "runner/targets/kernel.h"
#include "runner/targets/machine.h"

namespace sutap {
namespace {

enum class Verdict { yes, no, root };

std::optional<std::string> first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    return std::getline(file, line) ? std::optional(line) : std::nullopt;
}

std::optional<int> number_in(const std::string& path) {
    const std::string line = first_line(path).value_or("");
    int number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    return error == std::errc{} ? std::optional(number) : std::nullopt;
}

class Examination {
  public:
    explicit Examination(const MachineFiles& files)
        : files_(files), kernel_(files.types, files.symbols) {}

    Diagnosis run() {
        utsname system{};
        uname(&system);
        diagnosis_.text = std::string("Linux ") + system.release + ", " + system.machine + "\n";
        const bool bpf = programs();
        const bool types = described_types();
        const bool readable = kernel_memory();
        const bool functions = types && functions_by_type();
        const bool tracepoints = types && tracepoint_programs();
        if (types) {
            system_calls(functions, tracepoints);
            long_loops();
        }
        other_functions();
        sampling();
        symbols();
        diagnosis_.can_trace = bpf && types && readable && (functions || tracepoints);
        diagnosis_.text += diagnosis_.can_trace ? "Scripts can trace this kernel.\n"
                                                : "Scripts cannot trace this kernel: see what "
                                                  "is marked \"no\" above.\n";
        return std::move(diagnosis_);
    }

  private:
    bool report(Verdict verdict, const std::string& what, const std::string& why) {
        constexpr std::size_t width = 17;
        const char* word = verdict == Verdict::yes  ? "yes "
                           : verdict == Verdict::no ? "no  "
                                                    : "root";
        diagnosis_.text += std::string(word) + "  " + what +
                           std::string(width - std::min(width - 1, what.size()), ' ') + why + "\n";
        return verdict == Verdict::yes;
    }
    bool report(bool is_well, const std::string& what, const std::string& why_well,
                const std::string& remedy) {
        return report(is_well ? Verdict::yes : Verdict::no, what, is_well ? why_well : remedy);
    }

    // bpf(2) without a command: what a kernel with it refuses in another way.
    bool programs() {
        const bool exists = syscall(SYS_bpf, -1, nullptr, 0) == 0 || errno != ENOSYS;
        const std::string map = first_line(files_.user_ids).value_or("");
        const bool is_inside = map.find("4294967295") == std::string::npos;
        if (exists && is_inside) {
            return report(Verdict::no, "BPF programs",
                          "this is a container's user namespace, where the kernel permits none: "
                          "run sutap outside of it");
        }
        return report(exists, "BPF programs", "the kernel takes them",
                      "boot a kernel built with CONFIG_BPF_SYSCALL=y, as Debian's are");
    }

    bool described_types() {
        try {
            const std::size_t functions = kernel_.functions("*").size();
            return report(Verdict::yes, "types",
                          "BTF describes " + std::to_string(functions) + " functions and " +
                              std::to_string(kernel_.tracepoints("*").size()) + " tracepoints");
        } catch (const targets::TargetError& error) {
            return report(Verdict::no, "types", error.message);
        }
    }

    bool kernel_memory() {
        const std::string mode = first_line(files_.lockdown).value_or("");
        return report(mode.find("[confidentiality]") == std::string::npos, "kernel memory",
                      "may be read by BPF programs",
                      "the lockdown mode \"confidentiality\" forbids BPF programs to read it: "
                      "boot without lockdown=confidentiality");
    }

    bool has_symbol(const std::string& name) const {
        try {
            return kernel_.has_symbol(name);
        } catch (const targets::TargetError&) {
            return false;
        }
    }

    bool functions_by_type() {
        return report(
            has_symbol("register_ftrace_direct") && has_symbol("arch_prepare_bpf_trampoline"),
            "functions", "kernel.function(\"NAME\"), with .return and all parameters",
            "boot a kernel built with CONFIG_BPF_JIT=y and CONFIG_FUNCTION_TRACER=y, as "
            "Debian's are");
    }

    bool tracepoint_programs() {
        return report(has_symbol("bpf_trace_run1"), "tracepoints", "kernel.trace(\"NAME\")",
                      "boot a kernel built with CONFIG_BPF_EVENTS=y, as Debian's are");
    }

    void system_calls(bool functions, bool tracepoints) {
        const std::size_t known = static_cast<std::size_t>(std::ranges::count_if(
            targets::syscalls(),
            [&](const auto& one) { return has_symbol(targets::syscall_entry(one.name)); }));
        report(known > 0 && (functions || tracepoints), "system calls",
               "syscall.NAME, of which this kernel has " + std::to_string(known),
               "they need one of the two kinds above");
    }

    void long_loops() {
        report(kernel_.has_helper("bpf_loop"), "long loops", "in handlers, by bpf_loop()",
               "loops in handlers need Linux 5.17 or newer");
    }

    void other_functions() {
        const bool exist = number_in(files_.kprobe_events).has_value();
        report(exist ? Verdict::root : Verdict::no, "other functions",
               exist ? "those that BTF does not describe, and register(): by kprobes, which only "
                       "root can open, with sutap-runner itself"
                     : "this kernel has no kprobes (CONFIG_KPROBE_EVENTS): functions that BTF does "
                       "not describe cannot be probed");
    }

    void sampling() {
        const auto level = number_in(files_.perf_event_paranoid);
        if (!level) {
            report(Verdict::no, "sampling",
                   "timer.profile, perf.* and kernel.data() need a kernel built with "
                   "CONFIG_PERF_EVENTS=y");
            return;
        }
        report(Verdict::yes, "sampling",
               *level < 3 ? "timer.profile and perf.*; kernel.data() is root's, with sutap-runner "
                            "itself"
                          : "timer.profile and perf.*, where the policy lists the point among the "
                            "script's `probes`, because kernel.perf_event_paranoid is " +
                                std::to_string(*level) +
                                "; kernel.data() is root's, with sutap-runner itself");
    }

    void symbols() {
        const auto level = number_in(files_.symbol_restriction);
        report(level && *level >= 2 ? Verdict::no : Verdict::root, "kernel symbols",
               level && *level >= 2
                   ? "kernel stacks have no names while kernel.kptr_restrict is " +
                         std::to_string(*level) + ": root can set it to 1"
                   : "names in kernel stacks, and kernel addresses, are shown to root alone");
    }

    const MachineFiles& files_;
    targets::Kernel kernel_;
    Diagnosis diagnosis_;
};

}  // namespace

Diagnosis examine_machine(const MachineFiles& files) {
    return Examination(files).run();
}

}  // namespace sutap
