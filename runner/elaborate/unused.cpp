#include "runner/elaborate/unused.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "runner/elaborate/tree_walk.h"

namespace sutap::elaborate {
namespace {

const auto nothing = [](const auto&) {};

// Each pass uncovers the next of a chain of unread locals; what is left of a longer chain stays.
constexpr int most_passes = 200;

bool has_own_effect(const Expression& expression) {
    if (const auto* call = std::get_if<BuiltinCall>(&expression.node)) {
        return row(call->builtin).has_effect;
    }
    if (const auto* format = std::get_if<FormatCall>(&expression.node)) {
        return !format->to_string;
    }
    if (const auto* histogram = std::get_if<HistogramText>(&expression.node)) {
        return !histogram->to_string;
    }
    // A match is remembered for matched().
    return std::holds_alternative<RegexMatch>(expression.node) ||
           std::holds_alternative<AssignmentOperation>(expression.node) ||
           std::holds_alternative<StepOperation>(expression.node) ||
           std::holds_alternative<AggregateOperation>(expression.node);
}

// Does storing there outlive the body?
const Target* stored_target(const Expression& expression) {
    if (const auto* assignment = std::get_if<AssignmentOperation>(&expression.node)) {
        return &assignment->target;
    }
    if (const auto* step = std::get_if<StepOperation>(&expression.node)) {
        return &step->target;
    }
    if (const auto* aggregate = std::get_if<AggregateOperation>(&expression.node)) {
        return &aggregate->target;
    }
    return nullptr;
}

class Unused {
  public:
    Unused(Session& session, bool types_are_known)
        : session_(session), program_(session.program), types_are_known_(types_are_known) {}

    void drop() {
        if (!session_.options.keep_unused) {
            drop_functions();
            find_effects();
            for_each_handler(program_, [&](auto& handler) { drop_in(handler); });
            drop_probes();
            drop_functions();
            drop_globals();
        }
    }

  private:
    bool function_has_effect(const Function& function) const {
        bool effect = false;
        const auto on_expression = [&](const Expression& expression) {
            if (const Target* target = stored_target(expression)) {
                effect = effect || target->kind != Target::Kind::local;
            } else if (const auto* call = std::get_if<FunctionCall>(&expression.node)) {
                effect = effect || effects_[call->function];
            } else {
                effect = effect || has_own_effect(expression);
            }
        };
        const auto on_statement = [&](const Statement& statement) {
            if (const auto* removal = std::get_if<DeleteStatement>(&statement.node)) {
                effect = effect || removal->target.kind != Target::Kind::local;
            }
        };
        walk_statement(function.body, on_expression, on_statement);
        return effect;
    }

    // Functions that do more than compute, and all that call one of them.
    void find_effects() {
        effects_.assign(program_.functions.size(), false);
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t index = 0; index < program_.functions.size(); ++index) {
                if (!effects_[index] && function_has_effect(program_.functions[index])) {
                    effects_[index] = true;
                    changed = true;
                }
            }
        }
    }

    bool is_pure(const Expression& expression) const {
        bool pure = true;
        const auto visit = [&](const Expression& one) {
            const auto* call = std::get_if<FunctionCall>(&one.node);
            pure = pure && !has_own_effect(one) && (call == nullptr || !effects_[call->function]);
        };
        walk_expression(expression, visit);
        return pure;
    }

    bool is_pure(const std::optional<ExpressionBox>& expression) const {
        return !expression || is_pure(**expression);
    }

    static void count_reads(const Expression& expression, std::set<std::uint32_t>& reads,
                            bool is_value_used) {
        if (const auto* read = std::get_if<LocalRead>(&expression.node)) {
            reads.insert(read->local);
        }
        const Target* target = stored_target(expression);
        if (target != nullptr && target->kind == Target::Kind::local && is_value_used) {
            reads.insert(target->index);
        }
        for_each_operand(expression,
                         [&](const Expression& operand) { count_reads(operand, reads, true); });
    }

    static void count_reads(const Statement& statement, std::set<std::uint32_t>& reads) {
        const bool is_statement = std::holds_alternative<ExpressionStatement>(statement.node);
        // The first and last part of a `for` are statements as well, but seldom worth dropping.
        for_each_part(
            statement,
            [&](const Expression& expression) { count_reads(expression, reads, !is_statement); },
            [&](const Statement& inner) { count_reads(inner, reads); });
    }

    template <typename Handler>
    void drop_in(Handler& handler) {
        int passes = 0;
        for (bool changed = true; changed && passes < most_passes; ++passes) {
            std::set<std::uint32_t> reads;
            if constexpr (is_any_of<Handler, Probe>) {
                for (const ExpressionBox& entry : handler.entries) {
                    count_reads(*entry, reads, true);
                }
            }
            count_reads(handler.body, reads);
            changed = drop_in(handler.body, reads, handler.locals);
        }
        if constexpr (is_any_of<Handler, Probe>) {
            drop_entries(handler);
        }
    }

