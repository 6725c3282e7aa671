#include "runner/elaborate/own_processes.h"

#include <linux/perf_event.h>

#include <algorithm>
#include <array>

namespace sutap::elaborate {
namespace {

// Names between blanks.
using Names = std::string_view;

// Facts about the process and thread that the event is of, and about the event.
constexpr Names about_process =
    " asmlinkage cmdline_arg cmdline_args cmdline_str cpu cpuid egid env_var euid execname fastcall"
    " gid is_myproc is_return ns_egid ns_euid ns_gid ns_pgrp ns_pid ns_ppid ns_sid ns_tid ns_uid"
    " pgrp pid pn pp ppid probe_definition probe_type regparm sid target tid uid user_mode ";

// What its system call was given and gives, where these are numbers (is_own_value).
constexpr Names of_call =
    " int_arg long_arg longlong_arg pointer_arg returnstr returnval s32_arg s64_arg u32_arg u64_arg"
    " uint_arg ulong_arg ulonglong_arg ";

// Its own memory: where these are given an address of the kernel, they cannot read it.
constexpr Names of_memory =
    " user_buffer_quoted user_buffer_quoted_error user_char user_char_error user_char_warn user_int"
    " user_int16 user_int16_error user_int32 user_int32_error user_int64 user_int64_error user_int8"
    " user_int8_error user_int_error user_int_warn user_long user_long_error user_long_warn"
    " user_short user_short_error user_short_warn user_string user_string_n user_string_n_nofault"
    " user_string_n_quoted user_string_n_warn user_string_nofault user_string_quoted"
    " user_string_quoted_utf16 user_string_quoted_utf32 user_string_utf16 user_string_utf32"
    " user_string_warn user_uint16 user_uint16_error user_uint32 user_uint32_error user_uint64"
    " user_uint64_error user_uint8 user_uint8_error user_ulong user_ulong_error user_ulong_warn"
    " user_ushort user_ushort_error user_ushort_warn ";

// Its own stack, and what is at its own addresses.
constexpr Names of_stack =
    " print_ubacktrace print_ubacktrace_brief print_ubacktrace_fileline print_ustack print_usyms"
    " sprint_ubacktrace sprint_ustack sprint_usyms uaddr ubacktrace ucallers umodname ustack"
    " usymdata usymfile usymfileline usymline usymname ";

constexpr Names of_session =
    " abort ansi_clear_screen ansi_cursor_hide ansi_cursor_move ansi_cursor_restore "
    "ansi_cursor_save"
    " ansi_cursor_show ansi_new_line ansi_reset_color ansi_set_color assert commit discard error"
    " exit indent indent_depth json_add_array json_add_array_numeric_metric"
    " json_add_array_string_metric json_add_numeric_metric json_add_string_metric json_set_prefix"
    " log module_name module_size remote_id remote_uri speculate speculation stp_pid switch_file"
    " system thread_indent thread_indent_depth warn ";

constexpr Names of_time =
    " HZ cpu_clock_ms cpu_clock_ns cpu_clock_s cpu_clock_us ctime delete_stopwatch get_cycles"
    " gettimeofday_ms gettimeofday_ns gettimeofday_s gettimeofday_us jiffies ktime_get_ns"
    " local_clock_ms local_clock_ns local_clock_s local_clock_us read_stopwatch_ms"
    " read_stopwatch_ns read_stopwatch_s read_stopwatch_us start_stopwatch stop_stopwatch tz_ctime"
    " tz_gmtoff tz_name ";

// From their arguments alone.
constexpr Names of_values =
    " MAJOR MINOR MKDEV bytes_to_string cputime_to_msecs cputime_to_string cputime_to_usecs errno_p"
    " errno_str fp32_to_fp64 fp_add fp_div fp_eq fp_le fp_lt fp_mul fp_rem fp_sqrt fp_sub"
    " fp_to_long fp_to_string htonl htonll htons ip_ntop isdigit isinstr long_to_fp matched"
    " matched_str mem_page_size msecs_to_string nfsderror nsecs_to_string ntohl ntohll ntohs"
    " pages_to_string qs_done qs_run qs_wait qsq_blocked qsq_print qsq_service_time qsq_start"
    " qsq_throughput qsq_utilization qsq_wait_queue_length qsq_wait_time randint return_str"
    " rlimit_from_str sa_flags_str signal_name signal_str sigset_mask_str sock_fam_num2str"
    " sock_fam_str2num sock_prot_num2str sock_prot_str2num sock_state_num2str sock_state_str2num"
    " str_replace string_quoted string_to_fp stringat strlen strpos strtol substr syscall_name"
    " tcp_sockstate_str text_str text_strn tokenize usecs_to_string usrdev2kerndev"
    " vm_fault_contains ";

constexpr std::array functions = {about_process, of_call, of_memory, of_stack,
                                  of_session,    of_time, of_values};

// Of the tapset's aliases: the system calls, and files that the runner itself serves.
constexpr Names families = " syscall nd_syscall tp_syscall syscall_any input json_data prometheus ";

bool has(Names names, std::string_view name) {
    return !name.empty() && name.find(' ') == std::string_view::npos &&
           names.find(" " + std::string(name) + " ") != std::string_view::npos;
}

bool is_profile(const KernelEvent& event) {
    return event.kind == KernelEvent::Kind::perf_event &&
           event.perf.kind == PerfEvent::Kind::sample && event.perf.type == PERF_TYPE_SOFTWARE &&
           event.perf.config == PERF_COUNT_SW_CPU_CLOCK;
}

}  // namespace

bool is_own_function(std::string_view name) {
    return std::ranges::any_of(functions, [&](Names names) { return has(names, name); });
}

bool is_own_family(std::string_view family) {
    return has(families, family);
}

bool is_own_point(const Probe& probe) {
    return probe.kind != Probe::Kind::kernel || (probe.event && is_profile(*probe.event));
}

bool is_own_value(const targets::TypeGraph& types, const ContextParameter& parameter) {
    using Source = ContextArgument::Source;
    const ContextArgument& argument = parameter.argument;
    if (argument.is_address || !parameter.is_scalar) {
        return false;
    }
    if (argument.registers_offset) {
        return true;  // as the process left it in its registers
    }
    return (argument.source == Source::function_result ||
            argument.source == Source::tracepoint_argument) &&
           !is_address(types, parameter.type);
}

bool reads_beyond_own_memory(const FormatPiece& piece) {
    using Conversion = FormatPiece::Conversion;
    return (piece.conversion == Conversion::memory || piece.conversion == Conversion::memory_hex) &&
           !piece.alternate;
}

std::string beyond_own_processes(const std::string& what, const std::string& instead) {
    return "this rule lets you look at your own processes alone: " + what +
           " is not among what it allows; " + instead;
}

}  // namespace sutap::elaborate
