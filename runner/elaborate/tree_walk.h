// Visits the parts of the typed tree's nodes, in the order in which they are evaluated.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "runner/elaborate/program.h"

namespace sutap::elaborate {

template <typename Node, typename... Any>
inline constexpr bool is_any_of = (std::is_same_v<std::remove_cvref_t<Node>, Any> || ...);

template <typename Boxes, typename Visit>
void for_each_box(Boxes& boxes, Visit&& visit) {
    for (auto& box : boxes) {
        visit(*box);
    }
}

template <typename Optionals, typename Visit>
void for_each_present(Optionals& boxes, Visit&& visit) {
    for (auto& box : boxes) {
        if (box) {
            visit(**box);
        }
    }
}

// Calls `visit` with each direct operand. `Tree` is Expression or const Expression.
template <typename Tree, typename Visit>
void for_each_operand(Tree& expression, Visit&& visit) {
    std::visit(
        [&](auto& node) {
            using Node = decltype(node);
            if constexpr (is_any_of<Node, ArrayRead, StatisticRead, HistogramText>) {
                for_each_box(node.keys, visit);
            } else if constexpr (is_any_of<Node, FunctionCall, BuiltinCall, FormatCall>) {
                for_each_box(node.arguments, visit);
            } else if constexpr (is_any_of<Node, HistogramBucket>) {
                for_each_box(node.keys, visit);
                visit(*node.index);
            } else if constexpr (is_any_of<Node, RegexMatch>) {
                visit(*node.subject);
            } else if constexpr (is_any_of<Node, UnaryOperation>) {
                visit(*node.operand);
            } else if constexpr (is_any_of<Node, BinaryOperation>) {
                visit(*node.left);
                visit(*node.right);
            } else if constexpr (is_any_of<Node, ConditionalOperation>) {
                visit(*node.condition);
                visit(*node.when_true);
                visit(*node.when_false);
            } else if constexpr (is_any_of<Node, AssignmentOperation, AggregateOperation>) {
                for_each_box(node.target.keys, visit);
                visit(*node.value);
            } else if constexpr (is_any_of<Node, StepOperation>) {
                for_each_box(node.target.keys, visit);
            } else if constexpr (is_any_of<Node, MembershipTest>) {
                for_each_present(node.keys, visit);
            } else if constexpr (is_any_of<Node, MemoryRead>) {
                visit(*node.address);
            }
        },
        expression.node);
}

// Calls `on_expression` with each direct expression and `on_statement` with each direct statement.
template <typename Tree, typename OnExpression, typename OnStatement>
void for_each_part(Tree& statement, OnExpression&& on_expression, OnStatement&& on_statement) {
    const auto optionally = [&](auto& box) {
        if (box) {
            on_expression(**box);
        }
    };
    std::visit(
        [&](auto& node) {
            using Node = decltype(node);
            if constexpr (is_any_of<Node, ExpressionStatement>) {
                on_expression(*node.expression);
            } else if constexpr (is_any_of<Node, BlockStatement>) {
                for_each_box(node.statements, on_statement);
            } else if constexpr (is_any_of<Node, IfStatement>) {
                on_expression(*node.condition);
                on_statement(*node.when_true);
                if (node.when_false) {
                    on_statement(**node.when_false);
                }
            } else if constexpr (is_any_of<Node, LoopStatement>) {
                optionally(node.initial);
                optionally(node.condition);
                on_statement(*node.body);
                optionally(node.step);
            } else if constexpr (is_any_of<Node, ForeachStatement>) {
                if (node.histogram) {
                    for_each_box(node.histogram->keys, on_expression);
                }
                for_each_present(node.slice, on_expression);
                optionally(node.limit);
                on_statement(*node.body);
            } else if constexpr (is_any_of<Node, ReturnStatement>) {
                optionally(node.value);
            } else if constexpr (is_any_of<Node, DeleteStatement>) {
                for_each_box(node.target.keys, on_expression);
                for_each_present(node.slice, on_expression);
            } else if constexpr (is_any_of<Node, TryStatement>) {
                on_statement(*node.body);
                on_statement(*node.handler);
            }
        },
        statement.node);
}

// Calls `visit` with every expression in and below `expression`, outermost first.
template <typename Tree, typename Visit>
void walk_expression(Tree& expression, Visit& visit) {
    visit(expression);
    for_each_operand(expression, [&](auto& operand) { walk_expression(operand, visit); });
}

// Calls `on_expression` with every expression below `statement`, `on_statement` with it and every
// statement below.
template <typename Tree, typename OnExpression, typename OnStatement>
void walk_statement(Tree& statement, OnExpression& on_expression, OnStatement& on_statement) {
    on_statement(statement);
    for_each_part(
        statement, [&](auto& expression) { walk_expression(expression, on_expression); },
        [&](auto& inner) { walk_statement(inner, on_expression, on_statement); });
}

// The body, and with probes the `@entry` expressions, of each function and probe.
template <typename Tree, typename OnExpression, typename OnStatement>
void walk_handler(Tree& handler, OnExpression& on_expression, OnStatement& on_statement) {
    if constexpr (is_any_of<Tree, Probe>) {
        for (auto& entry : handler.entries) {
            walk_expression(*entry, on_expression);
        }
    }
    walk_statement(handler.body, on_expression, on_statement);
}

template <typename Tree, typename Visit>
void for_each_handler(Tree& program, Visit&& visit) {
    for (auto& function : program.functions) {
        visit(function);
    }
    for (auto& probe : program.probes) {
        visit(probe);
    }
}

}  // namespace sutap::elaborate
