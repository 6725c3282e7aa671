#include "policies/decision.h"

#include <algorithm>
#include <string_view>

namespace sutap::policy {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Is one of `ids` among the subjects? A name that no account has could be anybody's whom the
// account files don't know: a deny takes it to be.
bool lists(const std::vector<std::string>& subjects, const std::vector<Account>& accounts,
           const std::vector<std::uint32_t>& ids, Effect effect) {
    const bool is_stranger = std::any_of(ids.begin(), ids.end(), [&](std::uint32_t id) {
        return std::none_of(accounts.begin(), accounts.end(),
                            [&](const Account& account) { return account.id == id; });
    });
    return std::any_of(subjects.begin(), subjects.end(), [&](const std::string& subject) {
        const auto id = subject[0] == '#' ? parse_id(std::string_view(subject).substr(1))
                                          : id_of(accounts, subject);
        return id ? std::find(ids.begin(), ids.end(), *id) != ids.end()
                  : effect == Effect::deny && is_stranger;
    });
}

bool concerns(const Rule& rule, const Accounts& accounts, const Caller& caller) {
    std::vector<std::uint32_t> groups = caller.groups;
    groups.push_back(caller.gid);
    return lists(rule.users, accounts.users, {caller.uid}, rule.effect) ||
           lists(rule.groups, accounts.groups, groups, rule.effect);
}

bool is_match(const Script& script, const Evidence& evidence) {
    return script.name == evidence.named || holds(evidence.same_file, script.name) ||
           holds(evidence.akin, script.name) ||
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

}  // namespace sutap::policy
