#include "runner/language/lexer.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sutap::language {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Longest first.
constexpr std::array<std::string_view, 31> long_operators = {
    ">>>=", "<<<", "<<=", ">>>", ">>=", "%(", "%)", "%?", "%:", "++", "--",
    "&&",   "||",  "==",  "!=",  "<=",  ">=", "<<", ">>", "+=", "-=", "*=",
    "/=",   "%=",  "&=",  "|=",  "^=",  ".=", "->", "=~", "!~"};
constexpr std::string_view short_operators = "+-*/%&|^~!<>=.,;:?(){}[]";

std::size_t operator_length(std::string_view text) {
    if (short_operators.find(text.front()) == std::string_view::npos) {
        return 0;
    }
    for (const std::string_view candidate : long_operators) {
        if (text.size() > 1 && candidate[0] == text[0] && text.starts_with(candidate)) {
            return candidate.size();
        }
    }
    return 1;
}

class Lexer {
  public:
    Lexer(std::string_view text, Place start, const ParseContext& context, TokenStream& stream,
          bool is_pasted)
        : text_(text),
          context_(context),
          stream_(stream),
          start_(start),
          is_pasted_(is_pasted),
          line_(start.line) {}

    void run() {
        skip_blank();
        while (at_ < text_.size()) {
            scan();
            skip_blank();
        }
    }
    [[nodiscard]] Place place_here() const { return place_of(at_, 1); }

  private:
    [[nodiscard]] char peek(std::size_t offset = 0) const {
        return at_ + offset < text_.size() ? text_[at_ + offset] : '\0';
    }
    // A token of a pasted argument stands where its $1 stands.
    [[nodiscard]] Place place_of(std::size_t begin, std::size_t length) const {
        if (is_pasted_) {
            return start_;
        }
        return {start_.source, line_, static_cast<std::uint32_t>(begin - line_begin_ + 1),
                static_cast<std::uint32_t>(length)};
    }
    void add(TokenKind kind, std::string_view text, Place place, bool is_raw = false) {
        stream_.tokens.push_back({.kind = kind,
                                  .is_raw = is_raw,
                                  .is_pasted = is_pasted_,
                                  .text = text,
                                  .place = place});
    }
    void pass_newlines(std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (text_[i] == '\n') {
                ++line_;
                line_begin_ = i + 1;
            }
        }
    }
    void skip_line() {
        const std::size_t end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end;
    }
    void skip_blank() {
        while (at_ < text_.size()) {
            if (is_space(text_[at_])) {
                pass_newlines(at_, at_ + 1);
                ++at_;
            } else if (text_[at_] == '#' || (text_[at_] == '/' && peek(1) == '/')) {
                skip_line();
            } else if (text_[at_] == '/' && peek(1) == '*') {
                skip_block_comment();
            } else {
                return;
            }
        }
    }
    void skip_block_comment() {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
            add(TokenKind::invalid, "unterminated comment", place_of(at_, 2));
        }
        const std::size_t after = end == std::string_view::npos ? text_.size() : end + 2;
        pass_newlines(at_, after);
        at_ = after;
    }
    void scan();
    void scan_string();
    void scan_embedded_code();
    void scan_argument();
    void paste_text(std::size_t number, Place place);

    std::string_view text_;
    const ParseContext& context_;
    TokenStream& stream_;
    Place start_;
    bool is_pasted_;
    std::uint32_t line_;
    std::size_t at_ = 0;
    std::size_t line_begin_ = 0;
};

void Lexer::scan() {
    const char c = text_[at_];
    const bool is_sign = c == '$' || c == '@';
    if (is_sign && (is_digit(peek(1)) || peek(1) == '#')) {
        return scan_argument();
    }
    std::size_t length = 1;
    if (is_identifier_start(c) || (c == '@' && is_identifier_start(peek(1)))) {
        while (is_identifier_part(peek(length))) {
            ++length;
        }
        const std::string_view word = text_.substr(at_, length);
        const TokenKind kind = c == '@'           ? TokenKind::at_word
                               : is_keyword(word) ? TokenKind::keyword
                                                  : TokenKind::identifier;
        add(kind, word, place_of(at_, length));
    } else if (is_digit(c)) {
        while (is_digit(peek(length)) || is_letter(peek(length))) {
            ++length;
        }
        add(TokenKind::number, text_.substr(at_, length), place_of(at_, length));
    } else if (c == '"') {
        return scan_string();
    } else if (c == '%' && peek(1) == '{') {
        return scan_embedded_code();
    } else if (const std::size_t found = operator_length(text_.substr(at_)); found > 0) {
        length = found;
        add(TokenKind::operation, text_.substr(at_, length), place_of(at_, length));
    } else {
        // The bytes of a character outside of ASCII together.
        while (static_cast<unsigned char>(c) >= 0x80 &&
               static_cast<unsigned char>(peek(length)) >= 0x80) {
            ++length;
        }
        add(TokenKind::invalid, "unexpected character", place_of(at_, length));
    }
    at_ += length;
}

