// The kernel's own types and those of its modules, as one graph.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "runner/targets/btf.h"
#include "runner/targets/type_graph.h"

namespace sutap::targets {

// The TypeIds of the kernel's own types are their BTF ids. Those of a module's types follow in the
// order in which the modules were read: in BTF, the types of each module begin at the same id.
class KernelTypes final : public TypeGraph {
  public:
    // Throws TargetError, as Btf does.
    explicit KernelTypes(const std::string& path) : kernel_(path) {}

    const Btf& kernel() const { return kernel_; }
    // The module's BTF, read from `path` if it is not known yet. Throws TargetError.
    const Btf& module(const std::string& name, const std::string& path);
    // The TypeId of what has this id in the BTF of a module that was read.
    TypeId id_in(std::string_view module, TypeId id) const;
    // find_type() among the module's own types alone.
    std::optional<TypeId> find_type_in(std::string_view module, const std::string& name) const;

    Type type(TypeId id) const override;
    // A type that is only declared is an alias of its definition, where another of those that were
    // read defines it.
    std::optional<TypeId> alias_target(TypeId id) const override;
    std::optional<TypeId> find_type(const std::string& name) const override;
    std::optional<std::int64_t> find_enumerator(const std::string& name) const override;

  private:
    struct Module {
        std::string name;
        Btf types;
        TypeId first = 0;  // the TypeId of types.first_id()

        // The TypeId of what has this id in its BTF.
        TypeId outer(TypeId id) const {
            return id < types.first_id() ? id : (id < types.end_id() ? shifted(id) : void_type);
        }
        TypeId shifted(TypeId id) const { return id - types.first_id() + first; }
    };
    struct Located {
        const Module* module = nullptr;  // null: the kernel's own, or nobody's
        TypeId id = void_type;           // in its BTF
    };
    const Module* find_module(std::string_view name) const;
    Located locate(TypeId id) const;
    std::optional<TypeId> definition_of(const Type& declared) const;
    bool is_defined(TypeId id) const { return type(id).kind != TypeKind::forward; }

    Btf kernel_;
    std::deque<Module> modules_;  // in the order of `first`; each stays where it is
};

}  // namespace sutap::targets
