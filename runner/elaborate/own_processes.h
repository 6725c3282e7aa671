// scope = "own": what a script may say that is to look at the processes of its user alone. Whatever
// is not in these lists is refused; the model is what SystemTap gives to members of stapusr
// (stap(1), "UNPRIVILEGED USERS"). The text of the tapset itself may do more: what it makes of an
// event that is allowed is documented, and concerns the process that the event is of.
#pragma once

#include <string>
#include <string_view>

#include "runner/elaborate/context.h"
#include "runner/elaborate/format.h"
#include "runner/elaborate/program.h"

namespace sutap::elaborate {

// May the script call the builtin, or the function of the tapset, of this name? Its result depends
// on its arguments, the present process, the time and the script's own data alone.
bool is_own_function(std::string_view name);

// May the script use the aliases of the tapset that begin with this word?
bool is_own_family(std::string_view family);

// May the script's probe be at this point, to which no alias of the tapset has led?
bool is_own_point(const Probe& probe);

// Is it a number that the process gave to its system call, or got from it? Addresses of the
// kernel's objects are none.
bool is_own_value(const targets::TypeGraph& types, const ContextParameter& parameter);

// Does it read memory other than the process's own (%m without #)?
bool reads_beyond_own_memory(const FormatPiece& piece);

// The sentence that refuses it: `what` is not allowed, and what is instead.
std::string beyond_own_processes(const std::string& what, const std::string& instead);

}  // namespace sutap::elaborate
