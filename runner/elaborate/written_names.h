// What a handler's text writes to, by name: the answer to @probewrite.
#pragma once

#include <set>
#include <string>

#include "runner/language/syntax_tree.h"

namespace sutap::elaborate {

// Adds the names of the scalars, arrays and target variables ("$x") that are assigned to, stepped,
// aggregated into, deleted, or set by a foreach or catch anywhere below `statement`.
void collect_written_names(const language::Statement& statement, std::set<std::string>& names);

}  // namespace sutap::elaborate
