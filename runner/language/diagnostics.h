// What is wrong with a script, and how it is shown: in stap's form, so that tools which look for
// "parse error:" and "semantic error:" keep working.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/source_map.h"
#include "runner/language/syntax_tree.h"

namespace sutap::language {

// A second place that explains the first: "to match this '{'", "in expansion of macro '@foo'"; of a
// semantic error the next message of its chain: "type was first inferred here (string)".
struct RelatedPlace {
    Place place;
    std::string message;
};

struct Diagnostic {
    enum class Kind : std::uint8_t { parse_error, semantic_error, warning };
    Kind kind = Kind::parse_error;
    Place place;
    std::string message;
    std::vector<std::string> notes;  // whole lines, without indentation: "saw: operator '}' at …"
    std::vector<RelatedPlace> related;
};

// "identifier 'foo' at FILE:LINE:COLUMN", from the text at `place`; empty for no_source.
std::string describe(const Place& place, const SourceMap& sources);
// "FILE:LINE:COLUMN".
std::string position(const Place& place, const SourceMap& sources);

// One or more whole lines: the message, its notes, the source line, and a caret line under the
// token; a semantic error closes with an empty line. Control bytes of the script are shown as '?'.
// `colour`: with terminal escapes, in stap's default colours.
std::string render(const Diagnostic& diagnostic, const SourceMap& sources, bool colour);

// Those of `candidates` that are a typing mistake away from `name`, nearest first, at most `limit`.
std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string_view>& candidates,
                                       std::size_t limit = 5);

}  // namespace sutap::language
