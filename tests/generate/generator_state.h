#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "tests/generate/generator.h"

namespace sutap::generate {

// An expression: as the script writes it, and the C++ name of its value. What computes the value
// is already written.
struct Made {
    std::string script;
    std::string value;
};

// Names that expressions may use, of one type.
struct Names {
    std::vector<std::string> readable;
    std::vector<std::string> writable;
};

struct ArrayName {
    std::string name;
    enum class Kind { integers, wrapping, texts, pairs, statistics } kind;
    bool is_frozen = false;  // a foreach goes over it
};

// Writes one program, twice: as a script and as C++. Its parts are in integers.cpp, strings.cpp,
// statements.cpp, probes.cpp and generator.cpp.
class Generator {
  public:
    Generator(std::uint64_t seed, std::uint32_t number)
        : random_(seed * 1'000'003 + number), prefix_("p" + std::to_string(number) + "_") {}

    Program generate(std::uint32_t number);
    Program generate_probe();

  private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t bound) { return below(bound) == 0; }
    template <typename List>
    const auto& pick(const List& list) {
        return list[below(list.size())];
    }
    std::string fresh(const std::string& stem) { return stem + std::to_string(count_++); }
    void both(const std::string& script, const std::string& oracle) {
        // Without a semicolon, what begins with a parenthesis would be an argument list.
        const bool is_structure = script.ends_with('{') || script.ends_with('}');
        script_ += indent() + script + (is_structure ? "\n" : ";\n");
        compute(oracle);
    }
    void compute(const std::string& line) { oracle_ += indent() + line + "\n"; }
    std::string indent() const { return std::string(std::size_t{4} * level_, ' '); }
    std::string new_value(const std::string& type, const std::string& value) {
        const std::string name = fresh("t");
        compute(type + " " + name + " = " + value + ";");
        return name;
    }
    Made make_integer(const std::string& script, const std::string& value) {
        return {script, new_value("Integer", value)};
    }
    Made make_text(const std::string& script, const std::string& value) {
        return {script, new_value("Text", value)};
    }

    Made integer(int depth);
    Made integer_literal();
    Made small(std::int64_t lowest, std::int64_t highest);
    Made arithmetic(int depth);
    Made comparison(int depth);
    Made logical(int depth);
    Made choice(int depth, bool of_text);
    Made unary(int depth);
    Made assigned_integer(int depth);
    Made stepped();
    Made text_property(int depth);
    Made array_property(int depth);
    Made called(bool returns_text, int depth);
    Made text(int depth);
    Made text_literal();
    Made assigned_text(int depth);
    Made text_function(int depth);
    Made formatted(int depth);
    // Script: `format", arguments`; C++: a Text of it.
    Made format_call(int depth);
    void format_piece(int depth, std::string& script_format, std::string& script_arguments,
                      std::string& value);

    void statements(int depth, std::uint64_t most);
    void statement(int depth);
    void print_statement(int depth);
    void array_statement(int depth);
    void branch(int depth);
    void loop(int depth);
    void foreach_loop(int depth);
    void try_block(int depth);
    void leave_loop();
    void body(int depth);
    void declare(std::string& declarations, std::string& oracle);
    void function(bool returns_text, std::string& declarations, std::string& oracle);
    void begin_handler();
    void print_everything();
    ArrayName* array_of(std::initializer_list<ArrayName::Kind> kinds, bool for_change);

    std::minstd_rand random_;
    std::string prefix_;
    std::string script_;
    std::string oracle_;
    std::size_t level_ = 1;
    int count_ = 0;
    int in_loops_ = 0;
    bool in_function_ = false;
    Names integers_;
    Names texts_;
    std::vector<ArrayName> arrays_;
    bool has_functions_ = false;
};

}  // namespace sutap::generate
