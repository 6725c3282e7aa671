// The interpreter's operations on registers: arithmetic, strings, output, and what was captured.
#include <array>
#include <cstdio>
#include <cstring>

#include "runner/execute/arithmetic.h"
#include "runner/execute/builtins.h"
#include "runner/execute/interpreter.h"

namespace sutap::execute {

using ir::Instruction;
using ir::Operation;

void Interpreter::set_text(ir::Register number, std::string_view text) {
    at(number).text.assign(text.substr(0, longest_string_));
}

void Interpreter::copy(ir::Register to, ir::Register from) {
    if (type_of(to) == ir::ValueType::string) {
        at(to).text.assign(at(from).text);
    } else {
        at(to).integer = at(from).integer;
    }
}

void Interpreter::run_plain(const Instruction& instruction) {
    const Operation operation = instruction.operation;
    if (operation >= Operation::add && operation <= Operation::bitwise_xor) {
        run_binary(instruction);
        return;
    }
    if (operation >= Operation::equal && operation <= Operation::greater_equal) {
        run_comparison(instruction);
        return;
    }
    if (operation >= Operation::load_global && operation <= Operation::extract_statistic) {
        run_global(instruction);
        return;
    }
    switch (operation) {
        case Operation::constant_integer:
            at(instruction.result).integer = instruction.immediate;
            break;
        case Operation::constant_string:
            set_text(instruction.result, instruction.text);
            break;
        case Operation::move:
            copy(instruction.result, instruction.operands[0]);
            break;
        case Operation::negate:
            at(instruction.result).integer = wrapping_subtract(0, operand(instruction, 0).integer);
            break;
        case Operation::bitwise_not:
            at(instruction.result).integer = ~operand(instruction, 0).integer;
            break;
        case Operation::logical_not:
            at(instruction.result).integer = operand(instruction, 0).integer == 0 ? 1 : 0;
            break;
        case Operation::concatenate:
            run_concatenate(instruction);
            break;
        case Operation::step:
            run_step(instruction);
            break;
        case Operation::call:
            run_call(instruction);
            break;
        case Operation::builtin:
            run_builtin(instruction);
            break;
        case Operation::print:
        case Operation::format:
            run_print(instruction);
            break;
        case Operation::begin_round:
            begin_round(instruction);
            break;
        case Operation::replay:
            replay(instruction);
            break;
        default:  // for the kernel alone: verify() admits none of these
            break;
    }
}

void Interpreter::run_binary(const Instruction& instruction) {
    const std::int64_t left = operand(instruction, 0).integer;
    const std::int64_t right = operand(instruction, 1).integer;
    std::int64_t& result = at(instruction.result).integer;
    switch (instruction.operation) {
        case Operation::add:
            result = wrapping_add(left, right);
            break;
        case Operation::subtract:
            result = wrapping_subtract(left, right);
            break;
        case Operation::multiply:
            result = wrapping_multiply(left, right);
            break;
        case Operation::divide:
        case Operation::modulo:
            if (right == 0) {
                throw SoftError{.message = "division by 0", .site = instruction.site};
            }
            result = instruction.operation == Operation::divide ? wrapping_divide(left, right)
                                                                : wrapping_modulo(left, right);
            break;
        case Operation::shift_left:
            result = shift_left(left, right);
            break;
        case Operation::shift_right:
            result = shift_right(left, right);
            break;
        case Operation::unsigned_shift_right:
            result = unsigned_shift_right(left, right);
            break;
        case Operation::bitwise_and:
            result = left & right;
            break;
        case Operation::bitwise_or:
            result = left | right;
            break;
        default:
            result = left ^ right;
            break;
    }
}

void Interpreter::run_comparison(const Instruction& instruction) {
    const Value& left = operand(instruction, 0);
    const Value& right = operand(instruction, 1);
    int order = 0;  // below, at or above 0 as left is to right
    if (type_of(instruction.operands[0]) == ir::ValueType::string) {
        order = left.text.compare(right.text);
    } else {
        order = left.integer < right.integer ? -1 : left.integer > right.integer ? 1 : 0;
    }
    bool holds = false;
    switch (instruction.operation) {
        case Operation::equal:
            holds = order == 0;
            break;
        case Operation::not_equal:
            holds = order != 0;
            break;
        case Operation::less:
            holds = order < 0;
            break;
        case Operation::less_equal:
            holds = order <= 0;
            break;
        case Operation::greater:
            holds = order > 0;
            break;
        default:
            holds = order >= 0;
            break;
    }
    at(instruction.result).integer = holds ? 1 : 0;
}

void Interpreter::run_concatenate(const Instruction& instruction) {
    const ir::Register left = instruction.operands[0];
    const ir::Register right = instruction.operands[1];
    std::string& result = at(instruction.result).text;
    if (instruction.result == left && left != right) {
        result.append(at(right).text);
    } else {
        text_.assign(at(left).text).append(at(right).text);
        result.assign(text_);
    }
    if (result.size() > longest_string_) {
        result.resize(longest_string_);
    }
}

void Interpreter::run_builtin(const Instruction& instruction) {
    static const Value unset;
    const auto builtin = static_cast<elaborate::Builtin>(instruction.immediate);
    const elaborate::BuiltinRow& row = elaborate::row(builtin);
    arguments_.clear();
    for (const ir::Register number : instruction.operands) {
        arguments_.push_back(&at(number));
    }
    arguments_.resize(row.parameters.size(), &unset);
    const Value value = call_builtin(builtin, arguments_, context_, instruction.site);
    if (instruction.result == ir::no_register) {
        return;
    }
    if (row.result == ir::ValueType::string) {
        set_text(instruction.result, value.text);
    } else {
        at(instruction.result).integer = value.integer;
    }
}

void Interpreter::format_operands(const Instruction& instruction, bool escapes_values) {
    format_arguments_.clear();
    for (const ir::Register number : instruction.operands) {
        const Value& value = at(number);
        format_arguments_.push_back({.is_string = type_of(number) == ir::ValueType::string,
                                     .integer = value.integer,
                                     .text = value.text});
    }
    text_.clear();
    if (!append_formatted(text_, instruction.pieces, format_arguments_, escapes_values)) {
        throw SoftError{.message = "kernel memory cannot be read outside a kernel event",
                        .site = instruction.site};
    }
}

void Interpreter::run_print(const Instruction& instruction) {
    if (instruction.operation == Operation::print) {
        format_operands(instruction, context_.output.escapes_values());
        context_.output.append(text_);
        return;
    }
    format_operands(instruction, false);
    // A string of the script ends at its first NUL (%c of 0, %b).
    set_text(instruction.result, std::string_view(text_).substr(0, text_.find('\0')));
}

void Interpreter::begin_round(const Instruction& instruction) {
    if (replay_.next_round(instruction.extra)) {
        return;
    }
    if (context_.record->is_cut()) {
        throw SoftError{.message = "record too large", .site = instruction.site};
    }
    // The kernel stopped here.
    throw SoftError{.message = "MAXACTION exceeded", .site = instruction.site, .catchable = false};
}

void Interpreter::replay(const Instruction& instruction) {
    using Layout = bpf::RecordLayout;
    const Record::Entry* entry = replay_.find(instruction.extra);
    const bool is_string = type_of(instruction.result) == ir::ValueType::string;
    if (entry == nullptr) {
        const bool cut = context_.record->is_cut();
        throw SoftError{.message = cut ? "record too large" : "missing capture",
                        .site = instruction.site};
    }
    std::uint64_t number = 0;
    if (entry->kind != Layout::string) {
        std::memcpy(&number, entry->payload.data(), sizeof number);
    }
    if (entry->kind == Layout::fault) {
        std::uint32_t site = 0;
        std::memcpy(&site, entry->payload.data() + 8, sizeof site);
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "read fault [man error::fault] at 0x%016llx",
                      static_cast<unsigned long long>(number));
        throw SoftError{.message = text.data(), .site = site != 0 ? site : instruction.site};
    }
    if (entry->kind == Layout::error) {
        const auto site = static_cast<std::uint32_t>(number);
        throw SoftError{.message = "division by 0", .site = site != 0 ? site : instruction.site};
    }
    if ((entry->kind == Layout::string) != is_string) {
        throw SoftError{.message = "missing capture", .site = instruction.site};
    }
    if (is_string) {
        set_text(instruction.result,
                 {reinterpret_cast<const char*>(entry->payload.data()), entry->payload.size()});
    } else {
        at(instruction.result).integer = static_cast<std::int64_t>(number);
    }
}

}  // namespace sutap::execute
