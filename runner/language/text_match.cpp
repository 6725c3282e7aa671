#include "runner/language/text_match.h"

#include <cstddef>

namespace sutap::language {
namespace {

// Matches one character against the pattern element at `at` and moves behind that element.
bool match_one(std::string_view pattern, std::size_t& at, char c) {
    if (pattern[at] == '?') {
        ++at;
        return true;
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
        at += 2;
        return pattern[at - 1] == c;
    }
    if (pattern[at] != '[') {
        return pattern[at++] == c;
    }
    std::size_t i = at + 1;
    const bool is_negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    i += is_negated ? 1 : 0;
    bool found = false;
    for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
        const bool is_range =
            i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']';
        const char last = is_range ? pattern[i + 2] : pattern[i];
        found = found || (static_cast<unsigned char>(pattern[i]) <= static_cast<unsigned char>(c) &&
                          static_cast<unsigned char>(c) <= static_cast<unsigned char>(last));
        i += is_range ? 3 : 1;
    }
    if (i >= pattern.size()) {  // no closing bracket: the '[' is itself
        return pattern[at++] == c;
    }
    at = i + 1;
    return found != is_negated;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = ++p;
            star_text = t;
            continue;
        }
        if (p < pattern.size() && match_one(pattern, p, text[t])) {
            ++t;
            continue;
        }
        if (star == std::string_view::npos) {
            return false;
        }
        p = star;
        t = ++star_text;
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool has_wildcard(std::string_view text) {
    return text.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace sutap::language
