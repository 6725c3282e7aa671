#include <utility>

#include "runner/ir/lowering.h"

namespace sutap::ir {

using elaborate::Statement;

void Lowering::declare_locals(const std::vector<elaborate::Local>& locals, std::size_t parameters) {
    for (std::size_t index = 0; index < locals.size(); ++index) {
        const ValueType type =
            locals[index].type == ValueType::string ? ValueType::string : ValueType::integer;
        locals_.push_back(index < parameters ? fresh(type) : default_value(type));
    }
}

void Lowering::statement(const Statement& statement) {
    if (!std::holds_alternative<elaborate::BlockStatement>(statement.node)) {
        place_ = statement.place;
        emit(Operation::step, no_register, {}).site = site({}, place_);
    }
    std::visit([&](const auto& node) { lower(node); }, statement.node);
}

void Lowering::leave(std::size_t scope) {
    emit(Operation::leave, no_register, {}, static_cast<std::int64_t>(scopes_.size() - 1 - scope));
}

void Lowering::lower(const elaborate::ExpressionStatement& node) {
    expression(*node.expression);
}

void Lowering::lower(const elaborate::BlockStatement& node) {
    for (const auto& item : node.statements) {
        statement(*item);
    }
}

void Lowering::lower(const elaborate::IfStatement& node) {
    const Register condition = expression(*node.condition);
    Block when_true = nested([&] { statement(*node.when_true); });
    Block when_false = nested([&] {
        if (node.when_false) {
            statement(**node.when_false);
        }
    });
    auto& branch = emit(Operation::if_then, no_register, {condition});
    branch.blocks.push_back(std::move(when_true));
    branch.blocks.push_back(std::move(when_false));
}

// loop { if (!condition) leave; block { body }; step }: `continue` leaves the inner block.
void Lowering::lower(const elaborate::LoopStatement& node) {
    const std::uint32_t round_site = site({}, place_);
    if (node.initial) {
        expression(**node.initial);
    }
    const std::uint32_t number = loops_++;
    scopes_.push_back({Scope::Kind::loop});
    const std::size_t scope = scopes_.size() - 1;
    Block round = nested([&] {
        if (node.condition) {
            leave_if_zero(expression(**node.condition), scope);
        }
        scopes_.push_back({Scope::Kind::body});
        Block inner = nested([&] { statement(*node.body); });
        scopes_.pop_back();
        emit(Operation::block, no_register, {}).blocks.push_back(std::move(inner));
        if (node.step) {
            expression(**node.step);
        }
        emit(Operation::step, no_register, {}).site = round_site;
    });
    scopes_.pop_back();
    auto& loop = emit(Operation::loop, no_register, {});
    loop.extra = number;
    loop.blocks.push_back(std::move(round));
}

void Lowering::leave_if_zero(Register condition, std::size_t scope) {
    Block out = nested([&] { leave(scope); });
    auto& branch = emit(Operation::if_then, no_register, {condition});
    branch.blocks.resize(2);
    branch.blocks[1] = std::move(out);
}

// Over the numbers of a histogram's buckets.
void Lowering::histogram_loop(const elaborate::ForeachStatement& node) {
    const elaborate::HistogramBucket& over = *node.histogram;
    const std::uint32_t round_site = site({}, node.place);
    const std::uint32_t site_index =
        site("identifier '" + context_.program.globals.at(node.global).name + "'", node.place);
    const auto keys = evaluate(over.keys);
    const std::int64_t buckets =
        over.parameters.size() == 3 ? linear_buckets(over.parameters).value_or(0) + 2 : log_buckets;
    const Register limit = node.limit ? expression(**node.limit) : constant(buckets);
    const Register index = constant(0);
    bucket(keys, index, node.global, site_index);  // an empty aggregate has none
    const std::uint32_t number = loops_++;
    const std::size_t scope = scopes_.size();
    scopes_.push_back({Scope::Kind::loop});
    Block round = nested([&] {
        for (const Register end : {constant(buckets), limit}) {
            const Register goes_on = fresh(ValueType::integer);
            emit(Operation::less, goes_on, {index, end});
            leave_if_zero(goes_on, scope);
        }
        emit(Operation::move, locals_.at(node.key_locals.at(0)), {index});
        if (node.value_local) {
            const Register count = bucket(keys, index, node.global, site_index);
            emit(Operation::move, locals_.at(*node.value_local), {count});
        }
        const Register one = constant(1);
        emit(Operation::add, index, {index, one});
        scopes_.push_back({Scope::Kind::body});
        Block inner = nested([&] { statement(*node.body); });
        scopes_.pop_back();
        emit(Operation::block, no_register, {}).blocks.push_back(std::move(inner));
        emit(Operation::step, no_register, {}).site = round_site;
    });
    scopes_.pop_back();
    auto& loop = emit(Operation::loop, no_register, {});
    loop.extra = number;
    loop.blocks.push_back(std::move(round));
}

void Lowering::lower(const elaborate::ForeachStatement& node) {
    if (node.histogram) {
        histogram_loop(node);
        return;
    }
    std::vector<Register> operands;
    for (const std::uint32_t key : node.key_locals) {
        operands.push_back(locals_.at(key));
    }
    operands.push_back(node.value_local ? locals_.at(*node.value_local) : no_register);
    operands.push_back(node.limit ? expression(**node.limit) : no_register);
    for (const Register slice : evaluate(node.slice)) {
        operands.push_back(slice);
    }
    const std::uint32_t number = loops_++;
    scopes_.push_back({Scope::Kind::loop});
    scopes_.push_back({Scope::Kind::body});
    Block inner = nested([&] { statement(*node.body); });
    scopes_.pop_back();
    scopes_.pop_back();
    Block round;
    Instruction body;
    body.operation = Operation::block;
    body.blocks.push_back(std::move(inner));
    round.push_back(std::move(body));
    auto& loop = emit(Operation::foreach_in, no_register, std::move(operands), node.global);
    loop.extra = number;
    const bool sorted = node.sort != language::SortDirection::none;
    const bool ascending = node.sort == language::SortDirection::ascending;
    loop.numbers = {sorted ? (ascending ? 1 : -1) : 0, node.sort_column,
                    node.sort_extractor ? static_cast<std::int64_t>(*node.sort_extractor) : -1};
    loop.blocks.push_back(std::move(round));
}

void Lowering::lower(const elaborate::ReturnStatement& node) {
    if (!inlined_.empty()) {
        const InlinedFunction function = inlined_.back();
        if (node.value && function.result != no_register) {
            const Register value = expression(**node.value);
            emit(Operation::move, function.result, {value});
        }
        leave(function.scope);
        return;
    }
    std::vector<Register> operands;
    if (node.value) {
        const Register value = expression(**node.value);
        if (in_function_) {
            operands.push_back(value);
        }
    }
    emit(Operation::finish, no_register, std::move(operands));
}

void Lowering::lower(const elaborate::NextStatement&) {
    if (!inlined_.empty()) {  // the only overload: falls off its end
        leave(inlined_.back().scope);
        return;
    }
    emit(Operation::finish, no_register, {});
}

void Lowering::lower(const elaborate::BreakStatement&) {
    // Elaboration has made sure that there is a loop: a body inside a loop.
    for (std::size_t index = scopes_.size(); index-- > 0;) {
        if (scopes_[index].kind == Scope::Kind::loop) {
            leave(index);
            return;
        }
    }
}

void Lowering::lower(const elaborate::ContinueStatement&) {
    for (std::size_t index = scopes_.size(); index-- > 0;) {
        if (scopes_[index].kind == Scope::Kind::body) {
            leave(index);
            return;
        }
    }
}

void Lowering::lower(const elaborate::DeleteStatement& node) {
    switch (node.target.kind) {
        case elaborate::Target::Kind::local: {
            const Register local = locals_.at(node.target.index);
            const Register value = default_value(registers_[local]);
            emit(Operation::move, local, {value});
            break;
        }
        case elaborate::Target::Kind::global:
            emit(Operation::clear_global, no_register, {}, node.target.index);
            break;
        case elaborate::Target::Kind::element: {
            auto keys = node.slice.empty() ? evaluate(node.target.keys) : evaluate(node.slice);
            emit(Operation::delete_element, no_register, std::move(keys), node.target.index);
            break;
        }
    }
}

void Lowering::lower(const elaborate::TryStatement& node) {
    const Register message = node.message_local ? locals_.at(*node.message_local) : no_register;
    Block body = nested([&] { statement(*node.body); });
    Block handler = nested([&] { statement(*node.handler); });
    auto& made = emit(Operation::try_catch, message, {});
    made.blocks.push_back(std::move(body));
    made.blocks.push_back(std::move(handler));
}

Function Lowering::function(LoweringContext& context, const elaborate::Function& function) {
    Lowering lowering(context, Side::user);
    lowering.in_function_ = true;
    lowering.declare_locals(function.locals, function.parameters);
    lowering.statement(function.body);
    Function made;
    made.name = function.name;
    made.parameters = function.parameters;
    made.result = function.result;
    made.registers = std::move(lowering.registers_);
    made.body = std::move(lowering.body_);
    return made;
}

}  // namespace sutap::ir
