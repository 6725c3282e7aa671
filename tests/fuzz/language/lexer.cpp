// Any bytes become tokens whose places lie inside of the text.
#include "runner/language/lexer.h"

#include "tests/fuzz/inputs.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("<input>", fuzz::text_of(data, size));
    language::TokenStream stream;
    language::tokenize(sources, source, fuzz::parse_context(sources), stream);
    fuzz::require(!stream.tokens.empty() && stream.tokens.back().kind == language::TokenKind::end);
    const language::Place* before = nullptr;
    for (const language::Token& token : stream.tokens) {
        const language::Place& place = token.place;
        fuzz::require(place.source == source && place.line > 0 && place.column > 0);
        fuzz::require(before == nullptr || before->line < place.line ||
                      (before->line == place.line && before->column <= place.column));
        before = &place;
    }
    return 0;
}
