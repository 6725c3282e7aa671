// A probe's context: the `$variables` that its point offers, and the walk from them through C
// types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/elaborate/c_type.h"
#include "runner/elaborate/problems.h"
#include "runner/elaborate/program.h"
#include "runner/targets/type_graph.h"

namespace sutap::elaborate {

struct ContextParameter {
    std::string name;  // without the $
    ContextArgument argument;
    CType type;
    bool is_scalar = true;  // false: a struct passed by value, which no register holds
};

struct ProbeContext {
    std::string where;   // for messages: vfs_read
    std::string module;  // that has the function; empty: the kernel itself
    std::vector<ContextParameter> parameters;
    std::optional<ContextParameter> result;
    bool is_return = false;
    bool has_entry_event = false;  // @entry has a place to be evaluated at
    // The parameters are there at the entry alone: a .return probe has to keep them.
    bool keeps_parameters = false;
    enum class FileValue {
        none,
        assigned,  // of a procfs read probe: $value is what its reader gets
        given      // of a procfs write probe: $value is what was written
    } file_value = FileValue::none;

    const ContextParameter* find(const std::string& name) const;
};

// How a value of this type is held in a register or in memory.
struct ScalarShape {
    std::uint32_t size = 8;
    bool is_signed = false;
};
// nullopt: not a scalar (an aggregate, an array, a floating-point number, void, wider than 8
// bytes).
std::optional<ScalarShape> scalar_shape(const targets::TypeGraph& types, CType type);

// Is it a pointer?
bool is_address(const targets::TypeGraph& types, CType type);

// The C type that a @cast names: "task_struct", "struct file*", "char const *".
// `find` gives the type of the name without pointers.
std::optional<CType> parse_type_name(
    const std::function<std::optional<targets::TypeId>(const std::string&)>& find,
    const std::string& name);

// What a path has reached: a value, or an object at `offset` behind the address `base`.
// Its functions throw Unresolved.
class CPath {
  public:
    // `near` is what a fault says it was near; `reads_user`: the memory is the process's own.
    CPath(const targets::TypeGraph& types, Expression start, CType type, std::string near,
          bool reads_user = false);

    // `place` is the accessor's.
    void member(const std::string& name, const Place& place);
    void index(Expression index, const Place& place);
    // The value at the end; arrays give their address.
    Expression value(const Place& place) const;
    Expression address(const Place& place) const;
    bool is_pointer() const;

    // What there is to print as a whole: a value or, for what no register holds, its address.
    struct Whole {
        Expression base;
        CType type;
        bool is_address = false;
    };
    Whole whole(const Place& place) const;

  private:
    targets::TypeKind kind() const;
    CType pointee() const;
    bool is_aggregate() const;
    Expression plain_value(const Place& place) const;
    Expression load() const;
    Expression object_address() const;
    // Makes an object of what a pointer points to.
    void follow(const Place& place, const char* what);

    const targets::TypeGraph& types_;
    Expression base_;
    CType type_;
    std::string near_;
    Place place_;
    bool reads_user_ = false;
    bool is_object_ = false;
    std::int64_t offset_ = 0;
    std::uint32_t bit_offset_ = 0;  // of a bit field, from `offset_`
    std::uint32_t bit_size_ = 0;
    bool is_saved_register_ = false;  // a member of struct pt_regs that may hold an address
};

Expression integer_constant(const Place& place, std::int64_t value);
Expression binary_integer(BinaryOperator operation, Expression left, Expression right);

}  // namespace sutap::elaborate
