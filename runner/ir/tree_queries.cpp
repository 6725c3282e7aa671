#include "runner/ir/tree_queries.h"

#include <variant>

namespace sutap::ir {

using elaborate::Expression;
using elaborate::Statement;
using See = std::function<void(const Expression&)>;

namespace {

template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>  // which clang 14 does not find by itself
Overloaded(Cases...)->Overloaded<Cases...>;

void each(const elaborate::ExpressionBox& box, const See& see) {
    for_each_expression(*box, see);
}
void each(const std::vector<elaborate::ExpressionBox>& list, const See& see) {
    for (const auto& item : list) {
        each(item, see);
    }
}
void each(const std::optional<elaborate::ExpressionBox>& item, const See& see) {
    if (item) {
        each(*item, see);
    }
}
void each(const std::vector<std::optional<elaborate::ExpressionBox>>& list, const See& see) {
    for (const auto& item : list) {
        each(item, see);
    }
}

}  // namespace

void for_each_expression(const Expression& expression, const See& see) {
    see(expression);
    std::visit(Overloaded{
                   [&](const elaborate::ArrayRead& node) { each(node.keys, see); },
                   [&](const elaborate::FunctionCall& node) { each(node.arguments, see); },
                   [&](const elaborate::BuiltinCall& node) { each(node.arguments, see); },
                   [&](const elaborate::FormatCall& node) { each(node.arguments, see); },
                   [&](const elaborate::UnaryOperation& node) { each(node.operand, see); },
                   [&](const elaborate::BinaryOperation& node) {
                       each(node.left, see);
                       each(node.right, see);
                   },
                   [&](const elaborate::ConditionalOperation& node) {
                       each(node.condition, see);
                       each(node.when_true, see);
                       each(node.when_false, see);
                   },
                   [&](const elaborate::AssignmentOperation& node) {
                       each(node.target.keys, see);
                       each(node.value, see);
                   },
                   [&](const elaborate::StepOperation& node) { each(node.target.keys, see); },
                   [&](const elaborate::AggregateOperation& node) {
                       each(node.target.keys, see);
                       each(node.value, see);
                   },
                   [&](const elaborate::StatisticRead& node) { each(node.keys, see); },
                   [&](const elaborate::HistogramText& node) { each(node.keys, see); },
                   [&](const elaborate::HistogramBucket& node) {
                       each(node.keys, see);
                       each(node.index, see);
                   },
                   [&](const elaborate::RegexMatch& node) { each(node.subject, see); },
                   [&](const elaborate::MembershipTest& node) { each(node.keys, see); },
                   [&](const elaborate::MemoryRead& node) { each(node.address, see); },
                   [](const auto&) {},
               },
               expression.node);
}

void for_each_expression(const Statement& statement, const See& see) {
    std::visit(Overloaded{
                   [&](const elaborate::ExpressionStatement& node) { each(node.expression, see); },
                   [&](const elaborate::BlockStatement& node) {
                       for (const auto& item : node.statements) {
                           for_each_expression(*item, see);
                       }
                   },
                   [&](const elaborate::IfStatement& node) {
                       each(node.condition, see);
                       for_each_expression(*node.when_true, see);
                       if (node.when_false) {
                           for_each_expression(**node.when_false, see);
                       }
                   },
                   [&](const elaborate::LoopStatement& node) {
                       each(node.initial, see);
                       each(node.condition, see);
                       each(node.step, see);
                       for_each_expression(*node.body, see);
                   },
                   [&](const elaborate::ForeachStatement& node) {
                       if (node.histogram) {
                           each(node.histogram->keys, see);
                       }
                       each(node.slice, see);
                       each(node.limit, see);
                       for_each_expression(*node.body, see);
                   },
                   [&](const elaborate::ReturnStatement& node) { each(node.value, see); },
                   [&](const elaborate::DeleteStatement& node) {
                       each(node.target.keys, see);
                       each(node.slice, see);
                   },
                   [&](const elaborate::TryStatement& node) {
                       for_each_expression(*node.body, see);
                       for_each_expression(*node.handler, see);
                   },
                   [](const auto&) {},
               },
               statement.node);
}

bool may_assign_local(const Expression& expression) {
    bool assigns = false;
    for_each_expression(expression, [&](const Expression& below) {
        if (const auto* node = std::get_if<elaborate::AssignmentOperation>(&below.node)) {
            assigns = assigns || node->target.kind == elaborate::Target::Kind::local;
        } else if (const auto* step = std::get_if<elaborate::StepOperation>(&below.node)) {
            assigns = assigns || step->target.kind == elaborate::Target::Kind::local;
        }
    });
    return assigns;
}

namespace {

std::vector<std::uint32_t> callees(const elaborate::Function& function) {
    std::vector<std::uint32_t> found;
    for_each_expression(function.body, [&](const Expression& below) {
        if (const auto* call = std::get_if<elaborate::FunctionCall>(&below.node)) {
            found.push_back(call->function);
        }
    });
    return found;
}

bool asks_the_kernel(const Expression& expression) {
    if (std::holds_alternative<elaborate::ContextArgument>(expression.node) ||
        std::holds_alternative<elaborate::MemoryRead>(expression.node) ||
        std::holds_alternative<elaborate::EntryRead>(expression.node)) {
        return true;
    }
    const auto* call = std::get_if<elaborate::BuiltinCall>(&expression.node);
    return call != nullptr && elaborate::row(call->builtin).is_context;
}

// What is reached from `start` through `edges`.
std::vector<bool> reached(const std::vector<std::vector<std::uint32_t>>& edges,
                          std::uint32_t start) {
    std::vector<bool> seen(edges.size(), false);
    std::vector<std::uint32_t> open = edges[start];
    while (!open.empty()) {
        const std::uint32_t next = open.back();
        open.pop_back();
        if (!seen[next]) {
            seen[next] = true;
            open.insert(open.end(), edges[next].begin(), edges[next].end());
        }
    }
    return seen;
}

bool has_kernel_form(const Expression& expression) {
    return std::visit(Overloaded{
                          [](const elaborate::GlobalRead&) { return false; },
                          [](const elaborate::ArrayRead&) { return false; },
                          [](const elaborate::FormatCall&) { return false; },
                          [](const elaborate::StatisticRead&) { return false; },
                          [](const elaborate::HistogramText&) { return false; },
                          [](const elaborate::HistogramBucket&) { return false; },
                          [](const elaborate::RegexMatch&) { return false; },
                          [](const elaborate::AggregateOperation&) { return false; },
                          [](const elaborate::MembershipTest&) { return false; },
                          [](const elaborate::AssignmentOperation& node) {
                              return node.target.kind == elaborate::Target::Kind::local &&
                                     node.operation != elaborate::BinaryOperator::concatenate;
                          },
                          [](const elaborate::StepOperation& node) {
                              return node.target.kind == elaborate::Target::Kind::local;
                          },
                          [](const elaborate::BinaryOperation& node) {
                              return node.operation != elaborate::BinaryOperator::concatenate;
                          },
                          [](const elaborate::BuiltinCall& node) {
                              const elaborate::BuiltinRow& row = elaborate::row(node.builtin);
                              return row.in_kernel && !row.is_raw;
                          },
                          [](const auto&) { return true; },
                      },
                      expression.node);
}

bool has_only_kernel_statements(const Statement& statement) {
    return std::visit(
        Overloaded{
            [](const elaborate::BlockStatement& node) {
                for (const auto& item : node.statements) {
                    if (!has_only_kernel_statements(*item)) {
                        return false;
                    }
                }
                return true;
            },
            [](const elaborate::IfStatement& node) {
                return has_only_kernel_statements(*node.when_true) &&
                       (!node.when_false || has_only_kernel_statements(**node.when_false));
            },
            [](const elaborate::LoopStatement& node) {
                return has_only_kernel_statements(*node.body);
            },
            [](const elaborate::ForeachStatement&) { return false; },
            [](const elaborate::DeleteStatement&) { return false; },
            [](const elaborate::TryStatement& node) {
                // The message of a caught error is composed in user space.
                return !node.message_local && has_only_kernel_statements(*node.body) &&
                       has_only_kernel_statements(*node.handler);
            },
            [](const elaborate::NextStatement&) { return false; },
            [](const auto&) { return true; },
        },
        statement.node);
}

}  // namespace

std::vector<bool> functions_touching_kernel(const elaborate::Program& program) {
    std::vector<std::vector<std::uint32_t>> edges;
    std::vector<bool> direct;
    for (const auto& function : program.functions) {
        edges.push_back(callees(function));
        bool asks = false;
        for_each_expression(
            function.body, [&](const Expression& below) { asks = asks || asks_the_kernel(below); });
        direct.push_back(asks);
    }
    std::vector<bool> result = direct;
    for (std::uint32_t index = 0; index < edges.size(); ++index) {
        const std::vector<bool> below = reached(edges, index);
        for (std::size_t other = 0; other < below.size(); ++other) {
            result[index] = result[index] || (below[other] && direct[other]);
        }
    }
    return result;
}

std::vector<bool> recursive_functions(const elaborate::Program& program) {
    std::vector<std::vector<std::uint32_t>> edges;
    for (const auto& function : program.functions) {
        edges.push_back(callees(function));
    }
    std::vector<bool> result;
    for (std::uint32_t index = 0; index < edges.size(); ++index) {
        result.push_back(reached(edges, index)[index]);
    }
    return result;
}

std::vector<bool> functions_with_kernel_form(const elaborate::Program& program) {
    std::vector<std::vector<std::uint32_t>> edges;
    std::vector<bool> alone;
    for (const auto& function : program.functions) {
        edges.push_back(callees(function));
        bool possible = has_only_kernel_statements(function.body);
        for_each_expression(function.body, [&](const Expression& below) {
            possible = possible && has_kernel_form(below);
        });
        alone.push_back(possible);
    }
    std::vector<bool> result = alone;
    for (std::uint32_t index = 0; index < edges.size(); ++index) {
        const std::vector<bool> below = reached(edges, index);
        for (std::size_t other = 0; other < below.size(); ++other) {
            result[index] = result[index] && (!below[other] || alone[other]);
        }
        result[index] = result[index] && !below[index];
    }
    return result;
}

}  // namespace sutap::ir
