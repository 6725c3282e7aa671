// What a script needs of the world around it, beside its BPF programs.
#pragma once

#include <vector>

#include "runner/ir/program.h"
#include "runner/lifecycle/probe_folder.h"

namespace sutap {

// Is it a handler of input.char or input.line?
bool is_input(const ir::Handler& handler);
// The files of its procfs probes.
std::vector<ProbeFile> probe_files(const ir::Program& program);
// Does any handler or function call it?
bool calls(const ir::Program& program, elaborate::Builtin builtin);
// … or one of those from `first` to `last` in the enumeration?
bool calls(const ir::Program& program, elaborate::Builtin first, elaborate::Builtin last);

}  // namespace sutap
