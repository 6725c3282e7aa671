// Types by inference over the whole program, to a fixpoint.
#pragma once

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// Gives a type to every local, global, function result and expression, and settles the conversions
// of print. Mismatches and what stays without a type are reported.
void infer_types(Session& session);

// As messages call it: "long", "string", "stats", "unknown".
const char* type_name(ValueType type);

}  // namespace sutap::elaborate
