// The form in user space of each row of the builtin table (elaborate/builtins.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "runner/elaborate/builtins.h"
#include "runner/execute/context.h"

namespace sutap::execute {

// What a row takes and gives: the member that the type of the parameter or result names.
struct Argument {
    std::int64_t integer = 0;
    const std::string* text = nullptr;
};
struct Value {
    std::int64_t integer = 0;
    std::string text;
};

// What a call takes in units of Work, with arguments of `text_size` bytes in all; what it prints
// not included.
std::uint64_t work_of(elaborate::Builtin builtin, std::size_t text_size);

// Runs `builtin`, which has a form in user space. `arguments` has an entry for each parameter. The
// result is in the member that the row's type names; strings may be longer than the session's
// limit. Throws SoftError with `site` as its place.
Value call_builtin(elaborate::Builtin builtin, std::span<const Argument> arguments,
                   Context& context, std::uint32_t site);

}  // namespace sutap::execute
