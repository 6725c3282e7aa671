// What a script does not use is dropped.
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::ElaborateOptions;
using sutap::elaborate::test::elaborate_text;

TEST_CASE("Assignments that nobody reads are dropped, with a warning") {
    const auto outcome = elaborate_text("probe begin { x = 1; y = x; println(2) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text ==
          "# probes\nbegin /* <- begin */\n  # locals\n  x:long\n  y:long\n{\n  {\n"
          "    printf(\"%d\\n\", 2)\n  }\n}\n");
    CHECK(outcome.messages.find("WARNING: Eliding assignment to 'y'") != std::string::npos);
}

TEST_CASE("What has an effect stays") {
    const auto good = elaborate_text(
        "global g; function f() { g++; return 1 } function pure() { return 2 }\n"
        "probe begin { x = f(); y = pure(); println(g) }");
    REQUIRE_FALSE(good.elaborated.failed());
    CHECK(good.elaborated.program.functions.size() == 1);
    CHECK(good.text.find("f()\n") != std::string::npos);
    CHECK(good.text.find("pure") == std::string::npos);
}

TEST_CASE("Globals: what is only written is kept, what nobody names is dropped") {
    const auto outcome = elaborate_text(
        "global read, written, both, stepped, nobody\n"
        "probe begin { println(read + both); written = 1; both = 2; stepped[1]++ }\n"
        "probe end { read = 0 }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& globals = outcome.elaborated.program.globals;
    REQUIRE(globals.size() == 4);
    CHECK(globals[0].is_read);
    CHECK(globals[1].name == "written");
    CHECK(globals[1].is_written);
    CHECK_FALSE(globals[1].is_read);
    CHECK(globals[2].is_read);
    CHECK(globals[3].name == "stepped");
    CHECK(globals[3].is_written);
    CHECK_FALSE(globals[3].is_read);
    CHECK(outcome.messages.find("WARNING: Eliding unused variable 'nobody'") != std::string::npos);
}

TEST_CASE("-u keeps everything") {
    ElaborateOptions options;
    options.keep_unused = true;
    const auto outcome = elaborate_text(
        "global g; function f(a) { return a } probe begin { x = 1; 2 + 3 }", options);
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.elaborated.program.functions.size() == 1);
    CHECK(outcome.elaborated.program.globals.size() == 1);
    CHECK(outcome.text.find("x = 1\n") != std::string::npos);
}

TEST_CASE("Types of what is dropped do not matter") {
    CHECK_FALSE(elaborate_text("function f() { return 1 + \"a\" } probe begin { exit() }")
                    .elaborated.failed());
}

TEST_CASE("A condition without consequence is dropped, one with an effect stays") {
    const auto outcome = elaborate_text(
        "global n; probe begin { if (pid() == 3) { x = 1 } if (n++) { y = 1 } println(n) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("if (") == std::string::npos);
    CHECK(outcome.text.find("n++\n") != std::string::npos);
}

TEST_CASE("What stays has no warning") {
    // What a local is added to stays as it is in stap.
    const auto added = elaborate_text("probe begin { n += 1; m++; println(2) }");
    REQUIRE_FALSE(added.elaborated.failed());
    CHECK(added.messages.find("Eliding") == std::string::npos);
    CHECK(added.text.find("n += 1\n") != std::string::npos);
    CHECK(added.text.find("m++\n") != std::string::npos);
    // A global that a branch alone names which is never come to is dropped without a word.
    const auto branch =
        elaborate_text("global g = 2; probe begin { if (0) println(g); println(2) }");
    REQUIRE_FALSE(branch.elaborated.failed());
    CHECK(branch.elaborated.program.globals.empty());
    CHECK(branch.messages.empty());
}

TEST_CASE("What reads a global that nothing assigns has a warning") {
    ElaborateOptions options;
    options.global_values = {{"given", "3"}};
    const auto outcome = elaborate_text(
        "global never, given, initial = 2, read; probe begin { println(never + given + initial); "
        "read = 1 }",
        options);
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.messages ==
          "WARNING: never-assigned global variable 'never': identifier 'never' at <input>:1:8\n");
    // The library's own are none of the script's.
    CHECK(elaborate_text("probe begin { println(0 in ActiveOpens) }").messages.empty());
}
