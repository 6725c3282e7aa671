#include <array>
#include <string_view>

#include "tests/generate/generator_state.h"

namespace sutap::generate {
namespace {

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

}  // namespace

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
    const Made value = text(depth - 1);
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
            return assigned_text(depth);
        case 8:
            return has_functions_ ? called(true, depth) : text_function(depth);
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

}  // namespace sutap::generate
