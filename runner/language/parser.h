// Text to syntax tree: lexer, preprocessor and parser of the whole SystemTap script language.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/source_map.h"
#include "runner/language/syntax_tree.h"

namespace sutap::language {

// The values of %( systemtap_privilege == "…" %? … %).
enum class Privilege : std::uint8_t { stapusr, stapsys, stapdev };

// What the text may refer to besides itself.
struct ParseContext {
    std::vector<std::string> arguments;  // $1 @1 …
    // The arguments come from somebody who may not change the script: $1 pastes numbers only, since
    // any other text could add statements and probes to it. @1 is a string in any case.
    bool pastes_numbers_only = false;
    bool guru = false;
    Privilege privilege = Privilege::stapdev;
    std::string kernel_release;  // as uname -r; `kernel_v` is its part before the first '-'
    std::string architecture = "x86_64";    // the kernel's name for it, as `uname -m` on x86-64
    std::string systemtap_version = "5.2";  // --compatible changes it
    // The value of CONFIG_name; nullopt, or no function: not set, which compares as "".
    std::function<std::optional<std::string>(const std::string&)> kernel_configuration;
    // A source that holds `@define NAME …` for a macro which the text does not define itself. It
    // may add that source to the SourceMap when it is asked.
    std::function<std::optional<std::uint32_t>(std::string_view name)> library_macro;
};

struct ParseResult {
    Script script;  // what could be parsed, in the order of the text
    std::vector<Diagnostic> diagnostics;
    [[nodiscard]] bool succeeded() const { return diagnostics.empty(); }
};

// Parses the text with this index. Never throws for a wrong script: each mistake is a diagnostic,
// and parsing goes on at the next declaration. Its time grows in step with the text and what its
// macros expand to, which is bounded, as is the depth of nesting.
//
// Expression::place is the token that messages name: the operator of unary, binary, assigning and
// conditional expressions, `in` of a membership, else the first token.
ParseResult parse(const SourceMap& sources, std::uint32_t source, const ParseContext& context);

}  // namespace sutap::language
