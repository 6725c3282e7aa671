// Text to tokens. Script arguments ($1 @1 $# @#) are put in here; macros and conditions are not.
#pragma once

#include <cstdint>

#include "runner/language/parser.h"
#include "runner/language/source_map.h"
#include "runner/language/token.h"

namespace sutap::language {

// Appends the tokens of the text to `stream`, the last one of kind `end`. What is no token becomes
// one of kind `invalid`.
void tokenize(const SourceMap& sources, std::uint32_t source, const ParseContext& context,
              TokenStream& stream);

}  // namespace sutap::language
