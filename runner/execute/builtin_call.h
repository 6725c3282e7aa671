// Inside the room: one call of a builtin, and the functions that its subjects are in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "runner/elaborate/builtins.h"
#include "runner/execute/builtins.h"
#include "runner/execute/context.h"
#include "runner/execute/soft_error.h"

namespace sutap::execute {

struct BuiltinCall {
    elaborate::Builtin builtin{};
    std::span<const Argument> arguments;
    Context& context;
    std::uint32_t site = 0;

    std::int64_t integer(std::size_t index) const { return arguments[index].integer; }
    const std::string& text(std::size_t index) const { return *arguments[index].text; }
    [[noreturn]] void raise(std::string message) const {
        throw SoftError{.message = std::move(message), .site = site};
    }
};

inline Value make_integer(std::int64_t integer) {
    return {.integer = integer, .text = {}};
}
inline Value make_text(std::string_view text) {
    return {.integer = 0, .text = std::string(text)};
}

// Each for the builtins of its part of the enumeration.
Value clock_value(const BuiltinCall& call);
Value identity(const BuiltinCall& call);
Value task_value(const BuiltinCall& call);
Value process_lookup(const BuiltinCall& call);
Value session_function(const BuiltinCall& call);
Value string_function(const BuiltinCall& call);
Value symbol_function(const BuiltinCall& call);
Value user_symbol_function(const BuiltinCall& call);
Value name_function(const BuiltinCall& call);
Value time_function(const BuiltinCall& call);
Value number_function(const BuiltinCall& call);
Value output_function(const BuiltinCall& call);

}  // namespace sutap::execute
