#include "tests/unit/elaborate/elaborating.h"

#include <catch2/catch.hpp>

#include "runner/elaborate/dump.h"

namespace sutap::elaborate::test {

const targets::Kernel& this_kernel() {
    static const targets::Kernel kernel;
    return kernel;
}

Outcome elaborate_text(const std::string& text, const ElaborateOptions& options,
                       const targets::Kernel& kernel) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", text);
    language::ParseContext context;
    context.arguments = options.arguments;
    const language::ParseResult parsed = language::parse(sources, source, context);
    INFO(text);
    REQUIRE(parsed.diagnostics.empty());
    Outcome outcome;
    outcome.elaborated = elaborate(parsed.script, sources, kernel, options);
    for (const language::Diagnostic& diagnostic : outcome.elaborated.diagnostics) {
        const std::string shown = language::render(diagnostic, sources, false);
        outcome.rendered += shown;
        outcome.messages += shown.substr(0, shown.find('\n') + 1);
        for (auto next = shown.find("\nsemantic error: "); next != std::string::npos;
             next = shown.find("\nsemantic error: ", next + 1)) {
            outcome.causes += shown.substr(next + 1, shown.find('\n', next + 1) - next);
        }
    }
    if (!outcome.elaborated.failed()) {
        outcome.text = dump(outcome.elaborated.program, true);
    }
    return outcome;
}

}  // namespace sutap::elaborate::test
