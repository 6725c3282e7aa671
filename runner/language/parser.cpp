#include "runner/language/parser.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "runner/language/lexer.h"
#include "runner/language/literals.h"
#include "runner/language/parser_state.h"
#include "runner/language/preprocessor.h"

namespace sutap::language {
namespace {

constexpr std::uint32_t maximum_nesting = 250;
constexpr std::size_t maximum_diagnostics = 50;

std::string_view kind_name(TokenKind kind) {
    switch (kind) {
        case TokenKind::identifier:
            return "identifier";
        case TokenKind::keyword:
            return "keyword";
        case TokenKind::number:
            return "number";
        case TokenKind::string:
            return "string";
        case TokenKind::embedded_code:
            return "embedded code";
        case TokenKind::at_word:
        case TokenKind::operation:
        case TokenKind::invalid:
        case TokenKind::end:
            break;
    }
    return "operator";
}

bool begins_declaration(const Token& token) {
    return token.kind == TokenKind::keyword && (token.text == "probe" || token.text == "function" ||
                                                token.text == "global" || token.text == "private");
}

}  // namespace

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ > maximum_nesting) {
        --parser_.depth_;
        parser_.fail("nested too deeply (more than " + std::to_string(maximum_nesting) +
                     " levels)");
    }
}

// ---- tokens ---------------------------------------------------------------------------------

const Token& Parser::peek(std::size_t offset) const {
    return stream_.tokens[std::min(at_ + offset, stream_.tokens.size() - 1)];
}

const Token& Parser::next() {
    const Token& token = peek();
    at_ += token.kind == TokenKind::end ? 0 : 1;
    return token;
}

bool Parser::at_operator(std::string_view text, std::size_t offset) const {
    const Token& token = peek(offset);
    return token.kind == TokenKind::operation && token.text == text;
}

bool Parser::at_keyword(std::string_view text) const {
    return peek().kind == TokenKind::keyword && peek().text == text;
}

bool Parser::accept_operator(std::string_view text) {
    const bool found = at_operator(text);
    at_ += found ? 1 : 0;
    return found;
}

bool Parser::accept_keyword(std::string_view text) {
    const bool found = at_keyword(text);
    at_ += found ? 1 : 0;
    return found;
}

const Token& Parser::expect_operator(std::string_view text) {
    if (!at_operator(text)) {
        fail(std::string("expected '").append(text).append("'"));
    }
    return next();
}

void Parser::expect_closing(std::string_view text, const Token& opening) {
    if (accept_operator(text)) {
        return;
    }
    Diagnostic diagnostic = mistake(std::string("expected '").append(text).append("'"), peek());
    if (opening.place.line != peek().place.line || peek().kind == TokenKind::end) {
        diagnostic.related.push_back(
            {opening.place, std::string("to match this '").append(opening.text).append("'")});
    }
    throw ParseFailure{std::move(diagnostic)};
}

// Behind an item of a list, where another may follow.
void Parser::expect_list_end(std::string_view text, const Token& opening) {
    if (!at_operator(text) && peek().kind != TokenKind::end) {
        fail(std::string("expected ',' or '").append(text).append("'"));
    }
    expect_closing(text, opening);
}

const Token& Parser::expect_identifier(const char* what) {
    if (peek().kind != TokenKind::identifier) {
        fail(what);
    }
    return next();
}

std::string Parser::take_string() {
    if (peek().kind != TokenKind::string) {
        fail("expected string literal");
    }
    return take_glued_string(stream_.tokens, at_);
}

std::int64_t Parser::take_number() {
    const bool is_negative = at_operator("-");
    if (is_negative || at_operator("+")) {
        next();
    }
    if (peek().kind != TokenKind::number) {
        fail("expected number");
    }
    const auto value = number_value(peek().text);
    if (!value) {
        fail("number invalid or out of range");
    }
    next();
    // Wraps: -9223372036854775808 is the least number.
    return is_negative ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(*value)) : *value;
}

