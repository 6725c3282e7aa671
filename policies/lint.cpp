#include "policies/lint.h"

#include <algorithm>
#include <cstdint>

namespace sutap::policy {
namespace {

bool holds_all(const std::vector<std::string>& names, const std::vector<std::string>& others) {
    return std::all_of(others.begin(), others.end(), [&](const std::string& other) {
        return std::find(names.begin(), names.end(), other) != names.end();
    });
}

// Does `rule`, whenever `other` concerns a request, concern it as well?
bool covers(const Rule& rule, const Rule& other) {
    const bool names_all =
        rule.scripts == std::vector<std::string>{"*"} || holds_all(rule.scripts, other.scripts);
    return rule.hosts.empty() && rule.expires.empty() &&
           rule.is_for_own_scripts() == other.is_for_own_scripts() && names_all &&
           holds_all(rule.users, other.users) && holds_all(rule.groups, other.groups);
}

// 0 is no limit.
bool is_wider(std::uint64_t limit, std::uint64_t other) {
    return other != 0 && (limit == 0 || limit >= other);
}

bool allows_as_much(const Limits& limits, const Limits& other) {
    const auto is_enough = [](std::uint64_t one, std::uint64_t two) {
        return one == two || is_wider(one, two);
    };
    return std::all_of(all_limits.begin(), all_limits.end(),
                       [&](const auto limit) { return is_enough(limits.*limit, other.*limit); });
}

class Linter {
  public:
    Linter(const Policy& policy, const Accounts& accounts) : policy_(policy), accounts_(accounts) {}

    std::vector<PolicyError> lint(const std::string& day) {
        for (const Script& script : policy_.scripts) look_for_use(script);
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const Rule& rule = policy_.rules[i];
            if (!rule.expires.empty() && rule.expires < day)
                warn(rule, "has expired");
            else if (rule.effect == Effect::allow)
                look_for_shadow(i);
            look_for_limits(rule);
            look_for_names(rule, "user", rule.users, accounts_.users);
            look_for_names(rule, "group", rule.groups, accounts_.groups);
        }
        return std::move(warnings_);
    }

  private:
    void warn(const Rule& rule, const std::string& text) {
        warnings_.push_back({rule.place, "rule " + rule.name + " " + text});
    }

    void look_for_use(const Script& script) {
        const auto& rules = policy_.rules;
        if (std::none_of(rules.begin(), rules.end(), [&](const Rule& rule) {
                return rule.effect == Effect::allow && rule.names(script.name);
            }))
            warnings_.push_back({script.place, "no rule allows script " + script.name});
        const Limits& limits = script.limits;
        if (limits.parallel_total != 0 && is_wider(limits.parallel, limits.parallel_total))
            warnings_.push_back(
                {script.place, "one user may take all sessions of script " + script.name +
                                   ": max_parallel is not below max_parallel_total"});
    }

    // Of two that say the same, the later one is told of.
    void look_for_shadow(std::size_t index) {
        const Rule& rule = policy_.rules[index];
        for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
            const Rule& other = policy_.rules[i];
            if (i == index || !covers(other, rule)) continue;
            if (other.effect == Effect::deny)
                return warn(rule, "allows nothing: rule " + other.name + " denies all of it");
            if (adds_nothing(rule, other) &&
                (i < index || !covers(rule, other) || !adds_nothing(other, rule)))
                return warn(rule, "adds nothing to rule " + other.name);
        }
    }

    static bool adds_nothing(const Rule& rule, const Rule& other) {
        return !other.needs_reason && (other.shows_source || !rule.shows_source) &&
               (other.scope == rule.scope || other.scope == Scope::system) &&
               allows_as_much(other.limits, rule.limits);
    }

    void look_for_limits(const Rule& rule) {
        if (rule.effect != Effect::allow) return;
        for (const std::string& name : rule.scripts) {
            const Script* script = policy_.find(name);
            if (!script) continue;
            const auto look = [&](const char* key, std::uint64_t of_rule, std::uint64_t of_script) {
                if (of_script != 0 && of_rule > of_script)
                    warn(rule, std::string("can't raise ") + key + " of script " + name);
            };
            look("max_seconds", rule.limits.seconds, script->limits.seconds);
            look("max_output", rule.limits.output, script->limits.output);
            look("max_memory", rule.limits.memory, script->limits.memory);
            look("max_probes", rule.limits.probes, script->limits.probes);
            look("max_parallel", rule.limits.parallel, script->limits.parallel);
            look("max_parallel_total", rule.limits.parallel_total, script->limits.parallel_total);
        }
    }

    void look_for_names(const Rule& rule, const std::string& kind,
                        const std::vector<std::string>& names,
                        const std::vector<Account>& accounts) {
        for (const std::string& name : names)
            if (name[0] != '#' && !id_of(accounts, name))
                warn(rule, "names a " + kind + " that this machine's files don't know, " + name +
                               "; a directory's is written \"#NUMBER\"");
    }

    const Policy& policy_;
    const Accounts& accounts_;
    std::vector<PolicyError> warnings_;
};

}  // namespace

std::vector<PolicyError> lint(const Policy& policy, const Accounts& accounts,
                              const std::string& day) {
    return Linter(policy, accounts).lint(day);
}

}  // namespace sutap::policy
