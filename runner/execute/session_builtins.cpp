// Builtins that ask about the session or end it, and those that write.
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdlib>

#include "runner/execute/builtin_call.h"
#include "runner/execute/names.h"
#include "runner/execute/text.h"

namespace sutap::execute {

using elaborate::Builtin;

namespace {

std::string argument_text(const BuiltinCall& call) {
    const auto& arguments = call.context.options.arguments;
    const std::int64_t number = call.integer(0);
    if (number < 1 || static_cast<std::uint64_t>(number) >
                          std::min(arguments.size(), elaborate::most_script_arguments)) {
        return {};
    }
    return arguments[static_cast<std::size_t>(number) - 1];
}

// The load average of the last 1, 5 or 15 minutes in hundredths.
std::int64_t load_average(const BuiltinCall& call) {
    std::array<double, 3> averages{};
    const std::int64_t index = call.integer(0);
    if (index < 0 || index >= std::int64_t{averages.size()}) {
        call.raise("load average index " + std::to_string(index) + " out of range");
    }
    if (::getloadavg(averages.data(), averages.size()) != int{averages.size()}) {
        call.raise("the load average cannot be read");
    }
    return std::lround(averages.at(static_cast<std::size_t>(index)) * 100);
}

// As the module of stap would be called: random there, the process's number here.
std::string module_name(const Context& context) {
    return context.options.module_name.empty() ? "stap_" + std::to_string(::getpid())
                                               : context.options.module_name;
}

std::string for_output(const BuiltinCall& call, const std::string& text) {
    if (!call.context.output.escapes_values()) {
        return text;
    }
    std::string shown;
    append_for_terminal(shown, text);
    return shown;
}

void log_line(const BuiltinCall& call) {
    std::string line = for_output(call, call.text(0));
    if (line.empty() || line.back() != '\n') {
        line += '\n';
    }
    call.context.output.append(line);
}

Value file_function(const BuiltinCall& call) {
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

void start_command(const BuiltinCall& call) {
    // More than any handler means to start.
    constexpr std::size_t most_commands = 1000;
    if (call.context.commands.size() >= most_commands) {
        call.raise("system: too many commands at once");
    }
    call.context.commands.emplace_back(call.text(0));
}

// A line of the kernel's log is shorter than 1,000 bytes, and one write(2) is one line.
void log_to_kernel(const BuiltinCall& call) {
    constexpr std::size_t longest = 900;
    constexpr std::int64_t least_severe = 7;
    const std::string level =
        std::to_string(std::clamp<std::int64_t>(call.integer(0), 0, least_severe));
    const std::string& text = call.text(1);
    std::size_t at = 0;
    do {
        const std::string line = "<" + level + ">" + text.substr(at, longest) + "\n";
        if (::write(call.context.options.kernel_log, line.data(), line.size()) < 0) {
            call.raise(std::string("printk: ") + strerrordesc_np(errno));
        }
        at += longest;
    } while (at < text.size());
}

// As in stap, where the buffer is not available the message is dropped.
void write_marker(const BuiltinCall& call) {
    const std::string line = call.text(0) + "\n";
    if (::write(call.context.options.trace_marker, line.data(), line.size()) < 0) {
        return;
    }
}

}  // namespace

Value session_function(const BuiltinCall& call) {
    const Context& context = call.context;
    switch (call.builtin) {
        case Builtin::exit_session:
            call.context.exit_requested = true;
            return {};
        case Builtin::error:
            call.raise(call.text(0));
        case Builtin::target:
            return make_integer(context.options.target);
        case Builtin::pp:
            return make_text(context.handler->point);
        case Builtin::probe_definition:
            return make_text(context.handler->definition);
        case Builtin::is_return:
            return make_integer(context.handler->is_return ? 1 : 0);
        case Builtin::ppfunc:
            return make_text(function_of_point(context.handler->point));
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
        case Builtin::stp_pid:
            return make_integer(::getpid());
        case Builtin::session_user:
            return make_integer(::getuid());
        case Builtin::module_name:
            return make_text(module_name(context));
        case Builtin::num_online_cpus:
            return make_integer(::sysconf(_SC_NPROCESSORS_ONLN));
        case Builtin::mem_page_size:
            return make_integer(::sysconf(_SC_PAGESIZE));
        case Builtin::loadavg:
            return make_integer(load_average(call));
        default:  // reading the kernel's memory: verify() admits none of these
            call.raise("missing capture");
    }
}

Value output_function(const BuiltinCall& call) {
    Context& context = call.context;
    switch (call.builtin) {
        case Builtin::log:
            log_line(call);
            return {};
        case Builtin::warn:
            if (!context.options.suppress_warnings) {
                context.print_message("WARNING", call.text(0));
            }
            return {};
        case Builtin::printk:
            log_to_kernel(call);
            return {};
        case Builtin::ftrace:
            write_marker(call);
            return {};
        case Builtin::switch_file:
            context.output.switch_file();
            return {};
        case Builtin::abort:
            context.exit_requested = true;
            throw SoftError{.message = {}, .site = call.site, .catchable = false, .is_abort = true};
        case Builtin::speculation:
            return make_integer(context.speculations.open());
        case Builtin::speculate:
            if (!context.speculations.add(call.integer(0), call.text(1))) {
                call.raise("too much speculative output (at most 16 MiB)");
            }
            return {};
        case Builtin::commit:
            context.output.append(for_output(call, context.speculations.take(call.integer(0))));
            return {};
        default:  // discard
            context.speculations.take(call.integer(0));
            return {};
    }
}

}  // namespace sutap::execute
