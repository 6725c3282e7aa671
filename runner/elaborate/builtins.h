// The one table of functions that are not written in the script language: a row each, with name,
// signature, effects, and where it can run. The BPF form is in bpf/builtins.cpp, the form in user
// space in execute/builtins.cpp, both switched by the row's enumerator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sutap::elaborate {

enum class ValueType : std::uint8_t { unknown, integer, string, statistic };

// stapvars(3stap): what comes behind the 32nd is not in argv.
inline constexpr std::size_t most_script_arguments = 32;

enum class Builtin : std::uint16_t {
    // Context: only the kernel can tell at that moment.
    pid,
    tid,
    uid,
    euid,
    gid,
    egid,
    cpu,
    execname,
    task_current,
    event_address,
    uaddr,
    user_mode,
    gettimeofday_ns,
    gettimeofday_us,
    gettimeofday_ms,
    gettimeofday_s,
    ktime_get_ns,
    kernel_string,
    kernel_string_n,
    user_string,
    user_string_n,
    // Bytes that go to the record as they are.
    kernel_stack,
    user_stack,
    kernel_bytes,
    user_bytes,
    // Tasks, for handlers in user space; in the kernel the tapset's own functions serve.
    ppid,
    pid2task,
    pid2execname,
    task_pid,
    task_tid,
    task_uid,
    task_euid,
    task_gid,
    task_egid,
    task_execname,
    task_parent,
    pexecname,
    pstrace,
    // Session.
    exit_session,
    error,
    target,
    pp,
    probe_definition,
    argument_count,
    argument_text,
    system,
    // $value of a procfs probe.
    file_value,
    set_file_value,
    append_file_value,
    stp_pid,
    session_user,  // the uid of who runs the script
    module_name,
    ppfunc,
    is_return,
    num_online_cpus,
    mem_page_size,
    loadavg,
    // Strings.
    strlen,
    substr,
    isinstr,
    strpos,
    strtol,
    str_replace,
    stringat,
    tokenize,
    text_str,
    text_strn,
    hexadecimal_bytes,
    joined_arguments,
    environment_value,
    matched,
    ngroups,
    // Names.
    errno_str,
    signal_name,
    nfsderror,
    rlimit_from_str,
    sock_fam_num2str,
    sock_fam_str2num,
    sock_prot_num2str,
    sock_prot_str2num,
    sock_state_num2str,
    sock_state_str2num,
    syscall_name,
    // Addresses of the kernel's code, and what is there.
    stack_text,
    stack_address,
    stack_symbols,
    print_stack,
    print_addresses,
    address_symbols,
    symbol_name,
    symbol_description,
    symbol_module,
    shown_address,
    probed_function,
    address_text,
    // Addresses of the present process's code.
    user_stack_symbols,
    print_user_stack,
    user_address_symbols,
    print_user_addresses,
    user_symbol_description,
    user_module,
    // Time.
    ctime,
    tz_ctime,
    tz_gmtoff,
    tz_name,
    jiffies,
    hz,
    get_cycles,
    // Numbers.
    randint,
    fp_add,
    fp_sub,
    fp_mul,
    fp_div,
    fp_rem,
    fp_sqrt,
    fp_eq,
    fp_le,
    fp_lt,
    fp_to_long,
    fp_to_string,
    long_to_fp,
    string_to_fp,
    fp32_to_fp64,
    // Output.
    log,
    warn,
    printk,
    ftrace,
    switch_file,
    abort,
    speculation,
    speculate,
    commit,
    discard,
    count_,
};

struct BuiltinRow {
    Builtin builtin{};
    std::string_view name;                  // empty: reached only through the elaborator
    ValueType result = ValueType::unknown;  // unknown: none
    std::vector<ValueType> parameters{};
    std::uint32_t required_parameters = 0;  // the rest have the default 0 or ""
    bool in_kernel = false;                 // has a BPF form
    bool in_user_space = false;             // has a form in user space
    bool is_context = false;                // must be evaluated at the event
    bool is_invariant = false;              // same value during one handler's run
    bool has_effect = false;                // output, exit, error
    bool may_fail = false;                  // raises a soft error
    bool needs_guru = false;                // -g
    bool is_raw = false;                    // the kernel does no more with it than record it
    std::string_view kernel_refusal{};      // why not in a handler on a kernel event; empty: it may
};

std::span<const BuiltinRow> builtins();
const BuiltinRow& row(Builtin builtin);
// Functions of SystemTap that cannot be had without a kernel module: the sentence that says what to
// write instead; empty for all other names.
std::string_view missing_function(std::string_view name);
// By the script's name; nullopt if there is none of that name.
std::optional<Builtin> find_builtin(std::string_view name);

}  // namespace sutap::elaborate
