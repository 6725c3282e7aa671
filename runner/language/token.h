// What the lexer makes of a text. Tokens are views: into the SourceMap's text, the context's
// arguments, or strings that the TokenStream itself owns.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/syntax_tree.h"

namespace sutap::language {

enum class TokenKind : std::uint8_t {
    end,
    identifier,
    keyword,
    at_word,  // @name, with its @
    number,
    string,  // `text` is what stands between the quotes
    operation,
    embedded_code,  // `text` is what stands between %{ and %}
    invalid,        // `text` says what is wrong; an error only where the parser comes to it
};

inline constexpr std::uint32_t no_expansion = 0xffffffff;

struct Token {
    TokenKind kind = TokenKind::end;
    bool is_raw = false;                     // a string that holds no escapes: a script argument
    bool is_pasted = false;                  // from a script argument: `place` is that of $1
    std::uint32_t expansion = no_expansion;  // index into TokenStream::expansions
    std::string_view text;
    Place place;
};

// The use of a macro that a token comes from.
struct Expansion {
    std::string_view macro;
    Place call;
    std::uint32_t parent = no_expansion;
};

struct TokenStream {
    std::vector<Token> tokens;  // the last one is `end`
    std::deque<std::string> owned;
    std::vector<Expansion> expansions;

    // The text lives as long as the stream.
    std::string_view own(std::string text) { return owned.emplace_back(std::move(text)); }
};

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_identifier_start(char c) {
    return is_letter(c) || c == '_' || c == '$';
}
inline bool is_identifier_part(char c) {
    return is_identifier_start(c) || is_digit(c);
}

inline bool is_keyword(std::string_view text) {
    constexpr std::array<std::string_view, 20> keywords = {
        "probe",    "global", "private", "function", "if",     "else",  "for",
        "foreach",  "in",     "limit",   "return",   "delete", "while", "break",
        "continue", "next",   "string",  "long",     "try",    "catch"};
    for (const std::string_view keyword : keywords) {
        if (keyword == text) {
            return true;
        }
    }
    return false;
}

}  // namespace sutap::language
