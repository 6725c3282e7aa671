// Takes printf's format strings apart.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/elaborate/builtins.h"
#include "runner/elaborate/format.h"

namespace sutap::elaborate {

// The pieces, adjacent literal text joined; or what is wrong with the format.
std::variant<std::vector<FormatPiece>, std::string> parse_format(std::string_view format);

// The type that a conversion wants; unknown for literal text.
ValueType wanted_type(FormatPiece::Conversion conversion);

// A conversion that `print` makes: it follows the argument's type. resolve_conversion() settles it
// when the type is known; until then is_by_type() holds.
FormatPiece by_type_piece();
bool is_by_type(const FormatPiece& piece);
void resolve_conversion(FormatPiece& piece, ValueType type);
FormatPiece literal_piece(std::string text);

// How many arguments the pieces take.
std::size_t argument_count_of(const std::vector<FormatPiece>& pieces);

}  // namespace sutap::elaborate
