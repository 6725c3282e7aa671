#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runner/language/printer.h"
#include "tests/unit/language/parsing.h"
#include "tests/unit/language/tree_dump.h"

using sutap::language::dump;
using sutap::language::dumped_statement;
using sutap::language::mistakes;
using sutap::language::parsed;
using sutap::language::print;
using sutap::language::Script;

using Mistakes = std::vector<std::string>;

namespace {

// The printed form of a whole script, having checked that it parses again to the same tree.
std::string printed(const std::string& text, std::vector<std::string> arguments = {}) {
    const Script script = parsed(text, std::move(arguments));
    const std::string result = print(script);
    CHECK((dump(parsed(result)) == dump(script)));
    return result;
}

}  // namespace

TEST_CASE("globals have initialisers, sizes and wrapping") {
    CHECK(printed("global a, b = -5, c = \"x\" \"y\"; global d[10], e%, f%[3] private g = 1\n"
                  "private global h:string = \"\", i:long") ==
          "global a\nglobal b = -5\nglobal c = \"xy\"\nglobal d[10]\nglobal e%\nglobal f%[3]\n"
          "private global g = 1\nprivate global h:string = \"\"\nprivate global i:long\n");
    CHECK(mistakes("global a[10] = 5") ==
          Mistakes{"1:14+1 only scalar globals can be initialized"});
    CHECK(mistakes("global a = b") == Mistakes{"1:12+1 expected literal string or number"});
    CHECK(mistakes("global a[0]") == Mistakes{"1:10+1 array size out of range"});
    CHECK(mistakes("global a[99999999999]") == Mistakes{"1:10+11 array size out of range"});
    CHECK(mistakes("global a,") == Mistakes{"1:10+1 expected identifier"});
    CHECK(mistakes("global if") == Mistakes{"1:8+2 expected identifier"});
    CHECK(mistakes("private probe begin {}") ==
          Mistakes{"1:9+5 expected 'function', 'global' or identifier"});
}

TEST_CASE("functions have types, priorities and privacy") {
    CHECK(printed("function f() { }") == "function f () {\n}\n");
    CHECK(printed("private function g:string(a, b:long, c:string):3 { return a }") ==
          "private function g:string (a, b:long, c:string):3 {\n  return a;\n}\n");
    CHECK(printed("function h:long() %{ STAP_RETVALUE = 1; %}") ==
          "function h:long () %{ STAP_RETVALUE = 1; %}\n");
    CHECK(mistakes("function f { }") == Mistakes{"1:12+1 expected '('"});
    CHECK(mistakes("function f(a:int) { }") == Mistakes{"1:14+3 expected 'string' or 'long'"});
    CHECK(mistakes("function f(a b) { }") == Mistakes{"1:14+1 expected ',' or ')'"});
    CHECK(mistakes("function f(a)") == Mistakes{"1:14+1 expected '{'"});
    CHECK(mistakes("function 5() {}") == Mistakes{"1:10+1 expected identifier"});
}

TEST_CASE("probe points have components, arguments, flags and conditions") {
    CHECK(printed("probe begin(-5), kernel.function(\"a\" \"b\").return ? if (x > 1), end ! { }") ==
          "probe begin(-5), kernel.function(\"ab\").return ? if (x > 1), end ! {\n}\n");
    CHECK(printed("probe syscall.*.return?,vm.*fault*,**.x,timer.s(0x10){}") ==
          "probe syscall.*.return ?, vm.*fault*, **.x, timer.s(16) {\n}\n");
    CHECK(printed("probe foo if (a) { } probe bar { next }") ==
          "probe foo if (a) {\n}\nprobe bar {\n  next;\n}\n");
    CHECK(mistakes("probe begin if x {}") == Mistakes{"1:16+1 expected '('"});
    CHECK(mistakes("probe begin") ==
          Mistakes{"1:12+1 expected ',', '=', '+=', '?', '!', '.', 'if' or '{'"});
    CHECK(mistakes("probe a.b(c) {}") == Mistakes{"1:11+1 expected literal string or number"});
    CHECK(mistakes("probe a.(\"x\") {}") == Mistakes{"1:9+1 expected identifier or '*'"});
    CHECK(mistakes("probe a. {}") == Mistakes{"1:11+1 expected identifier or '*'"});
    CHECK(mistakes("probe 5 {}") == Mistakes{"1:7+1 expected identifier or '*'"});
    CHECK(mistakes("probe a ?! {}") ==
          Mistakes{"1:10+1 expected ',', '=', '+=', '?', '!', '.', 'if' or '{'"});
}

