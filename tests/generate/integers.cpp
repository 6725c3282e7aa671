#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "tests/generate/generator_state.h"

namespace sutap::generate {

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
    const Made value = integer(depth - 1);
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
            return assigned_integer(depth);
        case 15:
            return stepped();
        case 16:
            return has_functions_ ? called(false, depth) : logical(depth);
        case 17:
            return text_property(depth);
        default:
            return array_property(depth);
    }
}

}  // namespace sutap::generate
