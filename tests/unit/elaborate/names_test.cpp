// What names mean, and what is said of those that mean nothing.
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::ElaborateOptions;
using sutap::elaborate::ValueType;
using sutap::elaborate::test::elaborate_text;

TEST_CASE("Unknown names are errors at their place") {
    struct Wrong {
        const char* script;
        const char* message;
    };
    const Wrong scripts[] = {
        {"probe begin { foo(1) }",
         "semantic error: unresolved function foo: identifier 'foo' at <input>:1:15\n"},
        {"probe begin { a[1]=2 }",
         "semantic error: unresolved arity-1 global array a, missing global declaration?: "
         "identifier 'a' at <input>:1:15\n"},
        {"global arr; probe begin { println(ar[1, 2]); arr[1,2] = 1 }",
         "semantic error: unresolved arity-2 global array ar, missing global declaration? "
         "(similar: arr): identifier 'ar' at <input>:1:35\n"},
        {"probe begin { print(@count(x)) }",
         "semantic error: unresolved global statistic x, missing global declaration?: "
         "identifier 'x' at <input>:1:28\n"},
        {"probe begin { s <<< 1 }",
         "semantic error: statistic 's' must be a global variable, missing global declaration?: "
         "identifier 's' at <input>:1:15\n"},
        {"probe begin { exit(1) }",
         "semantic error: function 'exit' takes 0 arguments, not 1: identifier 'exit' at "
         "<input>:1:15\n"},
        {"function f(x) { return x } probe begin { println(f()) }",
         "semantic error: function 'f' takes 1 argument, not 0: identifier 'f' at "
         "<input>:1:50\n"},
        {"global a; probe begin { a[1]=1; a[1,2]=2 }",
         "semantic error: inconsistent arity (1 vs 2): identifier 'a' at <input>:1:33\n"},
        {"global a = 1; probe begin { a[1]=1 }",
         "semantic error: inconsistent arity (0 vs 1): identifier 'a' at <input>:1:29\n"},
        {"global a, a; probe begin { a = 1 }",
         "semantic error: duplicate global name 'a': identifier 'a' at <input>:1:11\n"},
        {"function f(x, x) { return x } probe begin { println(f(1, 2)) }",
         "semantic error: duplicate parameter name 'x': identifier 'x' at <input>:1:15\n"},
    };
    for (const Wrong& wrong : scripts) {
        CHECK(elaborate_text(wrong.script).messages == wrong.message);
    }
}

TEST_CASE("An unknown function has its neighbours named") {
    const auto outcome = elaborate_text("probe begin { println(gettimeofday_nss()) }");
    CHECK(outcome.messages.find("unresolved function gettimeofday_nss (similar: "
                                "gettimeofday_ns") != std::string::npos);
}

TEST_CASE("Functions that nobody calls must mean something as well") {
    const auto outcome = elaborate_text("function f() { return nope() } probe begin { exit() }");
    CHECK(outcome.messages.find("unresolved function nope") != std::string::npos);
}

TEST_CASE("Several errors are reported, each once") {
    const auto outcome = elaborate_text("probe begin, end { one(); two(); one() }");
    CHECK(outcome.messages ==
          "semantic error: unresolved function one: identifier 'one' at <input>:1:20\n"
          "semantic error: unresolved function two: identifier 'two' at <input>:1:27\n"
          "semantic error: unresolved function one: identifier 'one' at <input>:1:34\n");
}

TEST_CASE("Jumps stand where the language allows them") {
    CHECK(elaborate_text("probe begin { break }").messages.find("found 'break' not in loop") !=
          std::string::npos);
    CHECK(elaborate_text("probe begin { continue }").messages.find("found 'continue' not in") !=
          std::string::npos);
    CHECK_FALSE(elaborate_text("probe begin { while (1) { break } next }").elaborated.failed());
}

TEST_CASE("A local that nothing assigns reads as 0, with a warning") {
    const auto outcome = elaborate_text("probe begin { foot = 1; println(foo, foot) }");
    CHECK_FALSE(outcome.elaborated.failed());
    CHECK(outcome.messages ==
          "WARNING: never-assigned local variable 'foo' (similar: foot): identifier 'foo' at "
          "<input>:1:33\n");
}

