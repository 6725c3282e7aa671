#include "policies/arguments.h"

#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <vector>

using namespace sutap::policy;

namespace {

Script script_of(const std::string& arguments) {
    const ParsedPolicy parsed = parse_policy(
        {{"p", "schema = 1\n[[script]]\nname='s'\npath='/s'\narguments = " + arguments + "\n"}});
    REQUIRE(parsed.errors.empty());
    return parsed.policy.scripts[0];
}

}  // namespace

TEST_CASE("Patterns match the whole text") {
    CHECK(matches("[a-z0-9._-]{1,15}", "beam.smp"));
    CHECK_FALSE(matches("[a-z0-9._-]{1,15}", ""));
    CHECK_FALSE(matches("[a-z0-9._-]{1,15}", "sixteen-signs-xx"));
    CHECK(matches("[a-z0-9._-]{1,15}", "fifteen-signs-x"));
    CHECK_FALSE(matches("[a-z]+", "a\nb"));
    CHECK_FALSE(matches("[a-z]+", "ab\n"));
    CHECK_FALSE(matches("abc", "abcd"));
    CHECK_FALSE(matches("abc", "xabc"));
    CHECK(matches("a*a*a*b?", "aaaa"));
    CHECK(matches("a.c",
                  "a\xff"
                  "c"));
    CHECK(matches("[^/]+", "x y"));
    CHECK_FALSE(matches("[^/]+", "x/y"));
    CHECK(matches("\\.\\[\\\\", ".[\\"));
    CHECK(matches("[]-]x", "]x"));
    CHECK(matches("a{2}b{0,1}c{2,}", "aacccc"));
    CHECK_FALSE(matches("a{2}b{0,1}c{2,}", "aac"));
    CHECK(matches("", ""));
    CHECK_FALSE(matches("(", "("));
}

TEST_CASE("What is no pattern says why") {
    for (const char* pattern : {"(a)", "a|b", "a)", "*", "?a", "a**", "[a", "[z-a]", "a{", "a{2",
                                "a{3,2}", "a{x}", "a{99999}", "^a", "a$", "\\", "a]", "{1}"}) {
        INFO(pattern);
        CHECK_FALSE(pattern_problem(pattern).empty());
    }
}

TEST_CASE("Patterns agree with those of the standard library, and take no long time") {
    unsigned state = 11;
    const auto random = [&](std::size_t most) {
        return (state = state * 1103515245 + 12345) / 7 % most;
    };
    const std::vector<std::string> parts = {"a", "b", "[ab]", "[^a]", ".", "[a-c]"};
    const std::vector<std::string> counts = {"", "?", "*", "+", "{2}", "{1,3}", "{2,}"};
    int matching = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string pattern, text;
        for (std::size_t i = random(4); i < 4; ++i)
            pattern += parts[random(parts.size())] + counts[random(counts.size())];
        for (std::size_t i = random(9); i < 8; ++i) text += "abcd"[random(4)];
        INFO(pattern << " " << text);
        const bool expected = std::regex_match(text, std::regex(pattern));
        CHECK(matches(pattern, text) == expected);
        matching += expected ? 1 : 0;
    }
    CHECK(matching > 300);
    std::string slow;
    for (int i = 0; i < 30; ++i) slow += "a*";
    CHECK_FALSE(matches(slow + "b", std::string(30000, 'a')));
}

TEST_CASE("Arguments are compared one by one") {
    const Script script = script_of(
        "[{name='pid', type='integer', min=10, max=4194304}, {name='mode', type='choice', "
        "of=['read', 'write']}, {name='comm', type='text', match='[a-z]{1,4}', optional=true}]");
    const auto problem = [&](const std::vector<std::string>& words) {
        return argument_problem(script, words);
    };
    CHECK(problem({"42", "read"}).empty());
    CHECK(problem({"42", "write", "abcd"}).empty());
    CHECK(problem({"9", "read"}) == "argument 1 (pid) is no whole number from 10 to 4194304");
    for (const char* word : {"", "x", "4194305", "+42", " 42", "42 ", "042", "0x2a", "42\n", "-42",
                             "99999999999999999999"}) {
        INFO(word);
        CHECK_FALSE(problem({word, "read"}).empty());
    }
    CHECK(problem({"42", "rea"}) == "argument 2 (mode) is none of: read, write");
    CHECK(problem({"42"}) == "argument 2 (mode) is missing");
    CHECK(problem({"42", "read", "ABC"}) == "argument 3 (comm) does not match [a-z]{1,4}");
    CHECK(problem({"42", "read", "abc", ""}) == "it takes at most 3 arguments");
    CHECK(argument_problem(script_of("[]"), {}).empty());
    CHECK_FALSE(argument_problem(script_of("[]"), {""}).empty());
    CHECK(argument_problem(Script(), {"anything", "at", "all"}).empty());
}
