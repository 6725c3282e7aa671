#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/parser.h"
#include "runner/language/printer.h"
#include "runner/language/text_match.h"
#include "tests/unit/language/parsing.h"

using sutap::language::dumped;
using sutap::language::glob_match;
using sutap::language::grouped;
using sutap::language::mistakes;
using sutap::language::parse;
using sutap::language::ParseContext;
using sutap::language::parsed;
using sutap::language::SourceMap;

using Mistakes = std::vector<std::string>;

namespace {

// Whether the condition holds, with two arguments: 7 and abc.
bool holds(const std::string& condition) {
    const std::string result = grouped("a = %( " + condition + " %? 1 %: 2 %)", {"7", "abc"});
    REQUIRE((result == "a = 1" || result == "a = 2"));
    return result == "a = 1";
}

// The one mistake in a condition that stands at column 20.
std::string wrong(const std::string& condition) {
    const auto found =
        mistakes("probe begin { a = %( " + condition + " %? 1 %: 2 %) }", {"7", "abc"});
    REQUIRE(found.size() == 1);
    return found.front();
}

}  // namespace

TEST_CASE("arguments are put in as tokens or as strings") {
    CHECK(grouped("a = $1 + $#", {"7 * b", "x"}) == "a = ((7 * b) + 2)");
    CHECK(grouped("a = @1 . @# @2", {"7 \"*\\n b", "x"}) == "a = (\"7 \\\"*\\\\n b\" . \"2x\")");
    CHECK(grouped("a$1 = 5", {"7"}) == "a$1 = 5");
    CHECK(grouped("$1foo = 5", {"bar"}) == "barfoo = 5");
    CHECK(grouped("f($1)", {""}) == "f()");
    CHECK(grouped("$2(@1)", {"x", "print"}) == "print(\"x\")");
    CHECK(mistakes("probe begin { a = $2 }", {"x"}) ==
          Mistakes{"1:19+2 command line argument out of range [1-1]"});
    CHECK(mistakes("probe begin { a = $0 }", {"x"}) ==
          Mistakes{"1:19+2 command line argument out of range [1-1]"});
    CHECK(mistakes("probe begin { a = @99999999999999999999999 }", {"x"}) ==
          Mistakes{"1:19+24 command line argument out of range [1-1]"});
    CHECK(mistakes("probe begin { a = $1 }", {"$2", "x"}) ==
          Mistakes{"1:19+2 invalid nested substitution of command line arguments"});
    CHECK(mistakes("probe begin { a = $1 }", {"\"open"}) ==
          Mistakes{"1:19+2 could not find the matching closing quote"});
    CHECK(mistakes("probe begin { a = $1 }", {"/* open"}) ==
          Mistakes{"1:19+2 unterminated comment"});
    CHECK(mistakes("probe begin { a = $1 }", {"1 }\n\n)"}).front().substr(0, 6) == "1:19+2");
}

TEST_CASE("conditions compare the kernel's version, and by glob for equality") {
    CHECK(holds("kernel_v >= \"2.6.25\""));
    CHECK(holds("kernel_v == \"6.1.0\""));
    CHECK_FALSE(holds("kernel_v > \"6.1.0\""));
    CHECK(holds("kernel_v <= \"6.1.0\""));
    CHECK_FALSE(holds("kernel_v < \"6.1.0\""));
    CHECK(holds("kernel_v < \"6.10\""));
    CHECK(holds("kernel_vr == \"6.1*amd64\""));
    CHECK(holds("kernel_vr != \"6.1*arm64\""));
    CHECK(holds("kernel_vr == \"6.1.0-18-amd64\""));
    CHECK_FALSE(holds("kernel_v == \"6.1.0-18-amd64\""));
    CHECK(holds("systemtap_v >= \"5.2\""));
    CHECK_FALSE(holds("systemtap_v < \"2.3\""));
}

TEST_CASE("conditions compare names of the session by glob") {
    CHECK(holds("arch == \"x86_64\""));
    CHECK(holds("arch == \"x86*\""));
    CHECK(holds("arch != \"arm*\""));
    CHECK(holds("runtime == \"bpf\""));
    CHECK_FALSE(holds("runtime == \"kernel\""));
    CHECK(holds("CONFIG_NET == \"y\""));
    CHECK(holds("CONFIG_EXT4 == \"[ym]\""));
    CHECK(holds("CONFIG_NOTHING == \"\""));
    CHECK_FALSE(holds("CONFIG_NOTHING == \"y\""));
    CHECK(holds("systemtap_privilege == \"stapdev\""));
    CHECK(holds("guru_mode == 0"));
    CHECK(holds("guru_mode != 1"));
}

