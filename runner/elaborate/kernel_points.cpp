// kernel.function, module.function, kernel.trace and the system calls.
#include <algorithm>
#include <utility>

#include "runner/elaborate/probe_points.h"
#include "runner/tapset/tapset.h"
#include "runner/targets/glob.h"
#include "runner/targets/machine.h"

namespace sutap::elaborate {
namespace {

using Source = ContextArgument::Source;

constexpr unsigned system_call_arguments = 6;

CType integer_type(const targets::TypeGraph& types, std::uint32_t size, bool is_signed) {
    const char* name = size == 4 ? (is_signed ? "int" : "unsigned int")
                                 : (is_signed ? "long int" : "long unsigned int");
    return {types.find_type(name).value_or(targets::void_type), 0};
}

std::string trace_point(const std::string& name) {
    return "kernel.trace(\"" + name + "\")";
}

std::string function_point(const std::string& module, const std::string& name, bool is_return) {
    return elaborate::function_point(module, name) + (is_return ? ".return" : "");
}

struct FunctionPattern {
    std::string name;
    bool names_file = false;
};

// "NAME@FILE:LINE".
FunctionPattern split_pattern(const std::string& text) {
    const std::size_t at = text.find('@');
    return {text.substr(0, at), at != std::string::npos};
}

// What follows function("x").
struct Suffixes {
    bool is_return = false;
    bool is_inline = false;
    bool is_exported = false;
};
constexpr std::int64_t most_active = 65535;

std::optional<std::size_t> read_suffixes(const Components& components, std::size_t first,
                                         Suffixes& suffixes) {
    for (std::size_t index = first; index < components.size(); ++index) {
        const language::ProbeComponent& suffix = components[index];
        if (suffix.name == "return" && !suffix.argument) {
            suffixes.is_return = true;
        } else if (suffix.name == "inline" && !suffix.argument) {
            suffixes.is_inline = true;
        } else if (suffix.name == "exported" && !suffix.argument && !suffixes.is_return) {
            suffixes.is_exported = true;
        } else if (suffix.name == "callee" || suffix.name == "callees" ||
                   suffix.name == "statement" || suffix.name == "label") {
            throw Unresolved{suffix.place,
                             "no match: the kernel's BTF knows functions as a whole, "
                             "but nothing inside of them"};
        } else if (suffix.name == "maxactive" && suffix.argument && suffixes.is_return) {
            const auto* number = std::get_if<std::int64_t>(&suffix.argument->value);
            if (number == nullptr || *number < 0 || *number > most_active) {
                throw Unresolved{
                    suffix.place,
                    "maxactive value out of range [0," + std::to_string(most_active) + "]", true};
            }
        } else if (suffix.name != "call" || suffix.argument) {
            return index;
        }
    }
    return std::nullopt;
}

ContextParameter register_parameter(const targets::TypeGraph& types, unsigned index,
                                    ContextArgument argument) {
    argument.size = 8;
    argument.is_signed = true;
    argument.registers_offset = targets::syscall_argument_offset(index);
    return {"arg" + std::to_string(index + 1), argument, integer_type(types, 8, true), true};
}

// Tracepoints and functions have such addresses as plain numbers.
bool names_code_address(const std::string& parameter) {
    return parameter == "ip" || parameter == "parent_ip" || parameter == "call_site" ||
           parameter == "caller_ip";
}

// module("/lib/…/nf-tables.ko.xz") is nf_tables.
std::string module_pattern(const std::string& text) {
    std::string name = text.substr(text.rfind('/') + 1);
    if (!targets::is_plain_name(name)) {
        return name;
    }
    name = name.substr(0, name.find(".ko"));
    std::ranges::replace_if(
        name, [](char byte) { return byte == '-' || byte == ','; }, '_');
    return name;
}

}  // namespace

std::string function_point(const std::string& module, const std::string& function) {
    return (module.empty() ? "kernel" : "module(\"" + module + "\")") + ".function(\"" + function +
           "\")";
}

void PointResolver::kernel(const Components& components, const Derivation& derivation) {
    if (components.size() < 2) {
        truncated(components);
    }
    const std::string& kind = components[1].name;
    if (kind == "function") {
        function(components, 1, {""}, derivation);
    } else if (kind == "trace") {
        tracepoint(components, derivation);
    } else if (kind == "data") {
        watchpoint(components, derivation);
    } else if (kind == "statement") {
        throw Unresolved{components[1].place,
                         "no match: the kernel's BTF knows functions, but no statements: use "
                         "kernel.function(\"NAME\")"};
    } else if (kind == "mark") {
        throw Unresolved{components[1].place,
                         "no match: kernels since 2.6.32 have no markers: use "
                         "kernel.trace(\"NAME\")"};
    } else {
        mismatch(components, 1);
    }
}

// btf_ctx_access() takes pointers to structures, unions, integers and void.
static bool needs_helper(const targets::TypeGraph& types, targets::TypeId id) {
    using enum targets::TypeKind;
    const auto& type = types.type(types.strip(id));
    if (type.kind != pointer) {
        return false;
    }
    const auto target = types.type(types.strip(type.target)).kind;
    return target != structure && target != union_type && target != integer && target != nothing;
}

ProbeContext PointResolver::context_of(const std::string& name,
                                       const std::vector<targets::KernelParameter>& parameters,
                                       Source source) const {
    const targets::TypeGraph& types = session_.kernel.types();
    ProbeContext context;
    context.where = name;
    std::uint32_t slot = 0;
    for (const targets::KernelParameter& parameter : parameters) {
        const CType type{parameter.type, 0};
        const auto shape = scalar_shape(types, type);
        ContextArgument argument;
        argument.source = source;
        argument.index = slot;
        if (shape) {
            argument.size = shape->size;
            argument.is_signed = shape->is_signed;
            argument.is_address =
                is_address(types, type) || (shape->size == 8 && names_code_address(parameter.name));
            argument.by_helper = needs_helper(types, type.id);
        }
        // A structure of up to 16 bytes takes one or two registers.
        const std::uint64_t bytes = types.type(types.strip(parameter.type)).size;
        slot += !shape && bytes > 8 ? 2 : 1;
        context.parameters.push_back({parameter.name, argument, type, shape.has_value()});
    }
    return context;
}

std::optional<ContextParameter> PointResolver::result_of(
    const targets::KernelFunction& function) const {
    const CType type{function.result, 0};
    const targets::TypeGraph& types = session_.kernel.types();
    const auto shape = scalar_shape(types, type);
    if (!shape) {
        return std::nullopt;
    }
    ContextArgument argument;
    argument.source = Source::function_result;
    argument.size = shape->size;
    argument.is_signed = shape->is_signed;
    argument.is_address = is_address(types, type);
    argument.by_helper = needs_helper(types, type.id);
    return ContextParameter{"return", argument, type, true};
}

// module("m").function("f"), and behind kprobe.
void PointResolver::module(const Components& components, std::size_t at,
                           const Derivation& derivation) {
    const std::string pattern = module_pattern(text_argument(components[at]));
    if (components.size() == at + 1) {
        truncated(components);
    }
    const language::ProbeComponent& kind = components[at + 1];
    if (kind.name == "statement") {
        throw Unresolved{kind.place,
                         "no match: the module's BTF knows functions, but no statements: use "
                         "module(\"" +
                             pattern + "\").function(\"NAME\")"};
    }
    if (kind.name != "function") {
        mismatch(components, at + 1);
    }
    std::vector<std::string> modules = {pattern};
    Derivation each = derivation;
    if (!targets::is_plain_name(pattern)) {
        modules = session_.kernel.modules(pattern);
        each.is_optional = true;
    } else if (!session_.kernel.has_module(pattern)) {
        throw Unresolved{
            components[at].place,
            "no match: " + session_.kernel.missing_module(pattern) +
                session_.problems.similar(
                    pattern, [&] { return session_.kernel.modules("*"); }, "similar modules")};
    }
    if (modules.empty()) {
        throw Unresolved{components[at].place,
                         "no match: no module of this name is loaded that describes its types"};
    }
    function(components, at + 1, modules, each);
}

// function("x") at `at`, of each of the modules, which are at least one.
void PointResolver::function(const Components& components, std::size_t at,
                             const std::vector<std::string>& modules,
                             const Derivation& derivation) {
    const language::ProbeComponent& component = components[at];
    const FunctionPattern pattern = split_pattern(text_argument(component));
    Suffixes suffixes;
    if (const auto wrong = read_suffixes(components, at + 1, suffixes)) {
        mismatch(components, *wrong);
    }
    if (suffixes.is_inline) {
        if (suffixes.is_return) {
            throw Unresolved{component.place, "an inlined function has no return to probe", true};
        }
        throw Unresolved{{}, "no match: the kernel's BTF does not say where functions are inlined"};
    }
    const bool is_plain = targets::is_plain_name(pattern.name);
    if (pattern.names_file && !is_plain) {
        throw Unresolved{{}, "no match: the kernel's BTF does not say in which file functions are"};
    }
    if (pattern.names_file) {
        session_.notes.push_back("the file in \"" + text_argument(component) +
                                 "\" is not checked: the kernel's BTF does not name files");
    }
    if (is_plain && modules.size() == 1) {
        const std::string& module = modules.front();
        if (suffixes.is_exported &&
            !session_.kernel.has_symbol("__ksymtab_" + pattern.name, module)) {
            throw Unresolved{{}, "no match: " + pattern.name + " is not exported to modules"};
        }
        one_function(module, pattern.name, suffixes.is_return, derivation);
        return;
    }
    Derivation each = derivation;
    each.is_optional = true;
    bool found = false;
    for (const std::string& module : modules) {
        for (const std::string& name : matching_functions(pattern.name, module)) {
            if (!suffixes.is_exported || session_.kernel.has_symbol("__ksymtab_" + name, module)) {
                one_function(module, name, suffixes.is_return, each);
                found = true;
            }
        }
    }
    if (!found) {
        throw Unresolved{{}, "no match"};
    }
}

// One module of many whose types are malformed must not hide the others.
std::vector<std::string> PointResolver::matching_functions(const std::string& pattern,
                                                           const std::string& module) {
    try {
        return session_.kernel.functions(pattern, module);
    } catch (const targets::TargetError& problem) {
        if (module.empty()) {
            throw;
        }
        session_.notes.push_back(problem.message);
        return {};
    }
}

// Is a kprobe by name all there is for the function? Its context then has what that one sees.
bool PointResolver::needs_kprobe(const targets::KernelFunction& function, ProbeContext& context) {
    // The kernel attaches no fentry program to a function with `...`.
    if (function.is_variadic) {
        context.parameters.clear();
        context.result.reset();
        return true;
    }
    if (session_.kernel.links_functions_with(context.parameters.size())) {
        return false;
    }
    // A structure of two words that does not fit into the last registers shifts what follows.
    if (!std::ranges::all_of(context.parameters, &ContextParameter::is_scalar)) {
        context.parameters.clear();
    }
    session_.notes.push_back(function.name +
                             " has more parameters than this kernel's links take: "
                             "using a kprobe");
    return true;
}

void PointResolver::one_function(const std::string& module, const std::string& name, bool is_return,
                                 const Derivation& derivation) {
    Probe probe;
    probe.kind = Probe::Kind::kernel;
    probe.point = function_point(module, name, is_return);
    KernelEvent event;
    event.kind = is_return ? KernelEvent::Kind::function_return : KernelEvent::Kind::function_entry;
    event.name = name;
    event.module = module;
    if (const auto known = session_.kernel.function(name, module)) {
        ProbeContext context = context_of(name, known->parameters, Source::function_argument);
        context.module = module;
        context.is_return = is_return;
        context.has_entry_event = is_return;
        if (is_return) {
            context.result = result_of(*known);
        }
        event.arguments = static_cast<std::uint32_t>(context.parameters.size());
        if (needs_kprobe(*known, context)) {
            event.btf_id = 0;
            context.keeps_parameters = is_return;
        } else {
            event.btf_id = known->btf_id;
        }
        probe.event = event;
        add(std::move(probe), std::move(context), derivation);
        return;
    }
    // Before the symbols, which take longer to read than all else.
    if (module.empty() && substitutes(name, is_return, derivation)) {
        return;
    }
    if (session_.kernel.has_symbol(name, module)) {
        ProbeContext context;
        context.where = name;
        context.module = module;
        context.is_return = is_return;
        context.has_entry_event = is_return;
        probe.event = event;
        add(std::move(probe), std::move(context), derivation);
        return;
    }
    if (derivation.is_optional) {
        throw Unresolved{{}, "no match"};
    }
    const std::vector<std::string> known = session_.kernel.functions("*", module);
    const std::vector<std::string> near = targets::nearest_names(name, known, 5);
    throw Unresolved{{},
                     known.empty() ? "no match: module \"" + module +
                                         "\" does not describe its types, and has no such symbol"
                                   : "no match" + alternatives_text(near, "similar functions")};
}

// A function that this kernel has inlined away, but whose exact work others do.
bool PointResolver::substitutes(const std::string& name, bool is_return,
                                const Derivation& derivation) {
    const targets::TypeGraph& types = session_.kernel.types();
    bool found = false;
    for (const tapset::Substitute& substitute : tapset::substitutes(name)) {
        const auto known = session_.kernel.function(substitute.function);
        if (!known) {
            continue;
        }
        Probe probe;
        probe.kind = Probe::Kind::kernel;
        probe.point = function_point("", substitute.function, is_return);
        KernelEvent event;
        event.kind =
            is_return ? KernelEvent::Kind::function_return : KernelEvent::Kind::function_entry;
        event.name = substitute.function;
        event.btf_id = known->btf_id;
        event.arguments = static_cast<std::uint32_t>(known->parameters.size());
        probe.event = event;
        ProbeContext context;
        context.where = name;
        context.is_return = is_return;
        context.has_entry_event = is_return;
        for (const tapset::SubstituteVariable& variable : substitute.variables) {
            ContextArgument argument;
            argument.size = variable.size;
            argument.is_signed = variable.is_signed;
            if (variable.constant) {
                argument.source = Source::constant;
                argument.value = *variable.constant;
            } else {
                argument.registers_offset = targets::syscall_argument_offset(variable.index);
            }
            context.parameters.push_back({variable.name, argument,
                                          integer_type(types, variable.size, variable.is_signed),
                                          true});
        }
        if (is_return) {
            ContextArgument result;
            result.source = Source::function_result;
            result.size = substitute.result_size;
            result.is_signed = true;
            context.result = ContextParameter{
                "return", result, integer_type(types, substitute.result_size, true), true};
        }
        add(std::move(probe), std::move(context), derivation);
        session_.notes.push_back(name + " is not in this kernel: using its exact substitute " +
                                 substitute.function);
        found = true;
    }
    return found;
}

void PointResolver::tracepoint(const Components& components, const Derivation& derivation) {
    const language::ProbeComponent& component = components[1];
    std::string pattern = text_argument(component);
    if (components.size() > 2) {
        mismatch(components, 2);
    }
    if (const std::size_t colon = pattern.find(':'); colon != std::string::npos) {
        pattern = pattern.substr(colon + 1);
        if (pattern == "*") {
            throw Unresolved{{},
                             "no match: the kernel's BTF does not name the groups of tracepoints"};
        }
    }
    const std::vector<std::string> names = targets::is_plain_name(pattern)
                                               ? std::vector<std::string>{pattern}
                                               : session_.kernel.tracepoints(pattern);
    Derivation each = derivation;
    each.is_optional = derivation.is_optional || !targets::is_plain_name(pattern);
    bool found = false;
    for (const std::string& name : names) {
        const auto known = session_.kernel.tracepoint(name);
        if (!known) {
            continue;
        }
        Probe probe;
        probe.kind = Probe::Kind::kernel;
        probe.point = trace_point(name);
        KernelEvent event;
        event.kind = KernelEvent::Kind::tracepoint;
        event.name = name;
        event.module = known->module;
        event.btf_id = known->btf_id;
        ProbeContext context = context_of(name, known->parameters, Source::tracepoint_argument);
        context.module = known->module;
        event.arguments = static_cast<std::uint32_t>(context.parameters.size());
        probe.event = event;
        add(std::move(probe), std::move(context), each);
        found = true;
    }
    if (!found) {
        const std::vector<std::string> near =
            targets::nearest_names(pattern, session_.kernel.tracepoints("*"), 5);
        throw Unresolved{{}, "no match" + alternatives_text(near, "similar tracepoints")};
    }
}

// __syscall.entry("kill") and __syscall.return("kill"): $arg1 … $arg6 and $return.
void PointResolver::system_call(const Components& components, const Derivation& derivation) {
    if (components.size() != 2 ||
        (components[1].name != "entry" && components[1].name != "return")) {
        mismatch(components, components.size() > 2 ? 2 : 0);
    }
    const bool is_return = components[1].name == "return";
    const std::string name = text_argument(components[1]);
    const std::string entry = targets::syscall_entry(name);
    const auto known = session_.kernel.function(entry);
    if (!known || known->parameters.empty()) {
        system_call_without_arguments(name, is_return, derivation);
        return;
    }
    const targets::TypeGraph& types = session_.kernel.types();
    Probe probe;
    probe.kind = Probe::Kind::kernel;
    probe.point = function_point("", entry, is_return);
    KernelEvent event;
    event.kind = is_return ? KernelEvent::Kind::function_return : KernelEvent::Kind::function_entry;
    event.name = entry;
    event.btf_id = known->btf_id;
    event.arguments = static_cast<std::uint32_t>(known->parameters.size());
    probe.event = event;
    ProbeContext context;
    context.where = entry;
    context.is_return = is_return;
    context.has_entry_event = is_return;
    for (unsigned index = 0; index < system_call_arguments; ++index) {
        context.parameters.push_back(register_parameter(types, index, {}));
    }
    if (is_return) {
        ContextArgument result;
        result.source = Source::function_result;
        result.is_signed = true;
        context.result = ContextParameter{"return", result, integer_type(types, 8, true), true};
    }
    add(std::move(probe), std::move(context), derivation);
}

// Its entry is not in BTF, but it is an alias of a function that often is; its context has no
// registers, and needs none.
void PointResolver::system_call_without_arguments(const std::string& name, bool is_return,
                                                  const Derivation& derivation) {
    const std::string entry = targets::syscall_entry_without_arguments(name);
    const auto known = session_.kernel.function(entry);
    if (!known || !known->parameters.empty()) {
        system_call_tracepoint(name, is_return, derivation);
        return;
    }
    one_function("", entry, is_return, derivation);
}

// Else the tracepoint of all system calls, filtered by number.
void PointResolver::system_call_tracepoint(const std::string& name, bool is_return,
                                           const Derivation& derivation) {
    const std::string tracepoint_name = is_return ? "sys_exit" : "sys_enter";
    const auto number = targets::syscall_number(name);
    const auto known = session_.kernel.tracepoint(tracepoint_name);
    if (!number || !known || !session_.kernel.has_symbol(targets::syscall_entry(name))) {
        throw Unresolved{{}, "no match: this kernel has no system call '" + name + "'"};
    }
    const targets::TypeGraph& types = session_.kernel.types();
    Probe probe;
    probe.kind = Probe::Kind::kernel;
    probe.point = trace_point(tracepoint_name);
    KernelEvent event;
    event.kind = KernelEvent::Kind::tracepoint;
    event.name = tracepoint_name;
    event.btf_id = known->btf_id;
    event.arguments = static_cast<std::uint32_t>(known->parameters.size());
    event.only_syscall = number;
    probe.event = event;
    ProbeContext context;
    context.where = name;
    context.is_return = is_return;
    for (unsigned index = 0; index < system_call_arguments; ++index) {
        ContextArgument argument;
        argument.source = Source::tracepoint_argument;
        context.parameters.push_back(register_parameter(types, index, argument));
    }
    if (is_return) {
        ContextArgument result;
        result.source = Source::tracepoint_argument;
        result.index = 1;
        result.is_signed = true;
        context.result = ContextParameter{"return", result, integer_type(types, 8, true), true};
    }
    add(std::move(probe), std::move(context), derivation);
}

}  // namespace sutap::elaborate
