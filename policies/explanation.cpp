#include "policies/explanation.h"

namespace sutap::policy {
namespace {

// Does the rule, were it the only one, allow some form of the request, or deny it?
bool has_a_say(const Decision& decision, const Rule& rule) {
    return rule.effect == Effect::allow ? decision.is_listed : decision.rule == rule.name;
}

std::string effect_of(const Policy& policy, const Accounts& accounts, const Caller& caller,
                      const Attempt& attempt, const Rule& rule) {
    Policy alone = policy;
    const auto decide_with = [&](const Rule& only) {
        alone.rules = {only};
        return decide(alone, accounts, caller, attempt);
    };
    Rule only = rule;
    const Decision decision = decide_with(only);
    if (has_a_say(decision, rule)) {
        if (rule.effect == Effect::deny) return "denies it";
        return decision.allowed ? "allows it" : "does not allow it: " + decision.reason;
    }
    // What would have to be different?
    only.expires.clear();
    if (has_a_say(decide_with(only), rule)) return "has expired (" + rule.expires + ")";
    only = rule;
    only.hosts.clear();
    if (has_a_say(decide_with(only), rule)) return "is not for this host (" + attempt.host + ")";
    only = rule;
    only.users = {"#" + std::to_string(number(caller.uid))};
    if (has_a_say(decide_with(only), rule)) return "is for others";
    return rule.is_for_own_scripts() ? "is about scripts that the policy does not know"
                                     : "is about other scripts, or does not concern it";
}

}  // namespace

std::vector<std::string> explain_rules(const Policy& policy, const Accounts& accounts,
                                       const Caller& caller, const Attempt& attempt) {
    std::vector<std::string> lines;
    for (const Rule& rule : policy.rules)
        lines.push_back(
            describe({rule.place, "rule " + rule.name +
                                      (rule.effect == Effect::allow ? " (allow): " : " (deny): ") +
                                      effect_of(policy, accounts, caller, attempt, rule)}));
    return lines;
}

}  // namespace sutap::policy
