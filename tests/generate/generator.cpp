#include "tests/generate/generator.h"

#include <array>
#include <cstddef>
#include <utility>

namespace sutap::generate {
namespace {

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

// Characters of a literal, the same in both languages.
std::string quoted(const std::string& text) {
    std::string made = "\"";
    for (const char character : text) {
        switch (character) {
            case '\n':
                made += "\\n";
                break;
            case '\t':
                made += "\\t";
                break;
            case '"':
            case '\\':
                made += '\\';
                [[fallthrough]];
            default:
                made += character;
                break;
        }
    }
    return made + "\"";
}

class Generator {
  public:
    Generator(std::uint64_t seed, std::uint32_t number)
        : random_(seed * 1'000'003 + number), prefix_("p" + std::to_string(number) + "_") {}

    Program generate(std::uint32_t number);

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
    void print_everything();
    ArrayName* array_of(std::initializer_list<ArrayName::Kind> kinds, bool for_change);

    std::minstd_rand random_;
    std::string prefix_;
    std::string script_;
    std::string oracle_;
    std::size_t level_ = 1;
    int count_ = 0;
    int pure_ = 0;  // no effects, while above 0
    int in_loops_ = 0;
    bool in_function_ = false;
    Names integers_;
    Names texts_;
    std::vector<ArrayName> arrays_;
    bool has_functions_ = false;
};

// ---- integers -----------------------------------------------------------------------------------

Made Generator::integer_literal() {
    std::int64_t value = static_cast<std::int64_t>(below(41)) - 20;
    if (one_in(4)) {
        const auto power = static_cast<std::int64_t>(std::uint64_t{1} << below(64));
        value = static_cast<std::int64_t>(static_cast<std::uint64_t>(power) + below(3) - 1);
    }
    const auto bits = static_cast<std::uint64_t>(value);
    std::string script = std::to_string(value);
    if (value < 0) {
        script = "(" + script + ")";
    } else if (one_in(4)) {
        static constexpr std::string_view digits = "0123456789abcdef";
        script.clear();
        for (std::uint64_t rest = bits; rest != 0 || script.empty(); rest >>= 4U) {
            script.insert(script.begin(), digits[rest & 15U]);
        }
        script.insert(0, "0x");
    }
    return make_integer(script, "wrap(" + std::to_string(bits) + "ULL)");
}

Made Generator::small(std::int64_t lowest, std::int64_t highest) {
    const auto width = static_cast<std::uint64_t>(highest - lowest + 1);
    const std::string value = std::to_string(lowest + static_cast<std::int64_t>(below(width)));
    return make_integer(value[0] == '-' ? "(" + value + ")" : value, value);
}

Made Generator::arithmetic(int depth) {
    static constexpr std::array<std::pair<const char*, const char*>, 10> operators = {
        {{"+", "add(L, R)"},
         {"-", "subtract(L, R)"},
         {"*", "multiply(L, R)"},
         {"/", "divide(L, R)"},
         {"%", "modulo(L, R)"},
         {"<<", "shift_left(L, R)"},
         {">>", "shift_right(L, R)"},
         {"&", "L & R"},
         {"|", "L | R"},
         {"^", "L ^ R"}}};
    const auto& [name, form] = pick(operators);
    const Made left = integer(depth - 1);
    const bool shifts = name[0] == '<' || name[0] == '>';
    const bool divides = name[0] == '/' || name[0] == '%';
    const Made right = shifts && !one_in(4)    ? small(-2, 65)
                       : divides && !one_in(4) ? small(1, 9)
                                               : integer(depth - 1);
    std::string value;
    for (const char character : std::string_view(form)) {
        value += character == 'L'   ? left.value
                 : character == 'R' ? right.value
                                    : std::string(1, character);
    }
    return make_integer("(" + left.script + " " + name + " " + right.script + ")", value);
}

Made Generator::comparison(int depth) {
    static constexpr std::array<const char*, 6> operators = {"==", "!=", "<", "<=", ">", ">="};
    const std::string name = pick(operators);
    const bool of_texts = one_in(3);
    const Made left = of_texts ? text(depth - 1) : integer(depth - 1);
    const Made right = of_texts ? text(depth - 1) : integer(depth - 1);
    return make_integer("(" + left.script + " " + name + " " + right.script + ")",
                        left.value + " " + name + " " + right.value + " ? 1 : 0");
}

Made Generator::logical(int depth) {
    const bool is_and = one_in(2);
    const Made left = integer(depth - 1);
    const std::string result = new_value("Integer", is_and ? "0" : "1");
    compute("if (" + left.value + (is_and ? " != 0) {" : " == 0) {"));
    ++level_;
    const Made right = integer(depth - 1);
    compute(result + " = " + right.value + " != 0 ? 1 : 0;");
    --level_;
    compute("}");
    return {"(" + left.script + (is_and ? " && " : " || ") + right.script + ")", result};
}

Made Generator::choice(int depth, bool of_text) {
    const Made condition = integer(depth - 1);
    const std::string result = new_value(of_text ? "Text" : "Integer", "{}");
    std::string script = "(" + condition.script;
    for (const bool first : {true, false}) {
        compute(first ? "if (" + condition.value + " != 0) {" : "} else {");
        ++level_;
        const Made value = of_text ? text(depth - 1) : integer(depth - 1);
        compute(result + " = " + value.value + ";");
        --level_;
        script += (first ? " ? " : " : ") + value.script;
    }
    compute("}");
    return {script + ")", result};
}

Made Generator::unary(int depth) {
    const Made operand = integer(depth - 1);
    switch (below(3)) {
        case 0:
            return make_integer("(-" + operand.script + ")", "subtract(0, " + operand.value + ")");
        case 1:
            return make_integer("(~" + operand.script + ")", "~" + operand.value);
        default:
            return make_integer("(!" + operand.script + ")", operand.value + " == 0 ? 1 : 0");
    }
}

Made Generator::assigned_integer(int depth) {
    const std::string name = pick(integers_.writable);
    if (one_in(2)) {
        const Made value = integer(depth - 1);
        compute(name + " = " + value.value + ";");
        return {"(" + name + " = " + value.script + ")", value.value};
    }
    static constexpr std::array<std::pair<const char*, const char*>, 6> operators = {
        {{"+=", "add"},
         {"-=", "subtract"},
         {"*=", "multiply"},
         {"/=", "divide"},
         {"<<=", "shift_left"},
         {">>=", "shift_right"}}};
    const auto& [op, form] = pick(operators);
    // When the old value is taken is not documented: nothing on the right side changes it.
    ++pure_;
    const Made value = integer(depth - 1);
    --pure_;
    compute(name + " = " + form + "(" + name + ", " + value.value + ");");
    return make_integer("(" + name + " " + op + " " + value.script + ")", name);
}

Made Generator::stepped() {
    const std::string name = pick(integers_.writable);
    const bool increments = one_in(2);
    const bool prefix = one_in(2);
    const std::string old = new_value("Integer", name);
    compute(name + (increments ? " = add(" : " = subtract(") + name + ", 1);");
    const std::string sign = increments ? "++" : "--";
    return prefix ? make_integer("(" + sign + name + ")", name)
                  : Made{"(" + name + sign + ")", old};
}

Made Generator::text_property(int depth) {
    const Made of = text(depth - 1);
    switch (below(4)) {
        case 0:
            return make_integer("strlen(" + of.script + ")", "length(" + of.value + ")");
        case 1: {
            const Made part = text_literal();
            return make_integer("isinstr(" + of.script + ", " + part.script + ")",
                                "position(" + of.value + ", " + part.value + ") >= 0 ? 1 : 0");
        }
        case 2: {
            const Made part = text_literal();
            return make_integer("strpos(" + of.script + ", " + part.script + ")",
                                "position(" + of.value + ", " + part.value + ")");
        }
        default: {
            static constexpr std::array<const char*, 4> bases = {"2", "8", "10", "16"};
            const std::string base = pick(bases);
            return make_integer("strtol(" + of.script + ", " + base + ")",
                                "number_of(" + of.value + ", " + base + ")");
        }
    }
}

Made Generator::array_property(int depth) {
    using enum ArrayName::Kind;
    const ArrayName& array = *array_of({integers, wrapping, pairs, statistics}, false);
    const Made first = one_in(2) ? small(0, 7) : integer(depth - 1);
    std::string keys = first.script;
    std::string key = first.value;
    if (array.kind == pairs) {
        const Made second = text(depth - 1);
        keys += ", " + second.script;
        key = "std::pair(" + first.value + ", " + second.value + ")";
    }
    if (one_in(3)) {
        return make_integer("([" + keys + "] in " + array.name + ")",
                            array.name + ".has(" + key + ") ? 1 : 0");
    }
    const std::string element = array.name + "[" + keys + "]";
    if (array.kind == statistics) {
        const bool is_count = one_in(2);
        return make_integer((is_count ? "@count(" : "@sum(") + element + ")",
                            array.name + ".get(" + key + ")" + (is_count ? ".count" : ".sum"));
    }
    return make_integer(element, array.name + ".get(" + key + ")");
}

Made Generator::called(bool returns_text, int depth) {
    const std::string name = prefix_ + (returns_text ? "text_of" : "number_of");
    const Made first = integer(depth - 1);
    const Made second = text(depth - 1);
    return {name + "(" + first.script + ", " + second.script + ")",
            new_value(returns_text ? "Text" : "Integer",
                      name + "(" + first.value + ", " + second.value + ")")};
}

Made Generator::integer(int depth) {
    const std::uint64_t kind = depth <= 0 ? below(4) : below(20);
    const bool may_change = pure_ == 0;
    if (kind < 2) {
        return integer_literal();
    }
    if (kind < 4) {
        const std::string name = pick(integers_.readable);
        return make_integer(name, name);
    }
    if (kind < 9) {
        return arithmetic(depth);
    }
    switch (kind) {
        case 9:
        case 10:
            return comparison(depth);
        case 11:
            return logical(depth);
        case 12:
            return choice(depth, false);
        case 13:
            return unary(depth);
        case 14:
            return may_change ? assigned_integer(depth) : comparison(depth);
        case 15:
            return may_change ? stepped() : unary(depth);
        case 16:
            return may_change && has_functions_ ? called(false, depth) : logical(depth);
        case 17:
            return text_property(depth);
        default:
            return array_property(depth);
    }
}

// ---- strings ------------------------------------------------------------------------------------

Made Generator::text_literal() {
    static constexpr std::string_view characters = "abcAB 0123-x.,\n\t\"\\%";
    std::string value;
    for (std::uint64_t left = one_in(20) ? 60 + below(60) : below(6); left > 0; --left) {
        value += characters[below(characters.size())];
    }
    return make_text(quoted(value), "cut(" + quoted(value) + ")");
}

Made Generator::assigned_text(int depth) {
    const std::string name = pick(texts_.writable);
    if (one_in(2)) {
        const Made value = text(depth - 1);
        compute(name + " = " + value.value + ";");
        return {"(" + name + " = " + value.script + ")", value.value};
    }
    ++pure_;
    const Made value = text(depth - 1);
    --pure_;
    compute(name + " = cut(" + name + " + " + value.value + ");");
    return make_text("(" + name + " .= " + value.script + ")", name);
}

Made Generator::text_function(int depth) {
    const Made of = text(depth - 1);
    if (one_in(2)) {
        const Made start = small(-1, 12);
        const Made count = small(0, 12);
        return make_text("substr(" + of.script + ", " + start.script + ", " + count.script + ")",
                         "substring(" + of.value + ", " + start.value + ", " + count.value + ")");
    }
    const Made part = text_literal();
    const Made by = text(depth - 1);
    return make_text("str_replace(" + of.script + ", " + part.script + ", " + by.script + ")",
                     "replace(" + of.value + ", " + part.value + ", " + by.value + ")");
}

// One conversion, with C's own form of it.
void Generator::format_piece(int depth, std::string& script_format, std::string& script_arguments,
                             std::string& value) {
    static constexpr std::string_view conversions = "diuoxXscp";
    const char conversion = conversions[below(conversions.size())];
    const bool is_number = conversion != 's' && conversion != 'c' && conversion != 'p';
    std::string layout;
    std::string arguments;
    for (const char flag : std::string_view("-+ #0")) {
        // C leaves the others' meaning open where there is no number.
        if (one_in(5) && (is_number || flag == '-')) {
            layout += flag;
        }
    }
    if (one_in(4)) {
        const Made width = small(-20, 20);
        layout += '*';
        script_arguments += ", " + width.script;
        arguments += ", static_cast<int>(" + width.value + ")";
    } else if (one_in(2)) {
        layout += std::to_string(1 + below(20));
    }
    if ((is_number || conversion == 's') && one_in(3)) {
        layout += "." + std::to_string(below(20));
    }
    static constexpr std::array<const char*, 3> lengths = {"", "l", "ll"};
    script_format += "%" + layout + (is_number ? pick(lengths) : "") + conversion;
    if (conversion == 's') {
        const Made what = text(depth - 1);
        script_arguments += ", " + what.script;
        value += " + formatted(\"%" + layout + "s\"" + arguments + ", " + what.value + ".c_str())";
    } else if (conversion == 'c') {
        const Made what = small(1, 255);
        script_arguments += ", " + what.script;
        value += " + formatted(\"%" + layout + "c\"" + arguments + ", static_cast<int>(" +
                 what.value + "))";
    } else if (conversion == 'p') {
        const Made what = integer(depth - 1);
        script_arguments += ", " + what.script;
        value += " + formatted(\"%" + layout + "s\"" + arguments + ", pointer(\"%s\", " +
                 what.value + ").c_str())";
    } else {
        const Made what = integer(depth - 1);
        script_arguments += ", " + what.script;
        value += " + formatted(\"%" + layout + "ll" + conversion + "\"" + arguments +
                 ", static_cast<long long>(" + what.value + "))";
    }
}

Made Generator::format_call(int depth) {
    std::string format;
    std::string arguments;
    std::string value = "Text()";
    for (std::uint64_t left = 1 + below(3); left > 0; --left) {
        format += one_in(4) ? "%%" : pick(std::array<const char*, 4>{"", "a", ", ", "="});
        if (format.ends_with("%%")) {
            value += " + \"%\"";
        } else if (format.ends_with('a') || format.ends_with('=')) {
            value += std::string(" + \"") + format.back() + "\"";
        } else if (format.ends_with(", ")) {
            value += " + \", \"";
        }
        format_piece(depth, format, arguments, value);
    }
    return {"\"" + format + "\"" + arguments, new_value("Text", value)};
}

Made Generator::formatted(int depth) {
    if (one_in(2)) {
        const Made call = format_call(depth);
        return make_text("sprintf(" + call.script + ")", "cut(" + call.value + ")");
    }
    const Made value = one_in(2) ? integer(depth - 1) : text(depth - 1);
    return make_text("sprint(" + value.script + ")", "cut(shown(" + value.value + "))");
}

Made Generator::text(int depth) {
    const std::uint64_t kind = depth <= 0 ? below(4) : below(13);
    const bool may_change = pure_ == 0;
    if (kind < 2) {
        return text_literal();
    }
    if (kind < 4) {
        const std::string name = pick(texts_.readable);
        return make_text(name, name);
    }
    if (kind < 6) {
        const Made left = text(depth - 1);
        const Made right = text(depth - 1);
        return make_text("(" + left.script + " . " + right.script + ")",
                         "cut(" + left.value + " + " + right.value + ")");
    }
    switch (kind) {
        case 6:
            return choice(depth, true);
        case 7:
            return may_change ? assigned_text(depth) : text_literal();
        case 8:
            return may_change && has_functions_ ? called(true, depth) : text_function(depth);
        case 9: {
            const ArrayName& array = *array_of({ArrayName::Kind::texts}, false);
            const Made key = text(depth - 1);
            return make_text(array.name + "[" + key.script + "]",
                             array.name + ".get(" + key.value + ")");
        }
        case 10:
        case 11:
            return formatted(depth);
        default:
            return text_function(depth);
    }
}

// ---- statements ---------------------------------------------------------------------------------

ArrayName* Generator::array_of(std::initializer_list<ArrayName::Kind> kinds, bool for_change) {
    std::vector<ArrayName*> found;
    for (ArrayName& array : arrays_) {
        for (const ArrayName::Kind kind : kinds) {
            if (array.kind == kind && !(for_change && array.is_frozen)) {
                found.push_back(&array);
            }
        }
    }
    return found.empty() ? nullptr : pick(found);
}

void Generator::statements(int depth, std::uint64_t most) {
    for (std::uint64_t left = 1 + below(most); left > 0; --left) {
        statement(depth);
    }
}

void Generator::body(int depth) {
    ++level_;
    statements(depth, 3);
    --level_;
    both("}", "}");
}

void Generator::statement(int depth) {
    const std::uint64_t kind = depth <= 0 ? below(5) : below(13);
    if (kind < 2) {
        print_statement(3);
    } else if (kind < 3) {
        const Made made = one_in(2) ? assigned_integer(3) : assigned_text(3);
        script_ += indent() + made.script + ";\n";
    } else if (kind < 6) {
        array_statement(2);
    } else if (kind < 8) {
        branch(depth);
    } else if (kind < 9) {
        loop(depth);
    } else if (kind < 10) {
        foreach_loop(depth);
    } else if (kind < 11) {
        try_block(depth);
    } else if (in_loops_ > 0 && one_in(3)) {
        leave_loop();
    } else {
        const Made made = stepped();
        script_ += indent() + made.script + ";\n";
    }
}

void Generator::print_statement(int depth) {
    if (one_in(2)) {
        const Made call = format_call(depth);
        both("printf(" + call.script + ")", "print(" + call.value + ");");
        return;
    }
    std::string script;
    std::string value = "Text()";
    for (std::uint64_t left = 1 + below(3); left > 0; --left) {
        const Made made = one_in(2) ? integer(depth) : text(depth);
        script += (script.empty() ? "" : ", ") + made.script;
        value += " + shown(" + made.value + ")";
    }
    both("println(" + script + ")", "print(" + value + " + \"\\n\");");
}

void Generator::array_statement(int depth) {
    using enum ArrayName::Kind;
    ArrayName* array = array_of({integers, wrapping, texts, pairs, statistics}, true);
    if (array == nullptr || in_function_) {
        print_statement(depth);
        return;
    }
    if (one_in(15)) {
        both("delete " + array->name, array->name + ".entries.clear();");
        return;
    }
    const Made first = array->kind == texts ? text(depth - 1)
                       : one_in(3)          ? integer(depth - 1)
                                            : small(0, 7);
    std::string keys = first.script;
    std::string key = first.value;
    if (array->kind == pairs) {
        const Made second = text(depth - 1);
        keys += ", " + second.script;
        key = "std::pair(" + first.value + ", " + second.value + ")";
    }
    const std::string element = array->name + "[" + keys + "]";
    if (one_in(6)) {
        both("delete " + element, array->name + ".erase(" + key + ");");
    } else if (array->kind == statistics) {
        const Made value = integer(depth);
        both(element + " <<< " + value.script,
             array->name + ".at(" + key + ").take(" + value.value + ");");
    } else if (array->kind == texts) {
        const Made value = text(depth);
        both(element + " = " + value.script,
             array->name + ".put(" + key + ", " + value.value + ");");
    } else if (one_in(3)) {
        ++pure_;
        const Made value = integer(depth);
        --pure_;
        both(element + " += " + value.script, array->name + ".put(" + key + ", add(" + array->name +
                                                  ".get(" + key + "), " + value.value + "));");
    } else {
        const Made value = integer(depth);
        both(element + " = " + value.script,
             array->name + ".put(" + key + ", " + value.value + ");");
    }
}

void Generator::branch(int depth) {
    const Made condition = integer(3);
    both("if (" + condition.script + ") {", "if (" + condition.value + " != 0) {");
    body(depth - 1);
    if (one_in(2)) {
        both("else {", "else {");
        body(depth - 1);
    }
}

void Generator::loop(int depth) {
    const std::string counter = fresh("n");
    const std::string rounds = std::to_string(below(5));
    compute("Integer " + counter + " = 0;");
    if (one_in(2)) {
        both("for (" + counter + " = 0; " + counter + " < " + rounds + "; " + counter + "++) {",
             "for (" + counter + " = 0; " + counter + " < " + rounds + "; ++" + counter + ") {");
    } else {
        script_ += indent() + counter + " = 0;\n";
        both("while (" + counter + "++ < " + rounds + ") {",
             "while (" + counter + "++ < " + rounds + ") {");
    }
    integers_.readable.push_back(counter);
    ++in_loops_;
    body(depth - 1);
    --in_loops_;
    integers_.readable.pop_back();
}

void Generator::foreach_loop(int depth) {
    using enum ArrayName::Kind;
    ArrayName* array = array_of({integers, wrapping, texts, pairs}, false);
    const std::string key = fresh("k");
    const std::string second = fresh("k");
    const std::string item = fresh("item");
    const bool has_pair = array->kind == pairs;
    const int direction = static_cast<int>(below(3)) - 1;
    const bool by_value = one_in(2);
    const std::string sign = direction == 0 ? "" : direction > 0 ? "+" : "-";
    std::string keys = "[" + key + (by_value ? "" : sign) + (has_pair ? ", " + second : "") + "]";
    std::string limit;
    std::string limit_value;
    if (one_in(3)) {
        const Made made = small(-1, 5);
        limit = " limit " + made.script;
        limit_value = ", " + made.value;
    }
    const std::string column = by_value   ? "entry.second"
                               : has_pair ? "entry.first.first"
                                          : "entry.first";
    both("foreach (" + keys + " in " + array->name + (by_value ? sign : "") + limit + ") {",
         "for (const auto& " + item + " : " + array->name + ".visited(" +
             std::to_string(direction) + ", [](const auto& entry) { return " + column + "; }" +
             limit_value + ")) {");
    ++level_;
    compute("const auto " + key + " = " + item + (has_pair ? ".first.first;" : ".first;"));
    compute("(void)" + key + ";");
    Names& names = array->kind == texts ? texts_ : integers_;
    names.readable.push_back(key);
    if (has_pair) {
        compute("const Text " + second + " = " + item + ".first.second;");
        texts_.readable.push_back(second);
    }
    --level_;
    const bool was_frozen = std::exchange(array->is_frozen, true);
    ++in_loops_;
    body(depth - 1);
    --in_loops_;
    array->is_frozen = was_frozen;
    names.readable.pop_back();
    if (has_pair) {
        texts_.readable.pop_back();
    }
}

void Generator::try_block(int depth) {
    const std::string message = fresh("message");
    both("try {", "try {");
    ++level_;
    statements(depth - 1, 3);
    if (one_in(3)) {
        const Made condition = integer(2);
        both("if (" + condition.script + ") {", "if (" + condition.value + " != 0) {");
        ++level_;
        const Made what = text(2);
        both("error(" + what.script + ")", "throw Error{" + what.value + "};");
        --level_;
        both("}", "}");
    }
    --level_;
    both("} catch (" + message + ") {", "} catch (const Error& " + message + ") {");
    ++level_;
    both("println(\"caught \", " + message + ")",
         "print(\"caught \" + " + message + ".message + \"\\n\");");
    --level_;
    body(depth - 1);
}

void Generator::leave_loop() {
    const Made condition = integer(2);
    const std::string how = one_in(2) ? "break" : "continue";
    both("if (" + condition.script + ") " + how, "if (" + condition.value + " != 0) " + how + ";");
}

// ---- the whole ----------------------------------------------------------------------------------

void Generator::declare(std::string& declarations, std::string& oracle) {
    using enum ArrayName::Kind;
    for (const char* name : {"g", "h"}) {
        integers_.readable.push_back(prefix_ + name);
        declarations += "global " + prefix_ + name + " = 3\n";
        oracle += "Integer " + prefix_ + name + " = 3;\n";
    }
    texts_.readable.push_back(prefix_ + "s");
    declarations += "global " + prefix_ + "s = \"start\"\n";
    oracle += "Text " + prefix_ + "s = \"start\";\n";
    arrays_ = {{prefix_ + "integers", integers},
               {prefix_ + "wrapping", wrapping},
               {prefix_ + "texts", texts},
               {prefix_ + "pairs", pairs},
               {prefix_ + "statistics", statistics}};
    declarations += "global " + prefix_ + "integers[6], " + prefix_ + "wrapping%[4], " + prefix_ +
                    "texts, " + prefix_ + "pairs, " + prefix_ + "statistics\n";
    oracle += "Array<Integer, Integer> " + prefix_ + "integers{6, false, true};\n" +
              "Array<Integer, Integer> " + prefix_ + "wrapping{4, true, true};\n" +
              "Array<Text, Text> " + prefix_ + "texts;\n" +
              "Array<std::pair<Integer, Text>, Integer> " + prefix_ + "pairs;\n" +
              "Array<Integer, Statistic> " + prefix_ + "statistics;\n";
    integers_.writable = integers_.readable;
    texts_.writable = texts_.readable;
}

// A function changes scalars alone: a foreach may be under way.
void Generator::function(bool returns_text, std::string& declarations, std::string& oracle) {
    const Names outer_integers = integers_;
    const Names outer_texts = texts_;
    for (Names* names : {&integers_, &texts_}) {
        const std::string parameter = names == &integers_ ? "x" : "y";
        names->readable.push_back(parameter);
        names->writable.push_back(parameter);
    }
    in_function_ = true;
    script_.clear();
    oracle_.clear();
    const std::string name = prefix_ + (returns_text ? "text_of" : "number_of");
    statements(1, 2);
    const Made condition = integer(2);
    both("if (" + condition.script + ") {", "if (" + condition.value + " != 0) {");
    ++level_;
    for (const bool early : {true, false}) {
        const Made value = returns_text ? text(2) : integer(2);
        both("return " + value.script, "return " + value.value + ";");
        if (early) {
            --level_;
            both("}", "}");
        }
    }
    // The first parameter is always an integer, the second a string: so is their inferred type.
    declarations += "function " + name + "(x:long, y:string) {\n" + script_ + "}\n";
    oracle += (returns_text ? "Text " : "Integer ") + name +
              "([[maybe_unused]] Integer x, [[maybe_unused]] Text y) {\n" + oracle_ + "}\n";
    in_function_ = false;
    integers_ = outer_integers;
    texts_ = outer_texts;
}

void Generator::print_everything() {
    std::string script;
    std::string value = "Text()";
    for (const Names* names : {&integers_, &texts_}) {
        for (const std::string& name : names->readable) {
            script += (script.empty() ? "" : ", \" \", ") + name;
            value += (value == "Text()" ? " + shown(" : " + \" \" + shown(") + name + ")";
        }
    }
    both("println(" + script + ")", "print(" + value + " + \"\\n\");");
    for (const ArrayName& array : arrays_) {
        using enum ArrayName::Kind;
        const std::string element = array.name + "[k]";
        if (array.kind == pairs) {
            both("foreach ([a, b] in " + array.name + ") println(a, \",\", b, \"=\", " +
                     array.name + "[a, b])",
                 "for (const auto& [k, v] : " + array.name +
                     ".entries) print(shown(k.first) + \",\" + k.second + \"=\" + shown(v) + "
                     "\"\\n\");");
        } else if (array.kind == statistics) {
            both("foreach (l in " + array.name + ") println(l, \"=\", @count(" + array.name +
                     "[l]), \" \", @sum(" + array.name + "[l]), \" \", @min(" + array.name +
                     "[l]), \" \", @max(" + array.name + "[l]), \" \", @avg(" + array.name +
                     "[l]))",
                 "for (const auto& [k, v] : " + array.name +
                     ".entries) print(shown(k) + \"=\" + shown(v.count) + \" \" + shown(v.sum) + "
                     "\" \" + shown(v.least) + \" \" + shown(v.greatest) + \" \" + "
                     "shown(divide(v.sum, v.count)) + \"\\n\");");
        } else {
            const std::string key = array.kind == texts ? "c" : "d";
            both("foreach (" + key + " in " + array.name + ") println(" + key + ", \"=\", " +
                     array.name + "[" + key + "])",
                 "for (const auto& [k, v] : " + array.name +
                     ".entries) print(shown(k) + \"=\" + shown(v) + \"\\n\");");
        }
    }
}

Program Generator::generate(std::uint32_t number) {
    Program made;
    declare(made.declarations, made.oracle);
    function(false, made.declarations, made.oracle);
    function(true, made.declarations, made.oracle);
    has_functions_ = true;
    script_.clear();
    oracle_.clear();
    both("println(\"program " + std::to_string(number) + "\")",
         "print(\"program " + std::to_string(number) + "\\n\");");
    for (const char* name : {"i", "j"}) {
        const Made value = integer_literal();
        both(std::string(name) + " = " + value.script,
             "Integer " + std::string(name) + " = " + value.value + ";");
        integers_.readable.emplace_back(name);
        integers_.writable.emplace_back(name);
    }
    const Made value = text_literal();
    both("t = " + value.script, "Text t = " + value.value + ";");
    texts_.readable.emplace_back("t");
    texts_.writable.emplace_back("t");
    // Whatever else happens, each array has its types.
    both(prefix_ + "integers[1] = 1", prefix_ + "integers.put(1, 1);");
    both(prefix_ + "wrapping[1] = 1", prefix_ + "wrapping.put(1, 1);");
    both(prefix_ + "texts[\"a\"] = \"b\"", prefix_ + "texts.put(\"a\", \"b\");");
    both(prefix_ + "pairs[1, \"a\"] = 1", prefix_ + "pairs.put({1, \"a\"}, 1);");
    both(prefix_ + "statistics[1] <<< 1", prefix_ + "statistics.at(1).take(1);");
    both("try {", "try {");
    ++level_;
    statements(3, 10);
    --level_;
    both("} catch (message) { println(\"ended by \", message) }",
         "} catch (const Error& error) { print(\"ended by \" + error.message + \"\\n\"); }");
    print_everything();
    made.handler = script_;
    made.oracle += "void program_" + std::to_string(number) + "() {\n" + oracle_ + "}\n";
    return made;
}

}  // namespace

Program generate_program(std::uint64_t seed, std::uint32_t number) {
    return Generator(seed, number).generate(number);
}

}  // namespace sutap::generate