TEST_CASE("conditions compare literals and arguments") {
    CHECK(holds("$1 == 7"));
    CHECK(holds("$# >= 2"));
    CHECK_FALSE(holds("$1 < -7"));
    CHECK(holds("-1 < 0x10"));
    CHECK(holds("@2 == \"abc\""));
    CHECK(holds("@2 < \"abd\""));
    CHECK(holds("\"a\" \"b\" == \"ab\""));
    CHECK_FALSE(holds("@2 == \"a*\""));
}

TEST_CASE("and binds tighter than or") {
    CHECK(holds("1 == 1 || 1 == 2 && 1 == 2"));
    CHECK(holds("1 == 2 && 1 == 2 || 1 == 1"));
    CHECK_FALSE(holds("1 == 2 || 1 == 1 && 1 == 2"));
    CHECK(holds("1 == 2 || 1 == 2 || 1 == 1"));
    CHECK_FALSE(holds("1 == 1 && 1 == 1 && 1 == 2"));
}

TEST_CASE("only the taken branch is parsed") {
    CHECK(grouped("a = %( 1 == 1 %? 1 %)") == "a = 1");
    CHECK(grouped("a = 1 %( 1 == 2 %? + ) $9 \"open\n %)") == "a = 1");
    CHECK(grouped("a = %( 1 == 2 %? ** ERROR @nothing ` %: 2 %)") == "a = 2");
    CHECK(grouped("a = %( 1 == 1 %? %( 1 == 2 %? 1 %: 3 %) %: %( 1 == 1 %? 4 %) %)") == "a = 3");
    CHECK(grouped("a = %( $# > 1 %? $2 %: 5 %)", {"x"}) == "a = 5");
    CHECK(parsed("%( 1 == 2 %? probe ( %) probe begin {}").probes.size() == 1);
}

TEST_CASE("wrong conditions are found where they are wrong") {
    CHECK(wrong("kernel_v \"5\"") == "1:31+3 expected comparison operator");
    CHECK(wrong("kernel_v > 5") == "1:33+1 expected string literal");
    CHECK(wrong("arch < \"x\"") == "1:27+1 expected '==' or '!='");
    CHECK(wrong("guru_mode == \"x\"") == "1:35+3 expected number");
    CHECK(wrong("1 == \"1\"") == "1:27+3 expected number");
    CHECK(wrong("\"1\" == 1") == "1:29+1 expected string literal");
    CHECK(wrong("1 == 99999999999999999999") == "1:27+20 number invalid or out of range");
    CHECK(wrong("foo == 1") ==
          "1:22+3 expected 'arch', 'kernel_v', 'kernel_vr', 'systemtap_v', "
          "'systemtap_privilege', 'guru_mode', 'runtime', 'CONFIG_…', or a literal");
    CHECK(wrong("1 == 1 &&") == "1:32+2 expected preprocessor condition");
    CHECK(wrong("1 == 1 2") == "1:29+1 expected '%?'");
    CHECK(wrong("$3 == 1") == "1:22+2 command line argument out of range [1-2]");
    CHECK(wrong("(1 == 1)") == "1:22+1 expected preprocessor condition");
    CHECK(mistakes("probe begin { a = %( 1 == 1 %? 1 }") ==
          Mistakes{"1:19+2 could not find the '%)' that ends this conditional"});
    CHECK(mistakes("probe begin { a = %( 1 == 2 %? 1 }") ==
          Mistakes{"1:19+2 could not find the '%)' that ends this conditional"});
    CHECK(mistakes("probe begin { a = 1 %) }") == Mistakes{"1:21+2 unexpected '%)'"});
    CHECK(mistakes("probe begin { a = %( 1 == 1 %? 1 %: 2 %: 3 %) }").front() ==
          "1:39+2 unexpected '%:'");
}

TEST_CASE("a wrong condition does not hide the next mistake") {
    CHECK(mistakes("%( foo %? probe begin {} %)\nprobe end { a = }").size() == 2);
}

