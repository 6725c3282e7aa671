#include "policies/decision.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sutap::policy;

namespace {

using Words = std::vector<std::string>;

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

const Caller ana{UserId{1000}, GroupId{1000}, {GroupId{50}}};
const Caller ben{UserId{1001}, GroupId{1001}, {}};
const Caller stranger{UserId{5000}, GroupId{5000}, {}};

Evidence by_name(const std::string& name, const std::string& sha256) {
    return {sha256, name, {name}, {name}};
}

Attempt attempt(const Evidence& evidence, const std::vector<std::string>& arguments = {}) {
    return {
        .evidence = evidence, .arguments = arguments, .host = "box.example", .day = "2026-06-15"};
}

bool may(const Policy& policy, const Caller& caller, const Evidence& evidence) {
    return decide(policy, accounts, caller, attempt(evidence)).allowed;
}

}  // namespace

TEST_CASE("What no rule allows is denied") {
    CHECK_FALSE(may(policy_of(""), ana, by_name("kill", other_content)));
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['kill']"));
    const Decision decision =
        decide(policy, accounts, ana, attempt(by_name("kill", other_content)));
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
        const Decision decision =
            decide(policy, accounts, ana, attempt(by_name("kill", other_content)));
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
    CHECK_FALSE(
        may(groups, {UserId{1000}, GroupId{1000}, {GroupId{777}}}, by_name("kill", other_content)));
}

TEST_CASE("A pin holds, by name and by path") {
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['pinned', 'loose']"));
    CHECK(may(policy, ana, by_name("pinned", pin)));
    const Decision decision =
        decide(policy, accounts, ana, attempt(by_name("pinned", other_content)));
    CHECK_FALSE(decision.allowed);
    CHECK(decision.reason == "its SHA-256 is not the policy's");
    CHECK_FALSE(may(policy, ana, {other_content, {}, {"pinned"}, {"pinned"}}));
    CHECK(may(policy, ana, {pin, {}, {}, {}}));
    CHECK(decide(policy, accounts, ana, attempt({std::string(64, 'c'), {}, {}, {}})).script ==
          "loose");
}

TEST_CASE("The content of a file that is not pinned allows nothing elsewhere") {
    const Policy policy = policy_of(rule("r", "allow", "users=['ana']", "['kill']"));
    CHECK(may(policy, ana, {other_content, {}, {"kill"}, {"kill"}}));
    CHECK_FALSE(may(policy, ana, {other_content, {}, {}, {"kill"}}));
}

TEST_CASE("Options, arguments and reasons have to fit") {
    const ParsedPolicy parsed =
        parse_policy({{"p",
                       "schema = 1\n[[script]]\nname='s'\npath='/s'\noptions=['-x']\n"
                       "arguments=[{name='n', type='integer', max=9}]\n" +
                           rule("r", "allow", "users=['ana']", "['s']\nreason='required'")}});
    REQUIRE(parsed.errors.empty());
    const auto decision = [&](Words options, Words arguments, bool has_reason) {
        Attempt asked = attempt(by_name("s", pin), arguments);
        asked.options = std::move(options);
        asked.has_reason = has_reason;
        return decide(parsed.policy, accounts, ana, asked);
    };
    CHECK(decision({"-x"}, {"5"}, true).allowed);
    CHECK(decision({}, {"5"}, true).allowed);
    for (const Decision& refused :
         {decision({"-c"}, {"5"}, true), decision({"-x", "-e"}, {"5"}, true),
          decision({}, {"10"}, true), decision({}, {}, true), decision({}, {"5", "6"}, true),
          decision({}, {"5"}, false)}) {
        CHECK_FALSE(refused.allowed);
        CHECK(refused.is_listed);
        CHECK_FALSE(refused.reason.empty());
    }
    CHECK(decision({"-c"}, {"5"}, true).reason == "the option -c is not the caller's to add");
    CHECK_FALSE(decide(parsed.policy, accounts, ben, attempt(by_name("s", pin), {"5"})).is_listed);
}

