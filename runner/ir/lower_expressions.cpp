#include <algorithm>
#include <utility>

#include "runner/ir/lower.h"
#include "runner/ir/lowering.h"
#include "runner/ir/tree_queries.h"

namespace sutap::ir {

using elaborate::Expression;
using elaborate::Target;

namespace {

std::uint32_t access(std::uint32_t size, bool is_signed, bool is_user = false) {
    return size | (is_signed ? 1U << 8U : 0U) | (is_user ? 1U << 9U : 0U);
}

Operation operation_of(elaborate::BinaryOperator binary) {
    using enum elaborate::BinaryOperator;
    switch (binary) {
        case add:
            return Operation::add;
        case subtract:
            return Operation::subtract;
        case multiply:
            return Operation::multiply;
        case divide:
            return Operation::divide;
        case modulo:
            return Operation::modulo;
        case shift_left:
            return Operation::shift_left;
        case shift_right:
            return Operation::shift_right;
        case unsigned_shift_right:
            return Operation::unsigned_shift_right;
        case bitwise_and:
            return Operation::bitwise_and;
        case bitwise_or:
            return Operation::bitwise_or;
        case bitwise_xor:
            return Operation::bitwise_xor;
        case concatenate:
            return Operation::concatenate;
        case less:
            return Operation::less;
        case less_equal:
            return Operation::less_equal;
        case greater:
            return Operation::greater;
        case greater_equal:
            return Operation::greater_equal;
        case equal:
            return Operation::equal;
        case not_equal:
            return Operation::not_equal;
        case logical_and:
        case logical_or:
            break;  // lowered to branches
    }
    return Operation::bitwise_and;
}

}  // namespace

Register Lowering::fresh(ValueType type) {
    registers_.push_back(type);
    return static_cast<Register>(registers_.size() - 1);
}

Instruction& Lowering::emit(Operation operation, Register result, std::vector<Register> operands,
                            std::int64_t immediate) {
    Instruction made;
    made.operation = operation;
    made.result = result;
    made.operands = std::move(operands);
    made.immediate = immediate;
    body_.push_back(std::move(made));
    return body_.back();
}

std::uint32_t Lowering::site(const Expression& expression) {
    return site(expression.near, expression.place);
}

std::uint32_t Lowering::site(const std::string& near, const language::Place& place) {
    std::string text = near.empty() ? language::describe(place, context_.sources)
                                    : near + " at " + language::position(place, context_.sources);
    const auto next = static_cast<std::uint32_t>(context_.user.sites.size());
    const auto [known, is_new] = context_.site_numbers.emplace(std::move(text), next);
    if (is_new) {
        context_.user.sites.push_back(known->first);
    }
    return known->second;
}

Register Lowering::constant(std::int64_t value) {
    const Register result = fresh(ValueType::integer);
    emit(Operation::constant_integer, result, {}, value);
    return result;
}

Register Lowering::constant(const std::string& value) {
    const Register result = fresh(ValueType::string);
    emit(Operation::constant_string, result, {}).text = value;
    return result;
}

Register Lowering::default_value(ValueType type) {
    return type == ValueType::string ? constant(std::string()) : constant(0);
}

void Lowering::refuse(const Expression& expression, const std::string& reason) {
    language::Diagnostic diagnostic;
    diagnostic.kind = language::Diagnostic::Kind::semantic_error;
    diagnostic.place = expression.place;
    diagnostic.message = reason;
    context_.diagnostics.push_back(std::move(diagnostic));
}

Register Lowering::expression(const Expression& e) {
    return std::visit([&](const auto& node) { return lower(e, node); }, e.node);
}

// A local's own register, unless what is evaluated after it may assign to it first.
Register Lowering::stable(const Expression& e, bool others_may_assign) {
    const Register value = expression(e);
    if (!others_may_assign || !std::holds_alternative<elaborate::LocalRead>(e.node)) {
        return value;
    }
    const Register copy = fresh(registers_[value]);
    emit(Operation::move, copy, {value});
    return copy;
}

std::vector<Register> Lowering::evaluate(const std::vector<elaborate::ExpressionBox>& list,
                                         const Expression* then) {
    bool assigns = then != nullptr && may_assign_local(*then);
    for (const auto& item : list) {
        assigns = assigns || may_assign_local(*item);
    }
    std::vector<Register> values;
    for (const auto& item : list) {
        values.push_back(stable(*item, assigns));
    }
    return values;
}

std::vector<Register> Lowering::evaluate(
    const std::vector<std::optional<elaborate::ExpressionBox>>& list) {
    bool assigns = false;
    for (const auto& item : list) {
        assigns = assigns || (item && may_assign_local(**item));
    }
    std::vector<Register> values;
    for (const auto& item : list) {
        values.push_back(item ? stable(**item, assigns) : no_register);
    }
    return values;
}

Register Lowering::lower(const Expression&, const elaborate::IntegerConstant& node) {
    return constant(node.value);
}

Register Lowering::lower(const Expression&, const elaborate::StringConstant& node) {
    return constant(node.value);
}

Register Lowering::lower(const Expression&, const elaborate::LocalRead& node) {
    return locals_.at(node.local);
}

// A statistic alone is a statement without effect (kept by -u); its keys are still evaluated.
Register Lowering::lower(const Expression& e, const elaborate::GlobalRead& node) {
    if (e.type == ValueType::statistic) {
        return no_register;
    }
    const Register result = fresh(e.type);
    emit(Operation::load_global, result, {}, node.global);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::ArrayRead& node) {
    auto keys = evaluate(node.keys);
    if (e.type == ValueType::statistic) {
        return no_register;
    }
    const Register result = fresh(e.type);
    emit(Operation::load_element, result, std::move(keys), node.global);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::FunctionCall& node) {
    const auto& function = context_.program.functions.at(node.function);
    auto arguments = evaluate(node.arguments);
    // What the kernel needs is inlined; so is what it can compute, since a later capture may depend
    // on it.
    if (side_ == Side::kernel &&
        (context_.touches_kernel[node.function] || context_.has_kernel_form[node.function])) {
        if (context_.is_recursive[node.function]) {
            refuse(e, "function '" + function.name +
                          "' calls itself and needs the kernel at the moment of the event; "
                          "write it with a loop");
            return default_value(e.type);
        }
        return inline_function(function, node.function, std::move(arguments));
    }
    const Register result = e.type == ValueType::unknown ? no_register : fresh(e.type);
    if (side_ == Side::user && function.user_implementation) {
        auto& made = emit(Operation::builtin, result, std::move(arguments),
                          static_cast<std::int64_t>(*function.user_implementation));
        made.site = site(e);
        return result;
    }
    auto& made =
        emit(Operation::call, result, std::move(arguments), context_.user_function[node.function]);
    made.site = site(e);
    return result;
}

namespace {

// Does it call what the kernel has no form of? What the event does not have, registers in a
// tracepoint, is such a call: of error().
bool calls_user_space(const Block& block) {
    return std::ranges::any_of(block, [](const Instruction& each) {
        return (each.operation == Operation::builtin &&
                !elaborate::row(static_cast<elaborate::Builtin>(each.immediate)).in_kernel) ||
               std::ranges::any_of(each.blocks, calls_user_space);
    });
}

}  // namespace

Register Lowering::inline_function(const elaborate::Function& function, std::uint32_t number,
                                   std::vector<Register> arguments) {
    const Register result =
        function.result == ValueType::unknown ? no_register : default_value(function.result);
    std::vector<Register> outer_locals = std::exchange(locals_, {});
    Block inner = nested([&] {
        for (std::size_t index = 0; index < function.locals.size(); ++index) {
            const bool is_parameter = index < function.parameters;
            const Register local = is_parameter ? fresh(function.locals[index].type)
                                                : default_value(function.locals[index].type);
            if (is_parameter) {
                emit(Operation::move, local, {arguments.at(index)});
            }
            locals_.push_back(local);
        }
        scopes_.push_back({Scope::Kind::function});
        inlined_.push_back({scopes_.size() - 1, result});
        Block body = nested([&] { statement(function.body); });
        inlined_.pop_back();
        scopes_.pop_back();
        emit(Operation::block, no_register, {}).blocks.push_back(std::move(body));
    });
    locals_ = std::move(outer_locals);
    const bool as_region = result != no_register && context_.touches_kernel[number] &&
                           context_.has_kernel_form[number] && !calls_user_space(inner);
    if (!as_region) {
        for (Instruction& instruction : inner) {
            body_.push_back(std::move(instruction));
        }
        return result;
    }
    // The arguments are the region's operands: what it needs from outside.
    emit(Operation::region, result, std::move(arguments)).blocks.push_back(std::move(inner));
    return result;
}

void Lowering::raise(const Expression& expression, const std::string& message) {
    const Register text = constant(message);
    auto& raised = emit(Operation::builtin, no_register, {text},
                        static_cast<std::int64_t>(elaborate::Builtin::error));
    raised.site = site(expression);
}

// Tracepoints are reached by a call like any other, which keeps no registers.
void Lowering::set_event(const elaborate::KernelEvent& event) {
    result_slot_ = event.arguments;
    has_registers_ = event.kind != elaborate::KernelEvent::Kind::tracepoint;
}

Register Lowering::lower(const Expression& e, const elaborate::BuiltinCall& node) {
    const auto& row = elaborate::row(node.builtin);
    auto arguments = evaluate(node.arguments);
    const Register result = row.result == ValueType::unknown ? no_register : fresh(row.result);
    if (side_ == Side::kernel && !row.kernel_refusal.empty()) {
        refuse(e, std::string(row.kernel_refusal));
    }
    if (side_ == Side::user && !row.in_user_space) {
        raise(e, std::string(row.name) + "() needs a kernel event: call it in a handler of one");
        return result;
    }
    auto& made = emit(Operation::builtin, result, std::move(arguments),
                      static_cast<std::int64_t>(node.builtin));
    if (row.may_fail) {
        made.site = site(e);
    }
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::UnaryOperation& node) {
    const Register operand = expression(*node.operand);
    const Register result = fresh(e.type);
    if (node.operation == elaborate::UnaryOperator::plus) {
        emit(Operation::move, result, {operand});  // `+a + a++`: a's value, not its register
        return result;
    }
    const Operation operation =
        node.operation == elaborate::UnaryOperator::minus
            ? Operation::negate
            : (node.operation == elaborate::UnaryOperator::logical_not ? Operation::logical_not
                                                                       : Operation::bitwise_not);
    emit(operation, result, {operand});
    return result;
}

Register Lowering::logical(const elaborate::BinaryOperation& node) {
    const bool is_and = node.operation == elaborate::BinaryOperator::logical_and;
    const Register result = constant(is_and ? 0 : 1);
    const auto truth = [&](const Expression& side) {
        const Register value = expression(side);
        const Register zero = constant(0);
        emit(Operation::not_equal, result, {value, zero});
    };
    const Register left = expression(*node.left);
    Block right = nested([&] { truth(*node.right); });
    auto& branch = emit(Operation::if_then, no_register, {left});
    branch.blocks.resize(2);
    branch.blocks[is_and ? 0 : 1] = std::move(right);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::BinaryOperation& node) {
    using enum elaborate::BinaryOperator;
    if (node.operation == logical_and || node.operation == logical_or) {
        return logical(node);
    }
    const Register left = stable(*node.left, may_assign_local(*node.right));
    const Register right = expression(*node.right);
    const Register result = fresh(e.type);
    auto& made = emit(operation_of(node.operation), result, {left, right});
    if (node.operation == divide || node.operation == modulo) {
        made.site = site(e);
    }
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::ConditionalOperation& node) {
    const Register condition = expression(*node.condition);
    const Register result = fresh(e.type);
    const auto arm = [&](const Expression& value) {
        return nested([&] { emit(Operation::move, result, {expression(value)}); });
    };
    Block when_true = arm(*node.when_true);
    Block when_false = arm(*node.when_false);
    auto& branch = emit(Operation::if_then, no_register, {condition});
    branch.blocks.push_back(std::move(when_true));
    branch.blocks.push_back(std::move(when_false));
    return result;
}

Register Lowering::load(const Target& target, const std::vector<Register>& keys, ValueType type) {
    const Register result = fresh(type);
    switch (target.kind) {
        case Target::Kind::local:
            emit(Operation::move, result, {locals_.at(target.index)});
            break;
        case Target::Kind::global:
            emit(Operation::load_global, result, {}, target.index);
            break;
        case Target::Kind::element:
            emit(Operation::load_element, result, keys, target.index);
            break;
    }
    return result;
}

void Lowering::store(const Target& target, const std::vector<Register>& keys, Register value,
                     std::uint32_t site_index) {
    switch (target.kind) {
        case Target::Kind::local:
            emit(Operation::move, locals_.at(target.index), {value});
            break;
        case Target::Kind::global:
            emit(Operation::store_global, no_register, {value}, target.index);
            break;
        case Target::Kind::element: {
            std::vector<Register> operands = keys;
            operands.push_back(value);
            emit(Operation::store_element, no_register, std::move(operands), target.index).site =
                site_index;
            break;
        }
    }
}

Register Lowering::lower(const Expression& e, const elaborate::AssignmentOperation& node) {
    auto keys = evaluate(node.target.keys, &*node.value);
    if (!node.operation) {
        Register value = expression(*node.value);
        if (std::holds_alternative<elaborate::LocalRead>(node.value->node)) {
            const Register copy = fresh(e.type);  // `a = b` yields a's value, not b's register
            emit(Operation::move, copy, {value});
            value = copy;
        }
        store(node.target, keys, value, site(e));
        return value;
    }
    // As in stap, what is assigned to is read after the value is known.
    const Register value = expression(*node.value);
    const Register old = load(node.target, keys, e.type);
    const Register result = fresh(e.type);
    auto& made = emit(operation_of(*node.operation), result, {old, value});
    const std::uint32_t site_index = site(e);
    made.site = site_index;
    store(node.target, keys, result, site_index);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::StepOperation& node) {
    auto keys = evaluate(node.target.keys);
    const Register old = load(node.target, keys, ValueType::integer);
    const Register one = constant(1);
    const Register result = fresh(ValueType::integer);
    emit(node.increments ? Operation::add : Operation::subtract, result, {old, one});
    store(node.target, keys, result, site(e));
    return node.prefix ? result : old;
}

Register Lowering::lower(const Expression& e, const elaborate::AggregateOperation& node) {
    auto operands = evaluate(node.target.keys, &*node.value);
    const Register value = expression(*node.value);
    operands.push_back(value);
    emit(Operation::aggregate, no_register, std::move(operands), node.target.index).site = site(e);
    return value;
}

Register Lowering::lower(const Expression& e, const elaborate::StatisticRead& node) {
    auto keys = evaluate(node.keys);
    const Register result = fresh(e.type);
    auto& made = emit(Operation::extract_statistic, result, std::move(keys), node.global);
    made.extra = static_cast<std::uint32_t>(node.extractor);
    made.numbers = node.parameters;
    made.site = site(e);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::HistogramText& node) {
    auto keys = evaluate(node.keys);
    Register result = node.to_string ? fresh(ValueType::string) : no_register;
    emit(Operation::print_histogram, result, std::move(keys), node.global).site = site(e);
    if (!node.ends_line) {
        return result;
    }
    FormatPiece end;
    end.text = "\n";
    if (!node.to_string) {
        emit(Operation::print, no_register, {}).pieces.push_back(std::move(end));
        return no_register;
    }
    FormatPiece table;
    table.conversion = FormatPiece::Conversion::string;
    const Register line = fresh(ValueType::string);
    emit(Operation::format, line, {result}).pieces = {std::move(table), std::move(end)};
    return line;
}

Register Lowering::bucket(const std::vector<Register>& keys, Register number, std::uint32_t global,
                          std::uint32_t site_index) {
    std::vector<Register> operands = keys;
    operands.push_back(number);
    const Register result = fresh(ValueType::integer);
    emit(Operation::extract_bucket, result, std::move(operands), global).site = site_index;
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::HistogramBucket& node) {
    const auto keys = evaluate(node.keys, &*node.index);
    const Register number = expression(*node.index);
    return bucket(keys, number, node.global, site(e));
}

Register Lowering::lower(const Expression&, const elaborate::RegexMatch& node) {
    const Register subject = expression(*node.subject);
    const Register result = fresh(ValueType::integer);
    emit(Operation::match_regex, result, {subject}).text = node.pattern;
    if (!node.is_negated) {
        return result;
    }
    const Register negated = fresh(ValueType::integer);
    emit(Operation::logical_not, negated, {result});
    return negated;
}

Register Lowering::lower(const Expression&, const elaborate::MembershipTest& node) {
    auto keys = evaluate(node.keys);
    const Register result = fresh(ValueType::integer);
    emit(Operation::contains_element, result, std::move(keys), node.global);
    return result;
}

Register Lowering::memory(const Expression& e, Register address, std::int64_t offset,
                          std::uint32_t size, bool is_signed, bool is_user) {
    const Register result = fresh(ValueType::integer);
    if (side_ == Side::user) {
        raise(e, "kernel memory cannot be read outside a kernel event");
        return result;
    }
    auto& made = emit(Operation::read_memory, result, {address}, offset);
    made.extra = access(size, is_signed, is_user);
    made.site = site(e);
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::ContextArgument& node) {
    using enum elaborate::ContextArgument::Source;
    if (node.source == constant) {
        return this->constant(node.value);
    }
    if (node.source == symbol_address || node.source == processor_variable) {
        const Register result = fresh(ValueType::integer);
        if (side_ == Side::user) {
            raise(e, "the kernel's variables are not known outside a kernel event");
            return result;
        }
        emit(Operation::context_argument, result, {}, node.index).extra =
            access(8, false) | (node.source == symbol_address ? from_symbols : from_processor);
        return result;
    }
    if (node.source == machine_argument && node.size == 0) {
        return this->constant(has_registers_ ? 1 : 0);
    }
    if (node.source == machine_argument) {
        const Register result = fresh(ValueType::integer);
        if (!has_registers_) {
            raise(e, "the processor's registers are not known at this probe point");
            return result;
        }
        emit(Operation::context_argument, result, {}, node.index).extra =
            access(node.size, node.is_signed) | from_registers;
        return result;
    }
    const std::uint32_t slot = node.source == function_result ? result_slot_ : node.index;
    const Register result = fresh(ValueType::integer);
    const bool direct = !node.registers_offset.has_value();
    emit(Operation::context_argument, result, {}, slot).extra =
        (direct ? access(node.size, node.is_signed) : access(8, false)) |
        (node.by_helper ? by_helper : 0U);
    if (direct) {
        return result;
    }
    return memory(e, result, *node.registers_offset, node.size, node.is_signed, false);
}

Register Lowering::lower(const Expression& e, const elaborate::MemoryRead& node) {
    const Register address = expression(*node.address);
    const Register value = memory(e, address, node.offset, node.size,
                                  node.is_signed && node.bit_size == 0, node.is_user);
    if (node.bit_size == 0) {
        return value;
    }
    // A bit field: to the top, then down again, which also extends its sign.
    const Register up = constant(64 - std::int64_t{node.bit_shift} - std::int64_t{node.bit_size});
    const Register down = constant(64 - std::int64_t{node.bit_size});
    const Register raised = fresh(ValueType::integer);
    const Register result = fresh(ValueType::integer);
    emit(Operation::shift_left, raised, {value, up});
    emit(node.is_signed ? Operation::shift_right : Operation::unsigned_shift_right, result,
         {raised, down});
    return result;
}

Register Lowering::lower(const Expression& e, const elaborate::EntryRead& node) {
    const Register result = fresh(e.type);
    emit(Operation::entry_value, result, {}, node.entry).site = site(e);
    return result;
}

}  // namespace sutap::ir
