#include "runner/elaborate/probe_points.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "runner/elaborate/own_processes.h"
#include "runner/elaborate/probe_types.h"
#include "runner/targets/glob.h"

namespace sutap::elaborate {
namespace {

// More than any kernel attaches in a reasonable time.
constexpr std::size_t most_points = 10000;
// Aliases of aliases multiply; no script that means it looks at as many.
constexpr std::size_t most_steps = 50000;
// A list of more than so many names helps nobody.
constexpr std::size_t most_alternatives = 20;
// Longer alias chains are mistakes.
constexpr std::size_t longest_chain = 64;

constexpr std::array<std::string_view, 6> later_families = {"process", "kprobe",  "netfilter",
                                                            "java",    "python2", "python3"};

bool has_wildcard(const Components& components) {
    return std::any_of(components.begin(), components.end(), [](const auto& component) {
        return !targets::is_plain_name(component.name);
    });
}

}  // namespace

std::string text_argument(const language::ProbeComponent& component) {
    const auto* text =
        component.argument ? std::get_if<std::string>(&component.argument->value) : nullptr;
    if (text == nullptr) {
        throw Unresolved{component.place,
                         "probe point '" + component.name + "' needs a string in parentheses",
                         true};
    }
    return *text;
}

std::vector<ResolvedPoint> PointResolver::resolve(const std::vector<language::ProbePoint>& points) {
    found_.clear();
    for (std::size_t index = 0; index < points.size(); ++index) {
        const std::size_t before = found_.size();
        try {
            resolve_list({&points[index], 1}, {}, {}, false);
        } catch (const Unresolved& problem) {
            session_.problems.unresolved_point(points[index].place, problem);
        }
        if (points[index].sufficient && found_.size() > before) {
            break;
        }
    }
    return std::move(found_);
}

std::size_t PointResolver::resolve_list(std::span<const language::ProbePoint> points,
                                        const Components& suffix, const Derivation& derivation,
                                        bool is_tapset) {
    const std::size_t start = found_.size();
    for (const language::ProbePoint& point : points) {
        const std::size_t before = found_.size();
        Components components = point.components;
        components.insert(components.end(), suffix.begin(), suffix.end());
        Derivation inner = derivation;
        inner.is_optional = derivation.is_optional || point.optional || point.sufficient;
        if (inner.definition.empty()) {
            inner.definition = point_text(components);
            inner.place = point.place;
        }
        if (point.condition) {
            inner.conditions.push_back({&**point.condition, is_tapset});
        }
        try {
            resolve_one(components, inner);
        } catch (Unresolved& problem) {
            found_.resize(before);
            if ((!point.optional && !point.sufficient) || problem.is_script_error) {
                problem.points.push_back(point.place);
                throw;
            }
        }
        if (point.sufficient && found_.size() > before) {
            break;
        }
    }
    return found_.size() - start;
}

void PointResolver::resolve_one(const Components& components, const Derivation& derivation) {
    if (components.empty()) {
        throw Unresolved{derivation.place, "probe point mismatch"};
    }
    if (++steps_ > most_steps) {
        throw Unresolved{derivation.place, "the aliases lead to too many probe points", true};
    }
    const std::vector<AliasMatch> matches = session_.library.aliases(components);
    std::vector<Components> forms;
    if (has_wildcard(components)) {
        forms = matching_forms(components);
    }
    if (!matches.empty() || !forms.empty()) {
        resolve_matches(matches, forms, components, derivation);
    } else if (!session_point(components, derivation)) {
        resolve_built_in(components, derivation);
    }
}

void PointResolver::resolve_built_in(const Components& components, const Derivation& derivation) {
    try {
        built_in(components, derivation);
    } catch (const targets::TargetError& problem) {
        throw Unresolved{{}, problem.message};
    }
}

void PointResolver::built_in(const Components& components, const Derivation& derivation) {
    const std::string& family = components[0].name;
    if (family == "timer") {
        timer(components, derivation);
    } else if (family == "procfs") {
        probe_file(components, derivation);
    } else if (family == "kernel") {
        kernel(components, derivation);
    } else if (family == "kprobe" && components.size() > 1 && components[1].name == "function") {
        function(components, 1, {""}, derivation);
    } else if (family == "kprobe" && components.size() > 1 && components[1].name == "module") {
        module(components, 1, derivation);
    } else if (family == "module") {
        module(components, 0, derivation);
    } else if (family == "perf") {
        perf(components, derivation);
    } else if (family == "__syscall") {
        system_call(components, derivation);
    } else if (std::find(later_families.begin(), later_families.end(), family) !=
               later_families.end()) {
        throw Unresolved{components[0].place, family + " probes are not available in this version"};
    } else if (components.size() == 1 && !alternatives(components, 1).empty()) {
        truncated(components);
    } else {
        mismatch(components, 0);
    }
}

void PointResolver::resolve_matches(const std::vector<AliasMatch>& matches,
                                    const std::vector<Components>& forms,
                                    const Components& components, const Derivation& derivation) {
    const bool is_wildcard = has_wildcard(components);
    const std::size_t start = found_.size();
    std::optional<Unresolved> first_problem;
    const auto attempt = [&](const auto& resolve_it) {
        const std::size_t before = found_.size();
        try {
            resolve_it();
        } catch (const Unresolved& problem) {
            if (!is_wildcard || problem.is_script_error) {
                throw;
            }
            found_.resize(before);
            first_problem = first_problem ? first_problem : problem;
        }
    };
    for (const AliasMatch& match : matches) {
        attempt([&] { resolve_alias(match, components, derivation); });
    }
    for (const Components& form : forms) {
        Derivation inner = derivation;
        inner.is_optional = true;
        if (inner.chain.empty()) {
            inner.definition = point_text(form);
        }
        attempt([&] { resolve_one(form, inner); });
    }
    if (found_.size() == start && first_problem) {
        throw Unresolved(*first_problem);
    }
}

void PointResolver::resolve_alias(const AliasMatch& match, const Components& components,
                                  const Derivation& derivation) {
    const language::Alias& alias = *match.alias.syntax;
    const auto& chain = derivation.chain;
    if (chain.size() >= longest_chain ||
        std::find(chain.begin(), chain.end(), &alias) != chain.end()) {
        throw Unresolved{components[0].place, "recursive use of probe alias '" + match.name + "'",
                         true};
    }
    const Components suffix(components.begin() + static_cast<std::ptrdiff_t>(match.consumed),
                            components.end());
    Derivation inner = derivation;
    inner.chain.push_back(&alias);
    inner.is_optional = derivation.is_optional || has_wildcard(components);
    if (chain.empty() && has_wildcard(components)) {
        inner.definition = match.name + (suffix.empty() ? "" : "." + point_text(suffix));
    }
    // A script may give the points of the tapset's aliases another meaning.
    if (session_.options.own_processes && !match.alias.is_tapset && !inner.tapset_family.empty()) {
        refuse(inner);
    }
    if (match.alias.is_tapset && inner.tapset_family.empty()) {
        inner.tapset_family = match.name.substr(0, match.name.find('.'));
        if (session_.options.own_processes && !is_own_family(inner.tapset_family)) {
            refuse(inner);
        }
    }
    if (alias.is_epilogue) {
        inner.epilogues.push_back({&alias.body, match.alias.is_tapset});
    } else {
        inner.prologues.push_back({&alias.body, match.alias.is_tapset});
    }
    if (alias.epilogue) {
        inner.epilogues.push_back({&*alias.epilogue, match.alias.is_tapset});
    }
    if (resolve_list(alias.points, suffix, inner, match.alias.is_tapset) == 0 &&
        !derivation.is_optional) {
        throw Unresolved{{}, "no match"};
    }
}

// What may stand at `index`, behind the components before it.
std::vector<std::string> PointResolver::alternatives(const Components& components,
                                                     std::size_t index) const {
    std::vector<std::string> names = component_forms(components, index);
    if (index == 1) {
        const std::vector<std::string> aliases = session_.library.alias_names(components[0].name);
        names.insert(names.end(), aliases.begin(), aliases.end());
    }
    if (components[0].name == "perf" && (index == 1 || index == 2)) {
        for (const NamedCounter& counter : named_counters()) {
            if (index == 2 && counter.family != components[1].name) {
                continue;
            }
            const std::string_view name = index == 1 ? counter.family : counter.name;
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.emplace_back(name);
            }
        }
    }
    return names;
}

