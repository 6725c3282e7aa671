#include "runner/language/diagnostics.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runner/language/parser.h"

using namespace sutap::language;

namespace {

// All diagnostics of a text, rendered.
std::string rendered(const std::string& text, bool colour = false) {
    SourceMap sources;
    const std::uint32_t source = sources.add("<input>", text);
    std::string out;
    for (const Diagnostic& diagnostic : parse(sources, source, {}).diagnostics) {
        out += render(diagnostic, sources, colour);
    }
    return out;
}

}  // namespace

TEST_CASE("a parse error is shown as stap shows it") {
    CHECK(rendered("probe begin { a = }") ==
          "parse error: expected literal string or number\n"
          "        saw: operator '}' at <input>:1:19\n"
          "     source: probe begin { a = }\n"
          "                               ^\n");
    CHECK(rendered("probe begin {\n\tfoo bar while\n}\n") ==
          "parse error: expected '('\n"
          "        saw: operator '}' at <input>:3:1\n"
          "     source: }\n"
          "             ^\n");
    CHECK(rendered("prove begin {}") ==
          "parse error: expected 'probe', 'global', 'private', 'function', or '%{' (similar: "
          "probe)\n"
          "        saw: identifier 'prove' at <input>:1:1\n"
          "     source: prove begin {}\n"
          "             ^~~~~\n");
}

TEST_CASE("the end of the text is shown behind its last token") {
    CHECK(rendered("probe begin {\n  x = 1\n\n\n") ==
          "parse error: expected '}'\n"
          "        saw: <input> EOF\n"
          "     source:   x = 1\n"
          "                    ^\n"
          "        to match this '{' at <input>:1:13\n"
          "        source: probe begin {\n"
          "                            ^\n");
}

TEST_CASE("the caret stands under the token behind tabs and characters of several bytes") {
    CHECK(rendered("probe begin {\tx = \"\xc3\xa9\xc3\xa9\" ] }") ==
          "parse error: expected statement\n"
          "        saw: operator ']' at <input>:1:26\n"
          "     source: probe begin {\tx = \"\xc3\xa9\xc3\xa9\" ] }\n"
          "                          \t         ^\n");
}

TEST_CASE("the whole token is underlined, and control bytes are not shown") {
    CHECK(rendered("probe begin { x = \"a\x1b[31m\x07\" \"b\" 0zzz }") ==
          "parse error: number invalid or out of range\n"
          "        saw: number '0zzz' at <input>:1:33\n"
          "     source: probe begin { x = \"a?[31m?\" \"b\" 0zzz }\n"
          "                                             ^~~~\n");
    CHECK(rendered("probe begin { foreach (\"a\x1b\" in b) }").find('\x1b') == std::string::npos);
}

