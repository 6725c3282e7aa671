#include "runner/execute/format.h"

#include <array>
#include <catch2/catch.hpp>
#include <limits>

#include "tests/unit/execute/programs.h"

using namespace sutap;
using tests::Conversion;

namespace {

struct Flags {
    bool left = false, plus = false, space = false, alternate = false, zero = false;
    std::int32_t width = -1, precision = -1;
};

elaborate::FormatPiece with(Conversion conversion, const Flags& flags) {
    elaborate::FormatPiece piece = tests::piece(conversion);
    piece.left = flags.left;
    piece.plus = flags.plus;
    piece.space = flags.space;
    piece.alternate = flags.alternate;
    piece.zero = flags.zero;
    piece.width = flags.width;
    piece.precision = flags.precision;
    return piece;
}

std::string format(const elaborate::FormatPiece& piece, std::int64_t value) {
    const execute::FormatArgument argument{.is_string = false, .integer = value, .text = {}};
    std::string out;
    execute::append_formatted(out, {&piece, 1}, {&argument, 1}, false);
    return out;
}

std::string format(const elaborate::FormatPiece& piece, std::string_view value,
                   bool escapes = false) {
    const execute::FormatArgument argument{.is_string = true, .integer = 0, .text = value};
    std::string out;
    execute::append_formatted(out, {&piece, 1}, {&argument, 1}, escapes);
    return out;
}

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

}  // namespace

TEST_CASE("signed decimals take sign, width, precision and zeros") {
    const auto decimal = Conversion::signed_decimal;
    CHECK(format(with(decimal, {}), 42) == "42");
    CHECK(format(with(decimal, {}), lowest) == "-9223372036854775808");
    CHECK(format(with(decimal, {.plus = true}), 42) == "+42");
    CHECK(format(with(decimal, {.space = true}), 42) == " 42");
    CHECK(format(with(decimal, {.plus = true}), -42) == "-42");
    CHECK(format(with(decimal, {.width = 6}), -42) == "   -42");
    CHECK(format(with(decimal, {.left = true, .width = 6}), -42) == "-42   ");
    CHECK(format(with(decimal, {.zero = true, .width = 6}), -42) == "-00042");
    CHECK(format(with(decimal, {.left = true, .zero = true, .width = 6}), -42) == "-42   ");
    CHECK(format(with(decimal, {.precision = 4}), 42) == "0042");
    CHECK(format(with(decimal, {.width = 7, .precision = 4}), -42) == "  -0042");
    CHECK(format(with(decimal, {.width = 1}), 123) == "123");
}

TEST_CASE("unsigned forms show the 64 bits") {
    CHECK(format(with(Conversion::unsigned_decimal, {}), -1) == "18446744073709551615");
    CHECK(format(with(Conversion::octal, {}), -1) == "1777777777777777777777");
    CHECK(format(with(Conversion::octal, {.alternate = true}), 8) == "010");
    CHECK(format(with(Conversion::octal, {.alternate = true}), 0) == "0");
    CHECK(format(with(Conversion::hex, {}), 0xabc) == "abc");
    CHECK(format(with(Conversion::hex, {.alternate = true, .zero = true, .width = 8}), 0xab) ==
          "0x0000ab");
    CHECK(format(with(Conversion::upper_hex, {.alternate = true}), 0xab) == "0XAB");
    CHECK(format(with(Conversion::pointer, {}), 0) == "0x0");
    CHECK(format(with(Conversion::pointer, {.width = 8}), 0x12) == "    0x12");
}

TEST_CASE("strings and characters") {
    CHECK(format(with(Conversion::string, {.width = 5}), "ab") == "   ab");
    CHECK(format(with(Conversion::string, {.left = true, .width = 5}), "ab") == "ab   ");
    CHECK(format(with(Conversion::string, {.precision = 1}), "ab") == "a");
    CHECK(format(with(Conversion::string, {.alternate = true}), "a\tb\"\001") == "a\\tb\\\"\\001");
    CHECK(format(with(Conversion::character, {}), 'x') == "x");
    CHECK(format(with(Conversion::character, {}), 0) == std::string(1, '\0'));
    CHECK(format(with(Conversion::character, {.alternate = true}), 0) == "\\000");
    CHECK(format(with(Conversion::character, {.width = 3}), 'x') == "  x");
}

TEST_CASE("raw bytes") {
    CHECK(format(with(Conversion::binary, {.width = 4}), 0x64636261) == "abcd");
    CHECK(format(with(Conversion::binary, {.width = 1}), 'a') == "a");
    CHECK(format(with(Conversion::binary, {}), 'a') == std::string("a\0\0\0\0\0\0\0", 8));
    CHECK(format(with(Conversion::memory, {}), "abc") == "a");
    CHECK(format(with(Conversion::memory, {.width = 4, .precision = 2}), "abc") == "  ab");
    CHECK(format(with(Conversion::memory_hex, {.precision = 2}), "\xff\x01") == "ff01");
}

TEST_CASE("a star takes its number from the arguments") {
    auto piece = with(Conversion::signed_decimal, {});
    piece.width_argument = true;
    piece.precision_argument = true;
    const auto run = [&piece](std::int64_t width, std::int64_t precision) {
        const std::array<execute::FormatArgument, 3> arguments = {
            {{false, width, {}}, {false, precision, {}}, {false, 7, {}}}};
        std::string out;
        execute::append_formatted(out, {&piece, 1}, arguments, false);
        return out;
    };
    CHECK(run(5, 2) == "   07");
    CHECK(run(-5, -1) == "7    ");
    CHECK(run(std::numeric_limits<std::int64_t>::max(), -1).size() == 8192);
    CHECK(run(lowest, lowest).size() == 8192);
    CHECK(execute::argument_count(piece) == 3);
}

TEST_CASE("a terminal is told nothing by a value, and everything by the format") {
    const auto plain = with(Conversion::string, {});
    CHECK(format(plain, "a\x1b[2Jb\x7f\r\n\t", true) == "a\\033[2Jb\\177\\015\n\t");
    CHECK(format(plain, "a\x1b", false) == "a\x1b");
    CHECK(format(plain, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", true) ==
          "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    CHECK(format(plain, "\xc2\x9b\x9b\xc3", true) == "\\302\\233\\233\\303");  // C1, cut
    CHECK(format(plain, "\xc0\x9b\xed\xa0\x80", true) == "\\300\\233\\355\\240\\200");
    CHECK(format(plain, "\xe2\x80\xae", true) == "\\342\\200\\256");  // right to left
    std::string out;
    const auto escape = tests::literal("\x1b[2J");
    execute::append_formatted(out, {&escape, 1}, {}, true);
    CHECK(out == "\x1b[2J");
}

TEST_CASE("arguments that are missing count as nothing") {
    const std::array pieces = {with(Conversion::signed_decimal, {}), with(Conversion::string, {})};
    std::string out;
    execute::append_formatted(out, pieces, {}, false);
    CHECK(out == "0");
}
