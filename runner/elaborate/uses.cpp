// Which variables are read and written, and where that is wrong.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runner/elaborate/tree_walk.h"
#include "runner/elaborate/unused.h"

namespace sutap::elaborate {
namespace {

const auto nothing = [](const auto&) {};

class GlobalUses {
  public:
    explicit GlobalUses(Program& program) : program_(program) {}

    void expression(const Expression& whole, bool is_value_used) {
        std::visit(
            [&](const auto& node) {
                using Node = decltype(node);
                if constexpr (is_any_of<Node, GlobalRead, ArrayRead, StatisticRead, HistogramText,
                                        HistogramBucket, MembershipTest>) {
                    program_.globals[node.global].is_read = true;
                } else if constexpr (is_any_of<Node, AssignmentOperation, StepOperation,
                                               AggregateOperation>) {
                    if (node.target.kind != Target::Kind::local) {
                        Global& global = program_.globals[node.target.index];
                        global.is_written = true;
                        global.is_read = global.is_read || is_value_used;
                    }
                }
            },
            whole.node);
        for_each_operand(whole, [&](const Expression& operand) { expression(operand, true); });
    }

    void statement(const Statement& whole) {
        const bool is_expression = std::holds_alternative<ExpressionStatement>(whole.node);
        if (const auto* loop = std::get_if<ForeachStatement>(&whole.node)) {
            program_.globals[loop->global].is_read = true;
        } else if (const auto* removal = std::get_if<DeleteStatement>(&whole.node)) {
            if (removal->target.kind != Target::Kind::local) {
                program_.globals[removal->target.index].is_written = true;
            }
        }
        if (const auto* loop = std::get_if<LoopStatement>(&whole.node)) {
            for (const auto* part : {&loop->initial, &loop->step}) {
                if (*part) {
                    expression(***part, false);
                }
            }
            if (loop->condition) {
                expression(**loop->condition, true);
            }
            statement(*loop->body);
            return;
        }
        for_each_part(
            whole, [&](const Expression& inner) { expression(inner, !is_expression); },
            [&](const Statement& inner) { statement(inner); });
    }

  private:
    Program& program_;
};

// Globals or functions by index, with the first place that names each.
using Mentions = std::map<std::uint32_t, Place>;

// The globals that a statement changes, without what it calls.
Mentions own_writes(const Statement& body, Mentions& called) {
    Mentions written;
    const auto on_expression = [&](const Expression& expression) {
        std::visit(
            [&](const auto& node) {
                using Node = decltype(node);
                if constexpr (is_any_of<Node, FunctionCall>) {
                    called.emplace(node.function, expression.place);
                } else if constexpr (is_any_of<Node, AssignmentOperation, StepOperation,
                                               AggregateOperation>) {
                    if (node.target.kind != Target::Kind::local) {
                        written.emplace(node.target.index, expression.place);
                    }
                }
            },
            expression.node);
    };
    const auto on_statement = [&](const Statement& statement) {
        if (const auto* removal = std::get_if<DeleteStatement>(&statement.node)) {
            if (removal->target.kind != Target::Kind::local) {
                written.emplace(removal->target.index, statement.place);
            }
        }
    };
    walk_statement(body, on_expression, on_statement);
    return written;
}

class ForeachCheck {
  public:
    explicit ForeachCheck(Session& session) : session_(session) {
        callers_.resize(session.program.functions.size());
        for (std::uint32_t index = 0; index < callers_.size(); ++index) {
            Mentions called;
            for (const auto& [global, place] :
                 own_writes(session.program.functions[index].body, called)) {
                writers_[global].push_back(index);
            }
            for (const auto& [function, place] : called) {
                callers_[function].push_back(index);
            }
        }
    }

    void check(const Statement& body) {
        const auto on_statement = [&](const Statement& statement) {
            if (const auto* loop = std::get_if<ForeachStatement>(&statement.node)) {
                check_loop(*loop);
            }
        };
        walk_statement(body, nothing, on_statement);
    }

  private:
    // The functions that change the global, and all that call one of them.
    const std::set<std::uint32_t>& changing(std::uint32_t global) {
        const auto [entry, is_new] = changing_.emplace(global, std::set<std::uint32_t>());
        std::set<std::uint32_t>& found = entry->second;
        std::vector<std::uint32_t> waiting =
            is_new ? writers_[global] : std::vector<std::uint32_t>();
        while (!waiting.empty()) {
            const std::uint32_t next = waiting.back();
            waiting.pop_back();
            if (found.insert(next).second) {
                waiting.insert(waiting.end(), callers_[next].begin(), callers_[next].end());
            }
        }
        return found;
    }