TEST_CASE("Rules hold on their hosts and until their day") {
    const auto allows = [](const std::string& keys, const std::string& day) {
        Attempt asked = attempt(by_name("kill", other_content));
        asked.day = day;
        return decide(policy_of(rule("r", "allow", "users=['ana']", "['kill']\n" + keys)), accounts,
                      ana, asked)
            .allowed;
    };
    CHECK(allows("expires='2026-06-15'", "2026-06-15"));
    CHECK_FALSE(allows("expires='2026-06-15'", "2026-06-16"));
    CHECK_FALSE(allows("expires='2026-06-15'", "2027-01-01"));
    CHECK(allows("hosts=['box.example']", "2026-06-15"));
    CHECK(allows("hosts=['other', 'box']", "2026-06-15"));
    CHECK(allows("hosts=['b*.example']", "2026-06-15"));
    CHECK_FALSE(allows("hosts=['bo']", "2026-06-15"));
    CHECK_FALSE(allows("hosts=['box.example.com']", "2026-06-15"));
    const std::string allow = rule("a", "allow", "users=['ana']", "['*']");
    CHECK(may(policy_of(allow + rule("d", "deny", "users=['ana']", "['*']\nhosts=['x']")), ana,
              by_name("kill", other_content)));
    CHECK_FALSE(may(policy_of(allow + rule("d", "deny", "users=['ana']", "['*']\nhosts=['box']")),
                    ana, by_name("kill", other_content)));
}

TEST_CASE("Limits are the tighter ones of script and rule, the widest of the rules") {
    const ParsedPolicy parsed =
        parse_policy({{"p", "schema = 1\n[[script]]\nname='s'\npath='/s'\nmax_seconds=100\n" +
                                rule("a", "allow", "users=['ana']", "['s']\nmax_seconds=10") +
                                rule("b", "allow", "users=['ana']",
                                     "['s']\nmax_seconds=50\nmax_output=7\nmax_probes=3") +
                                rule("c", "allow", "users=['ben']", "['s']\nmax_seconds=500") +
                                rule("d", "allow", "users=['ben']", "['s']\nscope='own'")}});
    REQUIRE(parsed.errors.empty());
    const Decision wider = decide(parsed.policy, accounts, ana, attempt(by_name("s", pin)));
    CHECK(wider.rule == "b");
    CHECK(wider.limits.seconds == 50);
    CHECK(wider.limits.output == 7);
    CHECK(wider.limits.probes == 3);
    const Decision ceiling = decide(parsed.policy, accounts, ben, attempt(by_name("s", pin)));
    CHECK(ceiling.rule == "c");
    CHECK(ceiling.limits.seconds == 100);
    CHECK(ceiling.scope == Scope::system);
}

TEST_CASE("Scripts of one's own, and only those") {
    const std::string own = "[[rule]]\nname='own'\neffect='allow'\ngroups=['devs']\nscope='own'\n";
    const Evidence mine{other_content, {}, {}, {}};
    const Decision decision = decide(policy_of(own), accounts, ana, attempt(mine, {"any", "word"}));
    CHECK(decision.allowed);
    CHECK(decision.scope == Scope::own);
    CHECK(decision.script.empty());
    CHECK(decision.limits.parallel == most_sessions_of_own);
    CHECK(decision.limits.memory == most_memory_of_own);
    CHECK(decide(policy_of(own + "max_parallel=20\n"), accounts, ana, attempt(mine))
              .limits.parallel == 20);
    CHECK_FALSE(may(policy_of(own), ben, mine));
    // Never one that the policy knows, by whatever evidence.
    for (const Evidence& known :
         {by_name("kill", other_content), Evidence{other_content, {}, {"kill"}, {}},
          Evidence{other_content, {}, {}, {"kill"}}, Evidence{std::string(64, 'c'), {}, {}, {}}})
        CHECK_FALSE(may(policy_of(own), ana, known));
    CHECK_FALSE(may(policy_of(own), ana, {{}, {}, {}, {}}));
    const auto with = [&](const std::string& option) {
        Attempt asked = attempt(mine);
        asked.options = {option};
        return decide(policy_of(own), accounts, ana, asked).allowed;
    };
    CHECK(with("-e"));
    CHECK(with("-x"));
    CHECK(with("-c"));
    CHECK_FALSE(with("-g"));
    CHECK_FALSE(with("-F"));
    const std::string deny = "[[rule]]\nname='no'\neffect='deny'\nusers=['ana']\n";
    CHECK_FALSE(may(policy_of(own + deny + "scope='own'\n"), ana, mine));
    CHECK_FALSE(may(policy_of(own + deny + "scripts=['*']\n"), ana, mine));
    CHECK(may(policy_of(own + deny + "scripts=['kill']\n"), ana, mine));
    // A rule that makes a known script see its user's processes alone.
    const Decision narrowed =
        decide(policy_of(rule("r", "allow", "users=['ana']", "['kill']\nscope='own'")), accounts,
               ana, attempt(by_name("kill", other_content)));
    CHECK(narrowed.allowed);
    CHECK(narrowed.scope == Scope::own);
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
