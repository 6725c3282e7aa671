// What holds of every policy: random ones, and random requests.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "policies/decision.h"

using namespace sutap::policy;

namespace {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::size_t below(std::size_t most) { return engine_() % most; }
    bool one_of(std::size_t many) { return below(many) == 0; }
    template <typename Element>
    const Element& among(const std::vector<Element>& elements) {
        return elements[below(elements.size())];
    }
    template <typename Element>
    std::vector<Element> some(const std::vector<Element>& elements) {
        std::vector<Element> chosen;
        for (const Element& element : elements)
            if (one_of(2)) chosen.push_back(element);
        return chosen;
    }
    std::mt19937& engine() { return engine_; }

  private:
    std::mt19937 engine_;
};

const std::vector<std::string> names = {"a", "b", "c"};
const std::vector<std::string> contents = {std::string(64, '1'), std::string(64, '2'),
                                           std::string(64, '3')};

const Accounts accounts = {parse_accounts("ana:x:1:1:\nben:x:2:2:\n"),
                           parse_accounts("devs:x:10:ana\nops:x:11:ben\n")};

Script random_script(Random& random, const std::string& name) {
    Script script;
    script.name = name;
    script.path = "/" + name;
    if (random.one_of(3)) script.sha256 = random.among(contents);
    script.options = random.some<std::string>({"-x", "-c"});
    script.takes_any = random.one_of(2);
    if (!script.takes_any && random.one_of(2)) script.arguments = {{.name = "n"}};
    if (random.one_of(4)) script.scope = Scope::own;
    script.limits.seconds = random.below(3);
    return script;
}

Rule random_rule(Random& random, std::size_t number) {
    Rule rule;
    rule.name = "r" + std::to_string(number);
    rule.effect = random.one_of(3) ? Effect::deny : Effect::allow;
    rule.users = random.some<std::string>({"ana", "ben", "#3", "nobody-here"});
    rule.groups = random.some<std::string>({"devs", "#11"});
    if (random.one_of(4)) {
        rule.scope = Scope::own;
    } else {
        rule.scripts = random.some(names);
        if (rule.scripts.empty()) rule.scripts = {"*"};
        if (random.one_of(5)) rule.scope = Scope::own;
    }
    if (random.one_of(4)) rule.hosts = {random.among<std::string>({"here", "there", "h*"})};
    if (random.one_of(4)) rule.expires = random.among<std::string>({"2026-01-01", "2027-01-01"});
    rule.needs_reason = rule.effect == Effect::allow && random.one_of(4);
    rule.limits = {random.below(3), random.below(3), random.below(3), random.below(3)};
    return rule;
}

Policy random_policy(Random& random) {
    Policy policy;
    for (const std::string& name : names) policy.scripts.push_back(random_script(random, name));
    for (std::size_t i = random.below(6); i > 0; --i)
        policy.rules.push_back(random_rule(random, i));
    return policy;
}

Attempt random_attempt(Random& random) {
    Attempt attempt;
    attempt.evidence.sha256 = random.one_of(10) ? "" : random.among(contents);
    if (random.one_of(2)) attempt.evidence.named = random.among(names);
    attempt.evidence.same_file = random.one_of(2) ? random.some(names) : std::vector<std::string>();
    attempt.evidence.akin = random.one_of(2) ? random.some(names) : std::vector<std::string>();
    attempt.options = random.one_of(2) ? random.some<std::string>({"-x", "-c", "-e", "-g"})
                                       : std::vector<std::string>();
    if (random.one_of(2)) attempt.arguments = {"word"};
    attempt.has_reason = random.one_of(2);
    attempt.host = "here";
    attempt.day = "2026-06-01";
    return attempt;
}

Caller random_caller(Random& random) {
    const auto id = static_cast<std::uint32_t>(1 + random.below(4));
    return {UserId{id}, GroupId{id}, random.some<GroupId>({GroupId{10}, GroupId{11}, GroupId{12}})};
}

struct Situation {
    Policy policy;
    Caller caller;
    Attempt attempt;

    Decision decision() const { return decide(policy, accounts, caller, attempt); }
};

Situation random_situation(Random& random) {
    return {random_policy(random), random_caller(random), random_attempt(random)};
}

constexpr int rounds = 20000;

}  // namespace

TEST_CASE("Nobody gains by a further rule that denies") {
    Random random(1);
    int denied = 0;
    for (int round = 0; round < rounds; ++round) {
        Situation situation = random_situation(random);
        const Decision before = situation.decision();
        Rule rule = random_rule(random, 9);
        rule.effect = Effect::deny;
        situation.policy.rules.insert(
            situation.policy.rules.begin() +
                static_cast<std::ptrdiff_t>(random.below(situation.policy.rules.size() + 1)),
            rule);
        const Decision after = situation.decision();
        CHECK_FALSE((!before.allowed && after.allowed));
        CHECK_FALSE((!before.is_listed && after.is_listed));
        denied += before.allowed && !after.allowed ? 1 : 0;
    }
    CHECK(denied > rounds / 100);
}

