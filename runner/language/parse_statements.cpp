#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/language/parser_state.h"

namespace sutap::language {

Statement Parser::parse_statement() {
    const Nesting nesting(*this);
    const Token& token = peek();
    if (at_operator("{")) {
        return parse_block();
    }
    if (accept_operator(";")) {
        return {token.place, EmptyStatement{}};
    }
    if (token.kind != TokenKind::keyword) {
        return parse_expression_statement();
    }
    if (token.text == "if") {
        return parse_if();
    }
    if (token.text == "while") {
        return parse_while();
    }
    if (token.text == "for") {
        return parse_for();
    }
    if (token.text == "foreach") {
        return parse_foreach();
    }
    if (token.text == "return") {
        return parse_return();
    }
    if (token.text == "delete") {
        return parse_delete();
    }
    if (token.text == "try") {
        return parse_try();
    }
    Statement statement{token.place, NextStatement{}};
    if (token.text == "break") {
        statement.node = BreakStatement{};
    } else if (token.text == "continue") {
        statement.node = ContinueStatement{};
    } else if (token.text != "next") {
        fail("expected statement");
    }
    next();
    accept_operator(";");
    return statement;
}

Statement Parser::parse_block() {
    const Token& opening = expect_operator("{");
    BlockStatement block;
    while (!at_operator("}")) {
        if (peek().kind == TokenKind::end) {
            expect_closing("}", opening);
        }
        block.statements.emplace_back(parse_statement());
    }
    next();
    return {opening.place, std::move(block)};
}

Statement Parser::parse_if() {
    const Place place = next().place;
    const Token& opening = expect_operator("(");
    IfStatement statement{.condition = parse_expression_box(), .when_true = {}, .when_false = {}};
    expect_closing(")", opening);
    statement.when_true = parse_statement();
    // Null statements between a branch and its else.
    std::size_t blanks = 0;
    while (at_operator(";", blanks)) {
        ++blanks;
    }
    const Token& after = peek(blanks);
    if (after.kind == TokenKind::keyword && after.text == "else") {
        at_ += blanks + 1;
        statement.when_false = parse_statement();
    }
    return {place, std::move(statement)};
}

Statement Parser::parse_while() {
    const Place place = next().place;
    const Token& opening = expect_operator("(");
    WhileStatement statement{.condition = parse_expression_box(), .body = {}};
    expect_closing(")", opening);
    statement.body = parse_statement();
    return {place, std::move(statement)};
}

Statement Parser::parse_for() {
    const Place place = next().place;
    const Token& opening = expect_operator("(");
    ForStatement statement;
    if (!at_operator(";")) {
        statement.initial = parse_expression_box();
    }
    expect_operator(";");
    if (!at_operator(";")) {
        statement.condition = parse_expression_box();
    }
    expect_operator(";");
    if (!at_operator(")")) {
        statement.step = parse_expression_box();
    }
    expect_closing(")", opening);
    statement.body = parse_statement();
    return {place, std::move(statement)};
}

std::optional<SortDirection> Parser::accept_sort() {
    if (accept_operator("+")) {
        return SortDirection::ascending;
    }
    return accept_operator("-") ? std::optional(SortDirection::descending) : std::nullopt;
}

void Parser::set_sort(ForeachStatement& statement, SortDirection direction, int column,
                      const Token& token) const {
    if (statement.sort != SortDirection::none) {
        fail("multiple sort directives found", token);
    }
    statement.sort = direction;
    statement.sort_column = column;
}

// One index name with its sort direction.
void Parser::parse_foreach_name(ForeachStatement& statement) {
    std::vector<std::string>& names = statement.index_names;
    statement.index_places.push_back(peek().place);
    names.emplace_back(expect_identifier().text);
    const Token& sign = peek();
    if (const auto direction = accept_sort()) {
        set_sort(statement, *direction, static_cast<int>(names.size()), sign);
    }
}

// value = [name, name], value = name, [name, name], or name
void Parser::parse_foreach_names(ForeachStatement& statement) {
    const bool has_value = peek().kind == TokenKind::identifier &&
                           (at_operator("=", 1) || at_operator("+=", 1) || at_operator("-=", 1) ||
                            ((at_operator("+", 1) || at_operator("-", 1)) && at_operator("=", 2)));
    if (has_value) {
        statement.value_place = peek().place;
        statement.value_name = std::string(next().text);
        const Token& sign = peek();
        if (const auto direction = accept_sort()) {
            set_sort(statement, *direction, 0, sign);
        } else if (sign.text.size() == 2) {
            set_sort(statement,
                     sign.text == "+=" ? SortDirection::ascending : SortDirection::descending, 0,
                     sign);
        }
        next();
    }
    if (!at_operator("[")) {
        parse_foreach_name(statement);
        return;
    }
    const Token& opening = next();
    do {
        parse_foreach_name(statement);
    } while (accept_operator(","));
    expect_list_end("]", opening);
}

// Behind `in`: array, array[slice], @hist_log(…), each possibly with @extractor and a direction.
void Parser::parse_foreach_array(ForeachStatement& statement) {
    std::uint32_t height = 1;
    statement.array_place = peek().place;
    if (peek().kind == TokenKind::at_word &&
        (peek().text == "@hist_log" || peek().text == "@hist_linear")) {
        const bool is_log = peek().text == "@hist_log";
        statement.histogram = parse_statistic(is_log ? StatisticExtractor::histogram_log
                                                     : StatisticExtractor::histogram_linear)
                                  .expression;
    } else {
        statement.array = expect_identifier("expected the name of an array").text;
        if (at_operator("[")) {
            statement.slice = parse_indexes(true, height);
        }
    }
    const Token& word = peek();
    if (word.kind == TokenKind::at_word) {
        statement.sort_extractor = extractor_of(word.text);
        if (!statement.sort_extractor || is_histogram(*statement.sort_extractor)) {
            fail("expected '@count', '@sum', '@min', '@max', '@avg' or '@variance'");
        }
        next();
    }
    const Token& sign = peek();
    if (const auto direction = accept_sort()) {
        set_sort(statement, *direction, 0, sign);
    } else if (statement.sort_extractor) {
        fail("expected sort directive '+' or '-'");
    }
}

Statement Parser::parse_foreach() {
    const Place place = next().place;
    const Token& opening = expect_operator("(");
    ForeachStatement statement;
    parse_foreach_names(statement);
    if (!accept_keyword("in")) {
        fail("expected 'in'");
    }
    parse_foreach_array(statement);
    if (accept_keyword("limit")) {
        statement.limit = parse_expression_box();
    }
    expect_closing(")", opening);
    statement.body = parse_statement();
    return {place, std::move(statement)};
}

Statement Parser::parse_return() {
    const Token& token = next();
    if (!in_function_) {
        fail("found 'return' not in function context", token);
    }
    ReturnStatement statement;
    if (!at_operator(";") && !at_operator("}")) {
        statement.value = parse_expression_box();
    }
    accept_operator(";");
    return {token.place, std::move(statement)};
}

Statement Parser::parse_delete() {
    const Place place = next().place;
    may_slice_ = peek().kind == TokenKind::identifier;
    DeleteStatement statement{parse_expression_box()};
    may_slice_ = false;
    accept_operator(";");
    return {place, std::move(statement)};
}

Statement Parser::parse_try() {
    const Place place = next().place;
    TryStatement statement;
    statement.body = parse_block();
    if (!accept_keyword("catch")) {
        fail("expected 'catch'");
    }
    if (at_operator("(")) {
        const Token& opening = next();
        if (!at_operator(")")) {
            statement.message_place = peek().place;
            statement.message_name = std::string(expect_identifier().text);
        }
        expect_closing(")", opening);
    }
    statement.handler = parse_block();
    return {place, std::move(statement)};
}

Statement Parser::parse_expression_statement() {
    Statement statement;
    const bool may_begin = peek().kind != TokenKind::end && !at_operator(")") &&
                           !at_operator("]") && !at_operator(",");
    if (!may_begin) {
        fail("expected statement");
    }
    ExpressionBox expression = parse_expression_box();
    statement.place = expression->place;
    accept_operator(";");
    statement.node = ExpressionStatement{std::move(expression)};
    return statement;
}

}  // namespace sutap::language
