#include "runner/listing.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "runner/bpf/load_check.h"
#include "runner/elaborate/library.h"
#include "runner/tapset/tapset.h"

namespace sutap {

namespace {

// `kernel.function("vfs_*").return` taken apart.
struct Pattern {
    std::string_view before;  // kernel.function("
    std::string name;         // vfs_*
    std::string_view after;   // ").return
};

// nullopt if `text` does not begin with `head` and a name in quotes.
std::optional<Pattern> quoted_after(std::string_view text, std::string_view head) {
    if (!text.starts_with(head)) {
        return std::nullopt;
    }
    const auto end = text.find('"', head.size());
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    return Pattern{text.substr(0, head.size()),
                   std::string(text.substr(head.size(), end - head.size())), text.substr(end)};
}

std::string parameters(const targets::Kernel& kernel,
                       const std::vector<targets::KernelParameter>& list) {
    std::string text;
    for (const targets::KernelParameter& parameter : list) {
        text += " $" + parameter.name + ":" + kernel.types().spelling(parameter.type);
    }
    return text;
}

// `module`: empty, or the name of the one whose functions these are.
void list_functions(const targets::Kernel& kernel, const std::string& module,
                    const Pattern& pattern, bool with_variables, std::set<std::string>& lines) {
    const bool is_return = pattern.after == "\").return";
    const bool is_exported = pattern.after == "\").exported";
    if (!is_return && !is_exported && pattern.after != "\")" && pattern.after != "\").call") {
        return;
    }
    // The file, which BTF does not know, is accepted and ignored.
    const std::string glob = pattern.name.substr(0, pattern.name.find('@'));
    for (const std::string& name : kernel.functions(glob, module)) {
        if (is_exported && !kernel.has_symbol("__ksymtab_" + name, module)) {
            continue;
        }
        std::string line = std::string(pattern.before) + name + std::string(pattern.after);
        const auto function = with_variables ? kernel.function(name, module)
                                             : std::optional<targets::KernelFunction>();
        if (function && is_return && function->result != targets::void_type) {
            line += " $return:" + kernel.types().spelling(function->result);
        }
        lines.insert(function ? line + parameters(kernel, function->parameters) : line);
    }
}

void list_module_functions(const targets::Kernel& kernel, const Pattern& modules,
                           bool with_variables, std::set<std::string>& lines) {
    constexpr std::string_view between = "\").function(\"";
    for (const std::string& module : kernel.modules(modules.name)) {
        const std::string before = std::string(modules.before) + module + std::string(between);
        if (auto functions = quoted_after(modules.after, between)) {
            functions->before = before;
            try {
                list_functions(kernel, module, *functions, with_variables, lines);
            } catch (const targets::TargetError&) {
                // One module of many whose types are malformed.
            }
        }
    }
}

void list_tracepoints(const targets::Kernel& kernel, const Pattern& pattern, bool with_variables,
                      std::set<std::string>& lines) {
    if (pattern.after != "\")") {
        return;
    }
    const std::string glob = pattern.name.substr(pattern.name.find(':') + 1);
    for (const std::string& name : kernel.tracepoints(glob)) {
        std::string line = std::string(pattern.before) + name + "\")";
        const auto tracepoint =
            with_variables ? kernel.tracepoint(name) : std::optional<targets::KernelTracepoint>();
        lines.insert(tracepoint ? line + parameters(kernel, tracepoint->parameters) : line);
    }
}

// ` name:type` for each assignment of an alias's text, which is one a line.
std::string assigned(std::string_view text) {
    std::set<std::string> seen;
    std::string variables;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto equals = line.find(" = ");
        if (!line.starts_with("    ") || equals == std::string_view::npos) {
            continue;
        }
        const std::string name(line.substr(4, equals - 4));
        const std::string_view value = line.substr(equals + 3);
        const bool is_number = value.starts_with("$") || value.starts_with("(") ||
                               value.find_first_not_of("-0123456789") == std::string_view::npos;
        if (seen.insert(name).second) {
            variables += " " + name + (is_number ? ":long" : ":string");
        }
    }
    return variables;
}

void list_syscalls(const std::string& family, const std::string& pattern, bool with_variables,
                   std::set<std::string>& lines) {
    for (const std::string& name : tapset::syscall_names()) {
        for (const bool is_return : {false, true}) {
            const std::string point = family + "." + name + (is_return ? ".return" : "");
            // A `*` is for one component.
            const bool pattern_is_return = pattern.ends_with(".return");
            if (is_return != pattern_is_return || !bpf::matches(pattern, point)) {
                continue;
            }
            const auto alias = tapset::syscall_alias(name, is_return);
            if (alias) {
                lines.insert(with_variables ? point + assigned(*alias) : point);
            }
        }
    }
}

void list_perf_events(const std::string& pattern, std::set<std::string>& lines) {
    std::vector<std::string> points;
    for (const elaborate::NamedCounter& counter : elaborate::named_counters()) {
        points.push_back("perf." + std::string(counter.family) + "." + std::string(counter.name));
    }
    std::ranges::copy_if(points, std::inserter(lines, lines.end()),
                         [&](const std::string& point) { return bpf::matches(pattern, point); });
}

std::string type_name(elaborate::ValueType type) {
    switch (type) {
        case elaborate::ValueType::integer:
            return "long";
        case elaborate::ValueType::string:
            return "string";
        default:
            return "unknown";
    }
}

}  // namespace

std::set<std::string> list_probes(const targets::Kernel& kernel, const std::string& pattern,
                                  bool with_variables) {
    std::set<std::string> lines;
    if (const auto functions = quoted_after(pattern, "kernel.function(\"")) {
        list_functions(kernel, "", *functions, with_variables, lines);
    } else if (const auto probed = quoted_after(pattern, "kprobe.function(\"")) {
        list_functions(kernel, "", *probed, with_variables, lines);
    } else if (const auto modules = quoted_after(pattern, "module(\"")) {
        list_module_functions(kernel, *modules, with_variables, lines);
    } else if (const auto named = quoted_after(pattern, "kprobe.module(\"")) {
        list_module_functions(kernel, *named, with_variables, lines);
    } else if (const auto tracepoints = quoted_after(pattern, "kernel.trace(\"")) {
        list_tracepoints(kernel, *tracepoints, with_variables, lines);
    } else if (pattern.starts_with("perf.")) {
        list_perf_events(pattern, lines);
    }
    for (const std::string_view family : elaborate::syscall_families) {
        if (pattern.starts_with(std::string(family) + ".")) {
            list_syscalls(std::string(family), pattern, with_variables, lines);
        }
    }
    return lines;
}

std::set<std::string> list_resolved(const elaborate::Program& program, bool with_variables) {
    std::set<std::string> lines;
    for (const elaborate::Probe& probe : program.probes) {
        std::string line = probe.definition;
        for (const elaborate::Local& local : probe.locals) {
            // Those of the tapset's own that begin so are not for scripts.
            if (with_variables && !local.name.starts_with("__")) {
                line += " " + local.name + ":" + type_name(local.type);
            }
        }
        lines.insert(line);
    }
    return lines;
}

}  // namespace sutap
