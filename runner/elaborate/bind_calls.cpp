// Calls: functions, builtins, and the print family.
#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/formats.h"
#include "runner/targets/machine.h"

namespace sutap::elaborate {
namespace {

std::string count_of(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::vector<std::string> callable_names(const Library& library, bool is_tapset) {
    std::vector<std::string> names = library.function_names(is_tapset);
    for (const BuiltinRow& row : builtins()) {
        if (!row.name.empty()) {
            names.emplace_back(row.name);
        }
    }
    for (const char* form : {"", "f", "ln", "d", "dln"}) {
        names.push_back(std::string("print") + form);
        names.push_back(std::string("sprint") + form);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// int_arg(n) and its like: a function's argument by its number, as wide as the name says.
struct NumberedArgument {
    std::string_view name;
    std::uint32_t size = 8;
    bool is_signed = false;
};
constexpr std::array<NumberedArgument, 11> numbered_arguments = {{{"int_arg", 4, true},
                                                                  {"uint_arg", 4, false},
                                                                  {"long_arg", 8, true},
                                                                  {"ulong_arg", 8, false},
                                                                  {"longlong_arg", 8, true},
                                                                  {"ulonglong_arg", 8, false},
                                                                  {"pointer_arg", 8, false},
                                                                  {"s32_arg", 4, true},
                                                                  {"u32_arg", 4, false},
                                                                  {"s64_arg", 8, true},
                                                                  {"u64_arg", 8, false}}};

// What register(name), u_register(name) or registers_valid() reads; else what is wrong with the
// call.
std::variant<ContextArgument, std::string> machine_register(const language::Call& call) {
    const bool is_question = call.name == "registers_valid";
    if (call.arguments.size() != (is_question ? 0 : 1)) {
        return "function '" + call.name + "' takes " + count_of(is_question ? 0 : 1, "argument") +
               ", not " + std::to_string(call.arguments.size());
    }
    ContextArgument argument;
    argument.source = ContextArgument::Source::machine_argument;
    argument.size = 0;
    if (is_question) {
        return argument;
    }
    const auto* name = std::get_if<language::StringLiteral>(&call.arguments[0]->node);
    if (name == nullptr) {
        return "the name of a register must be a literal string";
    }
    const auto known = targets::machine_register(name->value);
    if (!known) {
        return "this machine has no register '" + name->value + "'";
    }
    argument.index = known->offset;
    argument.size = known->size;
    argument.is_signed = call.name == "register";
    return argument;
}

}  // namespace

bool reads_registers(std::string_view function) {
    return function == "register" || function == "u_register" || function == "registers_valid";
}

std::optional<Expression> Binder::register_call(const language::Call& call, const Place& place) {
    if (reads_registers(call.name)) {
        const auto found = machine_register(call);
        if (const auto* problem = std::get_if<std::string>(&found)) {
            return failed(call.arguments.empty() ? place : call.arguments[0]->place, *problem);
        }
        return Expression{place, ValueType::integer, std::get<ContextArgument>(found),
                          "identifier '" + call.name + "'"};
    }
    if (call.name == "returnstr" && call.arguments.size() == 1) {
        const language::Expression result{place, language::Call{"returnval", {}}};
        return node(language::Call{"return_str", {call.arguments[0], result}}, place);
    }
    const auto numbered = std::find_if(numbered_arguments.begin(), numbered_arguments.end(),
                                       [&](const auto& one) { return one.name == call.name; });
    const bool is_result = call.name == "returnval";
    if (!is_result && numbered == numbered_arguments.end()) {
        return std::nullopt;
    }
    if (call.arguments.size() != (is_result ? 0 : 1)) {
        return failed(place, "function '" + call.name + "' takes " +
                                 count_of(is_result ? 0 : 1, "argument") + ", not " +
                                 std::to_string(call.arguments.size()));
    }
    if (context_ == nullptr) {
        return failed(place, call.name +
                                 "() needs a probed function: call it in the handler of a "
                                 "probe on one");
    }
    const ContextParameter* found = context_->result ? &*context_->result : nullptr;
    if (!is_result) {
        const auto* number = std::get_if<language::NumberLiteral>(&call.arguments[0]->node);
        if (number == nullptr) {
            return failed(call.arguments[0]->place, "the number of an argument must be a literal");
        }
        const auto index = static_cast<std::uint64_t>(number->value) - 1;
        found = index < context_->parameters.size() ? &context_->parameters[index] : nullptr;
    }
    if (found == nullptr || !found->is_scalar) {
        return failed(place, is_result ? "returnval() has a value in .return probes of functions "
                                         "that return one"
                                       : context_->where + " has " +
                                             count_of(context_->parameters.size(), "argument") +
                                             " that can be read by number");
    }
    if (is_confined() && !is_own_value(session_.kernel.types(), *found)) {
        return refused(place, call.name + "() here", "numbers that a system call has are");
    }
    const std::string near = "identifier '" + call.name + "'";
    ContextArgument argument = found->argument;
    if (argument.source == ContextArgument::Source::constant) {
        return integer_constant(place, argument.value);
    }
    argument.size = is_result ? 8 : numbered->size;
    argument.is_signed = is_result || numbered->is_signed;
    return argument_value(argument, place, near);
}

Expression Binder::node(const language::Call& call, const Place& place) {
    const bool is_statement = std::exchange(is_statement_, false);
    if (auto printed_form = print_call(call, place)) {
        return std::move(*printed_form);
    }
    if (call.name.starts_with("@")) {
        return failed(place, "the operator " + call.name + " is not available in this version");
    }
    const auto candidates = overloads(call.name, is_tapset_);
    const auto chosen = std::find_if(candidates.begin(), candidates.end(), [&](const auto& one) {
        return one.syntax->parameters.size() == call.arguments.size();
    });
    if (chosen != candidates.end()) {
        const std::uint32_t function = session_.function(*chosen);
        FunctionCall made{function, {}};
        std::vector<LearnedType> given;
        for (const auto& argument : call.arguments) {
            made.arguments.push_back(boxed(argument));
            given.emplace_back().learn(made.arguments.back()->c_type);
        }
        FunctionFacts& facts = session_.function_facts[function];
        facts.parameters.resize(given.size());
        for (std::size_t index = 0; index < given.size(); ++index) {
            facts.parameters[index].learn(given[index].get());
        }
        return {place, ValueType::unknown, std::move(made), "identifier '" + call.name + "'",
                facts.result.get()};
    }
    if (auto refusal = refused_function(call.name, place)) {
        return std::move(*refusal);
    }
    if (auto from_register = register_call(call, place)) {
        return std::move(*from_register);
    }
    if (const auto builtin = find_builtin(call.name)) {
        const BuiltinRow& found = row(*builtin);
        if (found.needs_guru && !session_.options.guru) {
            return failed(place, "function '" + call.name + "' not permitted; need stap -g");
        }
        if (call.arguments.size() >= found.required_parameters &&
            call.arguments.size() <= found.parameters.size()) {
            return builtin_call(*builtin, call, place, is_statement);
        }
        return failed(place, "function '" + call.name + "' takes " +
                                 count_of(found.parameters.size(), "argument") + ", not " +
                                 std::to_string(call.arguments.size()));
    }
    if (!candidates.empty()) {
        return failed(place,
                      "function '" + call.name + "' takes " +
                          count_of(candidates.front().syntax->parameters.size(), "argument") +
                          ", not " + std::to_string(call.arguments.size()));
    }
    if (const std::string_view sentence = missing_function(call.name); !sentence.empty()) {
        return failed(place,
                      "function '" + call.name + "' is not available: " + std::string(sentence));
    }
    return failed(place,
                  "unresolved function " + call.name + session_.problems.similar(call.name, [&] {
                      return callable_names(session_.library, is_tapset_);
                  }));
}

Expression Binder::builtin_call(Builtin builtin, const language::Call& call, const Place& place,
                                bool is_statement) {
    std::vector<ExpressionBox> arguments;
    for (const auto& argument : call.arguments) {
        arguments.push_back(boxed(argument));
    }
    const std::string near = "identifier '" + call.name + "'";
    const ValueType result = row(builtin).result;
    if (result == ValueType::unknown && !is_statement) {
        return {place, ValueType::integer,
                FunctionCall{session_.valued(builtin), std::move(arguments)}, near};
    }
    return {place, result, BuiltinCall{builtin, std::move(arguments)}, near};
}

std::optional<Expression> Binder::print_call(const language::Call& call, const Place& place) {
    const bool to_string = call.name.starts_with("sprint");
    if (!to_string && !call.name.starts_with("print")) {
        return std::nullopt;
    }
    const std::string kind = call.name.substr(to_string ? 6 : 5);
    if (kind == "f") {
        return formatted(call, place, to_string);
    }
    if (kind.empty() || kind == "ln" || kind == "d" || kind == "dln") {
        return printed(call, place, kind, to_string);
    }
    return std::nullopt;
}

Expression Binder::formatted(const language::Call& call, const Place& place, bool to_string) {
    const auto* format = call.arguments.empty()
                             ? nullptr
                             : std::get_if<language::StringLiteral>(&call.arguments[0]->node);
    if (format == nullptr) {
        return failed(call.arguments.empty() ? place : call.arguments[0]->place,
                      "the format of " + call.name + " must be a literal string");
    }
    auto parsed = parse_format(format->value);
    if (const auto* error = std::get_if<std::string>(&parsed)) {
        return failed(call.arguments[0]->place, *error);
    }
    FormatCall made;
    made.to_string = to_string;
    made.pieces = std::move(std::get<std::vector<FormatPiece>>(parsed));
    if (is_confined() && std::ranges::any_of(made.pieces, reads_beyond_own_memory)) {
        return refused(call.arguments[0]->place, "%m", "%#m shows the process's own memory");
    }
    const std::size_t expected = argument_count_of(made.pieces);
    const std::size_t given = call.arguments.size() - 1;
    if (expected != given) {
        return failed(place, "wrong number of args to formatted print operator, expected " +
                                 std::to_string(expected) + " but found " + std::to_string(given));
    }
    for (std::size_t index = 1; index < call.arguments.size(); ++index) {
        made.arguments.push_back(boxed(call.arguments[index]));
    }
    return {place, to_string ? ValueType::string : ValueType::unknown, std::move(made),
            "identifier '" + call.name + "'"};
}

// print, println, and with a delimiter between the values printd, printdln.
Expression Binder::printed(const language::Call& call, const Place& place, const std::string& kind,
                           bool to_string) {
    std::string delimiter;
    std::size_t first = 0;
    if (kind.starts_with("d")) {
        const auto* literal = call.arguments.empty()
                                  ? nullptr
                                  : std::get_if<language::StringLiteral>(&call.arguments[0]->node);
        if (literal == nullptr) {
            return failed(call.arguments.empty() ? place : call.arguments[0]->place,
                          "the delimiter of " + call.name + " must be a literal string");
        }
        delimiter = literal->value;
        first = 1;
    }
    if (auto histogram = printed_histogram(call, place, first, to_string)) {
        return std::move(*histogram);
    }
    if (call.arguments.size() == first && kind != "ln") {
        return failed(place, call.name + " needs a value to print");
    }
    FormatCall made;
    made.to_string = to_string;
    for (std::size_t index = first; index < call.arguments.size(); ++index) {
        if (index > first && !delimiter.empty()) {
            made.pieces.push_back(literal_piece(delimiter));
        }
        made.pieces.push_back(by_type_piece());
        made.arguments.push_back(boxed(call.arguments[index]));
    }
    if (kind.ends_with("ln")) {
        made.pieces.push_back(literal_piece("\n"));
    }
    return {place, to_string ? ValueType::string : ValueType::unknown, std::move(made),
            "identifier '" + call.name + "'"};
}

}  // namespace sutap::elaborate
