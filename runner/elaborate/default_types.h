// Types for what the script's text leaves open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// Gives a type to untyped variables and results that have a default; whether there were any, so
// that inference has to go on.
bool settle_default_types(Session& session);

// The number that a -G value is: decimal or hexadecimal; nullopt if it is none.
std::optional<std::int64_t> literal_number(const std::string& text);

}  // namespace sutap::elaborate