    void check_loop(const ForeachStatement& loop) {
        Mentions called;
        const Mentions written = own_writes(*loop.body, called);
        const std::string message = "variable '" + session_.program.globals[loop.global].name +
                                    "' modified during 'foreach' iteration";
        if (const auto write = written.find(loop.global); write != written.end()) {
            session_.problems.error(write->second, message);
        }
        for (const auto& [function, place] : called) {
            if (changing(loop.global).count(function) != 0) {
                session_.problems.error(place, message);
            }
        }
    }

    Session& session_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> writers_;  // functions by global
    std::vector<std::vector<std::uint32_t>> callers_;              // functions by function
    std::map<std::uint32_t, std::set<std::uint32_t>> changing_;    // by global
};

// Locals that the body assigns to, in any way.
template <typename Handler>
std::set<std::uint32_t> assigned_locals(const Handler& handler) {
    std::set<std::uint32_t> assigned;
    const auto on_expression = [&](const Expression& expression) {
        std::visit(
            [&](const auto& node) {
                if constexpr (is_any_of<decltype(node), AssignmentOperation, StepOperation>) {
                    if (node.target.kind == Target::Kind::local) {
                        assigned.insert(node.target.index);
                    }
                }
            },
            expression.node);
    };
    const auto on_statement = [&](const Statement& statement) {
        if (const auto* loop = std::get_if<ForeachStatement>(&statement.node)) {
            assigned.insert(loop->key_locals.begin(), loop->key_locals.end());
            if (loop->value_local) {
                assigned.insert(*loop->value_local);
            }
        } else if (const auto* attempt = std::get_if<TryStatement>(&statement.node)) {
            if (attempt->message_local) {
                assigned.insert(*attempt->message_local);
            }
        }
    };
    walk_handler(handler, on_expression, on_statement);
    if constexpr (is_any_of<Handler, Function>) {
        for (std::uint32_t index = 0; index < handler.parameters; ++index) {
            assigned.insert(index);
        }
    }
    return assigned;
}

}  // namespace

void find_global_uses(Session& session) {
    for (Global& global : session.program.globals) {
        global.is_read = global.is_written = false;
    }
    GlobalUses uses(session.program);
    for_each_handler(session.program, [&](const auto& handler) {
        if constexpr (is_any_of<decltype(handler), Probe>) {
            for (const ExpressionBox& entry : handler.entries) {
                uses.expression(*entry, true);
            }
        }
        uses.statement(handler.body);
    });
    for (std::size_t index = 0; index < session.program.globals.size(); ++index) {
        Global& global = session.program.globals[index];
        // The tapset's own variables are nobody's result.
        global.is_read = global.is_read || session.global_facts[index].is_tapset;
    }
}

void warn_of_unassigned(Session& session) {
    find_global_uses(session);
    for (std::size_t index = 0; index < session.program.globals.size(); ++index) {
        const Global& global = session.program.globals[index];
        const GlobalFacts& facts = session.global_facts[index];
        if (global.is_read && !global.is_written && !facts.is_tapset && !global.initial &&
            !facts.set_text) {
            session.problems.warning(global.place,
                                     "never-assigned global variable '" + global.name + "'");
        }
    }
    for_each_handler(session.program, [&](const auto& handler) {
        const std::set<std::uint32_t> assigned = assigned_locals(handler);
        const auto names = [&] {
            std::vector<std::string> known = session.library.global_names();
            for (const std::uint32_t index : assigned) {
                known.push_back(handler.locals[index].name);
            }
            return known;
        };
        const auto on_expression = [&](const Expression& expression) {
            const auto* read = std::get_if<LocalRead>(&expression.node);
            const bool is_user =
                expression.place.source != language::no_source &&
                !session.sources.name(expression.place.source).starts_with("tapset/");
            if (read != nullptr && is_user && assigned.count(read->local) == 0) {
                const std::string& name = handler.locals[read->local].name;
                session.problems.warning(expression.place,
                                         "never-assigned local variable '" + name + "'" +
                                             session.problems.similar(name, names));
            }
        };
        walk_handler(handler, on_expression, nothing);
    });
}

void check_foreach_bodies(Session& session) {
    ForeachCheck check(session);
    for_each_handler(session.program, [&](const auto& handler) { check.check(handler.body); });
}

}  // namespace sutap::elaborate
