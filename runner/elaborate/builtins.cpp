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

// For handlers in user space only; in the kernel the tapset function of the same name serves.
BuiltinRow task(Builtin builtin, std::string_view name, ValueType result, Types parameters) {
    const auto required = static_cast<std::uint32_t>(parameters.size());
    return {.builtin = builtin,
            .name = name,
            .result = result,
            .parameters = std::move(parameters),
            .required_parameters = required,
            .in_user_space = true,
            .may_fail = true};
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

// Fixed for the session; the kernel's guards may ask for it as well.
BuiltinRow session_value(Builtin builtin, std::string_view name, ValueType result) {
    BuiltinRow made = pure(builtin, name, result, {});
    made.in_kernel = true;
    return made;
}

BuiltinRow effect(Builtin builtin, std::string_view name, Types parameters) {
    BuiltinRow made = pure(builtin, name, none, std::move(parameters));
    made.has_effect = true;
    made.may_fail = builtin == Builtin::error || builtin == Builtin::system;
    return made;
}

// Changes $value of a procfs probe; the result is the new one.
BuiltinRow file_change(Builtin builtin) {
    BuiltinRow made = pure(builtin, "", string, {string});
    made.has_effect = true;
    return made;
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
        clock(Builtin::gettimeofday_ns, "gettimeofday_ns"),
        clock(Builtin::gettimeofday_us, "gettimeofday_us"),
        clock(Builtin::gettimeofday_ms, "gettimeofday_ms"),
        clock(Builtin::gettimeofday_s, "gettimeofday_s"),
        clock(Builtin::ktime_get_ns, "ktime_get_ns"),
        memory_string(Builtin::kernel_string, "kernel_string", {integer, string}, 1),
        memory_string(Builtin::kernel_string_n, "kernel_string_n", {integer, integer}, 2),
        memory_string(Builtin::user_string, "user_string", {integer, string}, 1),
        memory_string(Builtin::user_string_n, "user_string_n", {integer, integer}, 2),
        task(Builtin::euid, "euid", integer, {}),
        task(Builtin::egid, "egid", integer, {}),
        task(Builtin::ppid, "ppid", integer, {}),
        task(Builtin::pid2task, "pid2task", integer, {integer}),
        task(Builtin::pid2execname, "pid2execname", string, {integer}),
        task(Builtin::task_pid, "task_pid", integer, {integer}),
        task(Builtin::task_tid, "task_tid", integer, {integer}),
        task(Builtin::task_uid, "task_uid", integer, {integer}),
        task(Builtin::task_euid, "task_euid", integer, {integer}),
        task(Builtin::task_gid, "task_gid", integer, {integer}),
        task(Builtin::task_egid, "task_egid", integer, {integer}),
        task(Builtin::task_execname, "task_execname", string, {integer}),
        task(Builtin::task_parent, "task_parent", integer, {integer}),
        task(Builtin::pexecname, "pexecname", string, {}),
        task(Builtin::pstrace, "pstrace", string, {integer}),
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
        pure(Builtin::tokenize, "tokenize", string, {string, string}),
        pure(Builtin::text_str, "text_str", string, {string}),
        pure(Builtin::errno_str, "errno_str", string, {integer}),
        pure(Builtin::signal_name, "signal_name", string, {integer}),
        pure(Builtin::ctime, "ctime", string, {integer}),
        effect(Builtin::log, "log", {string}),
        effect(Builtin::warn, "warn", {string}),
    };
    std::sort(rows.begin(), rows.end(), [](const BuiltinRow& left, const BuiltinRow& right) {
        return left.builtin < right.builtin;
    });
    return rows;
}

const std::vector<BuiltinRow>& rows() {
    static const std::vector<BuiltinRow> table = make_rows();
    return table;
}

}  // namespace

std::span<const BuiltinRow> builtins() {
    return rows();
}

const BuiltinRow& row(Builtin builtin) {
    return rows().at(static_cast<std::size_t>(builtin));
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
