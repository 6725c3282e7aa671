// What a script needs of the world around it, beside its BPF programs.
#pragma once

#include <vector>

#include "runner/ir/program.h"
#include "runner/lifecycle/probe_pipes.h"

namespace sutap {

// Is it a handler of input.char or input.line?
bool is_input(const ir::Handler& handler);
// The named pipes of its procfs probes. Throws RequestError where one serves both directions.
std::vector<PipeFile> pipe_files(const ir::Program& program);
// Does it call system()?
bool starts_commands(const ir::Program& program);

}  // namespace sutap
