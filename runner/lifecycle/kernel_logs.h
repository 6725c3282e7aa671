// What printk() and ftrace() write to, opened as the caller: both belong to root.
#pragma once

#include "runner/descriptor.h"
#include "runner/ir/program.h"

namespace sutap {

struct KernelLogs {
    Descriptor log;     // /dev/kmsg; empty if no handler calls printk()
    Descriptor marker;  // of tracefs; empty if no handler calls ftrace(), or it cannot be had
    bool lacks_marker = false;
};

// Throws RequestError: printk() without guru mode, or the log cannot be written to.
KernelLogs open_kernel_logs(const ir::Program& program, bool has_guru);

}  // namespace sutap
