// The form in user space of each row of the builtin table (elaborate/builtins.h).
#pragma once

#include <cstdint>
#include <span>

#include "runner/elaborate/builtins.h"
#include "runner/execute/context.h"
#include "runner/execute/globals.h"

namespace sutap::execute {

// Runs `builtin`, which has a form in user space. `arguments` has an entry for each parameter. The
// result is in the member that the row's type names; strings may be longer than the session's
// limit. Throws SoftError with `site` as its place.
Value call_builtin(elaborate::Builtin builtin, std::span<const Value* const> arguments,
                   Context& context, std::uint32_t site);

}  // namespace sutap::execute
