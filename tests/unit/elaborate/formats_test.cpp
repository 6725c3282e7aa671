// printf and its relatives.
#include "runner/elaborate/formats.h"

#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::argument_count_of;
using sutap::elaborate::FormatPiece;
using sutap::elaborate::parse_format;
using sutap::elaborate::test::elaborate_text;

namespace {

std::vector<FormatPiece> pieces_of(const std::string& format) {
    return std::get<std::vector<FormatPiece>>(parse_format(format));
}

}  // namespace

TEST_CASE("Formats are taken apart") {
    const auto pieces = pieces_of("a%%b%-+5.3lld%*.*s%08llx%#o% i%p");
    REQUIRE(pieces.size() == 7);
    CHECK(pieces[0].text == "a%b");
    CHECK(pieces[1].conversion == FormatPiece::Conversion::signed_decimal);
    CHECK(pieces[1].left);
    CHECK(pieces[1].plus);
    CHECK(pieces[1].width == 5);
    CHECK(pieces[1].precision == 3);
    CHECK(pieces[2].width_argument);
    CHECK(pieces[2].precision_argument);
    CHECK(pieces[2].conversion == FormatPiece::Conversion::string);
    CHECK(pieces[3].zero);
    CHECK(pieces[3].width == 8);
    CHECK(pieces[3].conversion == FormatPiece::Conversion::hex);
    CHECK(pieces[4].alternate);
    CHECK(pieces[5].space);
    CHECK(pieces[6].conversion == FormatPiece::Conversion::pointer);
    CHECK(argument_count_of(pieces) == 8);
}

TEST_CASE("A precision without digits is 0") {
    CHECK(pieces_of("%.s")[0].precision == 0);
    CHECK(pieces_of("%s")[0].precision == -1);
}

TEST_CASE("%ud is a number and a letter") {
    const auto pieces = pieces_of("%ud");
    REQUIRE(pieces.size() == 2);
    CHECK(pieces[0].conversion == FormatPiece::Conversion::unsigned_decimal);
    CHECK(pieces[1].text == "d");
}

TEST_CASE("Wrong formats are errors") {
    struct Wrong {
        const char* call;
        const char* message;
    };
    const Wrong calls[] = {
        {"printf(\"%\")", "invalid or missing conversion specifier"},
        {"printf(\"%q\", 1)", "invalid or missing conversion specifier"},
        {"printf(\"%99999d\", 1)", "is out of range (at most 65535)"},
        {"printf(\"%99999999999999999999d\", 1)", "is out of range (at most 65535)"},
        {"printf(\"%d\")", "expected 1 but found 0"},
        {"printf(\"%d\", 1, 2)", "expected 1 but found 2"},
        {"printf(\"%*d\", 1)", "expected 2 but found 1"},
        {"printf(\"%d\", \"s\")", "type mismatch: expected long but found string"},
        {"printf(\"%s\", 1)", "type mismatch: expected string but found long"},
        {"printf(\"%*s\", \"a\", \"b\")", "type mismatch: expected long but found string"},
        {"printf(execname())", "the format of printf must be a literal string"},
        {"printf()", "the format of printf must be a literal string"},
        {"print()", "print needs a value to print"},
        {"printd(execname(), 1)", "the delimiter of printd must be a literal string"},
    };
    for (const Wrong& wrong : calls) {
        const auto outcome = elaborate_text(std::string("probe begin { ") + wrong.call + " }");
        INFO(wrong.call);
        CHECK(outcome.messages.find(wrong.message) != std::string::npos);
    }
}

TEST_CASE("print follows the types of its arguments") {
    const auto outcome = elaborate_text(
        "probe begin { x = \"a\"; print(1, x); println(x, 2); println(); printd(\"%,\", 1, x)\n"
        "printdln(\"-\", x, x); s = sprint(1, x) . sprintdln(\"/\", 2, 3); print(s) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("printf(\"%d%s\", 1, x)\n") != std::string::npos);
    CHECK(outcome.text.find("printf(\"%s%d\\n\", x, 2)\n") != std::string::npos);
    CHECK(outcome.text.find("printf(\"\\n\")\n") != std::string::npos);
    CHECK(outcome.text.find("printf(\"%d%%,%s\", 1, x)\n") != std::string::npos);
    CHECK(outcome.text.find("printf(\"%s-%s\\n\", x, x)\n") != std::string::npos);
    CHECK(outcome.text.find("s = (sprintf(\"%d%s\", 1, x)) . (sprintf(\"%d/%d\\n\", 2, 3))") !=
          std::string::npos);
}