TEST_CASE("Nobody gains by one rule less that allows") {
    Random random(2);
    int denied = 0;
    for (int round = 0; round < rounds; ++round) {
        Situation situation = random_situation(random);
        std::vector<Rule>& rules = situation.policy.rules;
        const auto allowing = std::find_if(rules.begin(), rules.end(), [](const Rule& rule) {
            return rule.effect == Effect::allow;
        });
        if (allowing == rules.end()) continue;
        const Decision before = situation.decision();
        rules.erase(allowing);
        const Decision after = situation.decision();
        CHECK_FALSE((!before.allowed && after.allowed));
        CHECK_FALSE((!before.shows_source && after.shows_source));
        denied += before.allowed && !after.allowed ? 1 : 0;
    }
    CHECK(denied > rounds / 100);
}

TEST_CASE("The order of the rules does not matter") {
    Random random(3);
    int allowed = 0;
    for (int round = 0; round < rounds; ++round) {
        Situation situation = random_situation(random);
        const Decision before = situation.decision();
        std::shuffle(situation.policy.rules.begin(), situation.policy.rules.end(), random.engine());
        const Decision after = situation.decision();
        CHECK(before.allowed == after.allowed);
        CHECK(before.scope == after.scope);
        CHECK(before.limits.seconds == after.limits.seconds);
        CHECK(before.limits.output == after.limits.output);
        CHECK(before.limits.parallel == after.limits.parallel);
        CHECK(before.limits.parallel_total == after.limits.parallel_total);
        CHECK(before.shows_source == after.shows_source);
        if (before.allowed) CHECK(before.rule == after.rule);
        allowed += before.allowed ? 1 : 0;
    }
    CHECK(allowed > rounds / 50);
}

TEST_CASE("What is allowed stands in a rule, fits it, and was never denied") {
    Random random(4);
    int own = 0;
    for (int round = 0; round < rounds; ++round) {
        const Situation situation = random_situation(random);
        const Decision decision = situation.decision();
        if (!decision.allowed) continue;
        const auto rule =
            std::find_if(situation.policy.rules.begin(), situation.policy.rules.end(),
                         [&](const Rule& each) { return each.name == decision.rule; });
        REQUIRE(rule != situation.policy.rules.end());
        CHECK(rule->effect == Effect::allow);
        CHECK((!rule->needs_reason || situation.attempt.has_reason));
        CHECK((rule->limits.seconds == 0 || decision.limits.seconds == rule->limits.seconds ||
               (decision.limits.seconds > 0 && decision.limits.seconds < rule->limits.seconds)));
        CHECK_FALSE(situation.attempt.evidence.sha256.empty());
        CHECK((rule->scope == Scope::system || decision.scope == Scope::own));
        if (decision.script.empty()) {
            ++own;
            CHECK(decision.scope == Scope::own);
            CHECK(rule->is_for_own_scripts());
        } else {
            CHECK(rule->names(decision.script));
        }
    }
    CHECK(own > 20);
}

TEST_CASE("The order of files does not matter") {
    const std::vector<PolicyText> files = {
        {"1", "schema=1\n[[script]]\nname='a'\npath='/a'\nmax_seconds=9\n"},
        {"2", "schema=1\n[[script]]\nname='b'\npath='/a'\n"},
        {"3", "schema=1\n[[rule]]\nname='x'\neffect='allow'\nusers=['ana']\nscripts=['a','b']\n"},
        {"4", "schema=1\n[[rule]]\nname='y'\neffect='allow'\nusers=['ana']\nscripts=['*']\n"}};
    std::vector<PolicyText> shuffled = files;
    const Attempt attempt{.evidence = {contents[0], {}, {"b", "a"}, {}}, .day = "2026-06-01"};
    const Decision expected =
        decide(parse_policy(files).policy, accounts, {UserId{1}, GroupId{1}, {}}, attempt);
    CHECK(expected.allowed);
    Random random(5);
    for (int round = 0; round < 50; ++round) {
        std::shuffle(shuffled.begin(), shuffled.end(), random.engine());
        const Decision found =
            decide(parse_policy(shuffled).policy, accounts, {UserId{1}, GroupId{1}, {}}, attempt);
        CHECK(found.allowed);
        CHECK(found.script == expected.script);
        CHECK(found.rule == expected.rule);
        CHECK(found.limits.seconds == expected.limits.seconds);
    }
}
