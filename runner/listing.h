// The listings of -l and -L.
#pragma once

#include <string>

#include "runner/targets/kernel.h"

namespace sutap {

// The probe points that match the pattern, a sorted line each, with_variables: followed by
// ` name:type` for each variable; empty if there are none. Throws targets::TargetError.
std::string list_probes(const targets::Kernel& kernel, const std::string& pattern,
                        bool with_variables);

}  // namespace sutap
