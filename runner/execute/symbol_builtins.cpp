// Builtins on addresses of the kernel's code: backtraces and symbols.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include "runner/execute/addresses.h"
#include "runner/execute/builtin_call.h"
#include "runner/execute/names.h"
#include "runner/execute/symbols.h"

namespace sutap::execute {
namespace {

using elaborate::Builtin;

// "vfs_read+0x5/0x180 [kernel]", or the address if nothing is known there.
std::string described(const Context& context, std::uint64_t address) {
    const auto found = context.symbols.find(address);
    if (!found) {
        return shown(address, context.options.hides_addresses);
    }
    std::string text(found->name);
    text += "+" + hexadecimal(address - found->start);
    if (found->size > 0) {
        text += "/" + hexadecimal(found->size);
    }
    return text.append(" [").append(found->module).append("]");
}

// What the probe itself put on the stack: our BPF program, and what called it.
bool is_of_the_probe(const Symbols& symbols, std::uint64_t address) {
    if (!symbols.is_kernel_text(address)) {
        return true;
    }
    const auto found = symbols.find(address);
    constexpr std::array<std::string_view, 4> callers = {"bpf_", "__bpf_", "__traceiter_",
                                                         "trace_call_bpf"};
    return found && std::any_of(callers.begin(), callers.end(), [&](std::string_view start) {
               return found->name.starts_with(start);
           });
}

// The stack of __kernel_stack() from the probed place on.
Addresses kernel_stack(const BuiltinCall& call) {
    Addresses addresses = addresses_of(call.text(0));
    const Symbols& symbols = call.context.symbols;
    if (symbols.empty() || addresses.empty()) {
        return addresses;
    }
    const bool is_of_kernel = addresses.front() >> 63U != 0;
    const auto first = std::find_if(addresses.begin(), addresses.end(), [&](std::uint64_t one) {
        return !is_of_the_probe(symbols, one);
    });
    if (!is_of_kernel || first == addresses.end()) {
        return addresses;
    }
    addresses.erase(addresses.begin(), first);
    // The probe's call stands at the function's start: behind it is where the probe is.
    const auto found = symbols.find(addresses.front());
    const std::string function =
        call.context.handler == nullptr ? "" : function_of_point(call.context.handler->point);
    if (found && found->name == function) {
        addresses.front() = found->start;
    }
    return addresses;
}

// sprint_backtrace() and sprint_syms(): a line each.
std::string symbol_lines(const Context& context, const Addresses& addresses) {
    std::string text;
    for (const std::uint64_t address : addresses) {
        text += described(context, address) + "\n";
    }
    return text;
}

void print_lines(const BuiltinCall& call, const Addresses& addresses, bool is_stack) {
    const bool hides_addresses = call.context.options.hides_addresses;
    std::string text;
    const bool returns = is_stack && call.context.handler != nullptr && addresses.size() > 1 &&
                         call.context.handler->is_return;
    for (std::size_t index = 0; index < addresses.size(); ++index) {
        if (returns && index < 2) {
            text += index == 0 ? "Returning from: " : "Returning to  : ";
        }
        text += address_line(addresses[index], described(call.context, addresses[index]),
                             hides_addresses);
    }
    call.context.output.append(text);
}

std::string texts_of(const Addresses& addresses, std::int64_t skipped, std::int64_t count) {
    std::string text;
    for (std::size_t index = 0; index < addresses.size(); ++index) {
        const std::int64_t place = static_cast<std::int64_t>(index) - skipped;
        if (place >= 0 && (count < 0 || place < count)) {
            text += (text.empty() ? "" : " ") + hexadecimal(addresses[index]);
        }
    }
    return text;
}

}  // namespace

Value symbol_function(const BuiltinCall& call) {
    const Symbols& symbols = call.context.symbols;
    const auto address = [&] { return static_cast<std::uint64_t>(call.integer(0)); };
    const auto shown_text = [&] { return shown(address(), call.context.options.hides_addresses); };
    switch (call.builtin) {
        case Builtin::stack_text:
            return make_text(texts_of(kernel_stack(call), call.integer(1), call.integer(2)));
        case Builtin::stack_address: {
            const Addresses addresses = kernel_stack(call);
            const auto index = static_cast<std::uint64_t>(call.integer(1));
            return make_integer(
                index < addresses.size() ? static_cast<std::int64_t>(addresses[index]) : 0);
        }
        case Builtin::stack_symbols:
            return make_text(symbol_lines(call.context, kernel_stack(call)));
        case Builtin::print_stack:
            print_lines(call, kernel_stack(call), true);
            return {};
        case Builtin::print_addresses:
            print_lines(call, addresses_in(call.text(0)), false);
            return {};
        case Builtin::address_symbols:
            return make_text(symbol_lines(call.context, addresses_in(call.text(0))));
        case Builtin::symbol_name: {
            const auto found = symbols.find(address());
            return make_text(found ? std::string(found->name) : shown_text());
        }
        case Builtin::address_text:
            return make_text(shown_text());
        case Builtin::shown_address:
            return make_integer(call.integer(0));
        case Builtin::probed_function: {
            const auto found = symbols.find(address());
            const std::string probed = function_of_point(call.context.handler->point);
            return make_text(!probed.empty() || !found ? probed : std::string(found->name));
        }
        case Builtin::symbol_description:
            return make_text(described(call.context, address()));
        default: {
            const auto found = symbols.find(address());
            if (!found) {
                call.raise("no module is known at " + shown_text());
            }
            return make_text(found->module);
        }
    }
}

}  // namespace sutap::execute
