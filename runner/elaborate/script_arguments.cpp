#include "runner/elaborate/script_arguments.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/elaborate/tree_walk.h"
#include "runner/language/literals.h"

namespace sutap::elaborate {
namespace {

// Is the global used in any way but reading it, or one element of it?
bool is_more_than_read(const Program& program, std::uint32_t global) {
    bool found = false;
    const auto look_at_target = [&](const Target& target) {
        found = found || (target.kind != Target::Kind::local && target.index == global);
    };
    const auto on_expression = [&](const Expression& expression) {
        std::visit(
            [&](const auto& node) {
                using Node = decltype(node);
                if constexpr (is_any_of<Node, AssignmentOperation, StepOperation,
                                        AggregateOperation>) {
                    look_at_target(node.target);
                } else if constexpr (is_any_of<Node, MembershipTest, StatisticRead>) {
                    found = found || node.global == global;
                }
            },
            expression.node);
    };
    const auto on_statement = [&](const Statement& statement) {
        if (const auto* loop = std::get_if<ForeachStatement>(&statement.node)) {
            found = found || loop->global == global;
        } else if (const auto* removal = std::get_if<DeleteStatement>(&statement.node)) {
            look_at_target(removal->target);
        }
    };
    for_each_handler(
        program, [&](const auto& handler) { walk_handler(handler, on_expression, on_statement); });
    return found;
}

void replace_reads(Program& program, std::optional<std::uint32_t> count,
                   std::optional<std::uint32_t> texts) {
    const auto on_expression = [&](Expression& expression) {
        if (const auto* read = std::get_if<GlobalRead>(&expression.node)) {
            if (count && read->global == *count) {
                expression.node = BuiltinCall{Builtin::argument_count, {}};
                expression.type = ValueType::integer;
            }
        } else if (auto* element = std::get_if<ArrayRead>(&expression.node)) {
            if (texts && element->global == *texts) {
                expression.node = BuiltinCall{Builtin::argument_text, std::move(element->keys)};
                expression.type = ValueType::string;
            }
        }
    };
    const auto on_statement = [](const Statement&) {};
    for_each_handler(program,
                     [&](auto& handler) { walk_handler(handler, on_expression, on_statement); });
}

}  // namespace

std::string settle_script_arguments(Session& session) {
    const auto count = library_global(session, "argc");
    const auto texts = library_global(session, "argv");
    const std::vector<std::string>& arguments = session.options.arguments;
    if (texts && arguments.size() > most_script_arguments) {
        session.problems.warning({}, "argv holds the first " +
                                         std::to_string(most_script_arguments) + " of " +
                                         std::to_string(arguments.size()) + " script arguments");
    }
    if (texts && session.program.globals[*texts].keys.size() == 1) {
        session.program.globals[*texts].keys.front() = ValueType::integer;
    }
    const bool are_globals = (count && is_more_than_read(session.program, *count)) ||
                             (texts && is_more_than_read(session.program, *texts));
    if (!are_globals) {
        replace_reads(session.program, count, texts);
        return {};
    }
    std::string text = "probe begin(-1) {\n";
    if (count) {
        text += "argc = " + std::to_string(arguments.size()) + "\n";
    }
    const std::size_t last = texts ? std::min(arguments.size(), most_script_arguments) : 0;
    for (std::size_t index = 0; index < last; ++index) {
        text += "argv[" + std::to_string(index + 1) + "] = " + language::quoted(arguments[index]) +
                "\n";
    }
    return text + "}\n";
}

}  // namespace sutap::elaborate
