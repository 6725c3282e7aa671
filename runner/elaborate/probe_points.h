// From the probe points of a script to what they stand for on this kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/elaborate/context.h"
#include "runner/elaborate/session.h"

namespace sutap::elaborate {

using Components = std::vector<language::ProbeComponent>;

// One body or condition that a point passes through, with whose names it sees.
struct BodyPiece {
    const language::Statement* statement = nullptr;
    bool is_tapset = false;
};
struct ConditionPiece {
    const language::Expression* condition = nullptr;
    bool is_tapset = false;
};

// What the aliases between the script's point and an actual one contribute.
struct Derivation {
    std::string definition;  // as the script says it, wildcards resolved where it is known
    Place place;
    bool is_optional = false;          // `?`, `!`, or one of many that a wildcard means
    std::vector<BodyPiece> prologues;  // outermost alias first: they run in reverse
    std::vector<BodyPiece> epilogues;  // outermost alias first
    std::vector<ConditionPiece> conditions;
    std::vector<const language::Alias*> chain;
    std::string tapset_family;  // the first word of the first alias that is the tapset's
};

struct ResolvedPoint {
    Probe probe;  // without names and body
    std::optional<ProbeContext> context;
    Derivation derivation;
};

class PointResolver {
  public:
    explicit PointResolver(Session& session) : session_(session) {}

    // All that the points of one probe stand for, in their order. Problems are reported.
    std::vector<ResolvedPoint> resolve(const std::vector<language::ProbePoint>& points);

  private:
    // The functions below throw Unresolved.
    std::size_t resolve_list(std::span<const language::ProbePoint> points, const Components& suffix,
                             const Derivation& derivation, bool is_tapset);
    void resolve_one(const Components& components, const Derivation& derivation);
    void resolve_built_in(const Components& components, const Derivation& derivation);
    void built_in(const Components& components, const Derivation& derivation);
    // What matches wildcards: aliases, and forms of built-in points.
    void resolve_matches(const std::vector<AliasMatch>& matches,
                         const std::vector<Components>& forms, const Components& components,
                         const Derivation& derivation);
    void resolve_alias(const AliasMatch& match, const Components& components,
                       const Derivation& derivation);
    bool session_point(const Components& components, const Derivation& derivation);
    void timer(const Components& components, const Derivation& derivation);
    void probe_file(const Components& components, const Derivation& derivation);
    void profile_timer(const Components& components, const Derivation& derivation);
    void kernel(const Components& components, const Derivation& derivation);
    void perf(const Components& components, const Derivation& derivation);
    void watchpoint(const Components& components, const Derivation& derivation);
    void add_perf_event(PerfEvent event, std::string point, const Derivation& derivation);
    void module(const Components& components, std::size_t at, const Derivation& derivation);
    void function(const Components& components, std::size_t at,
                  const std::vector<std::string>& modules, const Derivation& derivation);
    std::vector<std::string> matching_functions(const std::string& pattern,
                                                const std::string& module);
    void one_function(const std::string& module, const std::string& name, bool is_return,
                      const Derivation& derivation);
    bool needs_kprobe(const targets::KernelFunction& function, ProbeContext& context);
    bool substitutes(const std::string& name, bool is_return, const Derivation& derivation);
    void tracepoint(const Components& components, const Derivation& derivation);
    void system_call(const Components& components, const Derivation& derivation);
    void system_call_without_arguments(const std::string& name, bool is_return,
                                       const Derivation& derivation);
    void system_call_tracepoint(const std::string& name, bool is_return,
                                const Derivation& derivation);
    std::vector<std::string> alternatives(const Components& components, std::size_t index) const;
    [[noreturn]] void truncated(const Components& components);
    [[noreturn]] void mismatch(const Components& components, std::size_t index);
    // For a point that is not of the user's own processes.
    [[noreturn]] void refuse(const Derivation& derivation);
    void add(Probe probe, std::optional<ProbeContext> context, const Derivation& derivation);
    std::optional<ContextParameter> result_of(const targets::KernelFunction& function) const;
    ProbeContext context_of(const std::string& name,
                            const std::vector<targets::KernelParameter>& parameters,
                            ContextArgument::Source source) const;

    Session& session_;
    std::vector<ResolvedPoint> found_;
    std::size_t steps_ = 0;  // points looked at, found or not
    std::size_t breakpoints_ = 0;
};

// The string argument of a component such as function("x"); throws Unresolved.
std::string text_argument(const language::ProbeComponent& component);
// The number of one such as timer.s(1); throws Unresolved.
std::int64_t number_argument(const language::ProbeComponent& component);
// The same, which must be in [least, most]; `what` says what is out of range.
std::int64_t number_within(const language::ProbeComponent& component, const char* what,
                           std::int64_t least, std::int64_t most);

}  // namespace sutap::elaborate
