// Any format with any values gives text of bounded length, the same each time, without a control
// byte in it where these are escaped; numbers and strings come out as C prints them. So for the
// table of a histogram. The input: a line with the format, and one for each value; or "@" and lines
// with low, high and width of a linear histogram or none of these, elision, and values and counts.
#include <algorithm>
#include <array>
#include <cstdio>
#include <variant>

#include "runner/elaborate/formats.h"
#include "runner/execute/format.h"
#include "runner/execute/histogram.h"
#include "runner/execute/statistic.h"
#include "tests/fuzz/inputs.h"

using namespace sutap;
using elaborate::FormatPiece;
using Conversion = FormatPiece::Conversion;

namespace {

constexpr std::size_t longest_string = 4095;
// One conversion: escaped four bytes for one, or as wide as can be with a prefix and digits.
constexpr std::size_t longest_conversion = 4 * longest_string + 2 * 8192;

using Values = std::vector<execute::FormatArgument>;

execute::FormatArgument number_from(fuzz::Lines& input) {
    return {.is_string = false, .integer = input.number(), .text = {}};
}

Values values_for(const std::vector<FormatPiece>& pieces, fuzz::Lines& input) {
    Values made;
    for (const FormatPiece& piece : pieces) {
        if (piece.conversion == Conversion::literal) {
            continue;
        }
        for (int i = (piece.width_argument ? 1 : 0) + (piece.precision_argument ? 1 : 0); i > 0;
             --i) {
            made.push_back(number_from(input));
        }
        // An address for %m is what only a hostile program has there.
        const bool is_memory =
            piece.conversion == Conversion::memory || piece.conversion == Conversion::memory_hex;
        if (piece.conversion == Conversion::string || (is_memory && !piece.zero)) {
            made.push_back(
                {.is_string = true, .integer = 0, .text = input.line().substr(0, longest_string)});
        } else {
            made.push_back(number_from(input));
        }
    }
    return made;
}

bool is_control(char character) {
    const auto byte = static_cast<unsigned char>(character);
    return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
}

void check_escaped(const std::vector<FormatPiece>& pieces, const Values& values) {
    std::string shown;
    execute::append_formatted(shown, pieces, values, true);
    const bool is_clean = std::none_of(pieces.begin(), pieces.end(), [](const FormatPiece& piece) {
        return std::any_of(piece.text.begin(), piece.text.end(), is_control);
    });
    fuzz::require(!is_clean || std::none_of(shown.begin(), shown.end(), is_control));
}

// The letter of a conversion that C has as well, or 0.
char letter_of(const FormatPiece& piece) {
    switch (piece.conversion) {
        case Conversion::signed_decimal:
            return 'd';
        case Conversion::unsigned_decimal:
            return 'u';
        case Conversion::octal:
            return 'o';
        case Conversion::hex:
            return 'x';
        case Conversion::upper_hex:
            return 'X';
        case Conversion::string:
            return piece.alternate ? '\0' : 's';
        default:
            return '\0';
    }
}

// Only what is defined for the conversion: C leaves the rest open.
std::string flags_of(const FormatPiece& piece, char letter) {
    const bool is_decimal = letter == 'd' || letter == 'u';
    std::string flags;
    flags.append(piece.left ? "-" : "");
    flags.append(piece.plus && letter == 'd' ? "+" : "");
    flags.append(piece.space && letter == 'd' ? " " : "");
    flags.append(piece.alternate && !is_decimal && letter != 's' ? "#" : "");
    flags.append(piece.zero && letter != 's' ? "0" : "");
    return flags;
}

// One piece alone, with plain numbers for its stars.
void compare_with_c(const FormatPiece& piece, std::span<const execute::FormatArgument> arguments) {
    constexpr std::int64_t widest = 8192;
    const char letter = letter_of(piece);
    const execute::FormatArgument& value = arguments.back();
    if (letter == '\0' || value.text.find('\0') != std::string_view::npos) {
        return;
    }
    std::int64_t width = piece.width;
    std::int64_t precision = piece.precision;
    if (piece.width_argument) {
        width = arguments[0].integer;
    }
    if (piece.precision_argument) {
        precision = arguments[arguments.size() - 2].integer;
    }
    std::string flags = flags_of(piece, letter);
    if (piece.width_argument && width < 0) {
        flags += "-";
        width = width < -widest ? widest : -width;
    }
    width = std::clamp<std::int64_t>(width, 0, widest);
    precision = std::clamp<std::int64_t>(precision, -1, widest);
    const std::string text(value.text);
    const std::string format = "%" + flags + "*.*" + (letter == 's' ? "" : "ll") + letter;
    std::array<char, 2 * longest_conversion> expected{};
    const auto c_width = static_cast<int>(width);
    const auto c_precision = static_cast<int>(precision);
    const int length =
        letter == 's' ? std::snprintf(expected.data(), expected.size(), format.c_str(), c_width,
                                      c_precision, text.c_str())
                      : std::snprintf(expected.data(), expected.size(), format.c_str(), c_width,
                                      c_precision, static_cast<long long>(value.integer));
    std::string ours;
    execute::append_formatted(ours, {&piece, 1}, arguments, false);
    fuzz::require(length >= 0 &&
                  ours == std::string_view(expected.data(), static_cast<std::size_t>(length)));
}

void compare_each_with_c(const std::vector<FormatPiece>& pieces, const Values& values) {
    std::span<const execute::FormatArgument> rest = values;
    constexpr std::size_t most = 64;  // formatting in C takes its time
    for (std::size_t i = 0; i < std::min(most, pieces.size()); ++i) {
        const std::size_t count = execute::argument_count(pieces[i]);
        if (count > 0) {
            compare_with_c(pieces[i], rest.first(count));
        }
        rest = rest.subspan(count);
    }
}

void check_format(std::string_view format, fuzz::Lines& input) {
    const auto parsed = elaborate::parse_format(format);
    const auto* const pieces = std::get_if<std::vector<FormatPiece>>(&parsed);
    if (pieces == nullptr) {
        fuzz::require(!std::get<std::string>(parsed).empty());
        return;
    }
    const Values values = values_for(*pieces, input);
    std::string text;
    const auto problem = execute::append_formatted(text, *pieces, values, false);
    fuzz::require(text.size() <= execute::longest_formatted_text + longest_conversion);
    std::string again;
    fuzz::require(execute::append_formatted(again, *pieces, values, false) == problem &&
                  again == text);
    check_escaped(*pieces, values);
    compare_each_with_c(*pieces, values);
}

void check_histogram(fuzz::Lines& input) {
    ir::Global declaration;
    declaration.value = ir::ValueType::statistic;
    declaration.histogram = {input.number(), input.number(), input.number()};
    if (!elaborate::linear_buckets(declaration.histogram)) {
        declaration.histogram.clear();
        declaration.keeps_log_histogram = true;
    }
    const std::int64_t elision = input.number();
    const execute::StatisticForm form{.keeps_variance = true,
                                      .shift = static_cast<std::uint32_t>(elision) % 63U,
                                      .histogram = execute::HistogramForm(declaration)};
    execute::Statistic statistic;
    while (!input.at_end()) {
        const std::int64_t value = input.number();
        for (std::int64_t count = std::clamp<std::int64_t>(input.number(), 1, 200); count > 0;
             --count) {
            statistic.add(value, form);
        }
    }
    for (std::uint32_t extractor = 0; extractor <= 5; ++extractor) {
        statistic.extract(static_cast<execute::Extractor>(extractor), form);
    }
    if (statistic.empty()) {
        return;
    }
    std::string table;
    execute::append_histogram(table, form.histogram, statistic.counts(), elision);
    constexpr std::size_t longest_line = 128;
    fuzz::require(table.ends_with("\n\n") &&
                  table.size() <= (form.histogram.buckets() + 2) * longest_line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Lines input(data, size);
    const std::string_view first = input.line();
    if (first == "@") {
        check_histogram(input);
    } else {
        check_format(first, input);
    }
    return 0;
}
