#include "policies/decision.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "policies/arguments.h"
#include "policies/request.h"

namespace sutap::policy {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Is one of `ids` among the subjects? A name that no account has could be anybody's whom the
// account files don't know: a deny takes it to be.
template <typename Id>
bool lists(const std::vector<std::string>& subjects, const std::vector<Account>& accounts,
           const std::vector<Id>& ids, Effect effect) {
    const bool is_stranger = std::any_of(ids.begin(), ids.end(), [&](Id id) {
        return std::none_of(accounts.begin(), accounts.end(),
                            [&](const Account& account) { return Id{account.id} == id; });
    });
    return std::any_of(subjects.begin(), subjects.end(), [&](const std::string& subject) {
        const auto id = subject[0] == '#' ? parse_id(std::string_view(subject).substr(1))
                                          : id_of(accounts, subject);
        return id ? std::find(ids.begin(), ids.end(), Id{*id}) != ids.end()
                  : effect == Effect::deny && is_stranger;
    });
}

bool holds_here(const Rule& rule, const Attempt& attempt) {
    const std::string short_name = attempt.host.substr(0, attempt.host.find('.'));
    return (rule.expires.empty() || attempt.day <= rule.expires) &&
           (rule.hosts.empty() ||
            std::any_of(rule.hosts.begin(), rule.hosts.end(), [&](const std::string& host) {
                return fnmatch(host.c_str(), attempt.host.c_str(), 0) == 0 || host == short_name;
            }));
}

bool concerns(const Rule& rule, const Accounts& accounts, const Caller& caller) {
    std::vector<GroupId> groups = caller.groups;
    groups.push_back(caller.gid);
    return lists(rule.users, accounts.users, std::vector{caller.uid}, rule.effect) ||
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

std::uint64_t tighter(std::uint64_t a, std::uint64_t b) {
    return a == 0 || (b != 0 && b < a) ? b : a;
}

Limits tighter(const Limits& a, const Limits& b) {
    Limits limits;
    for (const auto limit : all_limits) limits.*limit = tighter(a.*limit, b.*limit);
    return limits;
}

// Does `a` leave more than `b`? 0, no limit, is taken for the greatest. An order of all rules, so
// that theirs in the files does not matter.
bool is_wider(const Decision& a, const Decision& b) {
    if (a.scope != b.scope) return a.scope == Scope::system;
    for (const auto limit : all_limits)
        if (a.limits.*limit != b.limits.*limit) return a.limits.*limit - 1 > b.limits.*limit - 1;
    return a.rule < b.rule;
}

// Why this request is not as its script and the rule want it; empty if it is.
std::string misfit(const Script* script, const Rule& rule, const Attempt& attempt) {
    if (rule.needs_reason && !attempt.has_reason) return "the rule wants a reason: -m TEXT";
    for (const std::string& option : attempt.options)
        if (script ? !holds(script->options, option) : !is_harmless_for_own_scripts(option))
            return "the option " + option + " is not the caller's to add";
    return script ? argument_problem(*script, attempt.arguments) : std::string();
}

// What the rules that allow say of a request for this script, or, without one, for the caller's
// own.
Decision judge(const Script* script, const std::vector<const Rule*>& rules,
               const Attempt& attempt) {
    Decision best{.script = script ? script->name : "",
                  .reason = script ? "no rule allows it" : "not a script of the policy"};
    for (const Rule* rule : rules) {
        if (rule->effect != Effect::allow ||
            !(script ? rule->names(script->name) : rule->is_for_own_scripts()))
            continue;
        const bool is_own = rule->scope == Scope::own || (script && script->scope == Scope::own);
        Decision decision{.script = best.script,
                          .rule = rule->name,
                          .reason = misfit(script, *rule, attempt),
                          .is_listed = true,
                          .shows_source = rule->shows_source || best.shows_source,
                          .scope = is_own ? Scope::own : Scope::system,
                          .limits = tighter(script ? script->limits : Limits{}, rule->limits)};
        if (!script && decision.limits.parallel == 0)
            decision.limits.parallel = most_sessions_of_own;
        if (!script && decision.limits.memory == 0) decision.limits.memory = most_memory_of_own;
        decision.allowed = decision.reason.empty();
        if (decision.allowed) decision.reason = "allowed by a rule";
        best.shows_source = decision.shows_source;
        if (!best.is_listed || (decision.allowed && !best.allowed) ||
            (decision.allowed == best.allowed && is_wider(decision, best)))
            best = decision;
    }
    return best;
}

}  // namespace

Decision decide(const Policy& policy, const Accounts& accounts, const Caller& caller,
                const Attempt& attempt) {
    const Evidence& evidence = attempt.evidence;
    std::vector<const Rule*> rules;
    for (const Rule& rule : policy.rules)
        if (holds_here(rule, attempt) && concerns(rule, accounts, caller)) rules.push_back(&rule);

    bool is_known = !evidence.named.empty();
    for (const Script& script : policy.scripts) {
        if (!is_match(script, evidence)) continue;
        is_known = true;
        for (const Rule* rule : rules)
            if (rule->effect == Effect::deny && rule->names(script.name))
                return {false, script.name, rule->name, "denied by a rule"};
    }
    if (evidence.sha256.empty()) return {false, evidence.named, {}, "the script can't be read"};
    if (!is_known) {
        for (const Rule* rule : rules)
            if (rule->effect == Effect::deny && (rule->is_for_own_scripts() || rule->names("*")))
                return {false, {}, rule->name, "denied by a rule"};
        return judge(nullptr, rules, attempt);
    }
    Decision decision{false, evidence.named, {}, "not a script of the policy"};
    for (const Script* script : claims(policy, evidence)) {
        if (!script->sha256.empty() && script->sha256 != evidence.sha256) {
            decision = {false, script->name, {}, "its SHA-256 is not the policy's"};
            continue;
        }
        const Decision found = judge(script, rules, attempt);
        if (found.allowed || found.is_listed || !decision.is_listed) decision = found;
        if (found.allowed) break;
    }
    return decision;
}

}  // namespace sutap::policy