    void warn(const Place& place, const std::string& message) {
        if (is_user_text(place)) {
            session_.problems.warning(place, message);
        }
    }

    bool is_user_text(const Place& place) const {
        return place.source != language::no_source &&
               !session_.sources.name(place.source).starts_with("tapset/");
    }

    // true: something was dropped.
    bool drop_in(Statement& statement, const std::set<std::uint32_t>& reads,
                 const std::vector<Local>& locals) {
        bool changed = false;
        if (auto* single = std::get_if<ExpressionStatement>(&statement.node)) {
            changed = drop_expression(statement, *single, reads, locals);
        }
        for_each_part(
            statement, [](Expression&) {},
            [&](Statement& inner) { changed = drop_in(inner, reads, locals) || changed; });
        if (auto* block = std::get_if<BlockStatement>(&statement.node)) {
            changed = std::erase_if(block->statements, is_empty_box) > 0 || changed;
        } else if (auto* condition = std::get_if<IfStatement>(&statement.node)) {
            const auto* known = std::get_if<IntegerConstant>(&condition->condition->node);
            if (known != nullptr && types_are_known_) {
                take_branch(statement, *condition, known->value != 0);
                return true;
            }
            if (condition->when_false && is_empty(**condition->when_false)) {
                condition->when_false.reset();
                changed = true;
            }
            if (!condition->when_false && is_empty(*condition->when_true)) {
                ExpressionBox left = std::move(condition->condition);
                leave(statement, std::move(left));
                changed = true;
            }
        } else if (auto* loop = std::get_if<LoopStatement>(&statement.node)) {
            if (is_empty(*loop->body) && is_pure(loop->initial) && is_pure(loop->condition) &&
                is_pure(loop->step)) {
                statement.node = BlockStatement{};
                changed = true;
            }
        } else if (auto* each = std::get_if<ForeachStatement>(&statement.node)) {
            if (is_empty(*each->body) && is_pure(each->limit) &&
                std::all_of(each->slice.begin(), each->slice.end(),
                            [&](const auto& key) { return is_pure(key); })) {
                statement.node = BlockStatement{};
                changed = true;
            }
        } else if (auto* attempt = std::get_if<TryStatement>(&statement.node)) {
            if (is_empty(*attempt->body)) {
                statement.node = BlockStatement{};
                changed = true;
            }
        }
        return changed;
    }

    static void take_branch(Statement& statement, IfStatement& condition, bool holds) {
        Statement taken{statement.place, BlockStatement{}};
        if (holds) {
            taken = std::move(*condition.when_true);
        } else if (condition.when_false) {
            taken = std::move(**condition.when_false);
        }
        statement = std::move(taken);
    }

    // What remains of a statement: an expression whose value nobody asked for.
    void leave(Statement& statement, ExpressionBox expression) const {
        if (is_pure(*expression)) {
            statement.node = BlockStatement{};
        } else {
            statement.node = ExpressionStatement{std::move(expression)};
        }
    }

    bool drop_expression(Statement& statement, ExpressionStatement& single,
                         const std::set<std::uint32_t>& reads, const std::vector<Local>& locals) {
        Expression& expression = *single.expression;
        if (is_pure(expression)) {
            warn(statement.place, "Eliding side-effect-free expression ");
            statement.node = BlockStatement{};
            return true;
        }
        // What reads the local as well (++, +=) stays, as in stap.
        auto* assignment = std::get_if<AssignmentOperation>(&expression.node);
        if (assignment == nullptr || assignment->operation ||
            assignment->target.kind != Target::Kind::local ||
            reads.count(assignment->target.index) != 0) {
            return false;
        }
        warn(statement.place,
             "Eliding assignment to '" + locals[assignment->target.index].name + "'");
        statement.place = expression.place;
        ExpressionBox value = std::move(assignment->value);
        statement.node = ExpressionStatement{std::move(value)};
        return true;
    }

    static bool is_empty(const Statement& statement) {
        const auto* block = std::get_if<BlockStatement>(&statement.node);
        return block != nullptr && block->statements.empty();
    }
    static bool is_empty_box(const StatementBox& box) { return is_empty(*box); }

    // Entry values that the remaining text no longer reads.
    static void drop_entries(Probe& probe) {
        std::map<std::uint32_t, std::uint32_t> kept;
        const auto collect = [&](const Expression& expression) {
            if (const auto* read = std::get_if<EntryRead>(&expression.node)) {
                kept.emplace(read->entry, 0);
            }
        };
        walk_statement(std::as_const(probe.body), collect, nothing);
        std::vector<ExpressionBox> entries;
        for (auto& [old_index, new_index] : kept) {
            new_index = static_cast<std::uint32_t>(entries.size());
            entries.push_back(std::move(probe.entries[old_index]));
        }
        probe.entries = std::move(entries);
        const auto renumber = [&](Expression& expression) {
            if (auto* read = std::get_if<EntryRead>(&expression.node)) {
                read->entry = kept.at(read->entry);
            }
        };
        walk_statement(probe.body, renumber, nothing);
    }

