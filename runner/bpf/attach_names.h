// What a program may be called in a policy, from where it is attached.
#pragma once

#include <string>
#include <vector>

#include "runner/bpf/image.h"

namespace sutap::bpf {

// kernel.function("NAME") in its forms, module("NAME").function("NAME") likewise; syscall.NAME
// where that function is the entry of a system call; the function for which it is a substitute;
// kernel.trace("NAME"). The names come from `attach_name`, `attach_module` and our own tables,
// never from the script. A function's entry counts as part of its return, which keeps @entry values
// from there.
// For each function that a program is attached to (or what else it is), its names.
std::vector<std::vector<std::string>> attach_names(const Program& program);

}  // namespace sutap::bpf
