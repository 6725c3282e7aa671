// Where a program would show addresses of the kernel: what pointers, registers and the functions
// that give addresses flow to, through variables, arrays, functions and texts, until it is printed.
//
// Comparisons, the names of symbols and what is read at an address show none. Which branch is taken
// may depend on an address: a script that is written to spell one out bit by bit is not stopped.
#pragma once

#include <vector>

#include "runner/elaborate/program.h"
#include "runner/language/diagnostics.h"
#include "runner/language/source_map.h"

namespace sutap::elaborate {

// An error for each place, in the order of the text; `sources` are the program's own. A program too
// large to be followed is one error.
std::vector<language::Diagnostic> find_shown_addresses(const Program& program,
                                                       const language::SourceMap& sources);

}  // namespace sutap::elaborate
