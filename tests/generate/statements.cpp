#include <utility>

#include "tests/generate/generator_state.h"

namespace sutap::generate {

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
        const Made value = integer(depth);
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

}  // namespace sutap::generate
