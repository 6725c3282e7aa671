// The kernel's type information as a type graph. The reader is our own because a start needs a
// dozen of its 120,000 types, and libbpf's way of reading all of them is several times slower.
// The format: Documentation/bpf/btf.rst in the kernel's source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/targets/pages.h"
#include "runner/targets/type_graph.h"

namespace sutap::targets {

// The bytes are not trusted: whatever they say, no read leaves them, and each query ends. TypeIds
// are BTF ids.
class Btf final : public TypeGraph {
  public:
    // Throws TargetError if the file can't be read or is no BTF of this machine's byte order. A
    // module's BTF continues the ids and the names of the kernel's, its `base`, which must outlive
    // it: the queries by id know both, those by name its own types alone.
    explicit Btf(const std::string& path, const Btf* base = nullptr);
    // `source` names the bytes in messages.
    Btf(std::string_view bytes, std::string source, const Btf* base = nullptr);

    // Its own ids are first_id() … end_id() - 1.
    TypeId first_id() const { return first_; }
    TypeId end_id() const { return end_; }

    Type type(TypeId id) const override;
    std::optional<TypeId> alias_target(TypeId id) const override;
    std::optional<TypeId> find_type(const std::string& name) const override;
    std::optional<std::int64_t> find_enumerator(const std::string& name) const override;

    // A function of the kernel by name; its type() has the result and the parameters. Of several
    // (static functions of different files) the first.
    std::optional<TypeId> find_function(std::string_view name) const;
    std::optional<TypeId> find_typedef(std::string_view name) const;
    // A variable of which each processor has one; its type() is an alias of the variable's.
    std::optional<TypeId> find_processor_variable(std::string_view name) const;
    // Calls `visit` with the name of each function or typedef, in the order of the ids. The views
    // live as long as this object.
    void for_each_function(const std::function<void(std::string_view)>& visit) const;
    void for_each_typedef(const std::function<void(std::string_view)>& visit) const;

  private:
    void read_file(const std::string& path);
    void read_header();
    std::size_t check_types() const;
    void index_types(std::size_t count);
    [[noreturn]] void reject(const std::string& why) const;

    std::uint32_t word(std::size_t offset) const;
    bool is_own(TypeId id) const { return id >= first_ && id < end_; }
    bool is_of_base(TypeId id) const { return base_ != nullptr && id < first_; }
    // The next three are for ids of its own.
    std::uint32_t record_of(TypeId id) const { return offsets_[id - first_ + 1]; }
    std::uint32_t kind_of(TypeId id) const;
    std::string_view name_of(TypeId id) const { return name_at(word(record_of(id))); }
    std::string_view name_at(std::uint32_t offset) const;
    TypeId& bucket(std::string_view name) const;
    std::optional<TypeId> find(std::string_view name, std::uint32_t kinds) const;
    std::optional<TypeId> find_integer(std::string_view name) const;
    std::vector<Member> members(TypeId id) const;
    std::vector<Enumerator> enumerators(TypeId id) const;
    void fill_function(TypeId id, Type& type) const;
    void fill_prototype(TypeId id, Type& type) const;
    std::uint64_t array_size(TypeId id) const;

    std::string source_;
    const Btf* base_ = nullptr;
    TypeId first_ = 1, end_ = 1;
    std::uint32_t first_name_ = 0;  // names before it are the base's
    Pages file_;
    std::size_t size_ = 0;
    std::size_t types_begin_ = 0, types_end_ = 0;
    std::size_t strings_begin_ = 0, strings_end_ = 0;
    // By id, from first_, which is [1]: where in the file the type's record is, and the next of its
    // bucket.
    // The buckets are a hash table of the named types. 0 ends a bucket.
    Pages tables_;
    std::span<std::uint32_t> offsets_;
    std::span<TypeId> next_;
    std::span<TypeId> buckets_;
};

}  // namespace sutap::targets
