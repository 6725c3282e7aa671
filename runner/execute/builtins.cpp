#include "runner/execute/builtins.h"

#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "runner/execute/arithmetic.h"
#include "runner/execute/soft_error.h"
#include "runner/execute/text.h"

namespace sutap::execute {
namespace {

using elaborate::Builtin;

struct Call {
    Builtin builtin{};
    std::span<const Argument> arguments;
    Context& context;
    std::uint32_t site = 0;

    std::int64_t integer(std::size_t index) const { return arguments[index].integer; }
    const std::string& text(std::size_t index) const { return *arguments[index].text; }
    [[noreturn]] void raise(std::string message) const {
        throw SoftError{.message = std::move(message), .site = site};
    }
};

Value make_integer(std::int64_t integer) {
    return {.integer = integer, .text = {}};
}
Value make_text(std::string_view text) {
    return {.integer = 0, .text = std::string(text)};
}

// A deferred handler lives at the time of its event: the record's clock, moved to the wall clock.
std::int64_t wall_clock(const Context& context) {
    if (context.record == nullptr) {
        return context.clock(CLOCK_REALTIME);
    }
    const std::int64_t offset =
        wrapping_subtract(context.clock(CLOCK_REALTIME), context.clock(CLOCK_MONOTONIC));
    return wrapping_add(static_cast<std::int64_t>(context.record->clock()), offset);
}

Value clock_value(const Call& call) {
    switch (call.builtin) {
        case Builtin::gettimeofday_ns:
            return make_integer(wall_clock(call.context));
        case Builtin::gettimeofday_us:
            return make_integer(wall_clock(call.context) / 1'000);
        case Builtin::gettimeofday_ms:
            return make_integer(wall_clock(call.context) / 1'000'000);
        case Builtin::gettimeofday_s:
            return make_integer(wall_clock(call.context) / 1'000'000'000);
        default:
            return make_integer(call.context.record != nullptr
                                    ? static_cast<std::int64_t>(call.context.record->clock())
                                    : call.context.clock(CLOCK_MONOTONIC));
    }
}

// Who runs: the runner itself in begin, end and timer handlers. For an event the record has the
// thread; all else must have been captured.
Value identity(const Call& call) {
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
Value task_value(const Call& call) {
    const std::int64_t handle = call.integer(0);
    const std::optional<Process> process = call.context.processes.find(handle);
    if (!process) {
        std::array<char, 64> text{};
        std::snprintf(text.data(), text.size(), "read fault [man error::fault] at 0x%016llx",
                      static_cast<unsigned long long>(handle));
        call.raise(text.data());
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
Value process_lookup(const Call& call) {
    const std::optional<Process> process = call.context.processes.find(call.integer(0));
    if (call.builtin == Builtin::pid2task) {
        return make_integer(process ? call.integer(0) : 0);
    }
    return make_text(process ? process->name : std::string());
}

std::int64_t byte_at(const Call& call) {
    const std::int64_t index = call.integer(1);
    if (index < 0 || index >= std::int64_t{call.context.options.string_size}) {
        call.raise("string position " + std::to_string(index) + " out of bounds");
    }
    const std::string& text = call.text(0);
    const auto place = static_cast<std::size_t>(index);
    return place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
}

Value string_function(const Call& call) {
    switch (call.builtin) {
        case Builtin::strlen:
            return make_integer(static_cast<std::int64_t>(call.text(0).size()));
        case Builtin::substr:
            return make_text(substring(call.text(0), call.integer(1), call.integer(2)));
        case Builtin::isinstr:
            return make_integer(position(call.text(0), call.text(1)) >= 0 ? 1 : 0);
        case Builtin::strpos:
            return make_integer(position(call.text(0), call.text(1)));
        case Builtin::strtol:
            return make_integer(parse_number(call.text(0), call.integer(1)));
        case Builtin::str_replace:
            return make_text(replace_all(call.text(0), call.text(1), call.text(2),
                                         call.context.longest_string()));
        case Builtin::stringat:
            return make_integer(byte_at(call));
        case Builtin::tokenize:
            return make_text(call.context.tokenizer.next(call.text(0), call.text(1)));
        case Builtin::text_str: {
            Value result;
            append_quoted(result.text, call.text(0));
            return result;
        }
        case Builtin::errno_str:
            return make_text(error_name(call.integer(0)));
        case Builtin::signal_name:
            return make_text(signal_name(call.integer(0)));
        default: {
            const std::string time = calendar_time(call.integer(0));
            if (time.empty()) {
                call.raise("ctime: time out of range");
            }
            return make_text(time);
        }
    }
}

std::string argument_text(const Call& call) {
    const auto& arguments = call.context.options.arguments;
    const std::int64_t number = call.integer(0);
    if (number < 1 || static_cast<std::uint64_t>(number) >
                          std::min(arguments.size(), elaborate::most_script_arguments)) {
        return {};
    }
    return arguments[static_cast<std::size_t>(number) - 1];
}

void log_line(const Call& call) {
    std::string line;
    if (call.context.output.escapes_values()) {
        append_for_terminal(line, call.text(0));
    } else {
        line = call.text(0);
    }
    if (line.empty() || line.back() != '\n') {
        line += '\n';
    }
    call.context.output.append(line);
}

Value file_function(const Call& call) {
    std::string& value = call.context.file_value;
    if (call.builtin == Builtin::set_file_value) {
        value = call.text(0);
    } else if (call.builtin == Builtin::append_file_value) {
        value += call.text(0);
    }
    if (call.builtin != Builtin::file_value && value.size() > call.context.longest_file_value) {
        value.resize(call.context.longest_file_value);
    }
    return make_text(value);
}

void start_command(const Call& call) {
    // More than any handler means to start.
    constexpr std::size_t most_commands = 1000;
    if (call.context.commands.size() >= most_commands) {
        call.raise("system: too many commands at once");
    }
    call.context.commands.emplace_back(call.text(0));
}

Value session_function(const Call& call) {
    Context& context = call.context;
    switch (call.builtin) {
        case Builtin::exit_session:
            context.exit_requested = true;
            return {};
        case Builtin::error:
            call.raise(call.text(0));
        case Builtin::target:
            return make_integer(context.options.target);
        case Builtin::pp:
            return make_text(context.handler->point);
        case Builtin::probe_definition:
            return make_text(context.handler->definition);
        case Builtin::argument_count:
            return make_integer(static_cast<std::int64_t>(context.options.arguments.size()));
        case Builtin::argument_text:
            return make_text(argument_text(call));
        case Builtin::system:
            start_command(call);
            return {};
        case Builtin::file_value:
        case Builtin::set_file_value:
        case Builtin::append_file_value:
            return file_function(call);
        case Builtin::log:
            log_line(call);
            return {};
        case Builtin::warn:
            if (!context.options.suppress_warnings) {
                context.print_message("WARNING", call.text(0));
            }
            return {};
        default:  // reading the kernel's memory: verify() admits none of these
            call.raise("missing capture");
    }
}

}  // namespace

Value call_builtin(Builtin builtin, std::span<const Argument> arguments, Context& context,
                   std::uint32_t site) {
    const Call call{builtin, arguments, context, site};
    switch (builtin) {
        case Builtin::gettimeofday_ns:
        case Builtin::gettimeofday_us:
        case Builtin::gettimeofday_ms:
        case Builtin::gettimeofday_s:
        case Builtin::ktime_get_ns:
            return clock_value(call);
        case Builtin::pid:
        case Builtin::tid:
        case Builtin::uid:
        case Builtin::euid:
        case Builtin::gid:
        case Builtin::egid:
        case Builtin::cpu:
        case Builtin::execname:
        case Builtin::task_current:
        case Builtin::ppid:
        case Builtin::pexecname:
            return identity(call);
        case Builtin::pid2task:
        case Builtin::pid2execname:
            return process_lookup(call);
        case Builtin::task_pid:
        case Builtin::task_tid:
        case Builtin::task_uid:
        case Builtin::task_euid:
        case Builtin::task_gid:
        case Builtin::task_egid:
        case Builtin::task_execname:
        case Builtin::task_parent:
        case Builtin::pstrace:
            return task_value(call);
        default:
            return builtin >= Builtin::strlen && builtin <= Builtin::ctime ? string_function(call)
                                                                           : session_function(call);
    }
}

}  // namespace sutap::execute
