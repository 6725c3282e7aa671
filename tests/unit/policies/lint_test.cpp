#include "policies/lint.h"

#include <catch2/catch.hpp>

using namespace sutap::policy;

namespace {

const std::string script = R"(schema = 1
[[script]]
name = "one"
path = "/srv/one"
max_seconds = 60
max_output = 1024
[[script]]
name = "two"
path = "/srv/two"
max_parallel = 2
max_parallel_total = 3
)";

std::string rule(const std::string& name, const std::string& keys,
                 const std::string& effect = "allow") {
    return "[[rule]]\nname = \"" + name + "\"\neffect = \"" + effect + "\"\n" + keys + "\n";
}

const std::string all = "users = [\"alice\"]\nscripts = [\"*\"]\n";

// The warnings' texts, a line each.
std::string warnings(const std::string& rules) {
    const Accounts accounts{{{"alice", 1001, "1001"}}, {{"devs", 1100, ""}}};
    const ParsedPolicy parsed = parse_policy({{"x.toml", script + rules}});
    for (const PolicyError& error : parsed.errors) INFO(describe(error));
    REQUIRE(parsed.errors.empty());
    std::string text;
    for (const PolicyError& one : lint(parsed.policy, accounts, "2026-06-15"))
        text += one.text + "\n";
    return text;
}

}  // namespace

TEST_CASE("A policy without oddities has no warnings") {
    CHECK(warnings(rule("a", all)).empty());
    CHECK(warnings(rule("a", all + "expires = \"2026-06-15\"")).empty());
    CHECK(warnings(rule("a", "users = [\"#7\"]\ngroups = [\"devs\", \"#8\"]\nscripts = [\"*\"]"))
              .empty());
}

TEST_CASE("Scripts that no rule allows, expired rules and unknown names are told of") {
    CHECK(warnings(rule("a", "users = [\"alice\"]\nscripts = [\"one\"]") +
                   rule("b", "users = [\"#5\"]\nscripts = [\"two\"]", "deny")) ==
          "no rule allows script two\n");
    CHECK(warnings(rule("a", all + "expires = \"2026-06-14\"")) == "rule a has expired\n");
    CHECK(
        warnings(rule("a", "users = [\"bob\"]\ngroups = [\"ops\"]\nscripts = [\"*\"]")) ==
        "rule a names a user that this machine's files don't know, bob; a directory's is written "
        "\"#NUMBER\"\n"
        "rule a names a group that this machine's files don't know, ops; a directory's is written "
        "\"#NUMBER\"\n");
}

TEST_CASE("A rule that can't matter is told of") {
    const std::string narrow = "users = [\"alice\"]\nscripts = [\"one\"]\n";
    CHECK(warnings(rule("a", all) + rule("d", all, "deny")) ==
          "rule a allows nothing: rule d denies all of it\n");
    CHECK(warnings(rule("a", all) + rule("d", narrow, "deny")).empty());
    CHECK(warnings(rule("a", all) + rule("d", all + "hosts = [\"x\"]", "deny")).empty());
    CHECK(warnings(rule("a", all) + rule("b", narrow)) == "rule b adds nothing to rule a\n");
    CHECK(warnings(rule("b", narrow) + rule("a", all)) == "rule b adds nothing to rule a\n");
    CHECK(warnings(rule("a", all) + rule("b", all)) == "rule b adds nothing to rule a\n");
    CHECK(warnings(rule("a", all + "max_seconds = 5") + rule("b", narrow)).empty());
    CHECK(warnings(rule("a", all) + rule("b", narrow + "max_seconds = 5")) ==
          "rule b adds nothing to rule a\n");
    CHECK(warnings(rule("a", all + "reason = \"required\"") + rule("b", narrow)).empty());
    CHECK(warnings(rule("a", all) + rule("b", narrow + "show = true")).empty());
    CHECK(warnings(rule("a", all) + rule("b", "groups = [\"devs\"]\nscripts = [\"*\"]")).empty());
    CHECK(warnings(rule("a", all) + rule("own", "users = [\"alice\"]\nscope = \"own\"")).empty());
}

TEST_CASE("A limit that a rule can't raise is told of") {
    CHECK(warnings(rule("a",
                        "users = [\"alice\"]\nscripts = [\"one\", \"two\"]\nmax_seconds = 61\n"
                        "max_output = 1024")) == "rule a can't raise max_seconds of script one\n");
    CHECK(warnings(rule("a", "users = [\"alice\"]\nscripts = [\"one\", \"two\"]\nmax_seconds = 60"))
              .empty());
}

TEST_CASE("Warned of: a user who may take everybody's sessions") {
    const auto found = [](const std::string& limits) {
        const ParsedPolicy parsed = parse_policy(
            {{"x.toml", script + "[[script]]\nname = \"three\"\npath = \"/srv/three\"\n" + limits +
                            rule("a", all)}});
        REQUIRE(parsed.errors.empty());
        const auto all_found = lint(parsed.policy, {{{"alice", 1001, "1001"}}, {}}, "2026-06-15");
        return all_found.size() == 1 ? all_found[0].text : std::to_string(all_found.size());
    };
    const std::string warning =
        "one user may take all sessions of script three: max_parallel is not below "
        "max_parallel_total";
    CHECK(found("max_parallel_total = 3\n") == warning);
    CHECK(found("max_parallel = 3\nmax_parallel_total = 3\n") == warning);
    CHECK(found("max_parallel = 2\nmax_parallel_total = 3\n") == "0");
    CHECK(found("max_parallel = 2\n") == "0");
}
