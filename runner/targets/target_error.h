#pragma once

#include <string>

namespace sutap::targets {

// A problem with this machine's kernel: one sentence with what to do, to be printed after "error:
// ".
struct TargetError {
    std::string message;
};

}  // namespace sutap::targets
