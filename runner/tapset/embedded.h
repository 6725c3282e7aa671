// What the generator (embed.cpp) put into the program when it was built.
#pragma once

#include <span>
#include <string_view>

#include "runner/tapset/tapset.h"

namespace sutap::tapset::embedded {

// Sorted by kind, then name; items of one name in the order of the file.
std::span<const Item> items();
// The files as they are.
std::string_view syscalls_table();
std::string_view substitutes_table();

}  // namespace sutap::tapset::embedded
