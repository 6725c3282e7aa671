// Inference of types, and what is said when it finds a contradiction.
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::ValueType;
using sutap::elaborate::test::elaborate_text;

TEST_CASE("A contradiction names the place and where the type came from") {
    const auto outcome = elaborate_text("probe begin { x = 1; x = \"s\"; println(x) }");
    CHECK(outcome.rendered ==
          "semantic error: type mismatch (string): identifier 'x' at <input>:1:22\n"
          "        source: probe begin { x = 1; x = \"s\"; println(x) }\n"
          "                                     ^\n"
          "\n"
          "semantic error: type was first inferred here (long): identifier 'x' at <input>:1:15\n"
          "        source: probe begin { x = 1; x = \"s\"; println(x) }\n"
          "                              ^\n\n");
}

TEST_CASE("Wrong types are errors at their place") {
    struct Wrong {
        const char* script;
        const char* message;
    };
    const Wrong scripts[] = {
        {"probe begin { println(1 + \"s\") }",
         "type mismatch: expected long but found string: string 's' at <input>:1:27\n"},
        {"probe begin { println(1 . \"s\") }",
         "type mismatch: expected string but found long: number '1' at <input>:1:23\n"},
        {"function f(a) { return a+1 } probe begin { println(f(\"x\")) }",
         "type mismatch (long): identifier 'a' at <input>:1:24\n"},
        {"probe begin { x=1; y=\"a\"; if (x==y) exit() }",
         "type mismatch: left and right sides don't agree (long vs string): operator '==' at "
         "<input>:1:32\n"},
        {"global a; probe begin { a[1]=2; a[\"x\"]=3 }",
         "type mismatch (string): string 'x' at <input>:1:35\n"},
        {"probe begin { if (\"x\") exit() }",
         "type mismatch: expected long but found string: string 'x' at <input>:1:19\n"},
        {"probe begin { s=\"a\"; s++; println(s) }",
         "type mismatch (long): identifier 's' at <input>:1:22\n"},
        {"probe begin { s=\"a\"; s += 1; println(s) }",
         "type mismatch (long): identifier 's' at <input>:1:22\n"},
        {"global s; probe begin { s <<< 1; print(s) }",
         "type mismatch: expected long but found stats: identifier 's' at <input>:1:40\n"},
        {"global s; probe begin { s <<< 1; s = 4 }",
         "type mismatch (long): identifier 's' at <input>:1:34\n"},
        {"global s; probe begin { s <<< \"a\" }",
         "type mismatch: expected long but found string: string 'a' at <input>:1:31\n"},
        {"global a; probe begin { print(a) }", "unresolved type: identifier 'a' at <input>:1:31\n"},
        {"global a; probe begin { foreach (x in a) print(x) }",
         "unresolved type: identifier 'x' at <input>:1:48\n"},
        {"function f() { } probe begin { println(f()) }",
         "unresolved type: identifier 'f' at <input>:1:40\n"},
        {"probe begin { strlen(5) + exit() }",
         "type mismatch: expected string but found long: number '5' at <input>:1:22\n"},
        {"probe begin { x = 1 ? 2 : \"a\"; println(x) }",
         "type mismatch: left and right sides don't agree (long vs string): operator '?' at "
         "<input>:1:21\n"},
    };
    for (const Wrong& wrong : scripts) {
        const auto outcome = elaborate_text(wrong.script);
        INFO(wrong.script);
        CHECK(outcome.elaborated.failed());
        const std::string first = outcome.messages.substr(outcome.messages.find("semantic error"));
        CHECK(first.substr(0, first.find('\n') + 1) ==
              std::string("semantic error: ") + wrong.message);
    }
}

TEST_CASE("Types flow through functions, arrays and foreach in either direction") {
    const auto outcome = elaborate_text(
        "global names, counts, latest\n"
        "function last(key) { return names[key] }\n"
        "function note(key, value) { names[key] = value; counts[value, key] <<< 1 }\n"
        "probe begin { latest = last(1); note(1, execname()) }\n"
        "probe end { foreach ([who, key] in counts- limit 5) println(who, key, "
        "@count(counts[who, key]), latest) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("names:string [long]\ncounts:stats [string, long]\nlatest:string\n") !=
          std::string::npos);
    CHECK(outcome.text.find("last:string (key:long)\n") != std::string::npos);
    CHECK(outcome.text.find("  # locals\n  who:string\n  key:long\n") != std::string::npos);
    CHECK(outcome.text.find("printf(\"%s%d%d%s\\n\", who, key, @count(counts[who, key]), "
                            "latest)") != std::string::npos);
}

TEST_CASE("Recursion does not keep types apart") {
    const auto outcome = elaborate_text(
        "function f(n) { if (n == 0) return \"\"; return f(n - 1) . \"x\" }\n"
        "probe begin { println(f(3)) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("f:string (n:long)\n") != std::string::npos);
}

TEST_CASE("A function whose value nobody uses needs no type") {
    const auto outcome = elaborate_text("function f() { println(1) } probe begin { f() }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.elaborated.program.functions[0].result == ValueType::unknown);
}

TEST_CASE("Declared types are taken as they are") {
    const auto outcome = elaborate_text(
        "function f:string(n:long) { return sprint(n) } probe begin { println(f(3)) }");
    CHECK_FALSE(outcome.elaborated.failed());
    CHECK(elaborate_text("function f:long(n) { return \"a\" } probe begin { println(f(3)) }")
              .messages.find("type mismatch (string)") != std::string::npos);
}

TEST_CASE("try gives its message to a string") {
    const auto outcome =
        elaborate_text("probe begin { try { error(\"no\") } catch (m) { println(m) } }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("m:string\n") != std::string::npos);
}

TEST_CASE("Deeply nested expressions take no more than their size") {
    std::string nested = "x";
    for (int depth = 0; depth < 60; ++depth) {
        nested = "(1 ? " + nested + " : x)";
    }
    const auto outcome = elaborate_text("probe begin { x = \"a\"; println(" + nested + ") }");
    CHECK_FALSE(outcome.elaborated.failed());
}

TEST_CASE("A chain of types that goes against the order of the text ends") {
    std::string body;
    for (int index = 0; index < 300; ++index) {
        body += "x" + std::to_string(index) + " = x" + std::to_string(index + 1) + "; ";
    }
    const auto outcome =
        elaborate_text("probe begin { while (1) { " + body + "println(x0); x300 = 1 } }");
    CHECK_FALSE(outcome.elaborated.failed());
}
