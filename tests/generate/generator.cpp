#include <utility>

#include "tests/generate/generator_state.h"

namespace sutap::generate {

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

// Its locals, and something in each array, which gives it its types.
void Generator::begin_handler() {
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
    both(prefix_ + "integers[1] = 1", prefix_ + "integers.put(1, 1);");
    both(prefix_ + "wrapping[1] = 1", prefix_ + "wrapping.put(1, 1);");
    both(prefix_ + "texts[\"a\"] = \"b\"", prefix_ + "texts.put(\"a\", \"b\");");
    both(prefix_ + "pairs[1, \"a\"] = 1", prefix_ + "pairs.put({1, \"a\"}, 1);");
    both(prefix_ + "statistics[1] <<< 1", prefix_ + "statistics.at(1).take(1);");
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
    begin_handler();
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

Program generate_program(std::uint64_t seed, std::uint32_t number) {
    return Generator(seed, number).generate(number);
}

}  // namespace sutap::generate
