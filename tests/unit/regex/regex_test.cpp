#include "runner/regex/regex.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

using namespace sutap;
using regex::Span;

namespace {

constexpr Span nothing{};

// The spans of the match; empty if there is none. Fails for a pattern that does not compile.
std::vector<Span> search(const std::string& pattern, const std::string& text) {
    const auto compiled = regex::Regex::compile(pattern);
    REQUIRE(std::holds_alternative<regex::Regex>(compiled));
    return std::get<regex::Regex>(compiled).search(text).value_or(std::vector<Span>());
}

std::string problem(const std::string& pattern) {
    const auto compiled = regex::Regex::compile(pattern);
    const auto* error = std::get_if<regex::SyntaxError>(&compiled);
    return error == nullptr ? "" : std::to_string(error->position) + ": " + error->message;
}

bool matches(const std::string& pattern, const std::string& text) {
    return !search(pattern, text).empty();
}

}  // namespace

TEST_CASE("the match is the leftmost, of those the longest") {
    CHECK(search("str(ing)", "an example string") == std::vector<Span>{{11, 17}, {14, 17}});
    CHECK(search("b|ab|abc", "xabcd") == std::vector<Span>{{1, 4}});
    CHECK(search("abcd|bc", "abcabcd") == std::vector<Span>{{1, 3}});
    CHECK(search("a*", "baa") == std::vector<Span>{{0, 0}});
    CHECK(search("", "") == std::vector<Span>{{0, 0}});
    CHECK(search("a+$", "aab") == std::vector<Span>{});
}

TEST_CASE("groups hold their last round, and nothing where they took no part") {
    CHECK(search("a|(b)", "a") == std::vector<Span>{{0, 1}, nothing});
    CHECK(search("(a|b)*", "abab") == std::vector<Span>{{0, 4}, {3, 4}});
    CHECK(search("(a*)(a*)", "aaa") == std::vector<Span>{{0, 3}, {0, 3}, {3, 3}});
    CHECK(search("((x)|y)+", "xy") == std::vector<Span>{{0, 2}, {1, 2}, {0, 1}});
    CHECK(search("(a*)*", "b") == std::vector<Span>{{0, 0}, {0, 0}});
    CHECK(search("(a*)+", "aa") == std::vector<Span>{{0, 2}, {0, 2}});
}

TEST_CASE("brackets") {
    CHECK(matches("^[a-c]+$", "abc"));
    CHECK(!matches("^[^a-c]+$", "xbz"));
    CHECK(matches("^[]x]$", "]"));
    CHECK(matches("^[^]x]$", "y"));
    CHECK(matches("^[a-]$", "-"));
    CHECK(matches("^[[:digit:][:upper:]_]+$", "A_7"));
    CHECK(!matches("[[:space:]]", "a\xa0"));
    CHECK(matches("^[[.-.]/]$", "/"));
    CHECK(matches("^[[=a=]]$", "a"));
    CHECK(matches("^[\\]$", "\\"));
    CHECK(matches("^[\x80-\xff]$", "\xe4"));
}

TEST_CASE("repetitions") {
    CHECK(matches("^(ab){2,3}$", "ababab"));
    CHECK(!matches("^(ab){2,3}$", "ab"));
    CHECK(!matches("^(ab){2,3}$", "abababab"));
    CHECK(matches("^a{0}$", ""));
    CHECK(matches("^a{,2}$", "aa"));
    CHECK(matches("^a{3,}$", "aaaa"));
    CHECK(matches("^a{x}{$", "a{x}{"));
    CHECK(matches("^a**?$", "aaa"));
}

TEST_CASE("anchors and words") {
    CHECK(!matches("a^b", "a^b"));
    CHECK(matches("a\\^b", "a^b"));
    CHECK(matches("\\bfoo\\b", "a foo b"));
    CHECK(!matches("\\bfoo\\b", "afoo"));
    CHECK(matches("\\<foo", "a foo"));
    CHECK(!matches("foo\\>", "foox"));
    CHECK(matches("o\\Bo", "foo"));
    CHECK(matches("^\\w+\\s\\W\\S$", "a_1 !x"));
}

TEST_CASE("wrong patterns say where") {
    CHECK(problem("a(b") == "1: '(' without ')'");
    CHECK(problem("ab)") == "2: ')' without '('");
    CHECK(problem("*a") == "0: '*' repeats nothing");
    CHECK(problem("(+)") == "1: '+' repeats nothing");
    CHECK(problem("{2}") == "0: '{' repeats nothing");
    CHECK(problem("a{3,2}") == "1: the repetitions are the wrong way round");
    CHECK(problem("a{256}") == "1: too many repetitions (at most 255)");
    CHECK(problem("[ab") == "0: '[' without ']'");
    CHECK(problem("[z-a]") == "1: a range of characters is the wrong way round");
    CHECK(problem("[[:foo:]]") == "1: unknown character class 'foo'");
    CHECK(problem("[[.ab.]]") == "1: unknown collating element");
    CHECK(problem("[[:alpha") == "0: '[' without ']'");
    CHECK(problem("(a)\\1") == "3: back-references are not supported");
    CHECK(problem("a\\") == "1: a backslash at the end");
    CHECK(problem("((a{255}){255}){255}") == "0: the regular expression is too large");
    CHECK(problem(std::string(101, '(')) == "100: parentheses are nested too deep (at most 100)");
}

TEST_CASE("what is hard for others takes time in proportion to the text") {
    const auto start = std::chrono::steady_clock::now();
    const std::string text(4000, 'a');
    CHECK(!matches("(a*)*b", text));
    CHECK(!matches("(a|a)*b", text));
    CHECK(!matches("((a?){50}){5}b", text));
    CHECK(matches("(x+x+)+|a", text));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));
}