void PointResolver::mismatch(const Components& components, std::size_t index) {
    const language::ProbeComponent& wrong = components[index];
    if (!targets::is_plain_name(wrong.name)) {
        throw Unresolved{wrong.place, "probe point mismatch: didn't find any wildcard matches"};
    }
    const std::vector<std::string> names =
        index > 0 ? alternatives(components, index) : session_.library.alias_names({});
    if (index == 0 && components.size() > 1 && !alternatives(components, 1).empty()) {
        mismatch(components, 1);
    }
    std::string hint;
    if (index > 0 && names.size() <= most_alternatives) {
        hint = alternatives_text(names);
    } else {
        std::vector<std::string> known = names;
        if (index == 0) {
            for (const std::string& form : component_forms(components, 0)) {
                known.push_back(form.substr(0, form.find('(')));
            }
            std::erase(known, wrong.name);
        }
        hint = similar_text(wrong.name, known);
    }
    throw Unresolved{wrong.place, "probe point mismatch" + hint};
}

// The last component cannot be the last.
void PointResolver::truncated(const Components& components) {
    std::vector<std::string> names = alternatives(components, components.size());
    if (names.size() > most_alternatives) {
        names.resize(most_alternatives);
        names.emplace_back("...");
    }
    throw Unresolved{components.back().place,
                     "probe point truncated" + alternatives_text(names, "follow")};
}

void PointResolver::refuse(const Derivation& derivation) {
    session_.is_refused = true;
    // No question mark makes it right.
    throw Unresolved{{}, beyond_own_processes(derivation.definition, "syscall.* is"), true};
}

void PointResolver::add(Probe probe, std::optional<ProbeContext> context,
                        const Derivation& derivation) {
    if (found_.size() + session_.program.probes.size() >= most_points) {
        throw Unresolved{derivation.place,
                         "this matches more than " + std::to_string(most_points) +
                             " probe points: choose a narrower pattern",
                         true};
    }
    if (session_.options.own_processes && derivation.tapset_family.empty() &&
        !is_own_point(probe)) {
        refuse(derivation);
    }
    probe.definition = derivation.definition;
    probe.place = derivation.place;
    if (probe.event) {
        probe.event->optional = derivation.is_optional;
    }
    found_.push_back({std::move(probe), std::move(context), derivation});
}

}  // namespace sutap::elaborate
