// Changes programs of the handler IR so that many of them still pass ir::verify(): bytes changed
// blindly hardly ever do.
#pragma once

#include <cstdint>

#include "runner/ir/program.h"

namespace sutap::fuzz {

// A few changes, the same for the same seed.
void mutate(ir::Program& program, std::uint32_t seed);

}  // namespace sutap::fuzz
