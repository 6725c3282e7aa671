// How preprocessor conditions compare texts.
#pragma once

#include <string_view>

namespace sutap::language {

// * ? [a-z] [!a-z] and \c, over the whole text; time at most the product of the two lengths.
bool glob_match(std::string_view pattern, std::string_view text);
// Whether the text holds one of * ? [
bool has_wildcard(std::string_view text);

}  // namespace sutap::language
