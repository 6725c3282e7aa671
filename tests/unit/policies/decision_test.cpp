#include "policies/decision.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sutap::policy;

namespace {

const std::string pin(64, 'a');
const std::string other_content(64, 'b');

const Accounts accounts = {
    parse_accounts("root:x:0:0::/:\nana:x:1000:1000::/:\nben:x:1001:1001::/:\n"),
    parse_accounts("devs:x:50:ana\nana:x:1000:\nben:x:1001:\n")};

// Rules follow three scripts: kill (a file), pinned (file and content), loose (content alone).
Policy policy_of(const std::string& rules) {
    const ParsedPolicy parsed =
        parse_policy({{"p",
                       "schema = 1\n[[script]]\nname='kill'\npath='/k'\n[[script]]\nname='pinned'\n"
                       "path='/p'\nsha256='" +
                           pin + "'\n[[script]]\nname='loose'\nsha256='" + std::string(64, 'c') +
                           "'\n" + rules}});
    REQUIRE(parsed.errors.empty());
    return parsed.policy;
}

std::string rule(const std::string& name, const std::string& effect, const std::string& subjects,
                 const std::string& scripts) {
    return "[[rule]]\nname='" + name + "'\neffect='" + effect + "'\n" + subjects +
           "\nscripts=" + scripts + "\n";
}

const Caller ana{1000, 1000, {50}};
const Caller ben{1001, 1001, {}};
const Caller stranger{5000, 5000, {}};

Evidence by_name(const std::string& name, const std::string& sha256) {
    return {sha256, name, {name}, {name}};
}

bool may(const Policy& policy, const Caller& caller, const Evidence& evidence) {
    return decide(policy, accounts, caller, evidence).allowed;
}

}  // namespace

TEST_CASE("What no rule allows is denied") {
    CHECK_FALSE(may(policy_of(""), ana, by_name("kill", other_content)));
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['kill']"));
    const Decision decision = decide(policy, accounts, ana, by_name("kill", other_content));
    CHECK(decision.allowed);
    CHECK(decision.rule == "r");
    CHECK(decision.script == "kill");
    CHECK_FALSE(may(policy, ben, by_name("kill", other_content)));
    CHECK_FALSE(may(policy, ana, by_name("pinned", pin)));
    CHECK_FALSE(may(policy, ana, {other_content, {}, {}, {}}));
    CHECK_FALSE(may(policy, ana, {{}, "kill", {}, {}}));
}

TEST_CASE("Users and groups by name and number") {
    const auto allows = [](const std::string& subjects, const Caller& caller) {
        return may(policy_of(rule("r", "allow", subjects, "['*']")), caller,
                   by_name("kill", other_content));
    };
    CHECK(allows("users=['#1001']", ben));
    CHECK(allows("groups=['devs']", ana));
    CHECK_FALSE(allows("groups=['devs']", ben));
    CHECK(allows("groups=['#50']", ana));
    CHECK(allows("groups=['ben']", ben));  // the primary group
    CHECK(allows("users=['nobody-here', 'ben']", ben));
    CHECK_FALSE(allows("users=['nobody-here']", stranger));
    CHECK(allows("users=['#5000']", stranger));
}

TEST_CASE("A deny wins wherever it stands") {
    const std::string allow = rule("a", "allow", "users=['ana']", "['*']");
    const std::string deny = rule("d", "deny", "groups=['devs']", "['kill']");
    for (const std::string& rules : {allow + deny, deny + allow}) {
        const Policy policy = policy_of(rules);
        const Decision decision = decide(policy, accounts, ana, by_name("kill", other_content));
        CHECK_FALSE(decision.allowed);
        CHECK(decision.rule == "d");
        CHECK(may(policy, ana, by_name("pinned", pin)));
        // The same file and the same content, under another name or by a path.
        CHECK_FALSE(may(policy, ana, {pin, "pinned", {"pinned", "kill"}, {"pinned", "kill"}}));
        CHECK_FALSE(may(policy, ana, {pin, {}, {"pinned"}, {"pinned", "kill"}}));
        CHECK_FALSE(may(policy, ana, {pin, {}, {}, {"kill"}}));
    }
    CHECK_FALSE(may(policy_of(allow + rule("d", "deny", "users=['ana']", "['*']")), ana,
                    by_name("kill", other_content)));
    CHECK_FALSE(may(policy_of(allow + rule("d", "deny", "users=['ana']", "['pinned']")), ana,
                    {pin, {}, {"kill"}, {"kill"}}));
}

TEST_CASE("A deny for somebody unknown holds for everybody unknown") {
    const std::string allow = rule("a", "allow", "users=['ana', '#5000']", "['*']");
    const Policy policy = policy_of(allow + rule("d", "deny", "users=['carol']", "['*']"));
    CHECK(may(policy, ana, by_name("kill", other_content)));
    CHECK_FALSE(may(policy, stranger, by_name("kill", other_content)));
    const Policy groups = policy_of(allow + rule("d", "deny", "groups=['staff']", "['*']"));
    CHECK(may(groups, ana, by_name("kill", other_content)));
    CHECK_FALSE(may(groups, stranger, by_name("kill", other_content)));
    CHECK_FALSE(may(groups, {1000, 1000, {777}}, by_name("kill", other_content)));
}

TEST_CASE("A pin holds, by name and by path") {
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['pinned', 'loose']"));
    CHECK(may(policy, ana, by_name("pinned", pin)));
    const Decision decision = decide(policy, accounts, ana, by_name("pinned", other_content));
    CHECK_FALSE(decision.allowed);
    CHECK(decision.reason == "its SHA-256 is not the policy's");
    CHECK_FALSE(may(policy, ana, {other_content, {}, {"pinned"}, {"pinned"}}));
    CHECK(may(policy, ana, {pin, {}, {}, {}}));
    CHECK(decide(policy, accounts, ana, {std::string(64, 'c'), {}, {}, {}}).script == "loose");
}

TEST_CASE("The content of a file that is not pinned allows nothing elsewhere") {
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['kill']"));
    CHECK(may(policy, ana, {other_content, {}, {"kill"}, {"kill"}}));
    CHECK_FALSE(may(policy, ana, {other_content, {}, {}, {"kill"}}));
}

TEST_CASE("Account files are read line by line") {
    const auto users = parse_accounts(
        "a:x:1:2\n+nis:x:3:3\n:x:4:4\nb:x:-5:5\nc:x:6\nd:x:4294967295:1\n\n"
        "a:x:9:9\ne:x:0x7:1\nf:x:7:8:more:/:");
    REQUIRE(users.size() == 3);
    CHECK(id_of(users, "a") == 1);
    CHECK(id_of(users, "f") == 7);
    CHECK_FALSE(id_of(users, "d"));
    CHECK_FALSE(parse_id(""));
    CHECK_FALSE(parse_id(" 1"));
    CHECK_FALSE(parse_id("99999999999"));
    CHECK(parse_id("4294967294") == 4294967294U);
}
