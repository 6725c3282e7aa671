#include "runner/elaborate/default_types.h"

#include <charconv>
#include <unordered_set>

#include "runner/elaborate/tree_walk.h"

namespace sutap::elaborate {
namespace {

// What a -G sets is of the type of its text, if the script itself does not say; functions without a
// result that go on to each other by `next` give 0.
bool settle_globals_and_results(Session& session) {
    Program& program = session.program;
    bool settled = false;
    for (std::size_t index = 0; index < program.globals.size(); ++index) {
        const auto& text = session.global_facts[index].set_text;
        Global& global = program.globals[index];
        if (text && global.value == ValueType::unknown) {
            global.value = literal_number(*text) ? ValueType::integer : ValueType::string;
            settled = true;
        }
    }
    const auto on_expression = [&](Expression& expression) {
        const auto* call = std::get_if<FunctionCall>(&expression.node);
        if (call != nullptr && call->is_next &&
            program.functions[call->function].result == ValueType::unknown) {
            program.functions[call->function].result = ValueType::integer;
            settled = true;
        }
    };
    const auto nothing = [](Statement&) {};
    for (Function& function : program.functions) {
        walk_statement(function.body, on_expression, nothing);
    }
    return settled;
}

// Locals that nothing assigns to, and parameters of functions that nobody calls, read as numbers.
bool settle_unassigned(Session& session) {
    bool settled = false;
    for_each_handler(session.program, [&](auto& handler) {
        std::unordered_set<std::uint32_t> assigned;
        const auto on_expression = [&](Expression& expression) {
            if (const auto* set = std::get_if<AssignmentOperation>(&expression.node)) {
                if (set->target.kind == Target::Kind::local) {
                    assigned.insert(set->target.index);
                }
            }
        };
        const auto on_statement = [&](Statement& statement) {
            if (const auto* loop = std::get_if<ForeachStatement>(&statement.node)) {
                assigned.insert(loop->key_locals.begin(), loop->key_locals.end());
                if (loop->value_local) {
                    assigned.insert(*loop->value_local);
                }
            }
        };
        walk_handler(handler, on_expression, on_statement);
        std::uint32_t first = 0;
        if constexpr (is_any_of<decltype(handler), Function>) {
            first = session.options.keep_unused ? 0 : handler.parameters;
        }
        for (std::uint32_t index = first; index < handler.locals.size(); ++index) {
            Local& local = handler.locals[index];
            if (local.type == ValueType::unknown && assigned.count(index) == 0) {
                local.type = ValueType::integer;
                settled = true;
            }
        }
    });
    return settled;
}

}  // namespace

bool settle_default_types(Session& session) {
    const bool settled = settle_globals_and_results(session);
    return settle_unassigned(session) || settled;
}

std::optional<std::int64_t> literal_number(const std::string& text) {
    const bool is_negative = text.starts_with("-");
    const bool is_hex = text.substr(is_negative ? 1 : 0).starts_with("0x");
    const char* start = text.data() + (is_negative ? 1 : 0) + (is_hex ? 2 : 0);
    const char* end = text.data() + text.size();
    std::uint64_t value = 0;
    const auto result = std::from_chars(start, end, value, is_hex ? 16 : 10);
    if (result.ec != std::errc() || result.ptr != end) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(is_negative ? 0 - value : value);
}

}  // namespace sutap::elaborate
