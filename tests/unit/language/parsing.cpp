#include "tests/unit/language/parsing.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "runner/language/diagnostics.h"
#include "runner/language/literals.h"
#include "runner/language/operators.h"
#include "runner/language/printer.h"
#include "tests/unit/language/tree_dump.h"

namespace sutap::language {
namespace {

Statement only_statement(const Statement& body) {
    const auto& statements = std::get<BlockStatement>(body.node).statements;
    REQUIRE(statements.size() == 1);
    return *statements.front();
}

Expression only_expression(const std::string& text, std::vector<std::string> arguments) {
    const Script script = parsed("probe begin { " + text + " }", std::move(arguments));
    REQUIRE(script.probes.size() == 1);
    const Statement statement = only_statement(script.probes.front().body);
    return *std::get<ExpressionStatement>(statement.node).expression;
}

// With parentheses around every operand that is an operation itself.
class Grouping {
  public:
    std::string text(const Expression& expression) { return std::visit(*this, expression.node); }

    std::string operator()(const Binary& node) {
        return operand(node.left) + " " + std::string(form_of(binary_forms, node.operation).text) +
               " " + operand(node.right);
    }
    std::string operator()(const Unary& node) {
        return std::string(form_of(unary_forms, node.operation).text) + operand(node.operand);
    }
    std::string operator()(const Conditional& node) {
        return operand(node.condition) + " ? " + operand(node.when_true) + " : " +
               operand(node.when_false);
    }
    std::string operator()(const Assignment& node) {
        return operand(node.target) + " " +
               std::string(form_of(assignment_forms, node.operation).text) + " " +
               operand(node.value);
    }
    std::string operator()(const Step& node) {
        const std::string sign = node.operation == StepOperator::increment ? "++" : "--";
        return node.prefix ? sign + operand(node.target) : operand(node.target) + sign;
    }
    std::string operator()(const Membership& node) {
        std::string result;
        for (const auto& index : node.indexes) {
            result += (result.empty() ? "[" : ", ") + (index ? text(**index) : std::string("*"));
        }
        return result + "] in " + node.array;
    }
    std::string operator()(const RegexMatch& node) {
        return operand(node.subject) + (node.negated ? " !~ " : " =~ ") + quoted(node.pattern);
    }
    template <typename Node>
    std::string operator()(const Node& node) {
        return print(Expression{{}, node});
    }

  private:
    std::string operand(const ExpressionBox& box) {
        const bool is_operand = std::holds_alternative<Name>(box->node) ||
                                std::holds_alternative<Call>(box->node) ||
                                std::holds_alternative<NumberLiteral>(box->node) ||
                                std::holds_alternative<StringLiteral>(box->node) ||
                                std::holds_alternative<ArrayElement>(box->node) ||
                                std::holds_alternative<ContextVariable>(box->node);
        return is_operand ? text(*box) : "(" + text(*box) + ")";
    }
};

}  // namespace

ParseResult parse_text(const std::string& text, std::vector<std::string> arguments) {
    SourceMap sources;
    const std::uint32_t source = sources.add("<input>", text);
    ParseContext context;
    context.arguments = std::move(arguments);
    context.kernel_release = "6.1.0-18-amd64";
    context.kernel_configuration = [](const std::string& name) -> std::optional<std::string> {
        if (name == "CONFIG_NET") {
            return "y";
        }
        return name == "CONFIG_EXT4" ? std::optional<std::string>("m") : std::nullopt;
    };
    return parse(sources, source, context);
}

Script parsed(const std::string& text, std::vector<std::string> arguments) {
    ParseResult result = parse_text(text, std::move(arguments));
    INFO(text);
    for (const Diagnostic& diagnostic : result.diagnostics) {
        FAIL_CHECK(diagnostic.place.line << ":" << diagnostic.place.column << " "
                                         << diagnostic.message);
    }
    return std::move(result.script);
}

std::string grouped(const std::string& expression, std::vector<std::string> arguments) {
    return Grouping().text(only_expression(expression, std::move(arguments)));
}

std::string dumped(const std::string& expression) {
    return dump(only_expression(expression, {}));
}

std::string dumped_statement(const std::string& statement) {
    const Script script = parsed("function f() { " + statement + " }");
    REQUIRE(script.functions.size() == 1);
    return dump(only_statement(script.functions.front().body));
}

std::vector<std::string> mistakes(const std::string& text, std::vector<std::string> arguments) {
    const ParseResult result = parse_text(text, std::move(arguments));
    std::vector<std::string> found;
    for (const Diagnostic& diagnostic : result.diagnostics) {
        found.push_back(std::to_string(diagnostic.place.line) + ":" +
                        std::to_string(diagnostic.place.column) + "+" +
                        std::to_string(diagnostic.place.length) + " " + diagnostic.message);
    }
    INFO(text);
    CHECK_FALSE(found.empty());
    return found;
}

}  // namespace sutap::language
