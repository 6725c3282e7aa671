// The kernel's type information as a type graph: our own reader of the BTF format, because a start
// needs a dozen of its 120,000 types and libbpf copies and checks all of them first.
// The format: Documentation/bpf/btf.rst in the kernel's source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/targets/type_graph.h"

namespace sutap::targets {

// The bytes are not trusted: whatever they say, no read leaves them, and each query ends. TypeIds
// are BTF ids.
class Btf final : public TypeGraph {
  public:
    // Throws TargetError if the file can't be read or is no BTF of this machine's byte order.
    explicit Btf(const std::string& path);
    // `source` names the bytes in messages.
    Btf(std::string_view bytes, std::string source);

    Type type(TypeId id) const override;
    std::optional<TypeId> alias_target(TypeId id) const override;
    std::optional<TypeId> find_type(const std::string& name) const override;
    std::optional<std::int64_t> find_enumerator(const std::string& name) const override;

    // A function of the kernel by name; its type() has the result and the parameters. Of several
    // (static functions of different files) the first.
    std::optional<TypeId> find_function(std::string_view name) const;
    std::optional<TypeId> find_typedef(std::string_view name) const;
    // Calls `visit` with the name of each function or typedef, in the order of the ids. The views
    // live as long as this object.
    void for_each_function(const std::function<void(std::string_view)>& visit) const;
    void for_each_typedef(const std::function<void(std::string_view)>& visit) const;

  private:
    void read_file(const std::string& path);
    void read_header();
    void index_types();
    void index_names();
    [[noreturn]] void reject(const std::string& why) const;

    std::uint32_t word(std::size_t offset) const;
    std::uint32_t kind_of(TypeId id) const;
    std::string_view name_at(std::uint32_t offset) const;
    std::string_view name_of(TypeId id) const { return name_at(word(offsets_[id])); }
    std::optional<TypeId> find(std::string_view name, std::uint32_t kinds) const;
    std::optional<TypeId> find_integer(std::string_view name) const;
    std::vector<Member> members(TypeId id) const;
    std::vector<Enumerator> enumerators(TypeId id) const;
    void fill_function(TypeId id, Type& type) const;
    std::uint64_t array_size(TypeId id) const;

    std::string source_;
    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t types_begin_ = 0, types_end_ = 0;
    std::size_t strings_begin_ = 0, strings_end_ = 0;
    std::vector<std::uint32_t> offsets_;  // of each type's record in bytes_, by id; [0] is unused
    // Hash table of the named types: the first id of each bucket, and the next one by id; 0 ends.
    std::vector<TypeId> buckets_;
    std::vector<TypeId> next_;
};

}  // namespace sutap::targets
