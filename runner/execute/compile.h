// From the verified IR to what the interpreter runs.
#pragma once

#include "runner/execute/code.h"
#include "runner/ir/program.h"

namespace sutap::execute {

// `program` has passed ir::verify() and must outlive the result, which refers to it. Constants are
// cut to `longest_string` bytes.
Compiled compile(const ir::Program& program, std::size_t longest_string);

}  // namespace sutap::execute
