// Macros and conditions end, however they are nested, and leave a bounded number of tokens.
#include "runner/language/preprocessor.h"

#include "runner/language/lexer.h"
#include "tests/fuzz/inputs.h"

using namespace sutap;

namespace {

constexpr std::size_t most_tokens = 2'000'000;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", fuzz::text_of(data, size));
    const language::ParseContext context = fuzz::parse_context(sources);
    language::TokenStream stream;
    language::tokenize(sources, source, context, stream);
    language::expand_macros(sources, context, stream);
    language::apply_conditions(context, stream);
    fuzz::require(!stream.tokens.empty() && stream.tokens.size() < most_tokens &&
                  stream.tokens.back().kind == language::TokenKind::end);
    return 0;
}
