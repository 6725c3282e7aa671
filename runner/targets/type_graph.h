// The one type graph: BTF fills it now, DWARF later. Types are numbered by their source (for BTF:
// the BTF id, which is also what the kernel calls them).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::targets {

using TypeId = std::uint32_t;
inline constexpr TypeId void_type = 0;

enum class TypeKind {
    nothing,  // void, and what describes no type
    integer,  // also bool and char
    floating,
    pointer,       // target
    array,         // target, count
    structure,     // members
    union_type,    // members
    enumeration,   // enumerators
    typedef_name,  // target; also const, volatile and restrict, with an empty name
    function,      // target is the result, members are the parameters
    forward,       // declared only
};

struct Member {
    std::string name;  // empty: anonymous struct or union
    TypeId type = void_type;
    std::uint32_t bit_offset = 0;
    std::uint32_t bit_size = 0;  // 0: not a bit field
};

struct Enumerator {
    std::string name;
    std::int64_t value = 0;
};

struct Type {
    TypeKind kind = TypeKind::nothing;
    std::string name;
    // What C writes before the name: "struct", "union" (both also of a forward), "enum"; the
    // qualifier of a typedef_name without a name: "const", "volatile", "restrict"; else empty.
    std::string_view keyword;
    std::uint64_t size = 0;  // bytes; 0 where the type has none
    bool is_signed = false;
    bool is_variadic = false;  // function
    TypeId target = void_type;
    std::uint64_t count = 0;  // array elements
    std::vector<Member> members;
    std::vector<Enumerator> enumerators;
};

// A member found by name, anonymous members looked through.
struct MemberLocation {
    TypeId type = void_type;
    std::uint32_t bit_offset = 0;  // from the start of the outermost aggregate
    std::uint32_t bit_size = 0;    // 0: not a bit field
};

class TypeGraph {
  public:
    virtual ~TypeGraph() = default;
    // The type behind an id, as a value (read on demand). An id that the source does not have is
    // void: no input can make the graph fail, only be incomplete.
    virtual Type type(TypeId id) const = 0;
    // What a typedef or a qualifier stands for; nullopt for every other type. As type(id) says it,
    // but a source may know it without the rest.
    virtual std::optional<TypeId> alias_target(TypeId id) const;
    // A struct, union, enum, typedef or base type by name; "struct x", "union x", "enum x" and
    // plain "x" are all understood (plain: typedef or base type first, then struct, union, enum).
    virtual std::optional<TypeId> find_type(const std::string& name) const = 0;
    virtual std::optional<std::int64_t> find_enumerator(const std::string& name) const = 0;

    // Without typedefs and qualifiers.
    TypeId strip(TypeId id) const;
    // `aggregate` may be a typedef; nullopt if it is no struct or union, or has no such member.
    std::optional<MemberLocation> find_member(TypeId aggregate, const std::string& name) const;
    // As C writes it: "struct file*", "char const*", "int[4]" → in SystemTap's spelling.
    std::string spelling(TypeId id) const;
};

}  // namespace sutap::targets