TEST_CASE("a long line is cut around the token") {
    const std::string out = rendered("probe begin { x = \"" + std::string(5'000, 'a') + "\" ] " +
                                     std::string(5'000, ' '));
    CHECK(out.size() < 700);
    CHECK(out.find("a\" ]") != std::string::npos);
    const std::size_t source = out.find("     source: ");
    const std::size_t caret = out.find('^');
    const std::size_t line_end = out.find('\n', source);
    // The caret's column is that of the bracket.
    CHECK(out[source + (caret - line_end - 1)] == ']');
}

TEST_CASE("a long line of bytes that are no characters is cut as well") {
    const std::string out =
        rendered("probe begin { x = ] \"" + std::string(500, '\xbf') + "\" ] }");
    CHECK(out.find("saw: operator ']' at <input>:1:19\n") != std::string::npos);
    CHECK(rendered(std::string(500, '\xbf') + " x").size() < 2'000);
    CHECK(rendered("probe begin { \"" + std::string(500, '\xbf') + "\" ] }").size() < 2'000);
}

TEST_CASE("a semantic error and a warning name the token in their first line") {
    SourceMap sources;
    const std::uint32_t source = sources.add("a.stp", "probe begin {\n  print(foo)\n}\n");
    const Place place{source, 2, 9, 3};
    CHECK(render({Diagnostic::Kind::semantic_error, place, "unresolved type", {}, {}}, sources,
                 false) ==
          "semantic error: unresolved type: identifier 'foo' at a.stp:2:9\n"
          "        source:   print(foo)\n"
          "                        ^~~\n\n");
    CHECK(render({Diagnostic::Kind::warning, place, "unused", {"a note"}, {}}, sources, false) ==
          "WARNING: unused: identifier 'foo' at a.stp:2:9\n"
          "        a note\n"
          "        source:   print(foo)\n"
          "                        ^~~\n");
    CHECK(render({Diagnostic::Kind::semantic_error, {}, "no probes found", {}, {}}, sources,
                 false) == "semantic error: no probes found\n\n");
    CHECK(render({Diagnostic::Kind::semantic_error,
                  place,
                  "type mismatch",
                  {},
                  {{{source, 1, 7, 5}, "type was first inferred here (string)"}}},
                 sources, false) ==
          "semantic error: type mismatch: identifier 'foo' at a.stp:2:9\n"
          "        source:   print(foo)\n"
          "                        ^~~\n"
          "\n"
          "semantic error: type was first inferred here (string): identifier 'begin' at a.stp:1:7\n"
          "        source: probe begin {\n"
          "                      ^~~~~\n\n");
}

TEST_CASE("a place outside of the text is harmless") {
    SourceMap sources;
    const std::uint32_t source = sources.add("a", "x");
    for (const Place place :
         {Place{source, 9, 9, 9}, Place{source, 0, 0, 0}, Place{source, 1, 9, 1}, Place{7, 1, 1, 1},
          Place{source, 1, 1, 0xffffffff}}) {
        const std::string out = render(
            {Diagnostic::Kind::semantic_error, place, "m", {}, {{place, "r"}}}, sources, true);
        CHECK(out.find("m") != std::string::npos);
    }
}

TEST_CASE("colour is stap's, and only where it is asked for") {
    CHECK(rendered("]", true) ==
          "\033[01;31mparse error:\033[m expected 'probe', 'global', 'private', 'function', or "
          "'%{'\n"
          "        saw: operator ']' at <input>:1:1\n"
          "     source: \033[00;34m]\033[m\n"
          "             \033[01m^\033[m\n");
    CHECK(rendered("]").find('\033') == std::string::npos);
}

TEST_CASE("an item cut from a file keeps the file's line numbers") {
    SourceMap sources;
    const std::uint32_t source =
        sources.add("tapset/task.stp", "function f() {\n  return )\n}", 40);
    const ParseResult result = parse(sources, source, {});
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(render(result.diagnostics[0], sources, false) ==
          "parse error: expected literal string or number\n"
          "        saw: operator ')' at tapset/task.stp:41:10\n"
          "     source:   return )\n"
          "                      ^\n");
}

TEST_CASE("a carriage return is no part of a line") {
    SourceMap sources;
    const std::uint32_t source = sources.add("a", "one\r\ntwo\r\n\nfour");
    CHECK(sources.line_text(source, 1) == "one");
    CHECK(sources.line_text(source, 2) == "two");
    CHECK(sources.line_text(source, 3).empty());
    CHECK(sources.line_text(source, 4) == "four");
    CHECK(sources.line_text(source, 5).empty());
    CHECK(sources.line_text(source, 0).empty());
    CHECK(sources.line_text(9, 1).empty());
}

TEST_CASE("similar names are a few edits away, the nearest first") {
    const std::vector<std::string_view> names{"printf", "print", "println", "exit", "pid", "tid"};
    CHECK(similar_names("pritn", names) == std::vector<std::string>{"print", "printf", "println"});
    CHECK(similar_names("print", names).front() == "print");
    CHECK(similar_names("exti", names) == std::vector<std::string>{"exit"});
    CHECK(similar_names("pid", names, 1) == std::vector<std::string>{"pid"});
    CHECK(similar_names("completely_else", names).empty());
    CHECK(similar_names("", names).empty());
    CHECK(similar_names("x", names).empty());
}

TEST_CASE("mistakes are counted, not endless") {
    std::string text;
    for (int i = 0; i < 1'000; ++i) {
        text += "probe " + std::to_string(i) + " {}\n";
    }
    SourceMap sources;
    const std::uint32_t source = sources.add("<input>", text);
    CHECK(parse(sources, source, {}).diagnostics.size() == 50);
    CHECK(parse(sources, 7, {}).diagnostics.size() == 1);
}
