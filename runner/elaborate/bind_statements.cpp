// Statements, and the bodies of functions.
#include <algorithm>
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/tree_walk.h"

namespace sutap::elaborate {
namespace {

Statement block(const Place& place, std::vector<StatementBox> statements) {
    return {place, BlockStatement{std::move(statements)}};
}

}  // namespace

Statement Binder::bind(const language::Statement& statement, bool is_tapset) {
    is_tapset_ = is_tapset;
    file_ = statement.place.source;
    return bind(statement);
}

Expression Binder::bind_condition(const language::Expression& condition, bool is_tapset) {
    is_tapset_ = is_tapset;
    file_ = condition.place.source;
    return bind(condition);
}

Statement Binder::bind(const language::Statement& statement) {
    return std::visit(
        [&](const auto& inner) {
            if constexpr (is_any_of<decltype(inner), language::EmbeddedCode>) {
                return code(statement.place);
            } else {
                return node(inner, statement.place);
            }
        },
        statement.node);
}

Statement Binder::node(const language::EmptyStatement& /*empty*/, const Place& place) {
    return block(place, {});
}

Statement Binder::node(const language::ExpressionStatement& statement, const Place& place) {
    is_statement_ = true;
    return {place, ExpressionStatement{boxed(statement.expression)}};
}

Statement Binder::node(const language::BlockStatement& statement, const Place& place) {
    std::vector<StatementBox> statements;
    for (const auto& inner : statement.statements) {
        statements.push_back(boxed(inner));
    }
    return block(place, std::move(statements));
}

Statement Binder::node(const language::IfStatement& statement, const Place& place) {
    if (const auto known = folded(*statement.condition)) {
        if (*known) {
            return bind(*statement.when_true);
        }
        return statement.when_false ? bind(**statement.when_false) : block(place, {});
    }
    IfStatement made{boxed(statement.condition), boxed(statement.when_true), std::nullopt};
    if (statement.when_false) {
        made.when_false = boxed(*statement.when_false);
    }
    return {place, std::move(made)};
}

Statement Binder::looped(const language::StatementBox& body) {
    ++loops_;
    Statement bound = bind(*body);
    --loops_;
    return bound;
}

Statement Binder::node(const language::WhileStatement& statement, const Place& place) {
    LoopStatement made;
    made.condition = boxed(statement.condition);
    made.body = looped(statement.body);
    return {place, std::move(made)};
}

Statement Binder::node(const language::ForStatement& statement, const Place& place) {
    LoopStatement made;
    if (statement.initial) {
        made.initial = boxed(*statement.initial);
    }
    if (statement.condition) {
        made.condition = boxed(*statement.condition);
    }
    if (statement.step) {
        made.step = boxed(*statement.step);
    }
    made.body = looped(statement.body);
    return {place, std::move(made)};
}

std::uint32_t Binder::set_local(const std::string& name, const Place& place,
                                std::vector<StatementBox>& copies) {
    const auto global = visible_global(name);
    if (!global) {
        return local(name, place);
    }
    session_.use_arity(*global, 0, place);
    const auto index = static_cast<std::uint32_t>(locals_.size());
    locals_.push_back({name, ValueType::unknown, place});
    copies.push_back(copy({Target::Kind::global, *global, {}}, index, place));
    return index;
}

Statement Binder::node(const language::ForeachStatement& statement, const Place& place) {
    if (statement.histogram) {
        return histogram_loop(statement, place);
    }
    const std::size_t arity =
        statement.index_names.empty() ? statement.slice.size() : statement.index_names.size();
    const auto global = array(statement.array, arity, statement.array_place);
    if (!global) {
        return block(place, {});
    }
    ForeachStatement made;
    made.place = place;
    made.global = *global;
    std::vector<StatementBox> copies;
    for (std::size_t index = 0; index < statement.index_names.size(); ++index) {
        made.key_locals.push_back(
            set_local(statement.index_names[index], statement.index_places[index], copies));
    }
    if (statement.value_name) {
        made.value_local = set_local(*statement.value_name, statement.value_place, copies);
        local_c_types_[*made.value_local].learn(session_.global_facts[*global].c_type.get());
    }
    if (!statement.slice.empty() && statement.slice.size() != arity) {
        session_.problems.error(statement.array_place,
                                "inconsistent arity (" + std::to_string(arity) + " vs " +
                                    std::to_string(statement.slice.size()) + ")");
    }
    made.slice = slice(statement.slice);
    made.sort = statement.sort;
    made.sort_column = statement.sort_column;
    made.sort_extractor = statement.sort_extractor;
    if (made.sort_column < 0 || static_cast<std::size_t>(made.sort_column) > arity) {
        session_.problems.error(place, "there is no such index to sort by");
    }
    if (statement.limit) {
        made.limit = boxed(*statement.limit);
    }
    made.body = begun_by(std::move(copies), looped(statement.body));
    return {place, std::move(made)};
}

Statement Binder::node(const language::ReturnStatement& statement, const Place& place) {
    if (!function_) {
        session_.problems.error(place, "found 'return' not in function context");
    }
    ReturnStatement made;
    if (statement.value) {
        made.value = boxed(*statement.value);
        if (function_) {
            session_.function_facts[function_index_].result.learn((*made.value)->c_type);
        }
    }
    return {place, std::move(made)};
}

Statement Binder::node(const language::NextStatement& /*statement*/, const Place& place) {
    if (function_) {
        return next_overload(place);
    }
    return {place, NextStatement{}};
}

// What the call gave for this parameter, which the function may have changed since.
Expression Binder::call_argument(std::size_t parameter, const Place& place) {
    const std::string& name = function_->syntax->parameters[parameter].name;
    auto index = static_cast<std::uint32_t>(parameter);
    if (function_writes_.count(name) != 0) {
        const auto next = static_cast<std::uint32_t>(locals_.size());
        const auto [copy, is_new] = argument_copies_.emplace(parameter, next);
        if (is_new) {
            locals_.push_back({"__argument_" + name, ValueType::unknown, place});
        }
        index = copy->second;
    }
    return {place, ValueType::unknown, LocalRead{index}, "identifier '" + name + "'"};
}

Statement Binder::begun_by(std::vector<StatementBox> copies, Statement body) {
    if (copies.empty()) {
        return body;
    }
    const Place place = body.place;
    copies.emplace_back(std::move(body));
    return block(place, std::move(copies));
}

StatementBox Binder::copy(Target target, std::uint32_t local, const Place& place) {
    Expression value{place, ValueType::unknown, LocalRead{local}, {}};
    AssignmentOperation assignment{std::move(target), {}, ExpressionBox(std::move(value))};
    return StatementBox(Statement{
        place,
        ExpressionStatement{Expression{place, ValueType::unknown, std::move(assignment), {}}}});
}

Statement Binder::with_argument_copies(Statement body) {
    std::vector<StatementBox> copies;
    for (const auto& [parameter, index] : argument_copies_) {
        copies.push_back(copy({Target::Kind::local, index, {}},
                              static_cast<std::uint32_t>(parameter),
                              function_->syntax->parameters[parameter].place));
    }
    return begun_by(std::move(copies), std::move(body));
}

// `next` in a function goes on with the next overload of as many parameters, at last with a
// builtin of that name.
Statement Binder::next_overload(const Place& place) {
    const language::Function& own = *function_->syntax;
    const auto candidates = overloads(own.name, function_->is_tapset);
    auto next = std::find_if(candidates.begin(), candidates.end(),
                             [&](const auto& one) { return one.syntax == &own; });
    if (next != candidates.end()) {
        next = std::find_if(next + 1, candidates.end(), [&](const auto& one) {
            return one.syntax->parameters.size() == own.parameters.size();
        });
    }
    std::vector<ExpressionBox> arguments;
    for (std::size_t index = 0; index < own.parameters.size(); ++index) {
        arguments.emplace_back(call_argument(index, place));
    }
    const std::string near = "identifier '" + own.name + "'";
    if (next != candidates.end()) {
        FunctionCall call{session_.function(*next), std::move(arguments), true};
        return {place, ReturnStatement{ExpressionBox(
                           Expression{place, ValueType::unknown, std::move(call), near})}};
    }
    if (auto refusal = refused_function(own.name, place)) {
        return {place, ExpressionStatement{std::move(*refusal)}};
    }
    const auto builtin = find_builtin(own.name);
    if (builtin && row(*builtin).required_parameters <= arguments.size() &&
        arguments.size() <= row(*builtin).parameters.size() &&
        row(*builtin).result != ValueType::unknown) {
        return {
            place,
            ReturnStatement{ExpressionBox(Expression{
                place, row(*builtin).result, BuiltinCall{*builtin, std::move(arguments)}, near})}};
    }
    Expression text{place,
                    ValueType::string,
                    StringConstant{"no overload of function '" + own.name + "' is left"},
                    {}};
    BuiltinCall error{Builtin::error, {ExpressionBox(std::move(text))}};
    return {place, ExpressionStatement{
                       Expression{place, ValueType::unknown, std::move(error), "keyword 'next'"}}};
}

Statement Binder::node(const language::BreakStatement& /*statement*/, const Place& place) {
    if (loops_ == 0) {
        session_.problems.error(place, "found 'break' not in loop context");
    }
    return {place, BreakStatement{}};
}

Statement Binder::node(const language::ContinueStatement& /*statement*/, const Place& place) {
    if (loops_ == 0) {
        session_.problems.error(place, "found 'continue' not in loop context");
    }
    return {place, ContinueStatement{}};
}

Statement Binder::node(const language::DeleteStatement& statement, const Place& place) {
    const language::Expression& what = *statement.target;
    if (const auto* element = std::get_if<language::ArrayElement>(&what.node)) {
        const auto global = array(element->name, element->indexes.size(), what.place);
        if (!global) {
            return block(place, {});
        }
        const bool is_slice = std::any_of(element->indexes.begin(), element->indexes.end(),
                                          [](const auto& index) { return !index.has_value(); });
        DeleteStatement made{{Target::Kind::element, *global, {}}, {}};
        if (is_slice) {
            made.slice = slice(element->indexes);
        } else {
            made.target.keys = keys(element->indexes, what.place);
        }
        return {what.place, std::move(made)};
    }
    const auto* name = std::get_if<language::Name>(&what.node);
    if (name == nullptr) {
        session_.problems.error(what.place, "expected an array, an element or a variable");
        return block(place, {});
    }
    const auto global = visible_global(name->name);
    if (global) {
        return {what.place, DeleteStatement{{Target::Kind::global, *global, {}}, {}}};
    }
    return {place, DeleteStatement{{Target::Kind::local, local(name->name, what.place), {}}, {}}};
}

Statement Binder::node(const language::TryStatement& statement, const Place& place) {
    TryStatement made;
    made.body = bind(*statement.body);
    std::vector<StatementBox> copies;
    if (statement.message_name) {
        made.message_local = set_local(*statement.message_name, statement.message_place, copies);
    }
    made.handler = begun_by(std::move(copies), bind(*statement.handler));
    return {place, std::move(made)};
}

Statement Binder::code(const Place& place) {
    session_.problems.error(place, embedded_code_message);
    return block(place, {});
}

namespace {

void bind_function(Session& session, const PendingFunction& pending) {
    const language::Function& syntax = *pending.declared.syntax;
    Binder binder(session, pending.declared, pending.index);
    Statement body =
        binder.with_argument_copies(binder.bind(syntax.body, pending.declared.is_tapset));
    Function& made = session.program.functions[pending.index];
    made.body = std::move(body);
    made.locals = binder.take_locals();
    made.parameters = static_cast<std::uint32_t>(syntax.parameters.size());
    if (syntax.type != language::DeclaredType::none) {
        made.result =
            syntax.type == language::DeclaredType::integer ? ValueType::integer : ValueType::string;
    }
    const auto builtin = made.is_tapset ? find_builtin(made.name) : std::nullopt;
    if (builtin && row(*builtin).in_user_space &&
        row(*builtin).parameters.size() == made.parameters) {
        made.user_implementation = builtin;
    }
}

}  // namespace

void bind_pending_functions(Session& session) {
    while (!session.pending_functions.empty()) {
        const PendingFunction pending = session.pending_functions.front();
        session.pending_functions.pop_front();
        bind_function(session, pending);
    }
}

std::optional<CType> result_c_type(Session& session, std::uint32_t function) {
    constexpr int deepest_calls = 100;
    const auto waiting =
        std::ranges::find(session.pending_functions, function, &PendingFunction::index);
    if (waiting != session.pending_functions.end() &&
        session.functions_being_bound < deepest_calls) {
        const PendingFunction pending = *waiting;
        session.pending_functions.erase(waiting);
        ++session.functions_being_bound;
        bind_function(session, pending);
        --session.functions_being_bound;
    }
    return session.function_facts[function].result.get();
}

}  // namespace sutap::elaborate
