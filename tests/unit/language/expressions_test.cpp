#include <catch2/catch.hpp>
#include <string>
#include <variant>
#include <vector>

#include "runner/language/printer.h"
#include "tests/unit/language/parsing.h"
#include "tests/unit/language/tree_dump.h"

using sutap::language::dumped;
using sutap::language::grouped;
using sutap::language::mistakes;

namespace {

// The expression as the printer gives it, having checked that it parses again to the same tree.
std::string printed(const std::string& expression) {
    const sutap::language::Script script =
        sutap::language::parsed("probe begin { " + expression + " }");
    const std::string text = sutap::language::print(script);
    CHECK((sutap::language::dump(sutap::language::parsed(text)) == sutap::language::dump(script)));
    const std::string before = "probe begin {\n  ";
    const std::string after = ";\n}\n";
    REQUIRE(text.size() > before.size() + after.size());
    return text.substr(before.size(), text.size() - before.size() - after.size());
}

}  // namespace

using Mistakes = std::vector<std::string>;

TEST_CASE("operators bind as the language reference says") {
    CHECK(grouped("a + b * c") == "a + (b * c)");
    CHECK(grouped("a - b - c") == "(a - b) - c");
    CHECK(grouped("a * b / c % d") == "((a * b) / c) % d");
    CHECK(grouped("a . b + c . d") == "(a . (b + c)) . d");
    CHECK(grouped("a << b . c") == "a << (b . c)");
    CHECK(grouped("a << b >> c >>> d") == "((a << b) >> c) >>> d");
    CHECK(grouped("a < b << c") == "a < (b << c)");
    CHECK(grouped("a == b != c <= d") == "((a == b) != c) <= d");
    CHECK(grouped("a & b == c") == "a & (b == c)");
    CHECK(grouped("a | b ^ c & d") == "a | (b ^ (c & d))");
    CHECK(grouped("a || b && c | d") == "a || (b && (c | d))");
    CHECK(grouped("a ? b : c ? d : e") == "a ? b : (c ? d : e)");
    CHECK(grouped("a ? b ? c : d : e") == "a ? (b ? c : d) : e");
    CHECK(grouped("a = b = c") == "a = (b = c)");
    CHECK(grouped("a += b <<< c") == "a += (b <<< c)");
    CHECK(grouped("a = b ? c : d") == "a = (b ? c : d)");
    CHECK(grouped("-a * !b") == "(-a) * (!b)");
    CHECK(grouped("- -a") == "-(-a)");
    CHECK(grouped("~+a") == "~(+a)");
    CHECK(grouped("-a++") == "-(a++)");
    CHECK(grouped("a - -b") == "a - (-b)");
    CHECK(grouped("a---b") == "(a--) - b");
    CHECK(grouped("a+ ++b") == "a + (++b)");
    CHECK(grouped("(a + b) * c") == "(a + b) * c");
    CHECK(grouped("((a))") == "a");
    CHECK(grouped("a in b && c") == "([a] in b) && c");
    CHECK(grouped("a & [b, c] in d") == "a & ([b, c] in d)");
    CHECK(grouped("a < b in c") == "[a < b] in c");
    CHECK(grouped("[a, *] in b") == "[a, *] in b");
    CHECK(grouped("a =~ \"x\" == b") == "(a =~ \"x\") == b");
    CHECK(grouped("a . b !~ \"x\" \"y\"") == "(a . b) !~ \"xy\"");
}

