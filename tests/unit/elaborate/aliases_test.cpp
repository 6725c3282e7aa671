// Aliases: what they add to a probe, and in which order.
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::test::elaborate_text;

namespace {

// The order in which these texts appear in the program.
bool in_order(const std::string& text, const std::vector<std::string>& parts) {
    std::size_t position = 0;
    for (const std::string& part : parts) {
        position = text.find(part, position);
        if (position == std::string::npos) {
            return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("Prologues run before the body from the inside out, epilogues after it") {
    const auto outcome = elaborate_text(
        "probe inner = begin { println(\"inner\") }\n"
        "probe outer = inner { println(\"outer\") }, { println(\"outer after\") }\n"
        "probe last += outer { println(\"last after\") }\n"
        "probe last { println(\"body\") }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(in_order(outcome.text,
                   {"\"inner\"", "\"outer\"", "\"body\"", "\"last after\"", "\"outer after\""}));
    CHECK(outcome.elaborated.program.probes[0].definition == "last");
    CHECK(outcome.elaborated.program.probes[0].point == "begin");
}

TEST_CASE("Variables of an alias are locals of the probe, and vanish unless they are read") {
    const auto outcome = elaborate_text(
        "probe reads = kernel.function(\"vfs_read\") { wanted = $count; unwanted = $pos }\n"
        "probe reads { println(wanted) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("wanted = $argument2:u64\n") != std::string::npos);
    CHECK(outcome.text.find("unwanted =") == std::string::npos);
}

TEST_CASE("What a syscall alias computes vanishes unless it is read") {
    const auto outcome = elaborate_text("probe syscall.open { println(flags) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("user_string") == std::string::npos);
    CHECK(outcome.text.find("argstr =") == std::string::npos);
    CHECK(outcome.elaborated.program.functions.empty());
}

TEST_CASE("A suffix behind an alias goes to its points") {
    const auto outcome = elaborate_text(
        "probe reads = kernel.function(\"vfs_read\"), kernel.function(\"vfs_readv\") { }\n"
        "probe reads.return { println($return) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.probes.size() == 2);
    CHECK(outcome.elaborated.program.probes[0].point == "kernel.function(\"vfs_read\").return");
    CHECK(outcome.elaborated.program.probes[0].definition == "reads.return");
}

TEST_CASE("An alias with the whole name wins over a suffix") {
    const auto outcome = elaborate_text(
        "probe a.b = begin { println(\"short\") } probe a.b.return = end { println(\"long\") }\n"
        "probe a.b.return { exit() }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.probes.size() == 1);
    CHECK(outcome.elaborated.program.probes[0].point == "end");
}

TEST_CASE("A wildcard means every alias of as many parts") {
    const auto outcome = elaborate_text(
        "probe my.one = begin { } probe my.two = end { } probe my.two.more = error { }\n"
        "probe my.* { println(probe_definition()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.probes.size() == 2);
    CHECK(outcome.elaborated.program.probes[0].definition == "my.one");
    CHECK(outcome.elaborated.program.probes[1].definition == "my.two");
}

TEST_CASE("Conditions are put together along the aliases") {
    const auto outcome = elaborate_text(
        "global on = 1, verbose = 1\n"
        "probe mine = begin if (on) { println(\"alias\") }\n"
        "probe mine if (verbose > 1) { println(\"body\") }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(in_order(outcome.text, {"if ((verbose) > (1))", "if (on)", "\"alias\"", "\"body\""}));
}

TEST_CASE("An alias that leads to itself is an error") {
    CHECK(elaborate_text("probe a = b { } probe b = a { } probe a { exit() }")
              .causes.find("recursive use of probe alias") != std::string::npos);
    CHECK(elaborate_text("probe a = a? { } probe a { exit() }")
              .causes.find("recursive use of probe alias") != std::string::npos);
}

TEST_CASE("An optional point of an alias may be missing, but not all of them") {
    CHECK_FALSE(elaborate_text("probe a = kernel.function(\"no_such_thing_at_all\")?, begin { }\n"
                               "probe a { exit() }")
                    .elaborated.failed());
    CHECK(elaborate_text("probe a = kernel.function(\"no_such_thing_at_all\")? { }\n"
                         "probe a { exit() }")
              .elaborated.failed());
}

TEST_CASE("A global of the script is not the tapset's variable of that name") {
    const auto outcome =
        elaborate_text("global argstr = 5; probe syscall.kill { println(argstr, name) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("printf(\"%d%s\\n\", argstr, name)") != std::string::npos);
}

TEST_CASE("Aliases that multiply end in an error, also if no point is ever found") {
    std::string script;
    for (int index = 0; index < 40; ++index) {
        const std::string next = "a" + std::to_string(index + 1);
        script += "probe a" + std::to_string(index) + " = " + next + "?, " + next + "? { }\n";
    }
    script += "probe a40 = kernel.function(\"no_such_thing_at_all\")? { }\nprobe a0 { exit() }";
    CHECK(elaborate_text(script).causes.find("too many probe points") != std::string::npos);
}
