// Names by pattern, as the script language writes it.
#pragma once

#include <string_view>

namespace sutap::targets {

// Does all of `text` match `pattern`? `*` is any run of characters, `?` one character, `[a-z]` and
// `[!a-z]` a class; every other character is itself, also an unclosed `[`. No locale. Time is at
// most the product of the two lengths.
bool matches_glob(std::string_view pattern, std::string_view text);

// Has `pattern` none of `*`, `?` and `[`, so that it matches itself alone?
bool is_plain_name(std::string_view pattern);

}  // namespace sutap::targets
