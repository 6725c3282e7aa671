#include "runner/targets/kernel.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/targets/btf.h"
#include "runner/targets/glob.h"
#include "runner/targets/kernel_symbols.h"

namespace sutap::targets {
namespace {

constexpr std::string_view trace_type = "btf_trace_";

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
Type function_behind(const Btf& btf, TypeId id) {
    const Type type = btf.type(btf.strip(id));
    return type.kind == TypeKind::pointer ? btf.type(btf.strip(type.target)) : type;
}

}  // namespace

struct Kernel::State {
    std::string btf_path;
    std::string kallsyms_path;
    std::optional<Btf> types;
    std::optional<KernelSymbols> names;

    const Btf& btf() {
        if (!types) {
            types.emplace(btf_path);
        }
        return *types;
    }
    const KernelSymbols& kallsyms() {
        if (!names) {
            names.emplace(kallsyms_path);
        }
        return *names;
    }
};

Kernel::Kernel() : Kernel("/sys/kernel/btf/vmlinux", "/proc/kallsyms") {}

Kernel::Kernel(std::string btf_path, std::string kallsyms_path)
    : state_(std::make_unique<State>()) {
    state_->btf_path = std::move(btf_path);
    state_->kallsyms_path = std::move(kallsyms_path);
}

Kernel::~Kernel() = default;
Kernel::Kernel(Kernel&&) noexcept = default;
Kernel& Kernel::operator=(Kernel&&) noexcept = default;

const TypeGraph& Kernel::types() const {
    return state_->btf();
}

std::optional<KernelFunction> Kernel::function(const std::string& name) const {
    const Btf& btf = state_->btf();
    const auto id = btf.find_function(name);
    if (!id) {
        return std::nullopt;
    }
    const Type type = btf.type(*id);
    return KernelFunction{name, *id, parameters(type), type.target, type.is_variadic};
}

std::vector<std::string> Kernel::functions(const std::string& glob) const {
    std::vector<std::string> found;
    const Btf& btf = state_->btf();
    if (is_plain_name(glob)) {
        return btf.find_function(glob) ? std::vector{glob} : found;
    }
    btf.for_each_function([&](std::string_view name) {
        if (matches_glob(glob, name)) {
            found.emplace_back(name);
        }
    });
    return sorted_once(std::move(found));
}

std::optional<KernelTracepoint> Kernel::tracepoint(const std::string& name) const {
    const Btf& btf = state_->btf();
    const auto id = btf.find_typedef(std::string(trace_type) + name);
    if (!id) {
        return std::nullopt;
    }
    KernelTracepoint found{name, *id, {}};
    if (const auto iterator = btf.find_function("__traceiter_" + name)) {
        found.parameters = parameters(btf.type(*iterator));
    } else {
        // Older builds describe no iterators: types without names.
        found.parameters = parameters(function_behind(btf, *id));
        for (std::size_t i = 0; i < found.parameters.size(); ++i) {
            found.parameters[i].name = "arg" + std::to_string(i);
        }
    }
    if (!found.parameters.empty()) {
        found.parameters.erase(found.parameters.begin());  // void *__data
    }
    return found;
}

std::vector<std::string> Kernel::tracepoints(const std::string& glob) const {
    std::vector<std::string> found;
    state_->btf().for_each_typedef([&](std::string_view name) {
        if (name.starts_with(trace_type) && matches_glob(glob, name.substr(trace_type.size()))) {
            found.emplace_back(name.substr(trace_type.size()));
        }
    });
    return sorted_once(std::move(found));
}

bool Kernel::has_symbol(const std::string& name) const {
    return state_->kallsyms().contains(name);
}

std::vector<std::string> Kernel::symbols(const std::string& glob) const {
    return state_->kallsyms().functions(glob);
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
