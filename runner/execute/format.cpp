#include "runner/execute/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "runner/execute/text.h"

namespace sutap::execute {
namespace {

using elaborate::FormatPiece;
using Conversion = FormatPiece::Conversion;

constexpr std::int64_t largest_width = 8192;

// One conversion with its `*` filled in.
struct Layout {
    bool left = false;
    std::int64_t width = -1;
    std::int64_t precision = -1;
};

void append_padded(std::string& out, std::string_view text, const Layout& layout) {
    const std::int64_t missing = layout.width - static_cast<std::int64_t>(text.size());
    const std::size_t padding = missing > 0 ? static_cast<std::size_t>(missing) : 0;
    if (!layout.left) {
        out.append(padding, ' ');
    }
    out.append(text);
    if (layout.left) {
        out.append(padding, ' ');
    }
}

int base_of(Conversion conversion) {
    switch (conversion) {
        case Conversion::octal:
            return 8;
        case Conversion::hex:
        case Conversion::upper_hex:
        case Conversion::pointer:
            return 16;
        default:
            return 10;
    }
}

std::string_view prefix_of(const FormatPiece& piece, std::int64_t value) {
    switch (piece.conversion) {
        case Conversion::signed_decimal:
            return value < 0 ? "-" : piece.plus ? "+" : piece.space ? " " : "";
        case Conversion::octal:
            return piece.alternate && value != 0 ? "0" : "";
        case Conversion::hex:
            return piece.alternate && value != 0 ? "0x" : "";
        case Conversion::upper_hex:
            return piece.alternate && value != 0 ? "0X" : "";
        case Conversion::pointer:
            return "0x";
        default:
            return "";
    }
}

void append_integer(std::string& out, const FormatPiece& piece, Layout layout, std::int64_t value) {
    auto magnitude = static_cast<std::uint64_t>(value);
    if (piece.conversion == Conversion::signed_decimal && value < 0) {
        magnitude = 0 - magnitude;
    }
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude,
                                   base_of(piece.conversion));
    std::string_view number(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
    if (piece.conversion == Conversion::upper_hex) {
        std::transform(digits.data(), end.ptr, digits.data(), [](char digit) {
            return digit >= 'a' ? static_cast<char>(digit - 'a' + 'A') : digit;
        });
    }
    if (value == 0 && layout.precision == 0) {
        // But for C's one exception: an octal number begins with 0 whatever it is.
        number = piece.alternate && piece.conversion == Conversion::octal ? "0" : "";
    }
    const auto length = static_cast<std::int64_t>(number.size());
    // As in C, a zero that the precision asks for is the octal prefix already.
    const bool has_prefix = piece.conversion == Conversion::octal && layout.precision > length;
    const std::string_view prefix = has_prefix ? "" : prefix_of(piece, value);
    std::int64_t zeros = std::max<std::int64_t>(0, layout.precision - length);
    if (piece.zero && !layout.left && layout.precision < 0) {
        zeros = std::max<std::int64_t>(
            0, layout.width - length - static_cast<std::int64_t>(prefix.size()));
    }
    const std::int64_t total = length + zeros + static_cast<std::int64_t>(prefix.size());
    const auto padding = static_cast<std::size_t>(std::max<std::int64_t>(0, layout.width - total));
    if (!layout.left) {
        out.append(padding, ' ');
    }
    out.append(prefix);
    out.append(static_cast<std::size_t>(zeros), '0');
    out.append(number);
    if (layout.left) {
        out.append(padding, ' ');
    }
}

void append_text(std::string& out, const FormatPiece& piece, const Layout& layout,
                 std::string_view text, bool escapes) {
    if (!piece.alternate && !escapes) {
        append_padded(out, text, layout);
        return;
    }
    std::string shown;
    if (piece.alternate) {
        append_quoted(shown, text);
    } else {
        append_for_terminal(shown, text);
    }
    append_padded(out, shown, layout);
}

// %b: the value's low bytes as they are in memory; the width says how many.
void append_binary(std::string& out, const Layout& layout, std::int64_t value, bool escapes) {
    std::size_t bytes = 8;
    if (layout.width == 1 || layout.width == 2 || layout.width == 4) {
        bytes = static_cast<std::size_t>(layout.width);
    }
    std::string raw;
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < bytes; ++i, rest >>= 8U) {
        raw += static_cast<char>(rest & 0xffU);
    }
    if (escapes) {
        append_for_terminal(out, raw);
    } else {
        out.append(raw);
    }
}

// %m and %M: bytes that were read at the event; the precision says how many.
void append_memory(std::string& out, const FormatPiece& piece, Layout layout,
                   std::string_view bytes, bool escapes) {
    const std::int64_t count = layout.precision < 0 ? 1 : layout.precision;
    bytes = bytes.substr(0, static_cast<std::size_t>(count));
    if (piece.conversion == Conversion::memory) {
        FormatPiece plain = piece;
        plain.alternate = false;  // there, # says that the address is a user's
        append_text(out, plain, layout, bytes, escapes);
        return;
    }
    static constexpr std::string_view hex = "0123456789abcdef";
    std::string shown;
    for (const char character : bytes) {
        const auto byte = static_cast<unsigned char>(character);
        shown += hex[byte >> 4U];
        shown += hex[byte & 15U];
    }
    append_padded(out, shown, layout);
}

class Arguments {
  public:
    explicit Arguments(std::span<const FormatArgument> arguments) : rest_(arguments) {}
    FormatArgument next() {
        if (rest_.empty()) {
            return {};
        }
        const FormatArgument first = rest_.front();
        rest_ = rest_.subspan(1);
        return first;
    }

