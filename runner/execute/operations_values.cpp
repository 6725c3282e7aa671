// Arithmetic, comparison, strings, output.
#include <functional>

#include "runner/execute/arithmetic.h"
#include "runner/execute/machine.h"
#include "runner/execute/operations.h"

namespace sutap::execute::operations {
namespace {

using ir::Operation;
using Compute = std::int64_t (*)(std::int64_t, std::int64_t);

std::int64_t bitwise_and(std::int64_t left, std::int64_t right) {
    return left & right;
}
std::int64_t bitwise_or(std::int64_t left, std::int64_t right) {
    return left | right;
}
std::int64_t bitwise_xor(std::int64_t left, std::int64_t right) {
    return left ^ right;
}

template <Compute compute>
const Code* of_integers(const Code& code, Machine& machine) {
    machine.integers[code.result] =
        compute(machine.integers[code.left], machine.integers[code.right]);
    return &code + 1;
}

template <Compute compute>
const Code* of_immediate(const Code& code, Machine& machine) {
    machine.integers[code.result] = compute(machine.integers[code.left], as_signed(code.right));
    return &code + 1;
}

template <Compute compute>
const Code* of_divisor(const Code& code, Machine& machine) {
    const std::int64_t divisor = machine.integers[code.right];
    if (divisor == 0) {
        raise("division by 0", code);
    }
    machine.integers[code.result] = compute(machine.integers[code.left], divisor);
    return &code + 1;
}

template <Compute compute>
Execute with_form(Form form) {
    return form == Form::immediate ? of_immediate<compute> : of_integers<compute>;
}

template <typename Relation, Form form>
bool holds(const Code& code, const Machine& machine) {
    if constexpr (form == Form::texts) {
        return Relation()(machine.text(code.left), machine.text(code.right));
    } else if constexpr (form == Form::immediate) {
        return Relation()(machine.integers[code.left], std::int64_t{as_signed(code.right)});
    } else {
        return Relation()(machine.integers[code.left], machine.integers[code.right]);
    }
}

template <typename Relation, Form form>
const Code* compare(const Code& code, Machine& machine) {
    machine.integers[code.result] = holds<Relation, form>(code, machine) ? 1 : 0;
    return &code + 1;
}

template <typename Relation, Form form>
const Code* compare_and_jump(const Code& code, Machine& machine) {
    return &code + (holds<Relation, form>(code, machine) ? as_signed(code.result) : 1);
}

template <typename Relation>
Execute comparison_of(Form form) {
    switch (form) {
        case Form::integers:
            return compare<Relation, Form::integers>;
        case Form::immediate:
            return compare<Relation, Form::immediate>;
        default:
            return compare<Relation, Form::texts>;
    }
}

template <typename Relation>
Execute jump_of(Form form) {
    switch (form) {
        case Form::integers:
            return compare_and_jump<Relation, Form::integers>;
        case Form::immediate:
            return compare_and_jump<Relation, Form::immediate>;
        default:
            return compare_and_jump<Relation, Form::texts>;
    }
}

const Code* negate(const Code& code, Machine& machine) {
    machine.integers[code.result] = wrapping_subtract(0, machine.integers[code.left]);
    return &code + 1;
}

const Code* bitwise_not(const Code& code, Machine& machine) {
    machine.integers[code.result] = ~machine.integers[code.left];
    return &code + 1;
}

const Code* logical_not(const Code& code, Machine& machine) {
    machine.integers[code.result] = machine.integers[code.left] == 0 ? 1 : 0;
    return &code + 1;
}

}  // namespace

Execute arithmetic(Operation operation, Form form) {
    switch (operation) {
        case Operation::add:
            return with_form<wrapping_add>(form);
        case Operation::subtract:
            return with_form<wrapping_subtract>(form);
        case Operation::multiply:
            return with_form<wrapping_multiply>(form);
        case Operation::divide:
            return form == Form::immediate ? of_immediate<wrapping_divide>
                                           : of_divisor<wrapping_divide>;
        case Operation::modulo:
            return form == Form::immediate ? of_immediate<wrapping_modulo>
                                           : of_divisor<wrapping_modulo>;
        case Operation::shift_left:
            return with_form<execute::shift_left>(form);
        case Operation::shift_right:
            return with_form<execute::shift_right>(form);
        case Operation::unsigned_shift_right:
            return with_form<execute::unsigned_shift_right>(form);
        case Operation::bitwise_and:
            return with_form<bitwise_and>(form);
        case Operation::bitwise_or:
            return with_form<bitwise_or>(form);
        default:
            return with_form<bitwise_xor>(form);
    }
}

Execute comparison(Operation operation, Form form) {
    switch (operation) {
        case Operation::equal:
            return comparison_of<std::equal_to<>>(form);
        case Operation::not_equal:
            return comparison_of<std::not_equal_to<>>(form);
        case Operation::less:
            return comparison_of<std::less<>>(form);
        case Operation::less_equal:
            return comparison_of<std::less_equal<>>(form);
        case Operation::greater:
            return comparison_of<std::greater<>>(form);
        default:
            return comparison_of<std::greater_equal<>>(form);
    }
}

Execute jump_if(Operation operation, Form form) {
    switch (operation) {
        case Operation::equal:
            return jump_of<std::equal_to<>>(form);
        case Operation::not_equal:
            return jump_of<std::not_equal_to<>>(form);
        case Operation::less:
            return jump_of<std::less<>>(form);
        case Operation::less_equal:
            return jump_of<std::less_equal<>>(form);
        case Operation::greater:
            return jump_of<std::greater<>>(form);
        default:
            return jump_of<std::greater_equal<>>(form);
    }
}

Execute unary(Operation operation) {
    switch (operation) {
        case Operation::negate:
            return negate;
        case Operation::bitwise_not:
            return bitwise_not;
        default:
            return logical_not;
    }
}

const Code* load_integer(const Code& code, Machine& machine) {
    machine.integers[code.result] =
        static_cast<std::int64_t>((std::uint64_t{code.right} << 32U) | std::uint64_t{code.left});
    return &code + 1;
}

const Code* move_integer(const Code& code, Machine& machine) {
    machine.integers[code.result] = machine.integers[code.left];
    return &code + 1;
}

const Code* move_text(const Code& code, Machine& machine) {
    machine.texts[code.result] = machine.text(code.left);
    return &code + 1;
}

const Code* concatenate(const Code& code, Machine& machine) {
    std::string& result = machine.texts[code.result];
    const std::string& left = machine.text(code.left);
    const std::string& right = machine.text(code.right);
    if (&result == &left) {
        result.append(right, 0, machine.longest_string - result.size());
        return &code + 1;
    }
    if (&result == &right) {
        machine.text_buffer.assign(left).append(right);
        machine.set_text(code.result, machine.text_buffer);
        return &code + 1;
    }
    result.assign(left).append(right, 0, machine.longest_string - left.size());
    return &code + 1;
}

const Code* match_regex(const Code& code, Machine& machine) {
    const Detail& detail = machine.detail(code.left);
    const bool matches = machine.context.matching.match(
        detail.instruction->text, machine.text(detail.operands[0].place), machine.work);
    machine.integers[code.result] = matches ? 1 : 0;
    return &code + 1;
}

namespace {

// Fills the machine's text buffer.
void format_operands(const Code& code, Machine& machine, bool escapes_values) {
    const Detail& detail = machine.detail(code.left);
    machine.format_arguments.clear();
    for (const Operand& operand : detail.operands) {
        if (operand.kind == Operand::Kind::text) {
            machine.format_arguments.push_back(
                {.is_string = true, .integer = 0, .text = machine.text(operand.place)});
        } else {
            machine.format_arguments.push_back(
                {.is_string = false, .integer = machine.integers[operand.place], .text = {}});
        }
    }
    const auto& pieces = detail.instruction->pieces;
    machine.text_buffer.clear();
    const FormatProblem problem =
        append_formatted(machine.text_buffer, pieces, machine.format_arguments, escapes_values);
    machine.work.spend(pieces.size());
    machine.spend_for_text(machine.text_buffer.size());
    if (problem == FormatProblem::unread_memory) {
        raise("kernel memory cannot be read outside a kernel event", code);
    }
    if (problem == FormatProblem::too_long) {
        raise("too much output at once (at most 16 MiB)", code);
    }
}

}  // namespace

const Code* format(const Code& code, Machine& machine) {
    format_operands(code, machine, false);
    // A string of the script ends at its first NUL (%c of 0, %b).
    const std::string_view text = machine.text_buffer;
    machine.set_text(code.result, text.substr(0, text.find('\0')));
    return &code + 1;
}

const Code* print(const Code& code, Machine& machine) {
    format_operands(code, machine, machine.context.output.escapes_values());
    machine.context.output.append(machine.text_buffer);
    return &code + 1;
}

const Code* builtin(const Code& code, Machine& machine) {
    static const std::string unset;
    const auto number = static_cast<elaborate::Builtin>(code.right);
    const elaborate::BuiltinRow& row = elaborate::row(number);
    machine.arguments.clear();
    std::size_t text_size = 0;
    for (const Operand& operand : machine.detail(code.left).operands) {
        const bool is_text = operand.kind == Operand::Kind::text;
        text_size += is_text ? machine.text(operand.place).size() : 0;
        machine.arguments.push_back({.integer = is_text ? 0 : machine.integers[operand.place],
                                     .text = is_text ? &machine.text(operand.place) : &unset});
    }
    machine.arguments.resize(row.parameters.size(), {.integer = 0, .text = &unset});
    const std::size_t printed = machine.context.output.total();
    machine.work.spend(work_of(number, text_size));
    const Value value = call_builtin(number, machine.arguments, machine.context, code.site);
    machine.spend_for_text(machine.context.output.total() - printed);
    if (code.result == no_place) {
        return &code + 1;
    }
    if (row.result == ir::ValueType::string) {
        machine.set_text(code.result, value.text);
    } else {
        machine.integers[code.result] = value.integer;
    }
    return &code + 1;
}

}  // namespace sutap::execute::operations
