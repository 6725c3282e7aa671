// --place=kernel: can the kernel run a handler as a whole?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/ir/program.h"

namespace sutap::ir {

struct UserSideUse {
    std::uint32_t site = 0;  // index into Program::sites
    std::string what;        // "it prints"
};

// The first thing in a handler's body, as it was lowered for the kernel, that user space has to do;
// nothing if the kernel can do it all.
std::optional<UserSideUse> first_user_side_use(const Block& body, const Program& user);

}  // namespace sutap::ir
