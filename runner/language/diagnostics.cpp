#include "runner/language/diagnostics.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "runner/language/token.h"

namespace sutap::language {
namespace {

constexpr std::size_t shown_line_bytes = 200;

struct Colours {
    std::string_view error, warning, source, caret, token, end;
};
constexpr Colours plain{};
constexpr Colours terminal{"\033[01;31m", "\033[00;33m", "\033[00;34m",
                           "\033[01m",    "\033[01m",    "\033[m"};

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The part of the token on its first line.
std::string_view token_text(const Place& place, const SourceMap& sources) {
    const std::string_view line = sources.line_text(place.source, place.line);
    if (place.column == 0 || place.column > line.size()) {
        return {};
    }
    return line.substr(place.column - 1, place.length);
}

std::string visible(std::string_view text) {
    std::string result(text);
    std::replace_if(result.begin(), result.end(), is_control, '?');
    return result;
}

std::string_view kind_name(std::string_view text) {
    const char first = text.front();
    if (is_identifier_start(first)) {
        return is_keyword(text) ? "keyword" : "identifier";
    }
    if (first >= '0' && first <= '9') {
        return "number";
    }
    if (first == '"') {
        return "string";
    }
    return text.starts_with("%{") ? "embedded code" : "operator";
}

// The source line (a part of it, if it is long) and a line that underlines the token.
void append_source(std::string& out, const Place& place, const SourceMap& sources,
                   std::string_view label, const Colours& colours) {
    std::string_view line = sources.line_text(place.source, place.line);
    if (!sources.contains(place.source) || place.column == 0) {
        return;
    }
    std::size_t before = std::min<std::size_t>(place.column - 1, line.size());
    if (line.size() > shown_line_bytes) {
        std::size_t start = before > shown_line_bytes / 2 ? before - shown_line_bytes / 2 : 0;
        // Not inside of a character, which has four bytes at most; what is longer is none.
        for (int back = 0; back < 3 && start > 0 && continues_character(line[start]); ++back) {
            --start;
        }
        line = line.substr(start, shown_line_bytes);
        before -= start;
    }
    out.append(label).append(colours.source);
    std::string padding(label.size(), ' ');
    for (std::size_t i = 0; i < line.size(); ++i) {
        out.push_back(is_control(line[i]) && line[i] != '\t' ? '?' : line[i]);
        if (i < before && !continues_character(line[i])) {
            padding.push_back(line[i] == '\t' ? '\t' : ' ');
        }
    }
    out.append(colours.source.empty() ? "" : colours.end).push_back('\n');
    const std::string_view token = line.substr(before, std::max<std::size_t>(place.length, 1));
    const auto width = token.size() - static_cast<std::size_t>(std::count_if(
                                          token.begin(), token.end(), continues_character));
    out.append(padding).append(colours.caret).push_back('^');
    out.append(width > 1 ? width - 1 : 0, '~');
    out.append(colours.caret.empty() ? "" : colours.end).push_back('\n');
}

// Edits (insert, delete, replace, swap neighbours) from a to b; `bound` + 1 if more than `bound`.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t bound) {
    if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > bound) {
        return bound + 1;
    }
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    std::vector<std::size_t> next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        current[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = current[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            next[j] = std::min({current[j] + 1, next[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                next[j] = std::min(next[j], previous[j - 2] + 1);
            }
        }
        std::swap(previous, current);
        std::swap(current, next);
    }
    return std::min(current[b.size()], bound + 1);
}

}  // namespace

std::string position(const Place& place, const SourceMap& sources) {
    std::string result = visible(sources.name(place.source));
    result.append(":").append(std::to_string(place.line));
    return result.append(":").append(std::to_string(place.column));
}

std::string describe(const Place& place, const SourceMap& sources) {
    if (!sources.contains(place.source)) {
        return {};
    }
    const std::string_view text = token_text(place, sources);
    if (text.empty()) {
        return "at " + position(place, sources);
    }
    std::string result(kind_name(text));
    if (text.front() == '"') {
        const bool is_closed = text.size() > 1 && text.back() == '"';
        result.append(" '").append(visible(text.substr(1, text.size() - (is_closed ? 2 : 1))));
    } else {
        result.append(" '").append(visible(text));
    }
    return result.append("' at ").append(position(place, sources));
}

namespace {

// What led to a semantic error is a message of its own, as stap chains them.
void append_cause(std::string& out, const RelatedPlace& cause, const SourceMap& sources,
                  const Colours& colours) {
    out.append("\n").append(colours.error).append("semantic error:").append(colours.end);
    out.append(" ").append(cause.message);
    const std::string where = describe(cause.place, sources);
    out.append(where.empty() ? "" : ": ").append(colours.token).append(where);
    out.append(colours.end).push_back('\n');
    append_source(out, cause.place, sources, "        source: ", colours);
}

void append_related(std::string& out, const RelatedPlace& related, const SourceMap& sources,
                    const Colours& colours) {
    out.append("        ").append(related.message);
    if (sources.contains(related.place.source)) {
        out.append(" at ").append(position(related.place, sources));
    }
    out.push_back('\n');
    append_source(out, related.place, sources, "        source: ", colours);
}

}  // namespace

std::string render(const Diagnostic& diagnostic, const SourceMap& sources, bool colour) {
    const Colours& colours = colour ? terminal : plain;
    const bool is_warning = diagnostic.kind == Diagnostic::Kind::warning;
    const bool is_parse_error = diagnostic.kind == Diagnostic::Kind::parse_error;
    const bool is_semantic_error = diagnostic.kind == Diagnostic::Kind::semantic_error;
    std::string out(is_warning ? colours.warning : colours.error);
    out.append(is_warning ? "WARNING:" : is_parse_error ? "parse error:" : "semantic error:");
    out.append(colours.end).append(" ").append(diagnostic.message);
    if (!is_parse_error) {
        const std::string where = describe(diagnostic.place, sources);
        out.append(where.empty() ? "" : ": ").append(colours.token).append(where);
        out.append(colours.end);
    }
    out.push_back('\n');
    for (const std::string& note : diagnostic.notes) {
        out.append("        ").append(note).append("\n");
    }
    append_source(out, diagnostic.place, sources,
                  is_parse_error ? "     source: " : "        source: ", colours);
    for (const RelatedPlace& related : diagnostic.related) {
        if (is_semantic_error) {
            append_cause(out, related, sources, colours);
        } else {
            append_related(out, related, sources, colours);
        }
    }
    return out.append(is_semantic_error ? "\n" : "");
}

std::vector<std::string> similar_names(std::string_view name,
                                       const std::vector<std::string_view>& candidates,
                                       std::size_t limit) {
    const std::size_t bound = name.size() < 4 ? 1 : name.size() < 8 ? 2 : 3;
    std::vector<std::pair<std::size_t, std::string_view>> found;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = edit_distance(name, candidate, bound);
        if (distance <= bound && distance < name.size()) {
            found.emplace_back(distance, candidate);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::vector<std::string> result;
    for (std::size_t i = 0; i < found.size() && i < limit; ++i) {
        result.emplace_back(found[i].second);
    }
    return result;
}

}  // namespace sutap::language