Literal Parser::take_literal() {
    if (peek().kind == TokenKind::string) {
        return {take_string()};
    }
    const std::size_t sign = at_operator("-") || at_operator("+") ? 1 : 0;
    if (peek(sign).kind != TokenKind::number) {
        fail("expected literal string or number");
    }
    return {take_number()};
}

// ---- errors ---------------------------------------------------------------------------------

std::string Parser::saw(const Token& token) const {
    std::string text("saw: ");
    if (token.kind == TokenKind::end) {
        return text.append(sources_.name(token.place.source)).append(" EOF");
    }
    if (token.kind == TokenKind::invalid) {
        return text.append(describe(token.place, sources_));
    }
    text.append(kind_name(token.kind)).append(" '");
    for (const char c : token.text.substr(0, 100)) {
        const auto byte = static_cast<unsigned char>(c);
        text.push_back(byte < 0x20 || byte == 0x7f ? '?' : c);
    }
    return text.append("' at ").append(position(token.place, sources_));
}

Diagnostic Parser::mistake(std::string message, const Token& token) const {
    Diagnostic diagnostic{Diagnostic::Kind::parse_error, token.place, std::move(message), {}, {}};
    if (token.kind == TokenKind::end && stream_.tokens.size() > 1) {
        // Behind the last token rather than on the empty line at the end of the file.
        const Place& last = stream_.tokens[stream_.tokens.size() - 2].place;
        diagnostic.place = {last.source, last.line, last.column + last.length, 1};
    }
    if (token.kind == TokenKind::invalid) {
        diagnostic.message = token.text;
    }
    diagnostic.notes.push_back(saw(token));
    for (std::uint32_t i = token.expansion; i != no_expansion; i = stream_.expansions[i].parent) {
        const Expansion& expansion = stream_.expansions[i];
        diagnostic.related.push_back(
            {expansion.call,
             std::string("in expansion of macro '@").append(expansion.macro) + "'"});
    }
    return diagnostic;
}

void Parser::fail(std::string message, const Token& token) const {
    throw ParseFailure{mistake(std::move(message), token)};
}

void Parser::fail_at(std::string message, Place place) const {
    throw ParseFailure{{Diagnostic::Kind::parse_error, place, std::move(message), {}, {}}};
}

void Parser::report(Diagnostic diagnostic) {
    for (const Diagnostic& earlier : result_.diagnostics) {
        if (earlier.place == diagnostic.place && earlier.message == diagnostic.message) {
            return;
        }
    }
    result_.diagnostics.push_back(std::move(diagnostic));
}

// Moves to where a declaration begins, behind `start`. Their keywords are reserved, but may be the
// name of a probe point's component or of a structure's member.
void Parser::recover(std::size_t start) {
    at_ = std::max(at_, start + 1);
    // A keyword in the middle of a line is more likely the mistake than the next declaration.
    if (begins_declaration(peek()) && at_ > 0 &&
        stream_.tokens[at_ - 1].place.line == peek().place.line) {
        ++at_;
    }
    while (peek().kind != TokenKind::end) {
        const Token& before = stream_.tokens[at_ - 1];
        const bool is_component =
            (before.kind == TokenKind::operation && (before.text == "." || before.text == "->")) ||
            (at_keyword("function") && at_operator("(", 1));
        if (begins_declaration(peek()) && !is_component) {
            return;
        }
        if (peek().kind == TokenKind::invalid && result_.diagnostics.size() < maximum_diagnostics) {
            report(mistake({}, peek()));
        }
        ++at_;
    }
}

// ---- declarations ---------------------------------------------------------------------------

ParseResult Parser::run() {
    while (peek().kind != TokenKind::end) {
        const std::size_t start = at_;
        try {
            parse_declaration();
        } catch (ParseFailure& failure) {
            report(std::move(failure.diagnostic));
            depth_ = 0;
            in_function_ = false;
            may_slice_ = false;
            if (result_.diagnostics.size() >= maximum_diagnostics) {
                break;
            }
            recover(start);
        }
    }
    return std::move(result_);
}

