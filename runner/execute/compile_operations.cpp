// The compilation of what has no structure: an operation at a time.
#include <algorithm>

#include "runner/execute/operations.h"
#include "runner/execute/routine_compiler.h"

namespace sutap::execute {

using ir::Instruction;
using ir::Operation;
using ir::Register;
using ir::ValueType;
using operations::Form;

namespace {

bool has_integer_key(const ir::Global& global) {
    return global.keys.size() == 1 && global.keys[0] == ValueType::integer;
}

}  // namespace

void RoutineCompiler::compile_plain(const Instruction& instruction, Register result) {
    const Operation operation = instruction.operation;
    if (operation >= Operation::add && operation <= Operation::bitwise_xor) {
        compile_arithmetic(instruction, result);
    } else if (operation >= Operation::equal && operation <= Operation::greater_equal) {
        const Condition compared = condition(instruction);
        emit({.execute = operations::comparison(operation, compared.form),
              .result = place(result),
              .left = compared.left,
              .right = compared.right});
    } else if (operation >= Operation::negate && operation <= Operation::logical_not) {
        emit({.execute = operations::unary(operation),
              .result = place(result),
              .left = operand(instruction.operands[0])});
    } else if (operation >= Operation::load_global && operation <= Operation::print_histogram) {
        compile_global(instruction, result);
    } else {
        compile_other(instruction, result);
    }
}

void RoutineCompiler::compile_arithmetic(const Instruction& instruction, Register result) {
    const Operation operation = instruction.operation;
    const bool divides = operation == Operation::divide || operation == Operation::modulo;
    const auto number = immediate(instruction.operands[1]);
    const bool is_immediate = number && !(divides && *number == 0);
    const Form form = is_immediate ? Form::immediate : Form::integers;
    emit({.execute = operations::arithmetic(operation, form),
          .result = place(result),
          .left = operand(instruction.operands[0]),
          .right =
              is_immediate ? static_cast<std::uint32_t>(*number) : operand(instruction.operands[1]),
          .site = instruction.site});
}

void RoutineCompiler::compile_global(const Instruction& instruction, Register result) {
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ValueType type = program_.globals[index].value;
    switch (instruction.operation) {
        case Operation::load_global:
            emit({.execute = operations::load_global(type),
                  .result = place(result),
                  .right = index});
            break;
        case Operation::store_global:
            emit({.execute = operations::store_global(type),
                  .left = operand(instruction.operands[0]),
                  .right = index});
            break;
        case Operation::clear_global:
            emit({.execute = operations::clear_global, .right = index});
            break;
        case Operation::aggregate:
        case Operation::extract_statistic:
        case Operation::extract_bucket:
        case Operation::print_histogram:
            compile_statistic(instruction, result);
            break;
        default:
            compile_element(instruction, result);
            break;
    }
}

void RoutineCompiler::compile_element(const Instruction& instruction, Register result) {
    const auto& operands = instruction.operands;
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ir::Global& global = program_.globals[index];
    const bool is_pattern =
        std::find(operands.begin(), operands.end(), ir::no_register) != operands.end();
    const bool is_integer = has_integer_key(global) && !is_pattern;
    Code code{
        .left = is_integer ? operand(operands[0]) : detail(instruction, 0, global.keys.size()),
        .right = index,
        .site = instruction.site};
    switch (instruction.operation) {
        case Operation::load_element:
            code.execute = operations::load_element(is_integer, global.value);
            code.result = place(result);
            break;
        case Operation::store_element:
            code.execute = operations::store_element(is_integer, global.value);
            code.result = operand(operands.back());
            break;
        case Operation::contains_element:
            code.execute = is_pattern ? operations::contains_matching
                                      : operations::contains_element(is_integer);
            code.result = place(result);
            break;
        default:
            code.execute =
                is_pattern ? operations::delete_matching : operations::delete_element(is_integer);
            break;
    }
    emit(code);
}

void RoutineCompiler::compile_statistic(const Instruction& instruction, Register result) {
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ir::Global& global = program_.globals[index];
    const std::size_t keys = global.keys.size();
    Code code{.right = index, .site = instruction.site};
    if (instruction.operation == Operation::extract_statistic) {
        code.execute = operations::extract_statistic;
        code.left = detail(instruction, 0, keys);
        code.result = place(result);
    } else if (instruction.operation == Operation::extract_bucket) {
        code.execute = operations::extract_bucket;
        code.left = detail(instruction, 0, keys + 1);
        code.result = place(result);
    } else if (instruction.operation == Operation::print_histogram) {
        const bool is_printed = result == ir::no_register;
        code.execute = is_printed ? operations::print_histogram : operations::format_histogram;
        code.left = detail(instruction, 0, keys);
        code.result = is_printed ? no_place : place(result);
    } else {
        const bool is_integer = has_integer_key(global);
        if (is_integer) {
            code.left = operand(instruction.operands[0]);
        } else if (keys > 0) {
            code.left = detail(instruction, 0, keys);
        }
        code.result = operand(instruction.operands.back());
        code.execute =
            keys == 0 ? operations::aggregate_scalar : operations::aggregate_element(is_integer);
    }
    emit(code);
}

void RoutineCompiler::compile_other(const Instruction& instruction, Register result) {
    switch (instruction.operation) {
        case Operation::constant_integer:
            load_constant(place(result), instruction.immediate);
            break;
        case Operation::constant_string:
            emit({.execute = operations::move_text,
                  .result = place(result),
                  .left = constant(instruction.text)});
            break;
        case Operation::move:
            emit({.execute = is_text(result) ? operations::move_text : operations::move_integer,
                  .result = place(result),
                  .left = operand(instruction.operands[0])});
            break;
        case Operation::concatenate:
            emit({.execute = operations::concatenate,
                  .result = place(result),
                  .left = operand(instruction.operands[0]),
                  .right = operand(instruction.operands[1])});
            break;
        case Operation::step:
            emit({.execute = operations::step, .site = instruction.site});
            break;
        case Operation::begin_round:
            emit({.execute = operations::begin_round,
                  .left = instruction.extra,
                  .site = instruction.site});
            break;
        case Operation::replay:
            emit({.execute = is_text(result) ? operations::replay_text : operations::replay_integer,
                  .result = place(result),
                  .left = instruction.extra,
                  .site = instruction.site});
            break;
        case Operation::hits:
            emit({.execute = operations::hits, .result = place(result)});
            break;
        default:
            compile_with_detail(instruction, result);
            break;
    }
}

void RoutineCompiler::compile_with_detail(const Instruction& instruction, Register result) {
    Execute execute = operations::print;
    if (instruction.operation == Operation::print) {
        result = ir::no_register;
    } else if (instruction.operation == Operation::call) {
        execute = operations::call;
    } else if (instruction.operation == Operation::builtin) {
        execute = operations::builtin;
    } else if (instruction.operation == Operation::format) {
        execute = operations::format;
    } else if (instruction.operation == Operation::match_regex) {
        execute = operations::match_regex;
    }
    emit({.execute = execute,
          .result = result == ir::no_register ? no_place : place(result),
          .left = detail(instruction),
          .right = static_cast<std::uint32_t>(instruction.immediate),
          .site = instruction.site});
}

}  // namespace sutap::execute
