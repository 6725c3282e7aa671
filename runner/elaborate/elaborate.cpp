#include "runner/elaborate/elaborate.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/probe_points.h"
#include "runner/elaborate/session.h"
#include "runner/elaborate/types.h"
#include "runner/elaborate/unused.h"

namespace sutap::elaborate {
namespace {

std::optional<std::int64_t> as_number(const std::string& text) {
    const bool is_negative = text.starts_with("-");
    const bool is_hex = text.substr(is_negative ? 1 : 0).starts_with("0x");
    const char* start = text.data() + (is_negative ? 1 : 0) + (is_hex ? 2 : 0);
    const char* end = text.data() + text.size();
    std::uint64_t value = 0;
    const auto result = std::from_chars(start, end, value, is_hex ? 16 : 10);
    if (result.ec != std::errc() || result.ptr != end) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(is_negative ? 0 - value : value);
}

// -G name=value, for the script's own scalars.
void set_global_values(Session& session, const language::Script& script) {
    for (const auto& [name, text] : session.options.global_values) {
        const auto found = std::find_if(script.globals.begin(), script.globals.end(),
                                        [&](const auto& one) { return one.name == name; });
        if (found == script.globals.end()) {
            session.problems.warning({}, "-G: the script has no global variable '" + name + "'");
            continue;
        }
        const bool is_text =
            found->type == language::DeclaredType::string ||
            (found->initial && std::holds_alternative<std::string>(found->initial->value));
        const auto number = as_number(text);
        language::Literal literal;
        if (number && !is_text) {
            literal.value = *number;
        } else {
            literal.value = text;
        }
        const std::uint32_t index = session.global({&*found, false});
        session.program.globals[index].initial = std::move(literal);
        session.use_arity(index, 0, found->place);
    }
}

void check_duplicates(Session& session, const language::Script& script) {
    std::map<std::string, Place> seen;
    for (const language::Global& global : script.globals) {
        const auto [entry, is_new] = seen.emplace(global.name, global.place);
        if (!is_new) {
            session.problems.error(global.place, "duplicate global name '" + global.name + "'",
                                   entry->second, "first declared here");
        }
        session.global({&global, false});
    }
}

void bind_probe(Session& session, const language::Probe& syntax, ResolvedPoint& point) {
    Derivation& derivation = point.derivation;
    Binder binder(session, point.context ? &*point.context : nullptr);
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
        body = Statement{bound.place,
                         IfStatement{std::move(bound), StatementBox(std::move(body)), {}}};
    }
    point.probe.body = std::move(body);
    point.probe.locals = binder.take_locals();
    point.probe.entries = binder.take_entries();
    session.program.probes.push_back(std::move(point.probe));
}

void bind_script(Session& session, const language::Script& script) {
    check_duplicates(session, script);
    set_global_values(session, script);
    for (const language::EmbeddedCode& code : script.embedded) {
        session.problems.error(
            code.place, "embedded C code cannot be run without a compiler and a kernel module");
    }
    PointResolver resolver(session);
    for (const language::Probe& probe : script.probes) {
        for (ResolvedPoint& point : resolver.resolve(probe.points)) {
            bind_probe(session, probe, point);
        }
    }
    // Also those that nobody calls: their names must mean something.
    for (const language::Function& function : script.functions) {
        session.function({&function, false});
    }
    bind_pending_functions(session);
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
        drop_unused(session);
        infer_types(session);
        check_foreach_bodies(session);
        find_global_uses(session);
    }
    Elaborated result;
    result.program = std::move(session.program);
    result.diagnostics = session.problems.take();
    result.notes = std::move(session.notes);
    result.library_items = session.library.items_used();
    return result;
}

}  // namespace sutap::elaborate
