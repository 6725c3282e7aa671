// Which handlers on kernel events only count. Events alike (the same captures) need not be posted
// one by one then: the kernel counts them, and user space runs the handler once for all of them.
#pragma once

#include "runner/ir/lower.h"

namespace sutap::ir {

// Sets `is_tallied` of the kernel's handlers that are so, and makes their user parts add as often
// as there were events (Operation::hits). Such a handler
// - has no effect but to add to globals (`++`, `+= n`, `--`, `-= n`, `<<<`), whose order does not
//   matter, and depends on nothing but its captures and what no such handler changes;
// - adds only to what no handler on a kernel event reads or sets: who reads it comes at a time of
//   his own (timers, end, procfs), before which the counts are fetched;
// - adds to no array that a handler which is not so adds to: foreach goes by the order of
// insertion. None is if a handler on a kernel event can end the session: what comes behind must not
// count.
void find_tallies(Lowered& lowered);

}  // namespace sutap::ir