TEST_CASE("braces are multiplied out, the first group slowest") {
    CHECK(printed("probe {a,b}.{c,d(1)}.e {}") == "probe a.c.e, a.d(1).e, b.c.e, b.d(1).e {\n}\n");
    CHECK(printed("probe k.{function(\"a\")?, x.{y, z} if (c)} {}") ==
          "probe k.function(\"a\") ?, k.x.y if (c), k.x.z if (c) {\n}\n");
    CHECK(printed("probe {a, {b, c}} ! {}") == "probe a !, b !, c ! {\n}\n");
    CHECK(mistakes("probe k.{a?, b}.c {}") ==
          Mistakes{"1:16+1 '?', '!' and 'if' are only allowed behind the last component of a "
                   "probe point"});
    CHECK(mistakes("probe k.{a?, b} ! {}") ==
          Mistakes{"1:17+1 this probe point has its '?', '!' or 'if' inside braces already"});
    CHECK(mistakes("probe {a, b {}") == Mistakes{"1:13+1 expected '}'"});
    std::string many = "probe a";
    for (int i = 0; i < 40; ++i) {
        many += ".{a,b}";
    }
    CHECK(mistakes(many + " {}").front().find("too many probe points") != std::string::npos);
}

TEST_CASE("aliases are prologues, epilogues or both, and may have several names") {
    CHECK(printed("probe a.b = c.d(\"x\")?, e { v = $v }") ==
          "probe a.b = c.d(\"x\") ?, e {\n  v = $v;\n}\n");
    CHECK(printed("probe a += b {}") == "probe a += b {\n}\n");
    CHECK(printed("probe a = b = c {}, { x = 1 }") == "probe a = b = c {\n}, {\n  x = 1;\n}\n");
    CHECK(mistakes("probe a ? = b {}") ==
          Mistakes{"1:11+1 probe point alias name cannot be optional nor sufficient"});
    CHECK(mistakes("probe a = b += c {}") ==
          Mistakes{"1:13+2 an alias is either a prologue ('=') or an epilogue ('+=')"});
    CHECK(mistakes("probe a, b = c {}") == Mistakes{"1:12+1 expected ',' or '{'"});
    CHECK(mistakes("probe a = b") == Mistakes{"1:12+1 expected ',', '?', '!', '.', 'if' or '{'"});
}

TEST_CASE("simple statements need no terminator") {
    CHECK(dumped_statement("{ a = 1 b = 2; ; next }") ==
          "(block [(do (assign #0 a 1));(do (assign #0 b 2));(empty);(next);])");
    CHECK(dumped_statement("return") == "(return -)");
    CHECK(dumped_statement("return 1 + 2;") == "(return (binary #0 1 2))");
    CHECK(dumped_statement("while (a) { break; continue }") ==
          "(while a (block [(break);(continue);]))");
    CHECK(dumped_statement("try { f() } catch { g() }") ==
          "(try (block [(do (call 'f' []));]) - (block [(do (call 'g' []));]))");
    CHECK(dumped_statement("try {} catch (m) {}") == "(try (block []) 'm' (block []))");
    CHECK(dumped_statement("delete a") == "(delete a)");
    CHECK(dumped_statement("delete a[*, 1]") == "(delete (element 'a' [-;1;]))");
    CHECK(dumped_statement("%{ 1 %}") == "(do (%{ ' 1 '))");
    CHECK(mistakes("probe begin { return 1 }") ==
          Mistakes{"1:15+6 found 'return' not in function context"});
    CHECK(mistakes("probe begin { delete a[b[*]] }") ==
          Mistakes{"1:26+1 '*' as an index is only allowed in 'delete', 'in' and 'foreach'"});
    CHECK(mistakes("probe begin { try {} }") == Mistakes{"1:22+1 expected 'catch'"});
    CHECK(mistakes("probe begin { else }") == Mistakes{"1:15+4 expected statement"});
    CHECK(mistakes("probe begin { ) }") == Mistakes{"1:15+1 expected statement"});
}

TEST_CASE("an else belongs to the nearest if, also behind a terminator") {
    CHECK(dumped_statement("if (a) if (b) c; else d") == "(if a (if b (do c) (do d)) -)");
    CHECK(dumped_statement("if (a) b; else if (c) ; else d") ==
          "(if a (do b) (if c (empty) (do d)))");
    CHECK(dumped_statement("if (a) { b };; else c") == "(if a (block [(do b);]) (do c))");
    CHECK(mistakes("probe begin { if a }") == Mistakes{"1:18+1 expected '('"});
    CHECK(mistakes("probe begin { if (a) }") ==
          Mistakes{"1:22+1 expected literal string or number"});
}

TEST_CASE("for loops may leave each part out") {
    CHECK(dumped_statement("for (i = 0; i < 3; i++) x") ==
          "(for (assign #0 i 0) (binary #12 i 3) (step #0 no i) (do x))");
    CHECK(dumped_statement("for (;;) ;") == "(for - - - (empty))");
    CHECK(mistakes("probe begin { for (a;b) c }") == Mistakes{"1:23+1 expected ';'"});
}

