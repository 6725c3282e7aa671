#include "tests/unit/language/parsing.h"

#include <catch2/catch.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "runner/language/diagnostics.h"
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
    return print(only_expression(expression, std::move(arguments)));
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
