// Inside the room: which registers the kernel can compute, and where control is steered by values
// that only user space has.
#pragma once

#include <unordered_map>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::ir {

// Has a value that only the kernel knows at the event: a context argument, a read, a context
// function, or a region of such.
bool is_kernel_only(const Instruction& instruction);
// Can the kernel do it at all (given its operands)?
bool has_kernel_form(const Instruction& instruction);
// Goes to the record as it is: its result is of no use to the kernel.
bool is_raw(const Instruction& instruction);
// Can fail in the kernel, in a way that user space must hear of.
bool may_fault(const Instruction& instruction);
// Has an effect in user space.
bool has_user_effect(const Instruction& instruction);

struct Knowledge {
    // The kernel can compute its result; of a branch or loop: can decide it.
    bool known = false;
    // leave and finish: user space may not come here although the kernel does; never followed.
    bool speculated = false;
    // try_catch: user space may go to the handler on its own, so the kernel does both blocks.
    bool handler_speculated = false;
};

using KnowledgeMap = std::unordered_map<const Instruction*, Knowledge>;

// `unknown_at_end`, if given: by register, is its value unknown to the kernel at the block's end?
KnowledgeMap find_knowledge(const Block& body, std::size_t registers,
                            std::vector<bool>* unknown_at_end = nullptr);

}  // namespace sutap::ir
