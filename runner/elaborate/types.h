// Types by inference over the whole program, to a fixpoint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// Gives a type to every local, global, function result and expression, and settles the conversions
// of print. Mismatches and what stays without a type are reported.
void infer_types(Session& session);

// The number that a -G value is: decimal or hexadecimal; nullopt if it is none.
std::optional<std::int64_t> literal_number(const std::string& text);

// As messages call it: "long", "string", "stats", "unknown".
const char* type_name(ValueType type);

}  // namespace sutap::elaborate
