// Builtins on addresses of a process's code: which file is mapped there, and where in it.
#include <unistd.h>

#include "runner/execute/addresses.h"
#include "runner/execute/builtin_call.h"
#include "runner/execute/user_modules.h"

namespace sutap::execute {
namespace {

using elaborate::Builtin;

UserModules present_modules(const BuiltinCall& call) {
    const Record* record = call.context.record;
    return UserModules::of_process(call.context.options.process_folder,
                                   record != nullptr ? record->process() : ::getpid());
}

// "0x7f0123 [libc.so.6+0x123/0x1d5000]", or the address if nothing is known there.
std::string described(const BuiltinCall& call, const UserModules& modules, std::uint64_t address) {
    std::string text = shown(address, call.context.options.hides_addresses);
    if (const UserModule* module = modules.find(address)) {
        text.append(" [").append(module->name()).append("+");
        text += hexadecimal(address - module->start) + "/";
        text += hexadecimal(module->end - module->start) + "]";
    }
    return text;
}

std::string lines(const BuiltinCall& call, const Addresses& addresses) {
    const UserModules modules = present_modules(call);
    std::string text;
    for (const std::uint64_t address : addresses) {
        text += described(call, modules, address) + "\n";
    }
    return text;
}

void print_lines(const BuiltinCall& call, const Addresses& addresses) {
    const UserModules modules = present_modules(call);
    std::string text;
    for (const std::uint64_t address : addresses) {
        text += address_line(address, described(call, modules, address),
                             call.context.options.hides_addresses);
    }
    call.context.output.append(text);
}

}  // namespace

Value user_symbol_function(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::user_stack_symbols:
            return make_text(lines(call, addresses_of(call.text(0))));
        case Builtin::print_user_stack:
            print_lines(call, addresses_of(call.text(0)));
            return {};
        case Builtin::user_address_symbols:
            return make_text(lines(call, addresses_in(call.text(0))));
        case Builtin::print_user_addresses:
            print_lines(call, addresses_in(call.text(0)));
            return {};
        default:
            break;
    }
    const auto address = static_cast<std::uint64_t>(call.integer(0));
    const UserModules modules = present_modules(call);
    if (call.builtin == Builtin::user_symbol_description) {
        return make_text(described(call, modules, address));
    }
    const UserModule* module = modules.find(address);
    if (module == nullptr) {
        call.raise("no user-space module is known at " +
                   shown(address, call.context.options.hides_addresses));
    }
    return make_text(module->name());
}

}  // namespace sutap::execute
