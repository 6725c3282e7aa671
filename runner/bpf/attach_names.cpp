#include "runner/bpf/attach_names.h"

#include "runner/tapset/tapset.h"
#include "runner/targets/machine.h"

namespace sutap::bpf {
namespace {

// The points on the function itself, without suffix.
std::vector<std::string> function_points(const std::string& module, const std::string& function) {
    if (!module.empty()) {
        return {elaborate::function_point(module, function)};
    }
    std::vector<std::string> points = {elaborate::function_point("", function)};
    for (const std::string& prefix :
         {targets::syscall_entry(""), targets::syscall_entry_without_arguments("")}) {
        if (function.starts_with(prefix)) {
            for (const std::string& name : tapset::syscalls_of(function.substr(prefix.size()))) {
                points.push_back("syscall." + name);
            }
        }
    }
    for (const std::string& substituted : tapset::substituted_by(function)) {
        points.push_back(elaborate::function_point("", substituted));
    }
    return points;
}

std::vector<std::string> names_at(const Program& program, const std::string& function) {
    std::vector<std::string> names;
    for (const std::string& point : function_points(program.attach_module, function)) {
        names.push_back(point + ".return");
        if (!program.is_return()) {
            names.push_back(point);
            names.push_back(point + ".call");
        }
    }
    return names;
}

}  // namespace

std::vector<std::vector<std::string>> attach_names(const Program& program) {
    const bool is_tracepoint = program.kind == AttachKind::raw_tracepoint_btf ||
                               program.kind == AttachKind::raw_tracepoint;
    if (is_tracepoint) {
        return {{"kernel.trace(\"" + program.attach_name + "\")"}};
    }
    if (program.kind == AttachKind::perf_event) {
        return {elaborate::points_of(program.perf)};
    }
    if (!program.is_shared()) {
        return {names_at(program, program.attach_name)};
    }
    std::vector<std::vector<std::string>> all;
    for (const SharedFunction& function : program.functions) {
        all.push_back(names_at(program, function.name));
    }
    return all;
}

}  // namespace sutap::bpf
