// What parses is elaborated or refused with messages that can be shown; what is elaborated can be
// printed.
#include "runner/elaborate/dump.h"
#include "runner/elaborate/elaborate.h"
#include "runner/language/diagnostics.h"
#include "tests/fuzz/inputs.h"
#include "tests/fuzz/small_kernel.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", fuzz::text_of(data, size));
    const language::ParseContext context = fuzz::parse_context(sources);
    const language::ParseResult parsed = language::parse(sources, source, context);
    if (!parsed.succeeded()) {
        return 0;
    }
    elaborate::ElaborateOptions options;
    options.guru = size % 2 == 1;
    options.keep_unused = size % 3 == 1;
    options.skip_bad_variables = size % 5 == 1;
    options.arguments = context.arguments;
    options.global_values = {{"a", "5"}, {"s", "text"}};
    options.library_context = context;
    const elaborate::Elaborated result =
        elaborate::elaborate(parsed.script, sources, fuzz::small_kernel(), options);
    for (const language::Diagnostic& diagnostic : result.diagnostics) {
        fuzz::require(!language::render(diagnostic, sources, true).empty());
    }
    if (!result.failed()) {
        fuzz::require(!elaborate::dump(result.program, true).empty());
    }
    return 0;
}