TEST_CASE("only the parentheses that are needed are printed") {
    for (const char* text : {"a + b * c",
                             "(a + b) * c",
                             "a - b - c",
                             "a - (b - c)",
                             "a = b = c ? d : e = f",
                             "(a ? b : c) ? d : e",
                             "a ? b ? c : d : e",
                             "- -a",
                             "+ +a",
                             "-(a + b)",
                             "!!a",
                             "- --a",
                             "-a++",
                             "a - -b",
                             "a in b && c in d",
                             "(a in b) == 1",
                             "[a, *] in b",
                             "(a in b) in c",
                             "(a = 1) in b",
                             "a =~ \"x\" == b",
                             "a == b =~ \"x\"",
                             "a == (b =~ \"x\")",
                             "a = b <<< c",
                             "(a && b) in c",
                             "a . (b . c)",
                             "a->b->c",
                             "f(x)->y[1]",
                             "(a + b)->c",
                             "a[1][2]",
                             "(a)[1]",
                             "($a)->b",
                             "(@cast(p, \"t\")->x)->y",
                             "&(&$a)->b",
                             "@entry($x)->y",
                             "(@hist_log(s))[1][2]",
                             "@hist_log(s)[1]",
                             "a & &$b",
                             "$a$$ . $b[1]$",
                             "-&$a",
                             "5->x",
                             "\"s\"[1]"}) {
        INFO(text);
        CHECK(printed(text) == text);
    }
    CHECK(printed("((a) + (b * (c)))") == "a + b * c");
}

TEST_CASE("every assignment has its operator") {
    for (const char* text :
         {"=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", ".=", "<<<"}) {
        const std::string expression = std::string("a[1] ") + text + " b";
        CHECK(grouped(expression) == expression);
    }
    CHECK(mistakes("probe begin { 1 = 2 }") ==
          Mistakes{"1:17+1 operand of '=' cannot be written to"});
    CHECK(mistakes("probe begin { a + b += 2 }") ==
          Mistakes{"1:21+2 operand of '+=' cannot be written to"});
    CHECK(mistakes("probe begin { f()++ }") ==
          Mistakes{"1:18+2 operand of '++' cannot be written to"});
    CHECK(mistakes("probe begin { --\"a\" }") ==
          Mistakes{"1:15+2 operand of '--' cannot be written to"});
    CHECK(mistakes("probe begin { &$a = 1 }") ==
          Mistakes{"1:19+1 operand of '=' cannot be written to"});
}

TEST_CASE("numbers are decimal, hexadecimal or octal, up to 64 bits, and wrap") {
    CHECK(dumped("0") == "0");
    CHECK(dumped("0x1fF") == "511");
    CHECK(dumped("0X10") == "16");
    CHECK(dumped("0777") == "511");
    CHECK(dumped("9223372036854775807") == "9223372036854775807");
    CHECK(dumped("9223372036854775808") == "-9223372036854775808");
    CHECK(dumped("18446744073709551615") == "-1");
    CHECK(dumped("0xffffffffffffffff") == "-1");
    CHECK(dumped("01777777777777777777777") == "-1");
    CHECK(grouped("18446744073709551615") == "18446744073709551615");
    for (const char* text : {"18446744073709551616", "0x10000000000000000", "08", "0x", "12ab",
                             "0xfg", "1e3", "02000000000000000000000"}) {
        const std::string size = std::to_string(std::string(text).size());
        CHECK(mistakes(std::string("probe begin { a = ") + text + " }") ==
              Mistakes{"1:19+" + size + " number invalid or out of range"});
    }
}

