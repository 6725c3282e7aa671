#include "policies/toml.h"

#include <catch2/catch.hpp>
#include <string>

using namespace sutap::policy;

namespace {

std::string error_of(const std::string& text) {
    std::vector<TomlTable> tables;
    const auto error = parse_toml(text, tables);
    return error ? std::to_string(error->place.line) + ":" + std::to_string(error->place.column) +
                       ": " + error->text
                 : "";
}

std::string text_of(const std::string& value) {
    std::vector<TomlTable> tables;
    REQUIRE_FALSE(parse_toml("x = " + value, tables));
    const TomlValue* found = tables[0].find("x");
    REQUIRE(found);
    CHECK(found->kind == TomlValue::Kind::text);
    return found->text;
}

}  // namespace

TEST_CASE("Tables, keys, comments and lists as TOML has them") {
    std::vector<TomlTable> tables;
    REQUIRE_FALSE(
        parse_toml("# one\r\na = 1 # \"two\"\r\n\t[[ t ]]#x\nb-2_C=[ 'x', # y ]\n\n \"z\",\n]\n"
                   "[[t]]",
                   tables));
    REQUIRE(tables.size() == 3);
    CHECK(tables[0].find("a")->text == "1");
    CHECK(tables[0].find("a")->kind == TomlValue::Kind::number);
    CHECK(tables[0].find("b") == nullptr);
    CHECK(tables[1].name == "t");
    CHECK(tables[1].place.column == 2);
    const TomlValue* list = tables[1].find("b-2_C");
    REQUIRE(list);
    REQUIRE(list->list.size() == 2);
    CHECK(list->list[1].text == "z");
    CHECK(list->list[1].place.line == 6);
    CHECK(tables[2].entries.empty());
}

TEST_CASE("Texts and their escapes") {
    CHECK(text_of("\"a\\t\\\"\\\\ # \\u00e9\\u20AC\\U0001F600\"") ==
          "a\t\"\\ # \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(text_of("'a\\t\"'") == "a\\t\"");
    CHECK(text_of("\"\"").empty());
    CHECK(text_of("\"\xc3\xa9\"") == "\xc3\xa9");
}

TEST_CASE("True and false") {
    std::vector<TomlTable> tables;
    REQUIRE_FALSE(parse_toml("a = true#x\nb = false\nc = [true, 'true']", tables));
    CHECK(tables[0].find("a")->kind == TomlValue::Kind::truth);
    CHECK(tables[0].find("a")->text == "true");
    CHECK(tables[0].find("b")->text == "false");
    CHECK(tables[0].find("c")->list[0].kind == TomlValue::Kind::truth);
    CHECK(tables[0].find("c")->list[1].kind == TomlValue::Kind::text);
}

TEST_CASE("Tables between braces") {
    std::vector<TomlTable> tables;
    REQUIRE_FALSE(
        parse_toml("x = [ { a = -1, b = ['c', 'd'] },\n {}, # none\n]\ny = { z = true }", tables));
    const TomlValue* list = tables[0].find("x");
    REQUIRE(list);
    REQUIRE(list->list.size() == 2);
    REQUIRE(list->list[0].kind == TomlValue::Kind::table);
    CHECK(list->list[0].table.find("a")->text == "-1");
    CHECK(list->list[0].table.find("b")->list[1].text == "d");
    CHECK(list->list[1].table.entries.empty());
    CHECK(list->list[1].place.line == 2);
    CHECK(tables[0].find("y")->table.find("z")->text == "true");
    for (const char* value :
         {"{", "{,}", "{a = 1,}", "{a = 1\n}", "{a = 1 b = 2}", "{a = 1, a = 2}", "{a}",
          "[{a = {}}]", "[{a = [[1]]}]", "[{a = [{}]}]", "}"}) {
        INFO(value);
        CHECK_FALSE(error_of(std::string("a = ") + value).empty());
    }
}

TEST_CASE("What is not understood has a place") {
    CHECK(error_of("a") == "1:2: expected =");
    CHECK(error_of("a = 1\na = 2") == "2:2: a second 'a'");
    CHECK(error_of("a = 1 b") == "1:7: expected the end of the line");
    CHECK(error_of("[t]") == "1:1: expected [[NAME]]");
    CHECK(error_of("[[t]") == "1:4: expected ]]");
    CHECK(error_of("[[]]") == "1:3: expected a key");
    CHECK(error_of("\n = 1") == "2:2: expected a key");
    CHECK(error_of("a.b = 1") == "1:2: expected =");
    for (const char* value : {"",        "True",      "truex",     "tru",         "false true",
                              "-",       "--1",       "[[1]]",     "[1",          "[1 2]",
                              "[,]",     "\"",        "\"a\nb\"",  "'a",          "\"\"\"a\"\"\"",
                              "'''a'''", "\"\\x41\"", "\"\\u12\"", "\"\\ud800\"", "\"\\U00110000\"",
                              "\"\\",    "\"\x7f\"",  "\"\x01\"",  "1.5",         "0x1",
                              "]",       "\xc3\xa9",  "1\r"}) {
        INFO(value);
        CHECK_FALSE(error_of(std::string("a = ") + value).empty());
    }
    CHECK_FALSE(error_of(std::string("a = 'b\0'", 9)).empty());
    CHECK_FALSE(error_of(std::string("a = 1\0", 6)).empty());
}
