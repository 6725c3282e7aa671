#include "runner/elaborate/elaborate.h"

#include <algorithm>
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/default_types.h"
#include "runner/elaborate/probe_points.h"
#include "runner/elaborate/script_arguments.h"
#include "runner/elaborate/session.h"
#include "runner/elaborate/tree_walk.h"
#include "runner/elaborate/types.h"
#include "runner/elaborate/unused.h"
#include "runner/elaborate/written_names.h"

namespace sutap::elaborate {
namespace {

// -G name=value, for the script's own scalars.
void set_global_values(Session& session, const language::Script& script) {
    for (const auto& [name, text] : session.options.global_values) {
        const auto found =
            std::find_if(script.globals.begin(), script.globals.end(),
                         [&name = name](const auto& one) { return one.name == name; });
        if (found == script.globals.end()) {
            session.problems.warning({}, "-G: the script has no global variable '" + name + "'");
            continue;
        }
        const std::uint32_t index = session.global({&*found, false});
        session.global_facts[index].set_text = text;
        session.use_arity(index, 0, found->place);
    }
}

// Once their types are known.
void initialize_globals(Session& session) {
    for (std::size_t index = 0; index < session.program.globals.size(); ++index) {
        Global& global = session.program.globals[index];
        const auto& text = session.global_facts[index].set_text;
        global.is_pointer = session.global_facts[index].c_type.get().has_value();
        if (!text) {
            continue;
        }
        const auto number = literal_number(*text);
        if (global.value == ValueType::string) {
            global.initial = language::Literal{*text};
        } else if (global.value == ValueType::integer && number) {
            global.initial = language::Literal{*number};
        } else {
            session.problems.error(global.place, "Invalid value '" + *text +
                                                     "' given with -G for a variable of type " +
                                                     type_name(global.value));
        }
    }
}

void check_duplicates(Session& session, const language::Script& script) {
    // A private one may be called like those of other files.
    std::map<std::pair<std::string, std::optional<std::uint32_t>>, Place> seen;
    for (const language::Global& global : script.globals) {
        const auto file = global.is_private ? std::optional(global.place.source) : std::nullopt;
        const auto [entry, is_new] = seen.emplace(std::pair(global.name, file), global.place);
        if (!is_new) {
            session.problems.error(global.place, "duplicate global name '" + global.name + "'",
                                   entry->second, "first declared here");
        }
        session.global({&global, false});
    }
}

// "A simple boolean expression on read-only global script variables."
void check_condition(Session& session, const Expression& condition) {
    const auto check = [&](const Expression& part) {
        std::visit(
            [&](const auto& node) {
                using Node = decltype(node);
                const char* wrong = nullptr;
                if constexpr (is_any_of<Node, LocalRead>) {
                    wrong = "probe condition must not reference undeclared global";
                } else if constexpr (is_any_of<Node, AssignmentOperation, StepOperation,
                                               AggregateOperation>) {
                    wrong = "probe condition must not modify any variables";
                } else if constexpr (is_any_of<Node, FunctionCall, FormatCall>) {
                    wrong = "probe condition must not call functions";
                } else if constexpr (is_any_of<Node, BuiltinCall>) {
                    // argc and argv[n] are no calls in the script.
                    wrong = row(node.builtin).name.empty()
                                ? nullptr
                                : "probe condition must not call functions";
                } else if constexpr (is_any_of<Node, ContextArgument, MemoryRead, EntryRead>) {
                    wrong = "probe condition must not use target variables";
                }
                if (wrong != nullptr) {
                    session.problems.error(part.place, wrong);
                }
            },
            part.node);
    };
    walk_expression(condition, check);
}

void bind_probe(Session& session, const language::Probe& syntax, ResolvedPoint& point) {
    Derivation& derivation = point.derivation;
    Binder binder(session, point.context ? &*point.context : nullptr);
    std::set<std::string> writes;
    collect_written_names(syntax.body, writes);
    if (syntax.epilogue) {
        collect_written_names(*syntax.epilogue, writes);
    }
    binder.set_handler_writes(std::move(writes));
    std::vector<StatementBox> statements;
    // The alias nearest to the event is the first to run.
    for (auto piece = derivation.prologues.rbegin(); piece != derivation.prologues.rend();
         ++piece) {
        statements.emplace_back(binder.bind(*piece->statement, piece->is_tapset));
    }
    statements.emplace_back(binder.bind(syntax.body, false));
    if (syntax.epilogue) {
        statements.emplace_back(binder.bind(*syntax.epilogue, false));
    }
    for (const BodyPiece& piece : derivation.epilogues) {
        statements.emplace_back(binder.bind(*piece.statement, piece.is_tapset));
    }
    Statement body{syntax.place, BlockStatement{std::move(statements)}};
    for (auto condition = derivation.conditions.rbegin(); condition != derivation.conditions.rend();
         ++condition) {
        Expression bound = binder.bind_condition(*condition->condition, condition->is_tapset);
        check_condition(session, bound);
        body = Statement{bound.place,
                         IfStatement{std::move(bound), StatementBox(std::move(body)), {}}};
    }
    point.probe.body = std::move(body);
    point.probe.locals = binder.take_locals();
    point.probe.entries = binder.take_entries();
    session.program.probes.push_back(std::move(point.probe));
}

// Probes of the library, ahead of all others.
void bind_library_probes(Session& session, PointResolver& resolver, const std::string& file,
                         const std::string& text) {
    if (text.empty()) {
        return;
    }
    std::vector<Probe> others = std::move(session.program.probes);
    session.program.probes.clear();
    for (const language::Probe& probe : session.library.generated(file, text).probes) {
        for (ResolvedPoint& point : resolver.resolve(probe.points)) {
            bind_probe(session, probe, point);
        }
    }
    std::ranges::move(others, std::back_inserter(session.program.probes));
}

void bind_script(Session& session, const language::Script& script) {
    check_duplicates(session, script);
    set_global_values(session, script);
    for (const language::EmbeddedCode& code : script.embedded) {
        session.problems.error(code.place, embedded_code_message);
    }
    PointResolver resolver(session);
    for (const language::Probe& probe : script.probes) {
        for (ResolvedPoint& point : resolver.resolve(probe.points)) {
            bind_probe(session, probe, point);
        }
    }
    // Also those that nobody calls: their names must mean something.
    const std::size_t own = script.functions.size() - script.library_functions;
    for (std::size_t index = 0; index < own; ++index) {
        session.function({&script.functions[index], false});
    }
    bind_pending_functions(session);
    if (!session.problems.failed()) {
        const bool has_target_set = library_global(session, "__target_set").has_value();
        bind_library_probes(session, resolver, "tapset/target_set.stp",
                            has_target_set ? "probe __target_set.fork {}" : "");
        bind_pending_functions(session);
        bind_library_probes(session, resolver, "tapset/argv.stp", settle_script_arguments(session));
    }
    if (session.program.probes.empty() && !session.problems.failed()) {
        session.problems.error({}, "no probes found");
    }
}

}  // namespace

bool Elaborated::failed() const {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const auto& diagnostic) {
        return diagnostic.kind != language::Diagnostic::Kind::warning;
    });
}

Elaborated elaborate(const language::Script& script, language::SourceMap& sources,
                     const targets::Kernel& kernel, const ElaborateOptions& options) {
    Session session(script, sources, kernel, options);
    bind_script(session, script);
    if (!session.problems.failed()) {
        warn_of_unassigned(session);
        drop_unused(session, false);
        infer_types(session);
        initialize_globals(session);
        check_foreach_bodies(session);
        drop_unused(session, true);
        find_global_uses(session);
    }
    Elaborated result;
    result.program = std::move(session.program);
    result.diagnostics = session.problems.take();
    result.notes = std::move(session.notes);
    result.is_refused = session.is_refused;
    result.library_items = session.library.items_used();
    return result;
}

}  // namespace sutap::elaborate
