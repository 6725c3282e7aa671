// What parses is printed as text that parses to the same; every mistake can be shown.
#include "runner/language/parser.h"

#include "runner/language/diagnostics.h"
#include "runner/language/printer.h"
#include "tests/fuzz/inputs.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", fuzz::text_of(data, size));
    const language::ParseContext context = fuzz::parse_context(sources);
    const language::ParseResult result = language::parse(sources, source, context);
    for (const language::Diagnostic& diagnostic : result.diagnostics) {
        fuzz::require(!language::render(diagnostic, sources, false).empty());
    }
    if (!result.succeeded()) {
        return 0;
    }
    const std::string printed = language::print(result.script);
    const std::uint32_t again = sources.add("<printed>", printed);
    const language::ParseResult second = language::parse(sources, again, context);
    fuzz::require(second.succeeded());
    fuzz::require(language::print(second.script) == printed);
    return 0;
}
