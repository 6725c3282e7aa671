// What the translator makes of a script, for the fuzzers behind it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "runner/bpf/emit.h"
#include "runner/elaborate/elaborate.h"
#include "runner/ir/lower.h"
#include "runner/language/diagnostics.h"
#include "tests/fuzz/inputs.h"
#include "tests/fuzz/small_kernel.h"

namespace sutap::fuzz {

// Nothing if the script is refused; each reason can be shown. `variant` chooses among options.
inline std::optional<bpf::Image> translate(const std::string& text, std::size_t variant) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", text);
    const language::ParseContext context = parse_context(sources);
    const language::ParseResult parsed = language::parse(sources, source, context);
    if (!parsed.succeeded()) {
        return std::nullopt;
    }
    elaborate::ElaborateOptions options;
    options.guru = variant % 2 == 1;
    options.keep_unused = variant % 3 == 1;
    options.arguments = context.arguments;
    options.library_context = context;
    const elaborate::Elaborated elaborated =
        elaborate::elaborate(parsed.script, sources, small_kernel(), options);
    if (elaborated.failed() || !elaborated.program.unmade_global.empty()) {
        return std::nullopt;
    }
    constexpr std::array places{ir::Place::automatic, ir::Place::kernel, ir::Place::user,
                                ir::Place::automatic, ir::Place::automatic};
    ir::Lowered lowered = ir::lower(elaborated.program, sources, places[variant % places.size()]);
    for (const language::Diagnostic& diagnostic : lowered.diagnostics) {
        require(!language::render(diagnostic, sources, false).empty());
    }
    if (!lowered.diagnostics.empty()) {
        return std::nullopt;
    }
    try {
        bpf::EmitOptions emission;
        emission.has_deadline = variant % 7 == 1;
        emission.kprobe_alternatives = variant % 11 == 1;
        emission.has_kprobe_multi = variant % 13 < 7;
        emission.least_shared = 2;
        return bpf::emit(std::move(lowered), emission);
    } catch (const bpf::EmitError& error) {
        require(!error.message.empty());
        return std::nullopt;
    }
}

}  // namespace sutap::fuzz
