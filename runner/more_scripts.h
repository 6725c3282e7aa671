// Scripts beside the one that is run: those of -E, and the folders of -I.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/language/syntax_tree.h"

namespace sutap {

struct Script {
    std::string name;  // what messages call it
    std::string text;
};

// Everything of `more` behind what `script` has.
void append(language::Script& script, language::Script more);
// The same without its probes; functions count as a library's. Call it behind all append().
void append_library(language::Script& script, language::Script more);

// The files of a folder whose names end so (".stp", ".stpm"), sorted by name. Throws RequestError
// where it cannot be read.
std::vector<Script> scripts_of(const std::string& folder, std::string_view ending);

// Does it have `@define NAME`?
bool defines_macro(std::string_view text, std::string_view name);

}  // namespace sutap