TEST_CASE("foreach has all its forms") {
    CHECK(dumped_statement("foreach (a in b) ;") == "(foreach - ['a';] 'b' - [] #0 0 - - (empty))");
    CHECK(dumped_statement("foreach ([a, b-] in c limit 5) ;") ==
          "(foreach - ['a';'b';] 'c' - [] #2 2 - 5 (empty))");
    CHECK(dumped_statement("foreach (a+ in b) ;") ==
          "(foreach - ['a';] 'b' - [] #1 1 - - (empty))");
    CHECK(dumped_statement("foreach (a in b-) ;") ==
          "(foreach - ['a';] 'b' - [] #2 0 - - (empty))");
    CHECK(dumped_statement("foreach (v = [a, b] in c[*, 1] @sum+ limit x) ;") ==
          "(foreach 'v' ['a';'b';] 'c' - [-;1;] #1 0 #1 x (empty))");
    CHECK(dumped_statement("foreach (v+ = a in b) ;") ==
          "(foreach 'v' ['a';] 'b' - [] #1 0 - - (empty))");
    CHECK(dumped_statement("foreach (v-= a in b) ;") ==
          "(foreach 'v' ['a';] 'b' - [] #2 0 - - (empty))");
    CHECK(dumped_statement("foreach (i in @hist_log(s[1])) ;") ==
          "(foreach - ['i';] '' (extract #6 (element 's' [1;]) []) [] #0 0 - - (empty))");
    CHECK(mistakes("probe begin { foreach (a+ in b-) ; }") ==
          Mistakes{"1:31+1 multiple sort directives found"});
    CHECK(mistakes("probe begin { foreach (a in b @sum) ; }") ==
          Mistakes{"1:35+1 expected sort directive '+' or '-'"});
    CHECK(mistakes("probe begin { foreach (a in b @hist_log+) ; }") ==
          Mistakes{"1:31+9 expected '@count', '@sum', '@min', '@max', '@avg' or '@variance'"});
    CHECK(mistakes("probe begin { foreach (a b) ; }") == Mistakes{"1:26+1 expected 'in'"});
    CHECK(mistakes("probe begin { foreach (1 in b) ; }") == Mistakes{"1:24+1 expected identifier"});
    CHECK(mistakes("probe begin { foreach (a in 1) ; }") ==
          Mistakes{"1:29+1 expected the name of an array"});
}

TEST_CASE("comments, line ends and headers are blank") {
    CHECK(printed("#!/usr/bin/sutap -v\r\n//bin/true && exec sutap \"$0\" \"$@\"\r\n"
                  "probe begin { # one\r\n /* two\r\n lines */ x = 1 // $1 \"\r\n}\r\n") ==
          "probe begin {\n  x = 1;\n}\n");
    CHECK(printed("") == "");
    CHECK(printed(" ; /**/ ;") == "");
    CHECK(printed("%{ #include <x> %} probe begin {}") == "probe begin {\n}\n%{ #include <x> %}\n");
    CHECK(mistakes("probe begin { } /* open") == Mistakes{"1:17+2 unterminated comment"});
    CHECK(mistakes("probe begin { a = %{ 1 ") ==
          Mistakes{"1:19+2 could not find the matching '%}' of this embedded code"});
    CHECK(mistakes("probe begin { a = `b }") == Mistakes{"1:19+1 unexpected character"});
    CHECK(mistakes("probe begin { @ }") == Mistakes{"1:15+1 unexpected character"});
    CHECK(mistakes("probe begin { \xc3\xa9 }").size() == 1);
}

TEST_CASE("one run reports each mistake once, and keeps what is right") {
    using namespace sutap::language;
    const ParseResult result = parse_text(
        "global a[0]\nprobe begin { x = }\nfunction good() { return 1 }\n"
        "function bad( { }\nprobe kernel.function(\"f\") { y = 1 }\nprobe end { z = ( }\nprobe");
    REQUIRE(result.diagnostics.size() == 5);
    CHECK(result.diagnostics[0].place.line == 1);
    CHECK(result.diagnostics[1].place.line == 2);
    CHECK(result.diagnostics[2].place.line == 4);
    CHECK(result.diagnostics[3].place.line == 6);
    CHECK(result.diagnostics[4].place.line == 7);
    CHECK(result.script.functions.size() == 1);
    CHECK(result.script.probes.size() == 1);
}

TEST_CASE("nesting is bounded, never a stack overflow") {
    const auto deep = [](const std::string& open, const std::string& middle,
                         const std::string& close, int count) {
        std::string text = "function f() { ";
        for (int i = 0; i < count; ++i) {
            text += open;
        }
        text += middle;
        for (int i = 0; i < count; ++i) {
            text += close;
        }
        return text + " }";
    };
    CHECK(parsed(deep("(", "a", ")", 200)).functions.size() == 1);
    CHECK(parsed(deep("{", "a", "}", 200)).functions.size() == 1);
    CHECK(parsed(deep("a + ", "a", "", 900)).functions.size() == 1);
    for (const char* open : {"(", "{", "-", "!", "a[", "f(", "a = ", "a ? b : ", "if (a) ",
                             "while (a) ", "try {", "$a[", "@count(", "& ", "a ? ", "[", "--"}) {
        INFO(open);
        const auto found = mistakes(deep(open, "a", "", 100'000));
        CHECK(found.size() == 1);
    }
    CHECK(mistakes(deep("a + ", "a", "", 100'000)).front().find("expression is too long") !=
          std::string::npos);

    CHECK(mistakes("probe " + std::string(100'000, '{')).size() == 1);
}
