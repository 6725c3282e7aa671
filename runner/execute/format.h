// printf: applies a format that elaboration took apart to the values of one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runner/elaborate/format.h"

namespace sutap::execute {

// One value in the order in which the pieces use them (a `*` before its value).
struct FormatArgument {
    bool is_string = false;
    std::int64_t integer = 0;
    std::string_view text;  // valid during the call
};

// How many arguments one piece takes, 0 to 3.
std::uint32_t argument_count(const elaborate::FormatPiece& piece);

enum class FormatProblem : std::uint8_t {
    none,
    unread_memory,  // %m or %M was given an address, not the bytes that were read there
    too_long,       // more than longest_formatted_text
};
inline constexpr std::size_t longest_formatted_text = std::size_t{16} << 20U;

// Appends the formatted text. Widths and precisions beyond 8192 are taken as 8192, so that a value
// from outside (`%*d`) cannot ask for gigabytes. `escapes_values`: what conversions give, not the
// format's own text, goes through append_for_terminal(). Missing arguments count as 0 and "". After
// a problem `out` has what came before it.
FormatProblem append_formatted(std::string& out, std::span<const elaborate::FormatPiece> pieces,
                               std::span<const FormatArgument> arguments, bool escapes_values);

}  // namespace sutap::execute