TEST_CASE("macros are expanded with their parameters") {
    CHECK(parsed("@define x %( begin %) probe @x { }").probes[0].points[0].components[0].name ==
          "begin");
    const auto body = [](const std::string& macros, const std::string& use) {
        return print(parsed(macros + " probe begin { " + use + " }"));
    };
    const auto block = [](const std::string& text) { return "probe begin {\n  " + text + "\n}\n"; };
    CHECK(body("@define add(a, b) %( ((@a)+(@b)) %)", "x = @add(2 * y, f(1, 2)) * 3") ==
          block("x = (2 * y + f(1, 2)) * 3;"));
    CHECK(body("@define one %( 1 %) @define two %( @one + @one %)", "x = @two") ==
          block("x = 1 + 1;"));
    CHECK(body("@define id(x) %( @x %)", "x = @id(@id(@id(5)))") == block("x = 5;"));
    CHECK(body("@define none() %( 3 %)", "x = @none()") == block("x = 3;"));
    CHECK(body("@define plain %( f %)", "x = @plain(1)") == block("x = f(1);"));
    CHECK(body("@define count_of(count) %( @count(@count) %)", "x = 1") == block("x = 1;"));
    CHECK(body("@define outer(a) %( @inner(@a) %) @define inner(a) %( -@a %)", "x = @outer(4)") ==
          block("x = -4;"));
    CHECK(body("@define version %( %( kernel_v > \"5\" %? 1 %: 2 %) %)", "x = @version") ==
          block("x = 1;"));
    CHECK(body("@define pick(a) %( %( @a == 1 %? \"one\" %: \"other\" %) %)", "x = @pick(1)") ==
          block("x = \"one\";"));
    CHECK(body("@define choose_defined(a, b) %( @a %)", "x = @choose_defined(1, 2)") ==
          block("x = 1;"));
}

TEST_CASE("wrong macros are found where they are used") {
    const auto wrong_use = [](const std::string& macros, const std::string& use) {
        return mistakes(macros + "\nprobe begin { " + use + " }");
    };
    CHECK(wrong_use("@define f(a) %( @a %)", "x = @f(1, 2)") ==
          Mistakes{"2:19+2 macro '@f' takes 1 argument(s), not 2"});
    CHECK(wrong_use("@define f(a) %( @a %)", "x = @f") ==
          Mistakes{"2:19+2 macro '@f' takes 1 argument(s), not 0"});
    CHECK(wrong_use("@define f(a) %( @a %)", "x = @f(1") ==
          Mistakes{"2:19+2 could not find the ')' that ends the arguments of macro '@f'"});
    CHECK(wrong_use("@define f %( @g %) @define g %( @f %)", "x = @f") ==
          Mistakes{"1:33+2 attempted recursive invocation of macro '@f'"});
    CHECK(wrong_use("@define apple %( 1 %)", "x = @appel") ==
          Mistakes{"2:19+6 unknown operator or undefined macro '@appel' (similar: @apple)"});
    CHECK(mistakes("@define count %( 1 %)") ==
          Mistakes{"1:9+5 attempt to redefine macro '@count'"});
    CHECK(mistakes("@define a %( 1 %) @define a %( 2 %)") ==
          Mistakes{"1:27+1 attempt to redefine macro '@a'"});
    CHECK(mistakes("@define a %( 1") ==
          Mistakes{"1:1+7 could not find the '%)' that ends this macro"});
    CHECK(mistakes("@define a 1") == Mistakes{"1:11+1 expected '%('"});
    CHECK(mistakes("@define 1 %( %)").front() == "1:9+1 expected the name of a macro");
    CHECK(mistakes("@define a(1) %( %)").front() ==
          "1:11+1 expected the name of a macro's parameter");
    CHECK(mistakes("@define a(b c) %( %)").front() == "1:13+1 expected ',' or ')'");
    CHECK(mistakes("@define").size() == 1);
    CHECK(mistakes("@define a").size() == 1);
    CHECK(mistakes("@define a(").size() == 1);
}

TEST_CASE("a mistake in a macro names where it is used") {
    using namespace sutap::language;
    const ParseResult result = parse_text(
        "@define inner(a) %( @a + %)\n@define outer %( @inner(1) %)\nprobe begin { x = @outer }");
    REQUIRE(result.diagnostics.size() == 1);
    const Diagnostic& diagnostic = result.diagnostics.front();
    CHECK(diagnostic.place.line == 3);
    // The token that is wrong comes from no macro here; one that does:
    const ParseResult other = parse_text(
        "@define inner %( 1 + ] %)\n@define outer %( @inner %)\nprobe begin { x = @outer }");
    REQUIRE(other.diagnostics.size() == 1);
    const Diagnostic& inside = other.diagnostics.front();
    CHECK(inside.place.line == 1);
    CHECK(inside.place.column == 22);
    REQUIRE(inside.related.size() == 2);
    CHECK(inside.related[0].message == "in expansion of macro '@inner'");
    CHECK(inside.related[0].place.line == 2);
    CHECK(inside.related[1].message == "in expansion of macro '@outer'");
    CHECK(inside.related[1].place.line == 3);
}

