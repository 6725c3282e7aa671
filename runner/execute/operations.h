// The functions that execute instructions, and which of them an operation of the IR needs.
#pragma once

#include "runner/execute/code.h"

namespace sutap::execute::operations {

// Which kinds of operands: both integers, the right one in the instruction itself (as a signed
// number of 32 bits), or both strings.
enum class Form : std::uint8_t { integers, immediate, texts };

inline std::int32_t as_signed(std::uint32_t number) {
    return static_cast<std::int32_t>(number);
}

// ---- values (operations_values.cpp) ----

// result = left OP right, for add … bitwise_xor. An immediate divisor must not be 0.
Execute arithmetic(ir::Operation operation, Form form);
// result = left OP right, for equal … greater_equal.
Execute comparison(ir::Operation operation, Form form);
// Jumps if left OP right, for equal … greater_equal.
Execute jump_if(ir::Operation operation, Form form);
// result = OP left, for negate, bitwise_not, logical_not.
Execute unary(ir::Operation operation);

// result = left, in the lower half, and right
const Code* load_integer(const Code& code, Machine& machine);
// result = left
const Code* move_integer(const Code& code, Machine& machine);
const Code* move_text(const Code& code, Machine& machine);
const Code* concatenate(const Code& code, Machine& machine);
// result; left: detail with the subject and the pattern
const Code* match_regex(const Code& code, Machine& machine);
// left: detail; result
const Code* format(const Code& code, Machine& machine);
// left: detail
const Code* print(const Code& code, Machine& machine);
// result; left: detail; right: row of the builtin table
const Code* builtin(const Code& code, Machine& machine);

// ---- globals (operations_globals.cpp); right: the global ----

Execute load_global(ir::ValueType type);   // result
Execute store_global(ir::ValueType type);  // left: value
const Code* clear_global(const Code& code, Machine& machine);

// Elements. `has_integer_key`: left is the register of the only key, an integer; else a detail with
// the keys.
Execute load_element(bool has_integer_key, ir::ValueType type);   // result
Execute store_element(bool has_integer_key, ir::ValueType type);  // result: the value's register
Execute aggregate_element(bool has_integer_key);                  // result: the value's register
Execute contains_element(bool has_integer_key);                   // result
Execute delete_element(bool has_integer_key);
// With `*` among the keys of the detail.
const Code* contains_matching(const Code& code, Machine& machine);
const Code* delete_matching(const Code& code, Machine& machine);

const Code* aggregate_scalar(const Code& code, Machine& machine);  // result: the value's register
// result; left: detail with the keys, if any
const Code* extract_statistic(const Code& code, Machine& machine);
// result; left: detail with the keys, if any, and the bucket
const Code* extract_bucket(const Code& code, Machine& machine);
// left: detail with the keys, if any
const Code* print_histogram(const Code& code, Machine& machine);
const Code* format_histogram(const Code& code, Machine& machine);  // result

// left: detail; right: number of the iterator
const Code* begin_foreach(const Code& code, Machine& machine);
// The same; jumps when there is no further element.
const Code* next_element(const Code& code, Machine& machine);

// ---- control (operations_control.cpp) ----

const Code* jump(const Code& code, Machine& machine);
const Code* step(const Code& code, Machine& machine);
const Code* step_and_jump(const Code& code, Machine& machine);
// result, or no_place; left: detail; right: function
const Code* call(const Code& code, Machine& machine);
const Code* return_integer(const Code& code, Machine& machine);  // left
const Code* return_text(const Code& code, Machine& machine);     // left
const Code* return_nothing(const Code& code, Machine& machine);
const Code* end_handler(const Code& code, Machine& machine);
// left: loop number
const Code* enter_replayed_loop(const Code& code, Machine& machine);
const Code* begin_round(const Code& code, Machine& machine);
// left: how many loops are left
const Code* unwind_replay(const Code& code, Machine& machine);
// result; left: the record's site
const Code* replay_integer(const Code& code, Machine& machine);
const Code* replay_text(const Code& code, Machine& machine);
const Code* hits(const Code& code, Machine& machine);  // result

}  // namespace sutap::execute::operations