  private:
    std::span<const FormatArgument> rest_;
};

Layout layout_of(const FormatPiece& piece, Arguments& arguments) {
    Layout layout{.left = piece.left, .width = piece.width, .precision = piece.precision};
    if (piece.width_argument) {
        layout.width = std::clamp(arguments.next().integer, -largest_width, largest_width);
        if (layout.width < 0) {
            layout.left = true;
            layout.width = -layout.width;
        }
    }
    if (piece.precision_argument) {
        layout.precision = std::max<std::int64_t>(arguments.next().integer, -1);
    }
    layout.width = std::min(layout.width, largest_width);
    layout.precision = std::min(layout.precision, largest_width);
    return layout;
}

// False for an address where bytes are wanted.
bool append_conversion(std::string& out, const FormatPiece& piece, Arguments& arguments,
                       bool escapes) {
    const Layout layout = layout_of(piece, arguments);
    const FormatArgument value = arguments.next();
    switch (piece.conversion) {
        case Conversion::literal:
            break;
        case Conversion::string: {
            const std::size_t longest = layout.precision < 0
                                            ? std::string_view::npos
                                            : static_cast<std::size_t>(layout.precision);
            append_text(out, piece, layout, value.text.substr(0, longest), escapes);
            break;
        }
        case Conversion::character: {
            const char character = static_cast<char>(value.integer & 0xff);
            append_text(out, piece, layout, std::string_view(&character, 1), escapes);
            break;
        }
        case Conversion::binary:
            append_binary(out, layout, value.integer, escapes);
            break;
        case Conversion::memory:
        case Conversion::memory_hex:
            append_memory(out, piece, layout, value.text, escapes);
            return value.is_string;
        default:
            append_integer(out, piece, layout, value.integer);
            break;
    }
    return true;
}

}  // namespace

std::uint32_t argument_count(const FormatPiece& piece) {
    if (piece.conversion == Conversion::literal) {
        return 0;
    }
    return 1U + (piece.width_argument ? 1U : 0U) + (piece.precision_argument ? 1U : 0U);
}

FormatProblem append_formatted(std::string& out, std::span<const FormatPiece> pieces,
                               std::span<const FormatArgument> arguments, bool escapes_values) {
    Arguments rest(arguments);
    const std::size_t size_before = out.size();
    for (const FormatPiece& piece : pieces) {
        if (piece.conversion == Conversion::literal) {
            out.append(piece.text);
        } else if (!append_conversion(out, piece, rest, escapes_values)) {
            return FormatProblem::unread_memory;
        }
        if (out.size() - size_before > longest_formatted_text) {
            return FormatProblem::too_long;
        }
    }
    return FormatProblem::none;
}

}  // namespace sutap::execute