TEST_CASE("-w keeps warnings away") {
    ElaborateOptions options;
    options.warnings = false;
    CHECK(elaborate_text("probe begin { println(foo) }", options).messages.empty());
}

TEST_CASE("The script's functions come before the tapset's and the builtin ones") {
    const auto outcome =
        elaborate_text("function pid() { return 7 } probe begin { println(pid()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.functions.size() == 1);
    CHECK_FALSE(outcome.elaborated.program.functions[0].is_tapset);
}

TEST_CASE("Overloads differ by arity, and next goes on with the next of one arity") {
    const auto outcome = elaborate_text(
        "function f(x) { return 1 } function f(x, y) { return \"s\" }\n"
        "function g(x) { if (x) next; return 1 } function g(x) { return 2 }\n"
        "probe begin { println(f(1), f(1, 2), g(1)) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& functions = outcome.elaborated.program.functions;
    REQUIRE(functions.size() == 4);
    CHECK(functions[0].result == ValueType::integer);
    CHECK(functions[1].result == ValueType::string);
    CHECK(outcome.text.find("if (x)\n    return g(x)\n") != std::string::npos);
}

TEST_CASE("next in the last overload is a run-time error") {
    const auto outcome =
        elaborate_text("function f(x) { if (x) next; return 1 } probe begin { println(f(1)) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("error(\"no overload of function 'f' is left\")") != std::string::npos);
}

TEST_CASE("argc and argv are there unless the script has such names") {
    CHECK(elaborate_text("probe begin { println(argc, argv[1]) }")
              .text.find("printf(\"%d%s\\n\", argc, argv[1])") != std::string::npos);
    const auto written = elaborate_text("probe begin { argv[2] = \"x\"; println(argc, argv[1]) }");
    CHECK(written.text.find("begin(-1)") != std::string::npos);
    CHECK(written.text.find("argv:string [long]\n") != std::string::npos);
    const auto own = elaborate_text("global argc = 5; probe begin { println(argc) }");
    CHECK(own.text.find("# globals\nargc:long = 5\n") != std::string::npos);
}

TEST_CASE("-G sets a global before the types are inferred") {
    ElaborateOptions options;
    options.global_values = {{"n", "-0x10"}, {"s", "12"}, {"t", "text"}, {"other", "1"}};
    const auto outcome =
        elaborate_text("global n, s = \"old\", t; probe begin { println(n, s, t) }", options);
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("n:long = -16\ns:string = \"12\"\nt:string = \"text\"\n") !=
          std::string::npos);
    CHECK(outcome.messages == "WARNING: -G: the script has no global variable 'other'\n");
}

TEST_CASE("A tapset function is taken with its form in user space") {
    const auto outcome = elaborate_text("probe begin { println(pid2execname(1)) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& functions = outcome.elaborated.program.functions;
    REQUIRE_FALSE(functions.empty());
    CHECK(outcome.elaborated.library_items > 0);
    bool found = false;
    for (const auto& function : functions) {
        found = found || (function.is_tapset && function.name == "pid2execname" &&
                          function.user_implementation == sutap::elaborate::Builtin::pid2execname);
    }
    CHECK(found);
}

TEST_CASE("Changing an array below its own foreach is an error") {
    const std::string expected = "variable 'a' modified during 'foreach' iteration";
    CHECK(elaborate_text("global a; probe begin { a[1]=1; foreach (k in a) a[2]=k }")
              .messages.find(expected) != std::string::npos);
    CHECK(elaborate_text("global a; function f(k) { delete a[k] } function g(k) { f(k) }\n"
                         "probe begin { a[1]=1; foreach (k in a) g(k) }")
              .messages.find(expected) != std::string::npos);
    CHECK_FALSE(elaborate_text("global a, b; probe begin { a[1]=1; foreach (k in a) b[k]=k }")
                    .elaborated.failed());
}

TEST_CASE("exit() may stand where a value is wanted") {
    const auto outcome = elaborate_text("global n; probe begin { n++ && exit(); exit() }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.functions.size() == 1);
    CHECK(outcome.elaborated.program.functions[0].result == ValueType::integer);
    CHECK(outcome.text.find("(n++) && (exit())\n") != std::string::npos);
}
