// Operators, loosest first; the operands are in parse_operands.cpp.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "runner/language/operators.h"
#include "runner/language/parser_state.h"

namespace sutap::language {
namespace {

constexpr std::uint32_t maximum_height = 1000;

template <typename Forms>
auto find_form(const Forms& forms, const Token& token) -> decltype(forms.data()) {
    if (token.kind != TokenKind::operation) {
        return nullptr;
    }
    for (const auto& form : forms) {
        if (form.text == token.text) {
            return &form;
        }
    }
    return nullptr;
}

}  // namespace

void Parser::check_height(std::uint32_t child_height, Place place) const {
    if (child_height >= maximum_height) {
        fail_at("expression is too long (more than " + std::to_string(maximum_height) +
                    " operators in a row)",
                place);
    }
}

void Parser::check_target(const Expression& target, const Token& operation) const {
    const auto* variable = std::get_if<ContextVariable>(&target.node);
    const auto* at_variable = std::get_if<AtVariable>(&target.node);
    const auto* cast = std::get_if<Cast>(&target.node);
    const bool is_target =
        (variable && !variable->address_of) || (at_variable && !at_variable->address_of) ||
        (cast && !cast->address_of) || std::holds_alternative<Name>(target.node) ||
        std::holds_alternative<ArrayElement>(target.node);
    if (!is_target) {
        fail(std::string("operand of '").append(operation.text) + "' cannot be written to",
             operation);
    }
}

// Assignments, from right to left.
Operand Parser::parse_expression() {
    const Nesting nesting(*this);
    Operand left = parse_conditional();
    const Token& token = peek();
    const AssignmentForm* form = find_form(assignment_forms, token);
    if (!form) {
        return left;
    }
    next();
    check_target(left.expression, token);
    Operand right = parse_expression();
    const std::uint32_t height = std::max(left.height, right.height);
    return make(token.place,
                Assignment{form->operation, token.place, std::move(left.expression),
                           std::move(right.expression)},
                height);
}

Operand Parser::parse_conditional() {
    Operand condition = parse_binary(1);
    if (!at_operator("?")) {
        return condition;
    }
    const Place place = next().place;
    Operand when_true = parse_expression();
    expect_operator(":");
    Operand when_false = parse_expression();
    const std::uint32_t height = std::max({condition.height, when_true.height, when_false.height});
    return make(place,
                Conditional{std::move(condition.expression), std::move(when_true.expression),
                            std::move(when_false.expression)},
                height);
}

// Operators of this level and the tighter ones, from left to right.
Operand Parser::parse_binary(int minimum) {
    Operand left = minimum <= membership_level ? parse_membership() : parse_unary();
    const int maximum = minimum <= membership_level ? membership_level - 1 : multiplicative_level;
    while (true) {
        const Token& token = peek();
        const bool is_regex = at_operator("=~") || at_operator("!~");
        if (is_regex && minimum <= comparison_level && comparison_level <= maximum) {
            left = parse_regex(std::move(left));
            continue;
        }
        const BinaryForm* form = find_form(binary_forms, token);
        if (!form || form->level < minimum || form->level > maximum) {
            return left;
        }
        next();
        Operand right = parse_binary(form->level + 1);
        const std::uint32_t height = std::max(left.height, right.height);
        left = make(token.place,
                    Binary{form->operation, token.place, std::move(left.expression),
                           std::move(right.expression)},
                    height);
    }
}

Operand Parser::parse_regex(Operand subject) {
    const Token& token = next();
    std::string pattern = take_string();
    return make(token.place,
                RegexMatch{token.text == "!~", std::move(subject.expression), std::move(pattern)},
                subject.height);
}

// [a, b] in array, or a in array
Operand Parser::parse_membership() {
    Membership membership;
    std::uint32_t height = 1;
    if (at_operator("[")) {
        membership.indexes = parse_indexes(true, height);
        if (!at_keyword("in")) {
            fail("expected 'in'");
        }
    } else {
        Operand operand = parse_binary(comparison_level);
        if (!at_keyword("in")) {
            return operand;
        }
        height = operand.height;
        membership.indexes.emplace_back(std::move(operand.expression));
    }
    const Place place = next().place;
    membership.array_place = peek().place;
    membership.array = expect_identifier("expected the name of an array").text;
    return make(place, std::move(membership), height);
}

Operand Parser::parse_unary() {
    const Token& token = peek();
    if (const UnaryForm* form = find_form(unary_forms, token)) {
        const Nesting nesting(*this);
        next();
        Operand operand = parse_unary();
        return make(token.place, Unary{form->operation, std::move(operand.expression)},
                    operand.height);
    }
    return parse_step();
}

Operand Parser::parse_step() {
    if (at_operator("++") || at_operator("--")) {
        const Token& token = next();
        Operand target = parse_operand();
        check_target(target.expression, token);
        const auto operation =
            token.text == "++" ? StepOperator::increment : StepOperator::decrement;
        return make(token.place, Step{operation, true, std::move(target.expression)},
                    target.height);
    }
    Operand operand = parse_operand();
    if (!at_operator("++") && !at_operator("--")) {
        return operand;
    }
    const Token& token = next();
    check_target(operand.expression, token);
    const auto operation = token.text == "++" ? StepOperator::increment : StepOperator::decrement;
    return make(token.place, Step{operation, false, std::move(operand.expression)}, operand.height);
}

}  // namespace sutap::language
