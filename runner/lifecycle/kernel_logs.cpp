#include "runner/lifecycle/kernel_logs.h"

#include <fcntl.h>
#include <string.h>

#include <cerrno>

#include "runner/lifecycle/needs.h"
#include "runner/limits.h"

namespace sutap {

KernelLogs open_kernel_logs(const ir::Program& program, bool has_guru) {
    KernelLogs logs;
    if (calls(program, elaborate::Builtin::printk)) {
        if (!has_guru) {
            throw RequestError{"sutap-runner: printk() needs guru mode (-g)\n"};
        }
        logs.log = Descriptor(open("/dev/kmsg", O_WRONLY | O_CLOEXEC));
        if (!logs.log) {
            throw RequestError{std::string("sutap-runner: printk() cannot write to /dev/kmsg: ") +
                               strerrordesc_np(errno) + "; use log() or warn()\n"};
        }
    }
    if (calls(program, elaborate::Builtin::ftrace)) {
        for (const char* path :
             {"/sys/kernel/tracing/trace_marker", "/sys/kernel/debug/tracing/trace_marker"}) {
            if (!logs.marker) {
                logs.marker = Descriptor(open(path, O_WRONLY | O_CLOEXEC));
            }
        }
        logs.lacks_marker = !logs.marker;
    }
    return logs;
}

}  // namespace sutap
