#include "runner/targets/glob.h"

#include <cstddef>

namespace sutap::targets {
namespace {

struct ClassMatch {
    std::size_t length = 0;  // of the class in the pattern; 0: no class begins here
    bool contains = false;
};

// `pattern` begins with '['. A ']' directly after the '[' or '[!' belongs to the class.
ClassMatch match_class(std::string_view pattern, char wanted) {
    std::size_t at = 1;
    const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
    at += negated ? 1 : 0;
    const std::size_t first = at;
    const auto code = static_cast<unsigned char>(wanted);
    bool found = false;
    while (at < pattern.size() && (pattern[at] != ']' || at == first)) {
        const auto low = static_cast<unsigned char>(pattern[at]);
        unsigned char high = low;
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
            high = static_cast<unsigned char>(pattern[at + 2]);
            at += 2;
        }
        found = found || (low <= code && code <= high);
        ++at;
    }
    if (at >= pattern.size()) {
        return {};
    }
    return {at + 1, found != negated};
}

// How many characters of the pattern match the one character; 0 if they don't.
std::size_t match_one(std::string_view pattern, char wanted) {
    if (pattern.front() == '[') {
        const ClassMatch match = match_class(pattern, wanted);
        if (match.length != 0) {
            return match.contains ? match.length : 0;
        }
    }
    return pattern.front() == '?' || pattern.front() == wanted ? 1 : 0;
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    // Where to go on when what follows the last star does not match: the star takes one more.
    std::size_t after_star = std::string_view::npos;
    std::size_t star_end = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            star_end = t;
            continue;
        }
        const std::size_t taken =
            p < pattern.size() ? match_one(pattern.substr(p), text[t]) : std::size_t{0};
        if (taken != 0) {
            p += taken;
            ++t;
        } else if (after_star != std::string_view::npos) {
            p = after_star;
            t = ++star_end;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

bool is_plain_name(std::string_view pattern) {
    return pattern.find_first_of("*?[") == std::string_view::npos;
}

}  // namespace sutap::targets
