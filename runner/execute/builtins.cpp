#include "runner/execute/builtins.h"

#include "runner/execute/builtin_call.h"

namespace sutap::execute {

using elaborate::Builtin;

namespace {

bool is_within(Builtin builtin, Builtin first, Builtin last) {
    return builtin >= first && builtin <= last;
}

bool looks_at_a_task(Builtin builtin) {
    return is_within(builtin, Builtin::task_pid, Builtin::task_parent) ||
           builtin == Builtin::pstrace;
}

Value process_function(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::gettimeofday_ns:
        case Builtin::gettimeofday_us:
        case Builtin::gettimeofday_ms:
        case Builtin::gettimeofday_s:
        case Builtin::ktime_get_ns:
            return clock_value(call);
        case Builtin::pid2task:
        case Builtin::pid2execname:
            return process_lookup(call);
        default:
            return looks_at_a_task(call.builtin) ? task_value(call) : identity(call);
    }
}

}  // namespace

std::uint64_t work_of(Builtin builtin, std::size_t text_size) {
    constexpr std::uint64_t of_a_file_to_read = 1024;  // below /proc or /sys
    switch (builtin) {
        case Builtin::pstrace:
            return 16 * of_a_file_to_read;
        case Builtin::execname:
        case Builtin::pexecname:
        case Builtin::pid2task:
        case Builtin::pid2execname:
        case Builtin::loadavg:
        case Builtin::num_online_cpus:
            return of_a_file_to_read;
        case Builtin::switch_file:
            return 16 * of_a_file_to_read;
        case Builtin::warn:  // these are written at once
        case Builtin::printk:
        case Builtin::ftrace:
            return 512 + text_size;
        default:
            if (is_within(builtin, Builtin::task_pid, Builtin::task_parent)) {
                return of_a_file_to_read;
            }
            // A search compares each byte of one argument with some of the other.
            return 16 + text_size / 16 + text_size * text_size / 4096;
    }
}

Value call_builtin(Builtin builtin, std::span<const Argument> arguments, Context& context,
                   std::uint32_t site) {
    const BuiltinCall call{builtin, arguments, context, site};
    if (is_within(builtin, Builtin::strlen, Builtin::ngroups)) {
        return string_function(call);
    }
    if (is_within(builtin, Builtin::errno_str, Builtin::syscall_name)) {
        return name_function(call);
    }
    if (is_within(builtin, Builtin::stack_text, Builtin::address_text)) {
        return symbol_function(call);
    }
    if (is_within(builtin, Builtin::user_stack_symbols, Builtin::user_module)) {
        return user_symbol_function(call);
    }
    if (is_within(builtin, Builtin::ctime, Builtin::get_cycles)) {
        return time_function(call);
    }
    if (is_within(builtin, Builtin::randint, Builtin::fp32_to_fp64)) {
        return number_function(call);
    }
    if (is_within(builtin, Builtin::log, Builtin::discard)) {
        return output_function(call);
    }
    if (is_within(builtin, Builtin::exit_session, Builtin::loadavg)) {
        return session_function(call);
    }
    return process_function(call);
}

}  // namespace sutap::execute
