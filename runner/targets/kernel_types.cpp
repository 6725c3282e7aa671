#include "runner/targets/kernel_types.h"

#include <algorithm>
#include <utility>

#include "runner/targets/target_error.h"

namespace sutap::targets {
namespace {

// Those of one more file still have numbers.
constexpr TypeId most_types = TypeId{1} << 31;

}  // namespace

const KernelTypes::Module* KernelTypes::find_module(std::string_view name) const {
    const auto found = std::ranges::find(modules_, name, &Module::name);
    return found == modules_.end() ? nullptr : &*found;
}

const Btf& KernelTypes::module(const std::string& name, const std::string& path) {
    if (const Module* known = find_module(name)) {
        return known->types;
    }
    TypeId first = kernel_.end_id();
    if (!modules_.empty()) {
        const Module& last = modules_.back();
        first = last.shifted(last.types.end_id());
    }
    if (first > most_types) {
        throw TargetError{"the modules read have too many types: name fewer modules"};
    }
    modules_.push_back({name, Btf(path, &kernel_), first});
    return modules_.back().types;
}

TypeId KernelTypes::id_in(std::string_view module, TypeId id) const {
    const Module* known = find_module(module);
    return known != nullptr ? known->outer(id) : id;
}

KernelTypes::Located KernelTypes::locate(TypeId id) const {
    if (id < kernel_.end_id() || modules_.empty()) {
        return {nullptr, id};
    }
    const auto after = std::ranges::upper_bound(modules_, id, {}, &Module::first);
    const Module& module = *std::prev(after);
    return {&module, id - module.first + module.types.first_id()};
}

Type KernelTypes::type(TypeId id) const {
    const auto [module, inner] = locate(id);
    if (module == nullptr) {
        return kernel_.type(inner);
    }
    Type type = module->types.type(inner);
    type.target = module->outer(type.target);
    for (Member& member : type.members) {
        member.type = module->outer(member.type);
    }
    return type;
}

std::optional<TypeId> KernelTypes::alias_target(TypeId id) const {
    const auto [module, inner] = locate(id);
    if (module == nullptr) {
        if (const auto target = kernel_.alias_target(inner); target || modules_.empty()) {
            return target;
        }
    } else if (const auto target = module->types.alias_target(inner)) {
        return module->outer(*target);
    }
    const Type declared = type(id);
    return declared.kind == TypeKind::forward ? definition_of(declared) : std::nullopt;
}

std::optional<TypeId> KernelTypes::definition_of(const Type& declared) const {
    const auto found = find_type(std::string(declared.keyword) + " " + declared.name);
    return found && is_defined(*found) ? found : std::nullopt;
}

std::optional<TypeId> KernelTypes::find_type_in(std::string_view module,
                                                const std::string& name) const {
    const Module* known = find_module(module);
    const auto found = known != nullptr ? known->types.find_type(name) : std::nullopt;
    return found ? std::optional(known->outer(*found)) : std::nullopt;
}

std::optional<TypeId> KernelTypes::find_type(const std::string& name) const {
    const auto own = kernel_.find_type(name);
    if (modules_.empty() || (own && is_defined(*own))) {
        return own;
    }
    std::optional<TypeId> declared = own;
    for (const Module& module : modules_) {
        const auto found = find_type_in(module.name, name);
        if (found && is_defined(*found)) {
            return found;
        }
        declared = declared ? declared : found;
    }
    return declared;
}

std::optional<std::int64_t> KernelTypes::find_enumerator(const std::string& name) const {
    auto found = kernel_.find_enumerator(name);
    for (auto module = modules_.begin(); !found && module != modules_.end(); ++module) {
        found = module->types.find_enumerator(name);
    }
    return found;
}

}  // namespace sutap::targets