    // Those without anything to do. The library's own do not keep a script going.
    void drop_probes() {
        bool is_any_left = false;
        std::erase_if(program_.probes, [&](const Probe& probe) {
            const bool is_users = is_user_text(probe.place);
            // oneshot ends the session.
            if (!is_empty(probe.body) || probe.kind == Probe::Kind::oneshot) {
                is_any_left = is_any_left || is_users;
                return false;
            }
            const std::string name =
                probe.definition.substr(0, probe.definition.find_first_of(".("));
            warn(probe.place, "Probe '" + name + "' has been elided");
            return true;
        });
        if (!is_any_left) {
            session_.problems.error({}, "no probes found");
        }
    }

    void mark_called(std::vector<bool>& called) const {
        std::vector<std::uint32_t> waiting;
        const auto mark = [&](const Expression& expression) {
            const auto* call = std::get_if<FunctionCall>(&expression.node);
            if (call != nullptr && !called[call->function]) {
                called[call->function] = true;
                waiting.push_back(call->function);
            }
        };
        for (const Probe& probe : program_.probes) {
            walk_handler(probe, mark, nothing);
        }
        while (!waiting.empty()) {
            const std::uint32_t index = waiting.back();
            waiting.pop_back();
            walk_handler(program_.functions[index], mark, nothing);
        }
    }

    void drop_functions() {
        std::vector<bool> called(program_.functions.size(), false);
        mark_called(called);
        // An overload that is never come to belongs to one that is.
        std::set<std::string> names;
        for (std::size_t index = 0; index < called.size(); ++index) {
            if (called[index]) {
                names.insert(program_.functions[index].name);
            }
        }
        std::vector<std::uint32_t> numbers(called.size(), 0);
        std::vector<Function> kept;
        for (std::size_t index = 0; index < called.size(); ++index) {
            Function& function = program_.functions[index];
            if (called[index]) {
                numbers[index] = static_cast<std::uint32_t>(kept.size());
                kept.push_back(std::move(function));
            } else if (is_user_text(function.place) && names.count(function.name) == 0) {
                session_.problems.warning(function.place,
                                          "Eliding unused function '" + function.name + "'");
            }
        }
        program_.functions = std::move(kept);
        const auto renumber = [&](Expression& expression) {
            if (auto* call = std::get_if<FunctionCall>(&expression.node)) {
                call->function = numbers[call->function];
            }
        };
        for_each_handler(program_,
                         [&](auto& handler) { walk_handler(handler, renumber, nothing); });
    }

    // Calls `visit` with each place in the program that holds the index of a global.
    template <typename Visit>
    void for_each_global_index(Visit visit) {
        const auto on_expression = [&](Expression& expression) {
            std::visit(
                [&](auto& node) {
                    using Node = decltype(node);
                    if constexpr (is_any_of<Node, GlobalRead, ArrayRead, StatisticRead,
                                            HistogramText, HistogramBucket, MembershipTest>) {
                        visit(node.global);
                    } else if constexpr (is_any_of<Node, AssignmentOperation, StepOperation,
                                                   AggregateOperation>) {
                        if (node.target.kind != Target::Kind::local) {
                            visit(node.target.index);
                        }
                    }
                },
                expression.node);
        };
        const auto on_statement = [&](Statement& statement) {
            if (auto* loop = std::get_if<ForeachStatement>(&statement.node)) {
                visit(loop->global);
            } else if (auto* removal = std::get_if<DeleteStatement>(&statement.node)) {
                if (removal->target.kind != Target::Kind::local) {
                    visit(removal->target.index);
                }
            }
        };
        for_each_handler(
            program_, [&](auto& handler) { walk_handler(handler, on_expression, on_statement); });
    }

    void drop_globals() {
        std::vector<bool> used(program_.globals.size(), false);
        for_each_global_index([&](std::uint32_t& index) { used[index] = true; });
        std::vector<std::uint32_t> numbers(used.size(), 0);
        std::vector<Global> kept;
        std::vector<GlobalFacts> facts;
        for (std::size_t index = 0; index < used.size(); ++index) {
            Global& global = program_.globals[index];
            if (used[index]) {
                numbers[index] = static_cast<std::uint32_t>(kept.size());
                kept.push_back(std::move(global));
                facts.push_back(session_.global_facts[index]);
            } else if (!session_.global_facts[index].is_tapset && !types_are_known_) {
                session_.problems.warning(global.place,
                                          "Eliding unused variable '" + global.name + "'");
            }
        }
        program_.globals = std::move(kept);
        session_.global_facts = std::move(facts);
        for_each_global_index([&](std::uint32_t& index) { index = numbers[index]; });
    }

    Session& session_;
    Program& program_;
    bool types_are_known_;  // then what is never come to is not needed for them
    std::vector<bool> effects_;
};

}  // namespace

void drop_unused(Session& session, bool types_are_known) {
    Unused(session, types_are_known).drop();
}

}  // namespace sutap::elaborate
