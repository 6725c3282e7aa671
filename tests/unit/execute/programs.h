// Programs written by hand.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::tests {

using elaborate::Builtin;
using elaborate::FormatPiece;
using elaborate::ValueType;
using ir::Block;
using ir::Instruction;
using ir::no_register;
using ir::Operation;
using ir::Register;
using Conversion = FormatPiece::Conversion;

inline constexpr ValueType integer = ValueType::integer;
inline constexpr ValueType text = ValueType::string;

inline Instruction make(Operation operation, Register result = no_register,
                        std::vector<Register> operands = {}, std::int64_t immediate = 0,
                        std::uint32_t site = 0) {
    Instruction made;
    made.operation = operation;
    made.result = result;
    made.operands = std::move(operands);
    made.immediate = immediate;
    made.site = site;
    return made;
}

inline Instruction number(Register result, std::int64_t value) {
    return make(Operation::constant_integer, result, {}, value);
}

inline Instruction string(Register result, std::string value) {
    Instruction made = make(Operation::constant_string, result);
    made.text = std::move(value);
    return made;
}

inline FormatPiece literal(std::string value) {
    FormatPiece piece;
    piece.text = std::move(value);
    return piece;
}

inline FormatPiece piece(Conversion conversion) {
    FormatPiece made;
    made.conversion = conversion;
    return made;
}

inline Instruction print(std::vector<FormatPiece> pieces, std::vector<Register> operands = {}) {
    Instruction made = make(Operation::print, no_register, std::move(operands));
    made.pieces = std::move(pieces);
    return made;
}

inline Instruction print_number(Register from) {
    return print({piece(Conversion::signed_decimal), literal("\n")}, {from});
}

inline Instruction print_text(Register from) {
    return print({piece(Conversion::string), literal("\n")}, {from});
}

inline Instruction say(std::string line) {
    return print({literal(std::move(line) + "\n")});
}

inline Instruction call_builtin(Builtin builtin, Register result = no_register,
                                std::vector<Register> operands = {}, std::uint32_t site = 0) {
    return make(Operation::builtin, result, std::move(operands), static_cast<std::int64_t>(builtin),
                site);
}

inline Instruction with_blocks(Instruction made, std::vector<Block> blocks) {
    made.blocks = std::move(blocks);
    return made;
}

inline Instruction loop(std::uint32_t loop_number, Block body) {
    Instruction made = make(Operation::loop);
    made.extra = loop_number;
    return with_blocks(std::move(made), {std::move(body)});
}

inline Instruction leave(std::int64_t levels) {
    return make(Operation::leave, no_register, {}, levels);
}

inline Instruction when(Register condition, Block yes, Block no = {}) {
    return with_blocks(make(Operation::if_then, no_register, {condition}),
                       {std::move(yes), std::move(no)});
}

inline Instruction replay(Register result, std::uint32_t capture, std::uint32_t site = 0) {
    Instruction made = make(Operation::replay, result, {}, 0, site);
    made.extra = capture;
    return made;
}

inline Instruction begin_round(std::uint32_t loop_number) {
    Instruction made = make(Operation::begin_round);
    made.extra = loop_number;
    return made;
}

inline ir::Handler handler(ir::Handler::Kind kind, std::vector<ValueType> registers, Block body) {
    ir::Handler made;
    made.kind = kind;
    made.point = "point";
    made.definition = "definition";
    made.registers = std::move(registers);
    made.body = std::move(body);
    made.replay_sites = kind == ir::Handler::Kind::kernel ? 100 : 0;
    made.interval_ns = kind == ir::Handler::Kind::timer ? 1000 : 0;
    return made;
}

inline ir::Program program(std::vector<ir::Handler> handlers) {
    ir::Program made;
    made.handlers = std::move(handlers);
    made.sites = {"", "operator '/' at <input>:1:2", "identifier 'x' at <input>:3:4"};
    return made;
}

// One handler over registers 0, 1: integers; 2, 3: strings. Globals: scalar integer, scalar string,
// array [integer, string] of integers, statistic, array [integer] of statistics. Function 0:
// f(integer) of strings.
inline ir::Program sample_program(Block body, ir::Handler::Kind kind) {
    ir::Program made = program({handler(kind, {integer, integer, text, text}, std::move(body))});
    made.globals.resize(5);
    made.globals[1].value = text;
    made.globals[2].keys = {integer, text};
    made.globals[3].value = ValueType::statistic;
    made.globals[4].value = ValueType::statistic;
    made.globals[4].keys = {integer};
    ir::Function function;
    function.parameters = 1;
    function.registers = {integer, text};
    function.result = text;
    function.body = {make(Operation::finish, no_register, {1})};
    made.functions = {function};
    return made;
}

}  // namespace sutap::tests
