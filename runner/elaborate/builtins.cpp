#include "runner/elaborate/builtins.h"

#include <algorithm>
#include <array>

namespace sutap::elaborate {
namespace {

constexpr ValueType none = ValueType::unknown;
constexpr ValueType integer = ValueType::integer;
constexpr ValueType string = ValueType::string;

using Types = std::vector<ValueType>;

// What the current thread or processor is: captured at the event, the same during one handler.
BuiltinRow context(Builtin builtin, std::string_view name, ValueType result) {
    return {.builtin = builtin,
            .name = name,
            .result = result,
            .in_kernel = true,
            .in_user_space = true,
            .is_context = true,
            .is_invariant = true};
}

// A clock: captured at the event, but it goes on.
BuiltinRow clock(Builtin builtin, std::string_view name) {
    return {.builtin = builtin,
            .name = name,
            .result = integer,
            .in_kernel = true,
            .in_user_space = true,
            .is_context = true};
}

// Reads memory at an address.
BuiltinRow memory_string(Builtin builtin, std::string_view name, Types parameters,
                         std::uint32_t required) {
    return {.builtin = builtin,
            .name = name,
            .result = string,
            .parameters = std::move(parameters),
            .required_parameters = required,
            .in_kernel = true,
            .is_context = true,
            .may_fail = true};
}

// What the event leaves in the record as raw bytes, for a function of user space to take apart.
BuiltinRow raw(Builtin builtin, std::string_view name, Types parameters) {
    const auto required = static_cast<std::uint32_t>(parameters.size());
    BuiltinRow made = memory_string(builtin, name, std::move(parameters), required);
    made.is_invariant = required == 0;
    made.may_fail = required != 0;
    made.is_raw = true;
    return made;
}

// A computation without effects, in user space.
BuiltinRow pure(Builtin builtin, std::string_view name, ValueType result, Types parameters) {
    const auto required = static_cast<std::uint32_t>(parameters.size());
    return {.builtin = builtin,
            .name = name,
            .result = result,
            .parameters = std::move(parameters),
            .required_parameters = required,
            .in_user_space = true};
}

BuiltinRow failing(Builtin builtin, std::string_view name, ValueType result, Types parameters) {
    BuiltinRow made = pure(builtin, name, result, std::move(parameters));
    made.may_fail = true;
    return made;
}

// __bytes_text(bytes, form, more): as hexadecimal digits (form 0), or from UTF-16 (2) or UTF-32
// (4), which may go on in `more`.
BuiltinRow bytes_text() {
    BuiltinRow made =
        failing(Builtin::hexadecimal_bytes, "__bytes_text", string, {string, integer, string});
    made.required_parameters = 2;
    return made;
}

// Fixed for the session; the kernel's guards may ask for it as well.
BuiltinRow session_value(Builtin builtin, std::string_view name, ValueType result) {
    BuiltinRow made = pure(builtin, name, result, {});
    made.in_kernel = true;
    return made;
}

BuiltinRow effect(Builtin builtin, std::string_view name, Types parameters) {
    BuiltinRow made = pure(builtin, name, none, std::move(parameters));
    made.has_effect = true;
    made.may_fail =
        builtin == Builtin::error || builtin == Builtin::system || builtin == Builtin::printk;
    return made;
}

BuiltinRow with_guru(BuiltinRow row) {
    row.needs_guru = true;
    return row;
}

// Changes $value of a procfs probe; the result is the new one.
BuiltinRow file_change(Builtin builtin) {
    BuiltinRow made = pure(builtin, "", string, {string});
    made.has_effect = true;
    return made;
}

// Its calls depend on each other.
BuiltinRow stateful(Builtin builtin, std::string_view name, ValueType result, Types parameters) {
    BuiltinRow made = pure(builtin, name, result, std::move(parameters));
    made.has_effect = true;
    return made;
}

void add_session_rows(std::vector<BuiltinRow>& rows) {
    rows.push_back(pure(Builtin::stp_pid, "stp_pid", integer, {}));
    rows.push_back(pure(Builtin::session_user, "__session_user", integer, {}));
    rows.push_back(pure(Builtin::module_name, "module_name", string, {}));
    rows.push_back(pure(Builtin::ppfunc, "ppfunc", string, {}));
    rows.push_back(session_value(Builtin::is_return, "is_return", integer));
    rows.push_back(pure(Builtin::num_online_cpus, "num_online_cpus", integer, {}));
    rows.push_back(pure(Builtin::mem_page_size, "mem_page_size", integer, {}));
    rows.push_back(failing(Builtin::loadavg, "__loadavg", integer, {integer}));
}

void add_name_rows(std::vector<BuiltinRow>& rows) {
    rows.push_back(pure(Builtin::errno_str, "errno_str", string, {integer}));
    rows.push_back(pure(Builtin::signal_name, "signal_name", string, {integer}));
    rows.push_back(pure(Builtin::nfsderror, "nfsderror", string, {integer}));
    rows.push_back(pure(Builtin::rlimit_from_str, "rlimit_from_str", integer, {string}));
    rows.push_back(pure(Builtin::sock_fam_num2str, "sock_fam_num2str", string, {integer}));
    rows.push_back(pure(Builtin::sock_fam_str2num, "sock_fam_str2num", integer, {string}));
    rows.push_back(pure(Builtin::sock_prot_num2str, "sock_prot_num2str", string, {integer}));
    rows.push_back(pure(Builtin::sock_prot_str2num, "sock_prot_str2num", integer, {string}));
    rows.push_back(pure(Builtin::sock_state_num2str, "sock_state_num2str", string, {integer}));
    rows.push_back(pure(Builtin::sock_state_str2num, "sock_state_str2num", integer, {string}));
    rows.push_back(pure(Builtin::syscall_name, "syscall_name", string, {integer}));
}

void add_symbol_rows(std::vector<BuiltinRow>& rows) {
    rows.push_back(pure(Builtin::stack_text, "__stack_text", string, {string, integer, integer}));
    rows.push_back(pure(Builtin::stack_address, "__stack_address", integer, {string, integer}));
    rows.push_back(pure(Builtin::stack_symbols, "__stack_symbols", string, {string}));
    rows.push_back(effect(Builtin::print_stack, "__print_stack", {string}));
    rows.push_back(effect(Builtin::print_addresses, "print_syms", {string}));
    rows.push_back(pure(Builtin::address_symbols, "sprint_syms", string, {string}));
    rows.push_back(pure(Builtin::symbol_name, "symname", string, {integer}));
    rows.push_back(pure(Builtin::symbol_description, "symdata", string, {integer}));
    rows.push_back(failing(Builtin::symbol_module, "modname", string, {integer}));
    rows.push_back(pure(Builtin::shown_address, "__shown_address", integer, {integer}));
    rows.push_back(pure(Builtin::probed_function, "__probed_function", string, {integer}));
    rows.push_back(pure(Builtin::address_text, "__address_text", string, {integer}));
    rows.push_back(pure(Builtin::user_stack_symbols, "__user_stack_symbols", string, {string}));
    rows.push_back(effect(Builtin::print_user_stack, "__print_user_stack", {string}));
    rows.push_back(pure(Builtin::user_address_symbols, "sprint_usyms", string, {string}));
    rows.push_back(effect(Builtin::print_user_addresses, "print_usyms", {string}));
    rows.push_back(pure(Builtin::user_symbol_description, "usymdata", string, {integer}));
    rows.push_back(failing(Builtin::user_module, "umodname", string, {integer}));
}

void add_number_rows(std::vector<BuiltinRow>& rows) {
    rows.push_back(failing(Builtin::ctime, "ctime", string, {integer}));
    rows.push_back(failing(Builtin::tz_ctime, "tz_ctime", string, {integer}));
    rows.push_back(pure(Builtin::tz_gmtoff, "tz_gmtoff", integer, {}));
    rows.push_back(pure(Builtin::tz_name, "tz_name", string, {}));
    rows.push_back(pure(Builtin::jiffies, "jiffies", integer, {}));
    rows.push_back(pure(Builtin::hz, "HZ", integer, {}));
    rows.push_back(pure(Builtin::get_cycles, "get_cycles", integer, {}));
    rows.back().kernel_refusal =
        "get_cycles() cannot be read in a BPF program: use ktime_get_ns() there";
    rows.push_back(pure(Builtin::randint, "randint", integer, {integer}));
    for (const auto& [builtin, name] :
         {std::pair{Builtin::fp_add, "fp_add"}, std::pair{Builtin::fp_sub, "fp_sub"},
          std::pair{Builtin::fp_mul, "fp_mul"}, std::pair{Builtin::fp_div, "fp_div"},
          std::pair{Builtin::fp_rem, "fp_rem"}, std::pair{Builtin::fp_eq, "fp_eq"},
          std::pair{Builtin::fp_le, "fp_le"}, std::pair{Builtin::fp_lt, "fp_lt"}}) {
        rows.push_back(pure(builtin, name, integer, {integer, integer}));
    }
    rows.push_back(pure(Builtin::fp_sqrt, "fp_sqrt", integer, {integer}));
    rows.push_back(pure(Builtin::fp_to_long, "fp_to_long", integer, {integer, integer, integer}));
    rows.push_back(pure(Builtin::fp_to_string, "fp_to_string", string, {integer, integer}));
    rows.push_back(pure(Builtin::long_to_fp, "long_to_fp", integer, {integer}));
    rows.push_back(pure(Builtin::string_to_fp, "string_to_fp", integer, {string}));
    rows.push_back(pure(Builtin::fp32_to_fp64, "fp32_to_fp64", integer, {integer}));
}

std::vector<BuiltinRow> make_rows() {
    std::vector<BuiltinRow> rows = {
        context(Builtin::pid, "pid", integer),
        context(Builtin::tid, "tid", integer),
        context(Builtin::uid, "uid", integer),
        context(Builtin::gid, "gid", integer),
        context(Builtin::cpu, "cpu", integer),
        context(Builtin::execname, "execname", string),
        context(Builtin::task_current, "task_current", integer),
        context(Builtin::event_address, "__event_address", integer),
        context(Builtin::uaddr, "uaddr", integer),
        context(Builtin::user_mode, "user_mode", integer),
        clock(Builtin::gettimeofday_ns, "gettimeofday_ns"),
        clock(Builtin::gettimeofday_us, "gettimeofday_us"),
        clock(Builtin::gettimeofday_ms, "gettimeofday_ms"),
        clock(Builtin::gettimeofday_s, "gettimeofday_s"),
        clock(Builtin::ktime_get_ns, "ktime_get_ns"),
        memory_string(Builtin::kernel_string, "kernel_string", {integer, string}, 1),
        memory_string(Builtin::kernel_string_n, "kernel_string_n", {integer, integer}, 2),
        memory_string(Builtin::user_string, "user_string", {integer, string}, 1),
        memory_string(Builtin::user_string_n, "user_string_n", {integer, integer}, 2),
        raw(Builtin::kernel_stack, "__kernel_stack", {}),
        raw(Builtin::user_stack, "__user_stack", {}),
        raw(Builtin::kernel_bytes, "__kernel_bytes", {integer, integer}),
        raw(Builtin::user_bytes, "__user_bytes", {integer, integer}),
        // For handlers in user space; in the kernel the tapset's functions of the same names serve.
        failing(Builtin::euid, "euid", integer, {}),
        failing(Builtin::egid, "egid", integer, {}),
        failing(Builtin::ppid, "ppid", integer, {}),
        failing(Builtin::pid2task, "pid2task", integer, {integer}),
        failing(Builtin::pid2execname, "pid2execname", string, {integer}),
        failing(Builtin::task_pid, "task_pid", integer, {integer}),
        failing(Builtin::task_tid, "task_tid", integer, {integer}),
        failing(Builtin::task_uid, "task_uid", integer, {integer}),
        failing(Builtin::task_euid, "task_euid", integer, {integer}),
        failing(Builtin::task_gid, "task_gid", integer, {integer}),
        failing(Builtin::task_egid, "task_egid", integer, {integer}),
        failing(Builtin::task_execname, "task_execname", string, {integer}),
        failing(Builtin::task_parent, "task_parent", integer, {integer}),
        failing(Builtin::pexecname, "pexecname", string, {}),
        failing(Builtin::pstrace, "pstrace", string, {integer}),
        effect(Builtin::exit_session, "exit", {}),
        effect(Builtin::error, "error", {string}),
        session_value(Builtin::target, "target", integer),
        pure(Builtin::pp, "pp", string, {}),
        pure(Builtin::probe_definition, "probe_definition", string, {}),
        pure(Builtin::argument_count, "", integer, {}),
        pure(Builtin::argument_text, "", string, {integer}),
        effect(Builtin::system, "system", {string}),
        pure(Builtin::file_value, "", string, {}),
        file_change(Builtin::set_file_value),
        file_change(Builtin::append_file_value),
        pure(Builtin::strlen, "strlen", integer, {string}),
        pure(Builtin::substr, "substr", string, {string, integer, integer}),
        pure(Builtin::isinstr, "isinstr", integer, {string, string}),
        pure(Builtin::strpos, "strpos", integer, {string, string}),
        pure(Builtin::strtol, "strtol", integer, {string, integer}),
        pure(Builtin::str_replace, "str_replace", string, {string, string, string}),
        pure(Builtin::stringat, "stringat", integer, {string, integer}),
        stateful(Builtin::tokenize, "tokenize", string, {string, string}),
        pure(Builtin::text_str, "text_str", string, {string}),
        pure(Builtin::joined_arguments, "__joined_arguments", string,
             {string, integer, integer, string}),
        pure(Builtin::environment_value, "__environment_value", string, {string, string}),
        pure(Builtin::text_strn, "text_strn", string, {string, integer, integer}),
        bytes_text(),
        failing(Builtin::matched, "matched", string, {integer}),
        failing(Builtin::ngroups, "ngroups", integer, {}),
        effect(Builtin::log, "log", {string}),
        effect(Builtin::warn, "warn", {string}),
        with_guru(effect(Builtin::printk, "printk", {integer, string})),
        effect(Builtin::ftrace, "ftrace", {string}),
        effect(Builtin::switch_file, "switch_file", {}),
        effect(Builtin::abort, "abort", {}),
        stateful(Builtin::speculation, "speculation", integer, {}),
        effect(Builtin::speculate, "speculate", {integer, string}),
        effect(Builtin::commit, "commit", {integer}),
        effect(Builtin::discard, "discard", {integer}),
    };
    add_session_rows(rows);
    add_name_rows(rows);
    add_symbol_rows(rows);
    add_number_rows(rows);
    std::sort(rows.begin(), rows.end(), [](const BuiltinRow& left, const BuiltinRow& right) {
        return left.builtin < right.builtin;
    });
    return rows;
}

const std::vector<BuiltinRow>& rows() {
    static const std::vector<BuiltinRow> table = make_rows();
    return table;
}

// set_int_arg(), set_kernel_long(), set_user_string() and their like.
std::string_view missing_write(std::string_view name) {
    if (name.starts_with("set_kernel_")) {
        return "a BPF program cannot change the kernel's memory: read it with kernel_int() and its "
               "like";
    }
    if (name.starts_with("set_user_")) {
        return "a BPF program cannot change the memory of a process safely: read it with "
               "user_int() and its like";
    }
    if (name.starts_with("set_") && name.ends_with("_arg")) {
        return "a BPF program cannot change a function's arguments: read them with int_arg() and "
               "its like";
    }
    return {};
}

}  // namespace

std::span<const BuiltinRow> builtins() {
    return rows();
}

const BuiltinRow& row(Builtin builtin) {
    return rows().at(static_cast<std::size_t>(builtin));
}

std::string_view missing_function(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> missing = {
        {{"dump_stack", "a BPF program cannot write to the kernel's log: use print_backtrace()"},
         {"panic", "a BPF program cannot panic the kernel: use error() or exit()"},
         {"mdelay", "a BPF program cannot wait: use a timer probe"},
         {"udelay", "a BPF program cannot wait: use a timer probe"},
         {"raise", "a BPF program cannot raise a signal safely: use system() with kill"},
         {"pnlabel", "there are no .label probe points: use ppfunc() or pp()"},
         {"task_backtrace",
          "a BPF program can walk the running thread's stack alone: use backtrace()"}}};
    for (const auto& [known, sentence] : missing) {
        if (known == name) {
            return sentence;
        }
    }
    return missing_write(name);
}

std::optional<Builtin> find_builtin(std::string_view name) {
    if (name.empty()) {
        return std::nullopt;
    }
    for (const BuiltinRow& candidate : rows()) {
        if (candidate.name == name) {
            return candidate.builtin;
        }
    }
    return std::nullopt;
}

}  // namespace sutap::elaborate
