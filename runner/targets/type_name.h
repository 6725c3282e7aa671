// Names of types as C programmers write them.
#pragma once

#include <string>
#include <string_view>

namespace sutap::targets {

struct CTypeName {
    std::string keyword;  // "struct", "union", "enum" or empty
    std::string name;     // the rest, its words separated by one blank
};
CTypeName parse_type_name(std::string_view text);

// One spelling for the many of an integer type: "unsigned long", "long unsigned int" and
// "unsigned long int" give the same text. Empty if `text` is none of C's integer types.
std::string canonical_integer(std::string_view text);

}  // namespace sutap::targets
