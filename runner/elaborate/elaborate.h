// Elaboration: a syntax tree becomes a program in which every name is bound, every expression
// typed and every probe point resolved against the running kernel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/elaborate/program.h"
#include "runner/language/parser.h"
#include "runner/language/syntax_tree.h"
#include "runner/targets/kernel.h"

namespace sutap::elaborate {

struct ElaborateOptions {
    bool guru = false;                                 // -g
    bool keep_unused = false;                          // -u
    bool warnings = true;                              // false: -w
    bool skip_bad_variables = false;                   // --skip-badvars
    bool own_processes = false;                        // the grant's scope (own_processes.h)
    std::uint32_t string_size = 128;                   // MAXSTRINGLEN
    std::vector<std::string> arguments;                // the script's own
    std::map<std::string, std::string> global_values;  // -G name=value
    // With what the items of the tapset are parsed (kernel release, architecture, …).
    language::ParseContext library_context;
};

struct Elaborated {
    Program program;  // meaningless if failed()
    std::vector<language::Diagnostic> diagnostics;
    std::vector<std::string> notes;  // for -v: substitutes taken and the like, a sentence each
    std::size_t library_items = 0;   // tapset items that the script needed
    bool is_refused = false;         // failed, as it asks for more than its user's own processes
    bool failed() const;
};

// `sources` receives the texts of the tapset items that are used. Never throws for anything that
// the script says: errors and warnings are diagnostics, in the order in which they were found.
Elaborated elaborate(const language::Script& script, language::SourceMap& sources,
                     const targets::Kernel& kernel, const ElaborateOptions& options);

}  // namespace sutap::elaborate
