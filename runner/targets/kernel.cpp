#include "runner/targets/kernel.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <utility>

#include "runner/targets/glob.h"
#include "runner/targets/kernel_symbols.h"
#include "runner/targets/kernel_types.h"
#include "runner/targets/machine.h"

namespace sutap::targets {
namespace {

constexpr std::string_view trace_type = "btf_trace_";
constexpr std::string_view kernel_file = "vmlinux";
constexpr std::size_t longest_module_name = 55;  // MODULE_NAME_LEN of linux/module.h, less the NUL

std::vector<std::string> sorted_once(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<KernelParameter> parameters(const Type& function) {
    std::vector<KernelParameter> all;
    all.reserve(function.members.size());
    for (const Member& parameter : function.members) {
        all.push_back({parameter.name, parameter.type});
    }
    return all;
}

// The function that an id is, or points to.
Type function_behind(const TypeGraph& types, TypeId id) {
    const Type type = types.type(types.strip(id));
    return type.kind == TypeKind::pointer ? types.type(types.strip(type.target)) : type;
}

bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

// The entries that may be modules, sorted; none if the folder can't be read.
std::vector<std::string> module_names(const std::string& folder) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
        if (is_module_name(static_cast<const char*>(entry->d_name))) {
            names.emplace_back(static_cast<const char*>(entry->d_name));
        }
    }
    return sorted_once(std::move(names));
}

}  // namespace

bool is_module_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_module_name && name != kernel_file &&
           std::ranges::all_of(name, [](char byte) {
               return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                      (byte >= '0' && byte <= '9') || byte == '_';
           });
}

constexpr const char* traceable_path = "/sys/kernel/tracing/available_filter_functions";

struct Kernel::State {
    std::string btf_path;
    std::string kallsyms_path;
    ModuleFolders modules;
    std::optional<KernelTypes> graph;
    std::optional<KernelSymbols> names;

    KernelTypes& types() {
        if (!graph) {
            graph.emplace(btf_path);
        }
        return *graph;
    }
    const Btf& btf() { return types().kernel(); }
    // nullptr for a module that is not loaded, or does not describe its types.
    const Btf* btf(const std::string& module) {
        if (module.empty()) {
            return &btf();
        }
        const std::string path = modules.types + "/" + module;
        return is_module_name(module) && exists(path) ? &types().module(module, path) : nullptr;
    }
    // Those whose types can be read: one that is malformed must not hide the others.
    void for_each_module(const std::function<void(const std::string&, const Btf&)>& visit) {
        for (const std::string& name : module_names(modules.types)) {
            const Btf* found = nullptr;
            try {
                found = btf(name);
            } catch (const TargetError&) {
                continue;
            }
            if (found != nullptr) {
                visit(name, *found);
            }
        }
    }
    // `id`: of its typedef in these types, which are the module's, or the kernel's.
    KernelTracepoint tracepoint(const std::string& name, const std::string& module, const Btf& btf,
                                TypeId id) {
        const auto iterator = btf.find_function("__traceiter_" + name);
        const TypeId described = types().id_in(module, iterator.value_or(id));
        KernelTracepoint found{name, module, id, parameters(function_behind(types(), described))};
        if (!iterator) {
            // Older builds describe no iterators: types without names.
            for (std::size_t i = 0; i < found.parameters.size(); ++i) {
                found.parameters[i].name = "arg" + std::to_string(i);
            }
        }
        if (!found.parameters.empty()) {
            found.parameters.erase(found.parameters.begin());  // void *__data
        }
        return found;
    }
    const KernelSymbols& kallsyms() {
        if (!names) {
            names.emplace(kallsyms_path);
        }
        return *names;
    }
};

Kernel::Kernel()
    : Kernel("/sys/kernel/btf/vmlinux", "/proc/kallsyms", {"/sys/kernel/btf", "/sys/module"}) {}

Kernel::Kernel(std::string btf_path, std::string kallsyms_path, ModuleFolders modules)
    : state_(std::make_unique<State>()) {
    state_->modules = std::move(modules);
    state_->btf_path = std::move(btf_path);
    state_->kallsyms_path = std::move(kallsyms_path);
}

Kernel::~Kernel() = default;
Kernel::Kernel(Kernel&&) noexcept = default;
Kernel& Kernel::operator=(Kernel&&) noexcept = default;

const TypeGraph& Kernel::types() const {
    return state_->types();
}

std::optional<TypeId> Kernel::find_type(const std::string& name,
                                        const std::vector<std::string>& modules) const {
    KernelTypes& types = state_->types();
    for (const std::string& module : modules) {
        if (state_->btf(module) == nullptr) {
            continue;
        }
        const auto found =
            module.empty() ? types.kernel().find_type(name) : types.find_type_in(module, name);
        if (found && types.type(*found).kind != TypeKind::forward) {
            return found;
        }
    }
    return types.find_type(name);
}

Type Kernel::described(std::uint32_t btf_id, const std::string& module) const {
    const Btf* const btf = state_->btf(module);
    return btf != nullptr ? btf->type(btf_id) : Type();
}

