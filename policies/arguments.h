// The words after a script's name, compared with what its policy says of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/policy.h"

namespace sutap::policy {

/// Decimal digits, perhaps with a sign, and nothing else.
std::optional<std::int64_t> parse_number(std::string_view text);

/// A pattern is a sequence of characters, `.` and sets such as [a-z0-9._-] or [^/], each one
/// perhaps with ?, *, +, {2}, {1,15} or {1,}; \\ before a sign takes it as it is. There are neither
/// groups nor alternatives, so that matching takes time in proportion to the text.
/// Empty if `pattern` is one, else what is wrong.
std::string pattern_problem(std::string_view pattern);

/// Is all of `text` (of bytes) as the pattern says? False for what is no pattern.
bool matches(std::string_view pattern, std::string_view text);

/// Empty if the script takes these words, else which one it does not take, and why.
std::string argument_problem(const Script& script, const std::vector<std::string>& words);

}  // namespace sutap::policy
