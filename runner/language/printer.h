// Syntax tree to text that parses again to the same tree (but for places): the `-p1` dump.
#pragma once

#include <string>

#include "runner/language/syntax_tree.h"

namespace sutap::language {

// Only the parentheses that the tree needs are printed: what was not nested too deeply to be parsed
// is not so when it is printed.

// Declarations in the order globals, functions, aliases, probes, embedded code; a line each for
// globals. Ends with a line end, unless the script is empty.
std::string print(const Script& script);

// One expression, on one line.
std::string print(const Expression& expression);
// One probe point as it would be written: `kernel.function("do_fsync").return ?`.
std::string print(const ProbePoint& point);

}  // namespace sutap::language