TEST_CASE("library macros are asked for by name, and only when the script has none") {
    using namespace sutap::language;
    SourceMap sources;
    const std::uint32_t source = sources.add(
        "<input>", "@define mine %( 1 %) probe begin { x = @mine y = @library z = @library }");
    std::vector<std::string> asked;
    ParseContext context;
    context.kernel_release = "6.1.0";
    context.library_macro = [&](std::string_view name) -> std::optional<std::uint32_t> {
        asked.emplace_back(name);
        return sources.add("library",
                           "%( kernel_v > \"5\" %? @define library %( %( 1 == 1 %? 2 %) %) %:\n"
                           "@define library %( 3 %) %)");
    };
    const ParseResult result = parse(sources, source, context);
    CHECK(result.succeeded());
    CHECK(print(result.script) == "probe begin {\n  x = 1;\n  y = 2;\n  z = 2;\n}\n");
    CHECK(asked == std::vector<std::string>{"library"});
    context.library_macro = [](std::string_view) -> std::optional<std::uint32_t> { return 99; };
    CHECK(parse(sources, source, context).diagnostics.size() == 2);
}

TEST_CASE("macros that multiply are bounded") {
    std::string text = "@define m0 %( a ; %)\n";
    std::string empty = "@define e0 %( %)\n";
    for (int i = 1; i < 60; ++i) {
        const std::string before = std::to_string(i - 1);
        text += "@define m" + std::to_string(i) + " %( @m" + before + " @m" + before + " %)\n";
        empty += "@define e" + std::to_string(i) + " %( @e" + before + " @e" + before + " %)\n";
    }
    CHECK(mistakes(text + "probe begin { @m59 }").front().find("too long") != std::string::npos);
    CHECK(mistakes(empty + "probe begin { @e59 }").front().find("too long") != std::string::npos);
    std::string nested = "@define id(x) %( @x %) probe begin { ";
    for (int i = 0; i < 10'000; ++i) {
        nested += "@id(";
    }
    CHECK(mistakes(nested + "1" + std::string(10'000, ')') + " }").front().find("too long") !=
          std::string::npos);
}

TEST_CASE("globs match as the shell's") {
    CHECK(glob_match("", ""));
    CHECK(glob_match("*", ""));
    CHECK(glob_match("a*c", "abbc"));
    CHECK_FALSE(glob_match("a*c", "abb"));
    CHECK(glob_match("a?c", "abc"));
    CHECK_FALSE(glob_match("a?c", "ac"));
    CHECK(glob_match("[a-c]x[!0-9]", "bxq"));
    CHECK_FALSE(glob_match("[a-c]x[!0-9]", "bx7"));
    CHECK(glob_match("[]]", "]"));
    CHECK(glob_match("[^a]", "b"));
    CHECK(glob_match("[a", "[a"));
    CHECK(glob_match("\\*", "*"));
    CHECK_FALSE(glob_match("\\*", "a"));
    CHECK(glob_match("**a**", "bab"));
    const std::string many(5'000, 'a');
    CHECK_FALSE(glob_match("*a*a*a*a*a*a*a*a*a*a*b", many));
}

TEST_CASE("on behalf of somebody else, an argument that becomes part of the script is a number") {
    const auto errors = [](const std::string& text, const std::string& argument) {
        SourceMap sources;
        const std::uint32_t source = sources.add("<input>", text);
        ParseContext context;
        context.arguments = {argument};
        context.pastes_numbers_only = true;
        return parse(sources, source, context).diagnostics.size();
    };
    const std::string text = "probe begin { println($1) }";
    CHECK(errors(text, "17") == 0);
    CHECK(errors(text, "-0x1f") == 0);
    CHECK(errors(text, "") > 0);
    CHECK(errors(text, "x") > 0);
    CHECK(errors(text, "0) } probe end { println(1") > 0);
    CHECK(errors(text, "1 + 2") > 0);
    CHECK(errors("probe begin { println($1foo) }", "1") > 0);
    CHECK(errors("probe begin { println(@1) }", "0) } probe end { println(1") == 0);
}
