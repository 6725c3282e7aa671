// Macros and conditions, over tokens: @define NAME(a) %( … %), @NAME(…), %( C %? … %: … %).
//
// Neither pass reports anything: where one fails, it leaves a token of kind `invalid`, which is an
// error if the parser comes to it, so that mistakes in branches that are not taken do not matter.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/parser.h"
#include "runner/language/source_map.h"
#include "runner/language/token.h"

namespace sutap::language {

// Takes the definitions out of the stream and puts their bodies in where they are used. Runs before
// the conditions: it also expands what stands in branches that will not be taken.
void expand_macros(const SourceMap& sources, const ParseContext& context, TokenStream& stream);

// Keeps the branches whose condition holds.
void apply_conditions(const ParseContext& context, TokenStream& stream);

// Whether this at-word (with its @) is an operator of the language.
bool is_operator_word(std::string_view word);

// The value of the string literals that begin at `at`; moves behind the last one.
std::string take_glued_string(const std::vector<Token>& tokens, std::size_t& at);

}  // namespace sutap::language
