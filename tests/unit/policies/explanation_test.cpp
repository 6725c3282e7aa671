#include "policies/explanation.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sutap::policy;

TEST_CASE("Each rule has its say, or the reason why not") {
    const ParsedPolicy parsed = parse_policy({{"p",
                                               R"(schema = 1
[[script]]
name = "a"
path = "/a"
arguments = []
[[script]]
name = "b"
path = "/b"
[[rule]]
name = "plain"
effect = "allow"
users = ["ana"]
scripts = ["a"]
[[rule]]
name = "reason"
effect = "allow"
users = ["ana"]
scripts = ["a"]
reason = "required"
[[rule]]
name = "old"
effect = "deny"
users = ["ana"]
scripts = ["*"]
expires = "2020-01-01"
[[rule]]
name = "elsewhere"
effect = "deny"
users = ["ana"]
scripts = ["*"]
hosts = ["web"]
[[rule]]
name = "bens"
effect = "deny"
users = ["ben"]
scripts = ["a"]
[[rule]]
name = "others"
effect = "allow"
users = ["ana"]
scripts = ["b"]
[[rule]]
name = "own"
effect = "allow"
users = ["ana"]
scope = "own"
)"}});
    REQUIRE(parsed.errors.empty());
    const Accounts accounts = {parse_accounts("ana:x:1:1:\nben:x:2:2:\n"), {}};
    const Attempt attempt{
        .evidence = {std::string(64, 'a'), "a", {"a"}, {"a"}}, .host = "db", .day = "2026-06-01"};
    using Lines = std::vector<std::string>;
    CHECK(explain_rules(parsed.policy, accounts, {UserId{1}, GroupId{1}, {}}, attempt) ==
          Lines{"p:9:1: rule plain (allow): allows it",
                "p:14:1: rule reason (allow): does not allow it: the rule wants a reason: -m TEXT",
                "p:20:1: rule old (deny): has expired (2020-01-01)",
                "p:26:1: rule elsewhere (deny): is not for this host (db)",
                "p:32:1: rule bens (deny): is for others",
                "p:37:1: rule others (allow): is about other scripts, or does not concern it",
                "p:42:1: rule own (allow): is about scripts that the policy does not know"});
    CHECK(explain_rules(parsed.policy, accounts, {UserId{2}, GroupId{2}, {}}, attempt)[4] ==
          "p:32:1: rule bens (deny): denies it");
}
