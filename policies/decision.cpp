#include "policies/decision.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace sutap::policy {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The number that a subject stands for, whether it is written as one or as a name.
template <typename Lookup>
std::optional<std::uint32_t> subject_id(const std::string& subject, Lookup lookup) {
    return subject[0] == '#' ? parse_id(std::string_view(subject).substr(1)) : lookup(subject);
}

bool concerns(const Rule& rule, const Accounts& accounts, const Caller& caller) {
    std::vector<std::uint32_t> groups = caller.groups;
    groups.push_back(caller.gid);
    const bool strange_user = !accounts.knows_user(caller.uid);
    const bool strange_group = std::any_of(groups.begin(), groups.end(), [&](std::uint32_t group) {
        return !accounts.knows_group(group);
    });
    const bool deny = rule.effect == Effect::deny;
    const auto user_matches = [&](const std::string& subject) {
        const auto id =
            subject_id(subject, [&](const auto& name) { return accounts.user_id(name); });
        return id ? *id == caller.uid : deny && strange_user;
    };
    const auto group_matches = [&](const std::string& subject) {
        const auto id =
            subject_id(subject, [&](const auto& name) { return accounts.group_id(name); });
        return id ? std::find(groups.begin(), groups.end(), *id) != groups.end()
                  : deny && strange_group;
    };
    return std::any_of(rule.users.begin(), rule.users.end(), user_matches) ||
           std::any_of(rule.groups.begin(), rule.groups.end(), group_matches);
}

bool is_match(const Script& script, const Evidence& evidence) {
    return script.name == evidence.named || holds(evidence.same_file, script.name) ||
           holds(evidence.same_content, script.name) ||
           (!script.sha256.empty() && script.sha256 == evidence.sha256);
}

// The scripts that the request may be taken for, the strongest claim first.
std::vector<const Script*> claims(const Policy& policy, const Evidence& evidence) {
    std::vector<const Script*> found;
    if (!evidence.named.empty()) {
        if (const Script* script = policy.find(evidence.named)) found.push_back(script);
        return found;
    }
    for (const Script& script : policy.scripts)
        if (holds(evidence.same_file, script.name)) found.push_back(&script);
    for (const Script& script : policy.scripts)
        if (!script.sha256.empty() && script.sha256 == evidence.sha256) found.push_back(&script);
    return found;
}

}  // namespace

Decision decide(const Policy& policy, const Accounts& accounts, const Caller& caller,
                const Evidence& evidence) {
    std::vector<const Rule*> rules;
    for (const Rule& rule : policy.rules)
        if (concerns(rule, accounts, caller)) rules.push_back(&rule);

    for (const Script& script : policy.scripts) {
        if (!is_match(script, evidence)) continue;
        for (const Rule* rule : rules) {
            if (rule->effect == Effect::deny && rule->names(script.name))
                return {false, script.name, rule->name, "denied by a rule"};
        }
    }
    if (evidence.sha256.empty()) return {false, evidence.named, {}, "the script can't be read"};
    Decision decision{false, evidence.named, {}, "not a script of the policy"};
    for (const Script* script : claims(policy, evidence)) {
        decision = {false, script->name, {}, "no rule allows it"};
        if (!script->sha256.empty() && script->sha256 != evidence.sha256) {
            decision.reason = "its SHA-256 is not the policy's";
            continue;
        }
        for (const Rule* rule : rules) {
            if (rule->effect == Effect::allow && rule->names(script->name))
                return {true, script->name, rule->name, "allowed by a rule"};
        }
    }
    return decision;
}

std::vector<std::string> denied_scripts(const Policy& policy, const Accounts& accounts,
                                        const Caller& caller) {
    std::vector<std::string> names;
    for (const Rule& rule : policy.rules) {
        if (rule.effect != Effect::deny || rule.names("*") || !concerns(rule, accounts, caller))
            continue;
        names.insert(names.end(), rule.scripts.begin(), rule.scripts.end());
    }
    return names;
}

}  // namespace sutap::policy
