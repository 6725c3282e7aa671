// How often each register of a handler or function is read and written.
#pragma once

#include <cstdint>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::execute {

struct RegisterUse {
    std::uint32_t reads = 0;
    std::uint32_t writes = 0;
    const ir::Instruction* constant = nullptr;  // the last one that sets it

    // Always that constant's value.
    bool is_constant() const { return constant != nullptr && writes == 1; }
};

// For each of `registers`; the first `parameters` are written by the call.
std::vector<RegisterUse> find_register_uses(const ir::Program& program, const ir::Block& body,
                                            std::size_t registers, std::size_t parameters);

// How many operands are written instead of read: the variables of foreach come first.
std::size_t written_operands(const ir::Program& program, const ir::Instruction& instruction);

}  // namespace sutap::execute
