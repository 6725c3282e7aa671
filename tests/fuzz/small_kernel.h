// A kernel of a few types and functions: the same on every machine, so that findings repeat, and
// small, so that looking through all of it takes no time.
#pragma once

#include "runner/targets/kernel.h"

namespace sutap::fuzz {

// Made at the first call. Functions: vfs_read, vfs_write, do_kill, log_line (variadic), schedule,
// some system calls; tracepoints: sched_switch, sys_enter, sys_exit, task_rename; what they point
// to has members of every kind.
const targets::Kernel& small_kernel();

}  // namespace sutap::fuzz
