// The listings of -l and -L.
#pragma once

#include <set>
#include <string>

#include "runner/elaborate/program.h"
#include "runner/targets/kernel.h"

namespace sutap {

// The kernel's functions and tracepoints, the system calls and the plain points that match the
// pattern, a line each; with_variables: followed by ` name:type` for each variable. Throws
// targets::TargetError.
std::set<std::string> list_probes(const targets::Kernel& kernel, const std::string& pattern,
                                  bool with_variables);

// The points of a program's probes as the script names them: for all that has to be resolved.
std::set<std::string> list_resolved(const elaborate::Program& program, bool with_variables);

}  // namespace sutap
