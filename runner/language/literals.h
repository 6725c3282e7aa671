// The values of number and string literals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sutap::language {

// Decimal, 0x… or 0… octal up to 2^64 - 1, wrapped to a signed value; nullopt if it is none.
std::optional<std::int64_t> number_value(std::string_view text);

// The text between the quotes with its escapes resolved; it may hold NUL bytes.
std::string string_value(std::string_view text);

// The literal, with its quotes, whose value is this string.
std::string quoted(std::string_view value);

}  // namespace sutap::language
