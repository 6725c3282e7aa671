// Questions about typed trees that the lowering asks.
#pragma once

#include <functional>
#include <vector>

#include "runner/elaborate/program.h"

namespace sutap::ir {

// Calls `see` for the expression and everything below it, and below a statement.
void for_each_expression(const elaborate::Expression& expression,
                         const std::function<void(const elaborate::Expression&)>& see);
void for_each_expression(const elaborate::Statement& statement,
                         const std::function<void(const elaborate::Expression&)>& see);

// Does evaluating it assign to a local?
bool may_assign_local(const elaborate::Expression& expression);

// By function: does its body, or a function that it calls, ask what only the kernel knows?
std::vector<bool> functions_touching_kernel(const elaborate::Program& program);
// By function: can it come to call itself?
std::vector<bool> recursive_functions(const elaborate::Program& program);
// By function: can the kernel do all of it, that is, no globals, no output, no operation that only
// user space has? Not recursive ones.
std::vector<bool> functions_with_kernel_form(const elaborate::Program& program);

}  // namespace sutap::ir
