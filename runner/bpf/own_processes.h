// scope = "own": what stands at the beginning of every program, so that it sees the processes of
// one user alone. The loader puts it there, by the grant and by the kernel's own types: nothing of
// it comes from the translator, which the script may have taken over.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/targets/kernel.h"

namespace sutap::bpf {

struct Owner {
    uid_t user = 0;
    gid_t group = 0;
};

// Ends the program, with 0 and without a trace, unless the current thread
// - has memory of its own (is none of the kernel's), which its owner may look at: dumpable is 1, so
//   it is no set-user-ID or set-group-ID program, none with file capabilities, none that its user
//   may not read, and none that asked not to be looked at;
// - is wholly the owner's: real, effective, saved and file system ids of user and group, and the
//   kernel does nothing in another's name for it at the moment;
// - has no capability, and belongs to the first user namespace.
// These are the questions of ptrace(2), asked at each event. Afterwards r1 is the context again.
// Throws targets::TargetError if the kernel does not describe a field that is asked for: then
// nobody's processes may be looked at.
std::vector<Instruction> own_process_test(const targets::Kernel& kernel, const Owner& owner);

// Puts `test` at the program's beginning. The program has passed check() (load_check.h): none of
// its jumps leaves it.
void put_first(std::span<const Instruction> test, Program& program);

// Why a session of scope "own" may not have this image, as one sentence; empty if it may: what it
// attaches to are system calls and the samples of timer.profile, and it neither asks for symbols
// and variables of the kernel nor calls its functions.
std::string beyond_own_processes(const Image& image);

}  // namespace sutap::bpf
