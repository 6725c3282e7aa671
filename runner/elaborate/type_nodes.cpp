// What each kind of expression says about types.
#include <string>

#include "runner/elaborate/formats.h"
#include "runner/elaborate/inference.h"

namespace sutap::elaborate {
namespace {

constexpr ValueType unknown = ValueType::unknown;
constexpr ValueType integer = ValueType::integer;
constexpr ValueType string = ValueType::string;

}  // namespace

void Inference::node(Expression& whole, IntegerConstant& /*constant*/) {
    settle(whole, integer);
}
void Inference::node(Expression& whole, StringConstant& /*constant*/) {
    settle(whole, string);
}
void Inference::node(Expression& whole, ContextArgument& /*argument*/) {
    settle(whole, integer);
}

void Inference::node(Expression& whole, MemoryRead& read) {
    value(*read.address, integer);
    settle(whole, integer);
}

void Inference::node(Expression& whole, EntryRead& read) {
    settle(whole, probe_->entries[read.entry]->type);
}

void Inference::node(Expression& whole, LocalRead& read) {
    settle(whole, (*locals_)[read.local].type);
}

void Inference::node(Expression& whole, GlobalRead& read) {
    settle(whole, program_.globals[read.global].value);
}

void Inference::node(Expression& whole, ArrayRead& read) {
    keys(read.global, read.keys);
    settle(whole, program_.globals[read.global].value);
}

void Inference::node(Expression& whole, FunctionCall& call) {
    Function& callee = program_.functions[call.function];
    for (std::size_t index = 0; index < call.arguments.size(); ++index) {
        meet(*call.arguments[index], callee.locals[index].type);
    }
    settle(whole, callee.result);
}

void Inference::node(Expression& whole, BuiltinCall& call) {
    const BuiltinRow& called = row(call.builtin);
    for (std::size_t index = 0; index < call.arguments.size(); ++index) {
        value(*call.arguments[index], called.parameters[index]);
    }
    settle(whole, called.result);
}

void Inference::node(Expression& whole, FormatCall& call) {
    std::size_t next = 0;
    for (FormatPiece& piece : call.pieces) {
        if (piece.conversion == FormatPiece::Conversion::literal) {
            continue;
        }
        if (piece.width_argument) {
            value(*call.arguments[next++], integer);
        }
        if (piece.precision_argument) {
            value(*call.arguments[next++], integer);
        }
        Expression& argument = *call.arguments[next++];
        value(argument, is_by_type(piece) ? unknown : wanted_type(piece.conversion));
        if (reporting_ && is_by_type(piece)) {
            resolve_conversion(piece, argument.type);
        }
    }
    if (call.to_string) {
        settle(whole, string);
    }
}

void Inference::node(Expression& whole, UnaryOperation& operation) {
    value(*operation.operand, integer);
    settle(whole, integer);
}

// Both have one type, whichever is known first.
void Inference::equal_types(Expression& left, Expression& right, const Place& place) {
    visit(left);
    visit(right);
    if (left.type == unknown) {
        push(left, right.type);
    } else if (right.type == unknown) {
        push(right, left.type);
    }
    require(left);
    require(right);
    if (reporting_ && left.type != unknown && right.type != unknown && left.type != right.type) {
        session_.problems.error(place,
                                std::string("type mismatch: left and right sides don't agree (") +
                                    type_name(left.type) + " vs " + type_name(right.type) + ")");
    }
}

void Inference::node(Expression& whole, BinaryOperation& operation) {
    using enum BinaryOperator;
    switch (operation.operation) {
        case concatenate:
            value(*operation.left, string);
            value(*operation.right, string);
            settle(whole, string);
            return;
        case less:
        case less_equal:
        case greater:
        case greater_equal:
        case equal:
        case not_equal:
            equal_types(*operation.left, *operation.right, whole.place);
            break;
        default:
            value(*operation.left, integer);
            value(*operation.right, integer);
            break;
    }
    settle(whole, integer);
}

void Inference::node(Expression& whole, ConditionalOperation& operation) {
    value(*operation.condition, integer);
    equal_types(*operation.when_true, *operation.when_false, whole.place);
    settle(whole, operation.when_true->type);
}

void Inference::target_keys(Target& target) {
    if (target.kind == Target::Kind::element) {
        keys(target.index, target.keys);
    }
}

void Inference::node(Expression& whole, AssignmentOperation& operation) {
    target_keys(operation.target);
    ValueType& slot = value_slot(operation.target);
    Expression& stored = *operation.value;
    if (operation.operation) {
        const ValueType type =
            *operation.operation == BinaryOperator::concatenate ? string : integer;
        constrain(slot, type, whole.place);
        value(stored, type);
        settle(whole, type);
        return;
    }
    // The value shows its own type first, so that the variable is what a mismatch is about.
    visit(stored);
    constrain(slot, stored.type, whole.place);
    if (stored.type == unknown) {
        push(stored, slot);
    }
    require(stored);
    settle(whole, slot);
}

void Inference::node(Expression& whole, StepOperation& operation) {
    target_keys(operation.target);
    constrain(value_slot(operation.target), integer, whole.place);
    settle(whole, integer);
}

void Inference::node(Expression& whole, AggregateOperation& operation) {
    target_keys(operation.target);
    constrain(value_slot(operation.target), ValueType::statistic, whole.place);
    value(*operation.value, integer);
    settle(whole, integer);
}

template <typename Node>
void Inference::statistic(Node& use, const Place& place) {
    keys(use.global, use.keys);
    constrain(program_.globals[use.global].value, ValueType::statistic, place);
}

void Inference::node(Expression& whole, StatisticRead& read) {
    statistic(read, whole.place);
}

void Inference::node(Expression& whole, HistogramText& histogram) {
    statistic(histogram, whole.place);
}

void Inference::node(Expression& whole, HistogramBucket& bucket) {
    statistic(bucket, whole.place);
    value(*bucket.index, integer);
}

void Inference::node(Expression& whole, RegexMatch& match) {
    value(*match.subject, string);
    settle(whole, integer);
}

void Inference::node(Expression& whole, MembershipTest& test) {
    keys(test.global, test.keys);
    settle(whole, integer);
}

}  // namespace sutap::elaborate
