// Whole texts to a descriptor, without buffers that a fork would copy.
#pragma once

#include <string_view>

namespace sutap {

// Writes all of it, or gives up silently: there is nowhere to tell that standard error is gone.
void write_all(int descriptor, std::string_view text);
// To standard error, as one line.
void complain(std::string_view sentence);

}  // namespace sutap