std::optional<KernelFunction> Kernel::function(const std::string& name,
                                               const std::string& module) const {
    const Btf* const btf = state_->btf(module);
    const auto id = btf != nullptr ? btf->find_function(name) : std::nullopt;
    if (!id) {
        return std::nullopt;
    }
    const Type type = state_->types().type(state_->types().id_in(module, *id));
    return KernelFunction{name, *id, parameters(type), type.target, type.is_variadic};
}

std::vector<std::string> Kernel::functions(const std::string& glob,
                                           const std::string& module) const {
    std::vector<std::string> found;
    const Btf* const btf = state_->btf(module);
    if (btf == nullptr) {
        return found;
    }
    if (is_plain_name(glob)) {
        return btf->find_function(glob) ? std::vector{glob} : found;
    }
    btf->for_each_function([&](std::string_view name) {
        if (matches_glob(glob, name)) {
            found.emplace_back(name);
        }
    });
    found = sorted_once(std::move(found));
    if (module.empty() && !found.empty() && exists(state_->kallsyms_path)) {
        found = present_functions(state_->kallsyms_path, std::move(found));
    }
    return found;
}

std::optional<KernelTracepoint> Kernel::tracepoint(const std::string& name) const {
    const std::string type = std::string(trace_type) + name;
    if (const auto id = state_->btf().find_typedef(type)) {
        return state_->tracepoint(name, "", state_->btf(), *id);
    }
    std::optional<KernelTracepoint> found;
    state_->for_each_module([&](const std::string& module, const Btf& btf) {
        const auto id = found ? std::nullopt : btf.find_typedef(type);
        if (id) {
            found = state_->tracepoint(name, module, btf, *id);
        }
    });
    return found;
}

std::vector<std::string> Kernel::tracepoints(const std::string& glob) const {
    std::vector<std::string> found;
    const auto collect = [&](std::string_view name) {
        if (name.starts_with(trace_type) && matches_glob(glob, name.substr(trace_type.size()))) {
            found.emplace_back(name.substr(trace_type.size()));
        }
    };
    state_->btf().for_each_typedef(collect);
    state_->for_each_module(
        [&](const std::string&, const Btf& btf) { btf.for_each_typedef(collect); });
    return sorted_once(std::move(found));
}

std::optional<TypeId> Kernel::processor_variable(const std::string& name) const {
    return state_->btf().find_processor_variable(name);
}

std::vector<std::string> Kernel::modules(const std::string& glob) const {
    std::vector<std::string> names = module_names(state_->modules.types);
    std::erase_if(names, [&](const std::string& name) { return !matches_glob(glob, name); });
    return names;
}

bool Kernel::has_module(const std::string& name) const {
    return is_module_name(name) && (exists(state_->modules.types + "/" + name) ||
                                    exists(state_->modules.state + "/" + name + "/initstate"));
}

std::string Kernel::missing_module(const std::string& name) const {
    if (is_module_name(name) && exists(state_->modules.state + "/" + name)) {
        return name +
               " is no module of this kernel, but a part of it: use kernel.function(\"NAME\")";
    }
    return "module \"" + name + "\" is not loaded";
}

bool Kernel::has_symbol(const std::string& name, const std::string& module) const {
    return module.empty() ? state_->kallsyms().contains(name)
                          : state_->kallsyms().contains(name, module);
}

std::vector<std::string> Kernel::symbols(const std::string& glob) const {
    return state_->kallsyms().functions(glob);
}

bool Kernel::links_functions_with(std::size_t arguments) const {
    constexpr std::size_t most = 12;  // MAX_BPF_FUNC_ARGS of linux/bpf.h
    // save_args() of arch/x86/net/bpf_jit_comp.c came with the arguments that are on the stack.
    return arguments <= register_arguments ||
           (arguments <= most && state_->btf().find_function("save_args"));
}

std::optional<std::unordered_set<std::string>> Kernel::traceable_functions() const {
    std::ifstream file(traceable_path);
    if (!file) {
        return std::nullopt;
    }
    std::unordered_set<std::string> names;
    for (std::string line; std::getline(file, line);) {
        if (!line.ends_with(']')) {  // of a module
            names.insert(std::move(line));
        }
    }
    return names;
}

bool Kernel::has_kprobe_multi() const {
    return state_->btf().find_type("struct bpf_kprobe_multi_link").has_value();
}

bool Kernel::has_helper(const std::string& name) const {
    constexpr std::string_view prefix = "bpf_";
    const Btf& btf = state_->btf();
    const auto helpers = btf.find_type("enum bpf_func_id");
    if (!helpers || !name.starts_with(prefix)) {
        return false;
    }
    const std::string wanted = "BPF_FUNC_" + name.substr(prefix.size());
    const std::vector<Enumerator> all = btf.type(*helpers).enumerators;
    return std::any_of(all.begin(), all.end(),
                       [&](const Enumerator& helper) { return helper.name == wanted; });
}

bool Kernel::has_kernel_function_call(const std::string& name) const {
    return state_->btf().find_function(name).has_value();
}

}  // namespace sutap::targets
