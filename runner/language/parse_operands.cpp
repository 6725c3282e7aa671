// Names, literals, context expressions, and the operators that are words with an @.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/language/operators.h"
#include "runner/language/parser_state.h"

namespace sutap::language {
namespace {

// Cuts a trailing $ or $$ off; gives how many there were, at most 2.
int take_pretty_suffix(std::string_view& name) {
    int depth = 0;
    while (depth < 2 && name.size() > 1 && name.back() == '$') {
        name.remove_suffix(1);
        ++depth;
    }
    return depth;
}

bool is_context_variable(const Token& token) {
    return token.kind == TokenKind::identifier && token.text.front() == '$';
}

}  // namespace

std::optional<StatisticExtractor> extractor_of(std::string_view word) {
    for (const ExtractorForm& form : extractor_forms) {
        if (form.text == word) {
            return form.operation;
        }
    }
    return std::nullopt;
}

bool is_histogram(StatisticExtractor extractor) {
    return extractor == StatisticExtractor::histogram_log ||
           extractor == StatisticExtractor::histogram_linear;
}

// [i, j, *]
std::vector<std::optional<ExpressionBox>> Parser::parse_indexes(bool may_have_wildcard,
                                                                std::uint32_t& height) {
    const Token& opening = expect_operator("[");
    std::vector<std::optional<ExpressionBox>> indexes;
    do {
        const bool is_wildcard = at_operator("*") && (at_operator(",", 1) || at_operator("]", 1));
        if (is_wildcard && !may_have_wildcard) {
            fail("'*' as an index is only allowed in 'delete', 'in' and 'foreach'");
        }
        if (is_wildcard) {
            next();
            indexes.emplace_back();
            continue;
        }
        Operand index = parse_expression();
        height = std::max(height, index.height);
        indexes.emplace_back(std::move(index.expression));
    } while (accept_operator(","));
    expect_list_end("]", opening);
    return indexes;
}

// An operand with what may follow it: -> and [] of an expression whose type inference knows.
Operand Parser::parse_operand() {
    if (at_operator("&")) {
        return parse_address_of();
    }
    return parse_steps(parse_primary());
}

Operand Parser::parse_address_of() {
    const Nesting nesting(*this);
    const Token& token = next();
    Operand operand = parse_operand();
    bool has_address = true;
    if (auto* variable = std::get_if<ContextVariable>(&operand.expression.node)) {
        has_address = !std::exchange(variable->address_of, true);
    } else if (auto* at_variable = std::get_if<AtVariable>(&operand.expression.node)) {
        has_address = !std::exchange(at_variable->address_of, true);
    } else if (auto* cast = std::get_if<Cast>(&operand.expression.node)) {
        has_address = !std::exchange(cast->address_of, true);
    } else {
        has_address = false;
    }
    if (!has_address) {
        fail("'&' needs a target variable, '@cast', '@var', or a member behind '->'", token);
    }
    return operand;
}

Operand Parser::parse_steps(Operand base) {
    if (!at_operator("->") && !at_operator("[")) {
        return base;
    }
    Cast cast;
    const Place place = base.expression.place;
    cast.operand = std::move(base.expression);
    std::uint32_t height = base.height;
    parse_path(cast.path, height);
    return make(place, std::move(cast), height);
}

void Parser::check_no_step() const {
    if (at_operator("->") || at_operator("[")) {
        fail("a pretty-printed value has no members");
    }
}

// ->member, [index], a trailing $ or $$; any number of them.
void Parser::parse_path(std::vector<Accessor>& path, std::uint32_t& height) {
    while (true) {
        const Token& token = peek();
        if (at_operator("->")) {
            next();
            const Token& member = peek();
            if (member.kind != TokenKind::identifier && member.kind != TokenKind::keyword) {
                fail("expected identifier");
            }
            next();
            std::string_view name = member.text;
            const int pretty = take_pretty_suffix(name);
            path.push_back({member.place, MemberAccess{std::string(name)}});
            if (pretty > 0) {
                path.push_back({member.place, PrettyPrint{pretty}});
            }
        } else if (at_operator("[")) {
            next();
            Operand index = parse_expression();
            height = std::max(height, index.height);
            expect_closing("]", token);
            path.push_back({token.place, IndexAccess{std::move(index.expression)}});
        } else if (token.kind == TokenKind::identifier &&
                   (token.text == "$" || token.text == "$$")) {
            next();
            path.push_back({token.place, PrettyPrint{static_cast<int>(token.text.size())}});
        } else {
            return;
        }
        if (std::holds_alternative<PrettyPrint>(path.back().step)) {
            check_no_step();
            return;
        }
    }
}

Operand Parser::parse_primary() {
    const Token& token = peek();
    const bool may_slice = std::exchange(may_slice_, false);
    switch (token.kind) {
        case TokenKind::number:
            return make(token.place, NumberLiteral{take_number()}, 0);
        case TokenKind::string:
            return make(token.place, StringLiteral{take_string()}, 0);
        case TokenKind::embedded_code:
            next();
            return make(token.place, EmbeddedCode{std::string(token.text), token.place}, 0);
        case TokenKind::identifier:
            may_slice_ = may_slice;
            return is_context_variable(token) ? parse_context_variable() : parse_name();
        case TokenKind::at_word:
            return parse_word();
        case TokenKind::operation:
            if (accept_operator("(")) {
                Operand inner = parse_expression();
                expect_closing(")", token);
                return inner;
            }
            break;
        case TokenKind::keyword:
            fail("expected expression");
        case TokenKind::invalid:
        case TokenKind::end:
            break;
    }
    fail("expected literal string or number");
}

// name, name(…), name[…]
Operand Parser::parse_name() {
    const bool may_slice = std::exchange(may_slice_, false);
    const Token& name = next();
    if (at_operator("(")) {
        return parse_call(name);
    }
    if (!at_operator("[")) {
        return make(name.place, Name{std::string(name.text)}, 0);
    }
    std::uint32_t height = 1;
    ArrayElement element{std::string(name.text), parse_indexes(may_slice, height)};
    return make(name.place, std::move(element), height);
}

Operand Parser::parse_call(const Token& name) {
    const Token& opening = next();
    Call call{std::string(name.text), {}};
    std::uint32_t height = 0;
    if (!at_operator(")")) {
        do {
            Operand argument = parse_expression();
            height = std::max(height, argument.height);
            call.arguments.emplace_back(std::move(argument.expression));
        } while (accept_operator(","));
    }
    expect_list_end(")", opening);
    return make(name.place, std::move(call), height);
}

Operand Parser::parse_context_variable() {
    const Token& token = next();
    may_slice_ = false;
    std::string_view name = token.text.substr(1);
    const int pretty = take_pretty_suffix(name);
    if (name.empty() || name == "$" || name.back() == '$') {
        fail("expected the name of a target variable behind '$'", token);
    }
    ContextVariable variable{std::string(name), {}, false};
    std::uint32_t height = 0;
    if (pretty > 0) {
        variable.path.push_back({token.place, PrettyPrint{pretty}});
        check_no_step();
    } else {
        parse_path(variable.path, height);
    }
    return make(token.place, std::move(variable), height);
}

// At a word with an @.
Operand Parser::parse_word() {
    const Token& word = peek();
    if (const auto extractor = extractor_of(word.text)) {
        return parse_statistic(*extractor);
    }
    next();
    if (word.text == "@cast") {
        return parse_cast(word);
    }
    if (word.text == "@var") {
        return parse_at_variable(word);
    }
    return parse_operator_call(word);
}

// @count(s), @variance(s, shift), @hist_linear(s, low, high, width)
Operand Parser::parse_statistic(StatisticExtractor extractor) {
    const Token& word = next();
    const Token& opening = expect_operator("(");
    Operand statistic = parse_expression();
    StatisticExtraction extraction{extractor, std::move(statistic.expression), {}};
    while (accept_operator(",")) {
        extraction.parameters.push_back(take_number());
    }
    const std::size_t count = extraction.parameters.size();
    const bool is_linear = extractor == StatisticExtractor::histogram_linear;
    const bool is_right = is_linear                                   ? count == 3
                          : extractor == StatisticExtractor::variance ? count <= 1
                                                                      : count == 0;
    if (!is_right) {
        fail(is_linear ? "@hist_linear needs three numbers: start, stop and interval"
                       : std::string("too many parameters of '").append(word.text) + "'",
             word);
    }
    expect_closing(")", opening);
    Operand result = make(word.place, std::move(extraction), statistic.height);
    if (!is_histogram(extractor) || !at_operator("[")) {
        return result;
    }
    const Token& bracket = next();
    Operand index = parse_expression();
    expect_closing("]", bracket);
    const std::uint32_t height = std::max(result.height, index.height);
    return make(word.place,
                HistogramElement{std::move(result.expression), std::move(index.expression)},
                height);
}

// Behind @cast: (pointer, "type"[, "module"]) and its steps.
Operand Parser::parse_cast(const Token& word) {
    const Token& opening = expect_operator("(");
    Operand operand = parse_expression();
    std::uint32_t height = operand.height;
    Cast cast;
    cast.operand = std::move(operand.expression);
    expect_operator(",");
    const Token& type = peek();
    cast.type = take_string();
    if (cast.type.empty()) {
        fail("expected the name of a type", type);
    }
    if (accept_operator(",")) {
        cast.module = take_string();
    }
    expect_closing(")", opening);
    parse_path(cast.path, height);
    return make(word.place, std::move(cast), height);
}

// Behind @var: ("name"[, "module"]) and its steps.
Operand Parser::parse_at_variable(const Token& word) {
    const Token& opening = expect_operator("(");
    AtVariable variable;
    variable.name = take_string();
    if (accept_operator(",")) {
        variable.module = take_string();
    }
    expect_closing(")", opening);
    std::uint32_t height = 0;
    parse_path(variable.path, height);
    return make(word.place, std::move(variable), height);
}

// The words that look like a call.
Operand Parser::parse_operator_call(const Token& word) {
    const Token& opening = expect_operator("(");
    Operand result;
    if (word.text == "@entry" || word.text == "@defined") {
        Operand operand = parse_expression();
        result = word.text == "@entry"
                     ? make(word.place, EntryValue{std::move(operand.expression)}, operand.height)
                     : make(word.place, Defined{std::move(operand.expression)}, operand.height);
    } else if (word.text == "@choose_defined") {
        Operand first = parse_expression();
        expect_operator(",");
        Operand second = parse_expression();
        const std::uint32_t height = std::max(first.height, second.height);
        result =
            make(word.place,
                 ChooseDefined{std::move(first.expression), std::move(second.expression)}, height);
    } else if (word.text == "@enum") {
        result = make(word.place, EnumConstant{take_string()}, 0);
    } else if (word.text == "@perf") {
        result = make(word.place, PerfCounter{take_string()}, 0);
    } else if (word.text == "@probewrite") {
        const Token& name = expect_identifier();
        result = make(word.place, ProbeWrite{std::string(name.text)}, 0);
    } else {
        Call call{std::string(word.text), {}};
        std::uint32_t height = 0;
        do {
            Operand argument = parse_expression();
            height = std::max(height, argument.height);
            call.arguments.emplace_back(std::move(argument.expression));
        } while (accept_operator(","));
        result = make(word.place, std::move(call), height);
    }
    expect_closing(")", opening);
    return result;
}

}  // namespace sutap::language