TEST_CASE("strings resolve their escapes and are glued") {
    CHECK(dumped(R"("a\tb\n\"\\")") == "(string 'a\tb\n\"\\')");
    CHECK(dumped(R"("\a\b\f\r\v")") == "(string '\a\b\f\r\v')");
    CHECK(dumped(R"("\101\x41\x4a4\1018")") == "(string 'AAJ4A8')");
    CHECK(dumped(R"("\q\/")") == "(string 'q/')");
    CHECK(dumped("\"a\" \"b\" /* c */ \"d\"\n\"e\"") == "(string 'abde')");
    CHECK(dumped(R"("ab\0cd" "ef")") == "(string 'ab')");
    CHECK(dumped(R"("\xzz")") == "(string 'xzz')");
    CHECK(dumped("\"a\\\nb\"") == "(string 'ab')");
    CHECK(dumped("\"# // /* %( @1 $1\"") == "(string '# // /* %( @1 $1')");
    CHECK(grouped("\"\x01\x7f\xc3\xa9\t\"") == "\"\\001\\177\xc3\xa9\\t\"");
    CHECK(mistakes("probe begin { a = \"b }\n") ==
          Mistakes{"1:19+4 could not find the matching closing quote"});
    CHECK(mistakes("probe begin { a = \"b\\") ==
          Mistakes{"1:19+3 could not find the matching closing quote"});
}

TEST_CASE("context expressions keep their steps") {
    CHECK(dumped("$fd") == "($ 'fd' [] no)");
    CHECK(dumped("$$vars") == "($ '$vars' [] no)");
    CHECK(dumped("$$parms$$") == "($ '$parms' [(pretty 2);] no)");
    CHECK(dumped("$return$") == "($ 'return' [(pretty 1);] no)");
    CHECK(dumped("$a->b[1]->next$") == "($ 'a' [(-> 'b');(index 1);(-> 'next');(pretty 1);] no)");
    CHECK(dumped("$a[i+1]$$") == "($ 'a' [(index (binary #0 i 1));(pretty 2);] no)");
    CHECK(dumped("&$a->b") == "($ 'a' [(-> 'b');] yes)");
    CHECK(dumped("&@cast(p, \"t\", \"m\")->f[2]") == "(@cast p 't' 'm' [(-> 'f');(index 2);] yes)");
    CHECK(dumped("@var(\"x@y.c\", \"/bin/ls\")->z") == "(@var 'x@y.c' '/bin/ls' [(-> 'z');] no)");
    CHECK(dumped("@var(\"x\")") == "(@var 'x' - [] no)");
    CHECK(dumped("$a . $b") == "(binary #11 ($ 'a' [] no) ($ 'b' [] no))");
    CHECK(dumped("$a->in") == "($ 'a' [(-> 'in');] no)");
    CHECK(mistakes("probe begin { $a$->b }") ==
          Mistakes{"1:18+2 a pretty-printed value has no members"});
    CHECK(mistakes("probe begin { $ }") ==
          Mistakes{"1:15+1 expected the name of a target variable behind '$'"});
    CHECK(mistakes("probe begin { $a->3 }") == Mistakes{"1:19+1 expected identifier"});
    CHECK(mistakes("probe begin { &a }") ==
          Mistakes{"1:15+1 '&' needs a target variable, '@cast', '@var', or a member behind '->'"});
    CHECK(mistakes("probe begin { &&$a }") == Mistakes{"1:15+2 expected literal string or number"});
    CHECK(mistakes("probe begin { & &$a }") ==
          Mistakes{"1:15+1 '&' needs a target variable, '@cast', '@var', or a member behind '->'"});
}

TEST_CASE("steps behind ordinary expressions are a cast without a type") {
    CHECK(dumped("p->pid") == "(@cast p '' - [(-> 'pid');] no)");
    CHECK(dumped("f(x)[1]->y") == "(@cast (call 'f' [x;]) '' - [(index 1);(-> 'y');] no)");
    CHECK(dumped("(a ? b : c)->d") == "(@cast (?: a b c) '' - [(-> 'd');] no)");
    CHECK(dumped("a[1]->b") == "(@cast (element 'a' [1;]) '' - [(-> 'b');] no)");
    CHECK(dumped("(a)[1]") == "(@cast a '' - [(index 1);] no)");
    CHECK(printed("(a)[1]") == "(a)[1]");
    CHECK(printed("&p->pid") == "&p->pid");
}

TEST_CASE("words with an @ are operators") {
    CHECK(dumped("@entry($x + 1)") == "(@entry (binary #0 ($ 'x' [] no) 1))");
    CHECK(dumped("@defined($x->y)") == "(@defined ($ 'x' [(-> 'y');] no))");
    CHECK(dumped("@choose_defined($x, 0)") == "(@choose_defined ($ 'x' [] no) 0)");
    CHECK(dumped("@enum(\"E\")") == "(@enum 'E')");
    CHECK(dumped("@perf(\"p\" \"q\")") == "(@perf 'pq')");
    CHECK(dumped("@probewrite(v)") == "(@probewrite 'v')");
    CHECK(dumped("@const(\"C\")") == "(call '@const' [(string 'C');])");
    CHECK(dumped("@kderef(4, p)") == "(call '@kderef' [4;p;])");
    CHECK(dumped("@count(s)") == "(extract #0 s [])");
    CHECK(dumped("@sum(s[1, 2])") == "(extract #1 (element 's' [1;2;]) [])");
    CHECK(dumped("@variance(s)") == "(extract #5 s [])");
    CHECK(dumped("@variance(s, 3)") == "(extract #5 s [3;])");
    CHECK(dumped("@hist_linear(s, -10, 10, 2)") == "(extract #7 s [-10;10;2;])");
    CHECK(dumped("@hist_log(s)[64]") == "(bucket (extract #6 s []) 64)");
    CHECK(dumped("print(@hist_log(s))") == "(call 'print' [(extract #6 s []);])");
    CHECK(mistakes("probe begin { @count(s, 1) }") ==
          Mistakes{"1:15+6 too many parameters of '@count'"});
    CHECK(mistakes("probe begin { @hist_linear(s, 1, 2) }") ==
          Mistakes{"1:15+12 @hist_linear needs three numbers: start, stop and interval"});
    CHECK(mistakes("probe begin { @hist_linear(s, a, 9, 0) }") ==
          Mistakes{"1:31+1 expected number"});
    CHECK(mistakes("probe begin { @cast(p, \"\") }") ==
          Mistakes{"1:24+2 expected the name of a type"});
    CHECK(mistakes("probe begin { @cast(p) }") == Mistakes{"1:22+1 expected ','"});
    CHECK(mistakes("probe begin { @var(x) }") == Mistakes{"1:20+1 expected string literal"});
    CHECK(mistakes("probe begin { @entry }") == Mistakes{"1:22+1 expected '('"});
    CHECK(
        mistakes("probe begin { @cuont(x) }") ==
        Mistakes{"1:15+6 unknown operator or undefined macro '@cuont' (similar: @count, @const)"});
}

TEST_CASE("a name with a bracket is an element, with a parenthesis a call") {
    CHECK(dumped("a[1, \"x\", b]") == "(element 'a' [1;(string 'x');b;])");
    CHECK(dumped("f()") == "(call 'f' [])");
    CHECK(dumped("f (a, b = 1)") == "(call 'f' [a;(assign #0 b 1);])");
    CHECK(dumped("%{ 1 /* pure */ %}") == "(%{ ' 1 /* pure */ ')");
    CHECK(mistakes("probe begin { a[1, *] }") ==
          Mistakes{"1:20+1 '*' as an index is only allowed in 'delete', 'in' and 'foreach'"});
    CHECK(mistakes("probe begin { a[] }") == Mistakes{"1:17+1 expected literal string or number"});
    CHECK(mistakes("probe begin { f(1 2) }") == Mistakes{"1:19+1 expected ',' or ')'"});
    CHECK(mistakes("probe begin { [1, 2] }") == Mistakes{"1:22+1 expected 'in'"});
    CHECK(mistakes("probe begin { a =~ b }") == Mistakes{"1:20+1 expected string literal"});
    CHECK(mistakes("probe begin { a ? b }") == Mistakes{"1:21+1 expected ':'"});
    CHECK(mistakes("probe begin { (1 + 2 }") == Mistakes{"1:22+1 expected ')'"});
    CHECK(mistakes("probe begin { a in 5 }") == Mistakes{"1:20+1 expected the name of an array"});
    CHECK(mistakes("probe begin { a = if }") == Mistakes{"1:19+2 expected expression"});
}

TEST_CASE("the place of an expression is its operator's or its first token's") {
    using namespace sutap::language;
    const Script script = parsed("probe begin {\n  abc = f(1) / 22\n}");
    const auto& block = std::get<BlockStatement>(script.probes[0].body.node);
    const auto& statement = std::get<ExpressionStatement>(block.statements[0]->node);
    CHECK((statement.expression->place == Place{0, 2, 7, 1}));
    const auto& assignment = std::get<Assignment>(statement.expression->node);
    CHECK((assignment.target->place == Place{0, 2, 3, 3}));
    CHECK((assignment.value->place == Place{0, 2, 14, 1}));
    const auto& division = std::get<Binary>(assignment.value->node);
    CHECK((division.operation_place == Place{0, 2, 14, 1}));
    CHECK((division.left->place == Place{0, 2, 9, 1}));
    CHECK((division.right->place == Place{0, 2, 16, 2}));
}
