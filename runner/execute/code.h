// What the interpreter runs: the handlers and functions of a program as one list of instructions,
// each with the function that executes it. Integers and strings have registers of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::execute {

struct Code;
struct Machine;

// Executes an instruction and returns the one to go on with; nullptr ends the handler.
using Execute = const Code* (*)(const Code& code, Machine& machine);

inline constexpr std::uint32_t no_place = 0xffffffff;
// The number of a string operand from here on is one of Compiled::constants.
inline constexpr std::uint32_t first_constant = 0x80000000;

// `result`, `left` and `right` are places of registers in the frame unless the operation says
// otherwise. An instruction that may jump has the distance in `result`.
struct Code {
    Execute execute = nullptr;
    std::uint32_t result = no_place;
    std::uint32_t left = no_place;
    std::uint32_t right = no_place;
    std::uint32_t site = 0;  // as in ir::Instruction
};

// A register among many operands.
struct Operand {
    enum class Kind : std::uint8_t { integer, text, any } kind = Kind::any;
    std::uint32_t place = no_place;
};

// What an instruction has that a Code has no room for.
struct Detail {
    const ir::Instruction* instruction = nullptr;
    std::vector<Operand> operands;
};

// A handler or function: where it begins, and how much its frame takes.
struct Routine {
    std::uint32_t entry = 0;
    std::uint32_t integers = 0;
    std::uint32_t texts = 0;
    std::uint32_t iterators = 0;
    ir::ValueType result = ir::ValueType::unknown;
};

// Where to go on after a soft error between two instructions. Inner ones come before outer ones.
struct Catch {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t handler = 0;
    std::uint32_t message = no_place;
    std::size_t replay_depth = 0;
};

struct Compiled {
    std::vector<Code> code;
    std::vector<Detail> details;
    std::vector<std::string> constants;
    std::vector<Catch> catches;
    std::vector<Routine> functions;  // as the program has them
    std::vector<Routine> handlers;
};

}  // namespace sutap::execute
