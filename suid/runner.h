// The one program that the front end ever executes.
#pragma once

#include <string>
#include <vector>

#include "policies/descriptor.h"
#include "suid/process_state.h"

namespace sutap::front_end {

/// Ends the process unless the runner is root's, nobody else's to write, and unreadable to
/// others: only so the kernel keeps it from being traced by the user it runs as.
void require_trusted_runner();

/// Puts the two memory files under the numbers that the runner expects; no other of ours is
/// inherited.
void pass_on(policy::Descriptor script, policy::Descriptor grant);

/// Executes the runner with these words after its name, and this environment.
[[noreturn]] void execute_runner(const std::vector<std::string>& words, const Variables& variables);

}  // namespace sutap::front_end
