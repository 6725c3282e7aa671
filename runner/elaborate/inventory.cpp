#include "runner/elaborate/inventory.h"

#include <set>
#include <vector>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/builtins.h"
#include "runner/elaborate/probe_types.h"
#include "runner/elaborate/types.h"
#include "runner/tapset/tapset.h"

namespace sutap::elaborate {
namespace {

// What the tapset and the elaborator keep to themselves.
bool is_public(std::string_view name) {
    return !name.empty() && !name.starts_with("__");
}

std::string joined(const std::set<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

std::string signature(const Function& function) {
    std::string text = function.name + ":" + type_name(function.result) + " (";
    for (std::uint32_t index = 0; index < function.parameters; ++index) {
        const Local& parameter = function.locals[index];
        text += (index == 0 ? "" : ", ") + parameter.name + ":" + type_name(parameter.type);
    }
    return text + ")";
}

std::string signature(const BuiltinRow& builtin) {
    std::string text = std::string(builtin.name) + ":" + type_name(builtin.result) + " (";
    for (std::size_t index = 0; index < builtin.parameters.size(); ++index) {
        text += std::string(index == 0 ? "" : ", ") + type_name(builtin.parameters[index]);
    }
    return text + ")";
}

}  // namespace

std::string list_probe_types() {
    const auto types = probe_types();
    return joined({types.begin(), types.end()});
}

std::string list_probe_aliases() {
    std::set<std::string> names;
    for (const tapset::Item& item : tapset::items()) {
        if (item.kind == tapset::Item::Kind::alias && is_public(item.name)) {
            names.emplace(item.name);
        }
    }
    for (const NamedCounter& counter : named_counters()) {
        names.insert("perf." + std::string(counter.family) + "." + std::string(counter.name));
    }
    for (const std::string& name : tapset::syscall_names()) {
        names.insert("syscall." + name);
        names.insert("syscall." + name + ".return");
    }
    return joined(names);
}

std::string list_functions(const targets::Kernel& kernel) {
    const language::Script nothing;
    language::SourceMap sources;
    const ElaborateOptions options;
    Session session(nothing, sources, kernel, options);
    std::set<std::string> lines;
    std::set<std::string_view> known;
    for (const tapset::Item& item : tapset::items()) {
        if (item.kind == tapset::Item::Kind::function && is_public(item.name)) {
            known.insert(item.name);
            for (const auto& declared :
                 session.library.functions(std::string(item.name), false, 0)) {
                session.function(declared);
            }
        }
    }
    bind_pending_functions(session);
    infer_types(session);
    for (const Function& function : session.program.functions) {
        if (known.count(function.name) != 0) {
            lines.insert(signature(function));
        }
    }
    for (const BuiltinRow& builtin : builtins()) {
        if (is_public(builtin.name) && known.count(builtin.name) == 0) {
            lines.insert(signature(builtin));
        }
    }
    return joined(lines);
}

}  // namespace sutap::elaborate