void Lexer::scan_string() {
    std::size_t end = at_ + 1;
    const std::uint32_t first_line = line_;
    const std::size_t first_line_begin = line_begin_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\n') {
        const bool is_escape = text_[end] == '\\' && end + 1 < text_.size();
        if (is_escape) {
            pass_newlines(end + 1, end + 2);
        }
        end += is_escape ? 2 : 1;
    }
    Place place = start_;
    if (!is_pasted_) {
        place = {start_.source, first_line, static_cast<std::uint32_t>(at_ - first_line_begin + 1),
                 static_cast<std::uint32_t>(end - at_ + 1)};
    }
    if (end >= text_.size() || text_[end] == '\n') {
        place.length -= is_pasted_ ? 0 : 1;
        add(TokenKind::invalid, "could not find the matching closing quote", place);
        at_ = end;
        return;
    }
    add(TokenKind::string, text_.substr(at_ + 1, end - at_ - 1), place);
    at_ = end + 1;
}

void Lexer::scan_embedded_code() {
    const Place place = place_of(at_, 2);
    const std::size_t end = text_.find("%}", at_ + 2);
    if (end == std::string_view::npos) {
        add(TokenKind::invalid, "could not find the matching '%}' of this embedded code", place);
    } else {
        add(TokenKind::embedded_code, text_.substr(at_ + 2, end - at_ - 2), place);
    }
    const std::size_t after = end == std::string_view::npos ? text_.size() : end + 2;
    pass_newlines(at_, after);
    at_ = after;
}

// $1 @1 $# @#
void Lexer::scan_argument() {
    const bool is_string = text_[at_] == '@';
    const std::size_t begin = at_;
    at_ += 1;
    std::size_t number = 0;
    const bool is_count = peek() == '#';
    if (is_count) {
        ++at_;
    }
    while (!is_count && is_digit(peek())) {
        // More digits than any argument list is long: stay out of range instead of wrapping.
        number = number > 1'000'000 ? number : number * 10 + static_cast<std::size_t>(peek() - '0');
        ++at_;
    }
    const Place place = place_of(begin, at_ - begin);
    if (is_pasted_) {
        add(TokenKind::invalid, "invalid nested substitution of command line arguments", place);
    } else if (is_count) {
        add(is_string ? TokenKind::string : TokenKind::number,
            stream_.own(std::to_string(context_.arguments.size())), place, true);
    } else if (number == 0 || number > context_.arguments.size()) {
        add(TokenKind::invalid,
            stream_.own("command line argument out of range [1-" +
                        std::to_string(context_.arguments.size()) + "]"),
            place);
    } else if (is_string) {
        add(TokenKind::string, context_.arguments[number - 1], place, true);
    } else {
        paste_text(number, place);
    }
}

// An optional minus sign and one number, decimal or hexadecimal.
bool is_plain_number(std::string_view text) {
    if (text.substr(0, 1) == "-") {
        text.remove_prefix(1);
    }
    const bool is_hexadecimal = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
    if (is_hexadecimal) {
        text.remove_prefix(2);
    }
    const std::string_view digits = is_hexadecimal ? "0123456789abcdefABCDEF" : "0123456789";
    return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

void Lexer::paste_text(std::size_t number, Place place) {
    // The text continues behind the argument: $1foo is one name.
    std::size_t length = 0;
    while (is_identifier_part(peek(length))) {
        ++length;
    }
    std::string_view text = context_.arguments[number - 1];
    if (context_.pastes_numbers_only && (length > 0 || !is_plain_number(text))) {
        at_ += length;
        add(TokenKind::invalid,
            stream_.own("command line argument " + std::to_string(number) +
                        " must be a number, since $" + std::to_string(number) +
                        " makes it part of the script"),
            place);
        return;
    }
    if (length > 0) {
        text = stream_.own(std::string(text).append(text_.substr(at_, length)));
        at_ += length;
    }
    const std::size_t first = stream_.tokens.size();
    Lexer(text, place, context_, stream_, true).run();
    for (std::size_t i = first; i < stream_.tokens.size(); ++i) {
        stream_.tokens[i].is_pasted = true;
    }
}

}  // namespace

void tokenize(const SourceMap& sources, std::uint32_t source, const ParseContext& context,
              TokenStream& stream) {
    const SourceText& text = sources.source(source);
    stream.tokens.reserve(stream.tokens.size() + text.text.size() / 4 + 1);
    Lexer lexer(text.text, {source, text.first_line, 1, 1}, context, stream, false);
    lexer.run();
    stream.tokens.push_back({.kind = TokenKind::end, .text = {}, .place = lexer.place_here()});
}

}  // namespace sutap::language