void Parser::parse_declaration() {
    if (accept_operator(";")) {
        return;
    }
    if (peek().kind == TokenKind::embedded_code) {
        const Token& code = next();
        result_.script.embedded.push_back({std::string(code.text), code.place});
        return;
    }
    const bool is_private = accept_keyword("private");
    if (at_keyword("function")) {
        parse_function(is_private);
    } else if (accept_keyword("global") || (is_private && peek().kind == TokenKind::identifier)) {
        parse_globals(is_private);
    } else if (is_private) {
        fail("expected 'function', 'global' or identifier");
    } else if (at_keyword("probe")) {
        parse_probe();
    } else {
        std::string message = "expected 'probe', 'global', 'private', 'function', or '%{'";
        if (peek().kind == TokenKind::identifier) {
            const auto similar =
                similar_names(peek().text, {"probe", "global", "private", "function"}, 1);
            message += similar.empty() ? "" : " (similar: " + similar.front() + ")";
        }
        fail(std::move(message));
    }
}

DeclaredType Parser::parse_type() {
    if (accept_keyword("long")) {
        return DeclaredType::integer;
    }
    if (!accept_keyword("string")) {
        fail("expected 'string' or 'long'");
    }
    return DeclaredType::string;
}

void Parser::parse_globals(bool is_private) {
    do {
        result_.script.globals.push_back(parse_global(is_private));
    } while (accept_operator(","));
    accept_operator(";");
}

Global Parser::parse_global(bool is_private) {
    const Token& name = expect_identifier();
    Global global;
    global.place = name.place;
    global.name = name.text;
    global.is_private = is_private;
    global.wraps = accept_operator("%");
    if (at_operator("[")) {
        const Token& opening = next();
        const Token& size = peek();
        global.capacity = take_number();
        if (*global.capacity <= 0 || *global.capacity > std::numeric_limits<std::int32_t>::max()) {
            fail("array size out of range", size);
        }
        expect_closing("]", opening);
    }
    if (accept_operator(":")) {
        global.type = parse_type();
    }
    if (at_operator("=") || at_operator("%=")) {
        if (global.capacity || global.wraps || at_operator("%=")) {
            fail("only scalar globals can be initialized");
        }
        next();
        global.initial = take_literal();
    }
    return global;
}

Parameter Parser::parse_parameter() {
    const Token& name = expect_identifier();
    Parameter parameter;
    parameter.place = name.place;
    parameter.name = name.text;
    if (accept_operator(":")) {
        parameter.type = parse_type();
    }
    return parameter;
}

void Parser::parse_function(bool is_private) {
    next();
    const Token& name = expect_identifier();
    Function function;
    function.place = name.place;
    function.name = name.text;
    function.is_private = is_private;
    if (accept_operator(":")) {
        function.type = parse_type();
    }
    const Token& opening = expect_operator("(");
    if (!at_operator(")")) {
        do {
            function.parameters.push_back(parse_parameter());
        } while (accept_operator(","));
    }
    expect_list_end(")", opening);
    if (accept_operator(":")) {
        function.priority = take_number();
    }
    if (peek().kind == TokenKind::embedded_code) {
        const Token& code = next();
        function.body = {code.place, EmbeddedCode{std::string(code.text), code.place}};
    } else {
        in_function_ = true;
        function.body = parse_block();
        in_function_ = false;
    }
    result_.script.functions.push_back(std::move(function));
}

ParseResult parse(const SourceMap& sources, std::uint32_t source, const ParseContext& context) {
    ParseResult result;
    if (!sources.contains(source)) {
        result.diagnostics.push_back({Diagnostic::Kind::parse_error, {}, "no such source", {}, {}});
        return result;
    }
    TokenStream stream;
    tokenize(sources, source, context, stream);
    expand_macros(sources, context, stream);
    apply_conditions(context, stream);
    return Parser(sources, stream).run();
}

}  // namespace sutap::language
