// Builtins that tell who runs, and what other processes are.
#include <sched.h>
#include <unistd.h>

#include "runner/execute/addresses.h"
#include "runner/execute/builtin_call.h"

namespace sutap::execute {

using elaborate::Builtin;

// Who runs: the runner itself in begin, end and timer handlers. For an event the record has the
// thread; all else must have been captured.
Value identity(const BuiltinCall& call) {
    const Record* record = call.context.record;
    if (record != nullptr) {
        switch (call.builtin) {
            case Builtin::pid:
                return make_integer(record->process());
            case Builtin::tid:
                return make_integer(record->thread());
            default:
                call.raise("missing capture");
        }
    }
    switch (call.builtin) {
        case Builtin::pid:
        case Builtin::task_current:
            return make_integer(::getpid());
        case Builtin::event_address:  // no probe point of user space has registers
        case Builtin::uaddr:
        case Builtin::user_mode:
            return make_integer(0);
        case Builtin::tid:
            return make_integer(::gettid());
        case Builtin::uid:
            return make_integer(::getuid());
        case Builtin::euid:
            return make_integer(::geteuid());
        case Builtin::gid:
            return make_integer(::getgid());
        case Builtin::egid:
            return make_integer(::getegid());
        case Builtin::cpu:
            return make_integer(::sched_getcpu());
        case Builtin::ppid:
            return make_integer(::getppid());
        default: {
            const auto pid = call.builtin == Builtin::pexecname ? ::getppid() : ::getpid();
            const std::optional<Process> process = call.context.processes.find(pid);
            return make_text(process ? process->name : std::string());
        }
    }
}

// What a task's handle leads to. One that leads nowhere faults, as reading through it does.
Value task_value(const BuiltinCall& call) {
    const std::int64_t handle = call.integer(0);
    const std::optional<Process> process = call.context.processes.find(handle);
    if (!process) {
        call.raise(fault_message(static_cast<std::uint64_t>(handle),
                                 call.context.options.hides_addresses));
    }
    switch (call.builtin) {
        case Builtin::task_pid:
            return make_integer(process->group);
        case Builtin::task_tid:
            return make_integer(process->thread);
        case Builtin::task_uid:
            return make_integer(process->uid);
        case Builtin::task_euid:
            return make_integer(process->euid);
        case Builtin::task_gid:
            return make_integer(process->gid);
        case Builtin::task_egid:
            return make_integer(process->egid);
        case Builtin::task_parent:
            return make_integer(process->parent);
        case Builtin::pstrace:
            return make_text(call.context.processes.ancestry(handle));
        default:
            return make_text(process->name);
    }
}

// pid2task and pid2execname: 0 and "" for a process that is not there.
Value process_lookup(const BuiltinCall& call) {
    const std::optional<Process> process = call.context.processes.find(call.integer(0));
    if (call.builtin == Builtin::pid2task) {
        return make_integer(process ? call.integer(0) : 0);
    }
    return make_text(process ? process->name : std::string());
}

}  // namespace sutap::execute
