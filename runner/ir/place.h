// Placement of one handler on a kernel event: its slice for the kernel, the rest for user space.
//
// The handler is deferred: user space runs all of it, in the order of the records, but for what
// only the kernel could know at the event, which it takes from the record ("replay"). The kernel
// runs the slice: every such operation, with the branches, loops and computations that it depends
// on. A branch that depends on user space (on a global) is taken on both arms: captures have no
// effects, so capturing too much is harmless. What would need a user-side value to be captured at
// all is refused.
#pragma once

#include <string>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::ir {

struct Refusal {
    std::uint32_t site = 0;  // index into Program::sites
    std::string reason;
};

struct Placed {
    Block kernel;
    Block user;
    std::uint32_t sites = 0;  // capture sites are 1 … sites
    std::vector<Refusal> refusals;
};

// `registers` are those of the handler; both parts use the same numbers.
Placed place(const Block& body, const std::vector<ValueType>& registers);

// For @entry: the whole block is the kernel's, nothing is captured; `results` must be known there.
Placed place_entry(const Block& body, const std::vector<ValueType>& registers,
                   const std::vector<Register>& results);

}  // namespace sutap::ir
