#include "runner/elaborate/formats.h"

#include <optional>
#include <utility>

namespace sutap::elaborate {
namespace {

using Conversion = FormatPiece::Conversion;

// A wider field than any record holds is a mistake, not a wish.
constexpr std::int32_t largest_width = 65535;

class FormatParser {
  public:
    explicit FormatParser(std::string_view format) : format_(format) {}

    std::variant<std::vector<FormatPiece>, std::string> parse() {
        while (position_ < format_.size()) {
            const char next = format_[position_++];
            if (next != '%') {
                literal_ += next;
            } else if (position_ < format_.size() && format_[position_] == '%') {
                literal_ += '%';
                ++position_;
            } else if (!conversion()) {
                return error_;
            }
        }
        flush();
        return std::move(pieces_);
    }

  private:
    char peek() const { return position_ < format_.size() ? format_[position_] : '\0'; }

    void flush() {
        if (!literal_.empty()) {
            pieces_.push_back(literal_piece(std::exchange(literal_, {})));
        }
    }

    bool flag(FormatPiece& piece) {
        switch (peek()) {
            case '-':
                piece.left = true;
                break;
            case '+':
                piece.plus = true;
                break;
            case ' ':
                piece.space = true;
                break;
            case '#':
                piece.alternate = true;
                break;
            case '0':
                piece.zero = true;
                break;
            default:
                return false;
        }
        ++position_;
        return true;
    }

    // false: out of range.
    bool number(std::int32_t& value) {
        value = 0;
        while (peek() >= '0' && peek() <= '9') {
            value = value * 10 + (format_[position_++] - '0');
            if (value > largest_width) {
                error_ = "the width or precision in the format is out of range (at most 65535)";
                return false;
            }
        }
        return true;
    }

    bool width_and_precision(FormatPiece& piece) {
        if (peek() == '*') {
            piece.width_argument = true;
            ++position_;
        } else if (peek() >= '1' && peek() <= '9' && !number(piece.width)) {
            return false;
        }
        if (peek() != '.') {
            return true;
        }
        ++position_;
        if (peek() == '*') {
            piece.precision_argument = true;
            ++position_;
            return true;
        }
        return number(piece.precision);
    }

    static std::optional<Conversion> letter(char from) {
        switch (from) {
            case 'd':
            case 'i':
                return Conversion::signed_decimal;
            case 'u':
                return Conversion::unsigned_decimal;
            case 'o':
                return Conversion::octal;
            case 'x':
                return Conversion::hex;
            case 'X':
                return Conversion::upper_hex;
            case 'p':
                return Conversion::pointer;
            case 's':
                return Conversion::string;
            case 'c':
                return Conversion::character;
            case 'b':
                return Conversion::binary;
            case 'm':
                return Conversion::memory;
            case 'M':
                return Conversion::memory_hex;
            default:
                return std::nullopt;
        }
    }

    bool conversion() {
        FormatPiece piece;
        while (flag(piece)) {
        }
        if (!width_and_precision(piece)) {
            return false;
        }
        for (int count = 0; count < 2 && peek() == 'l'; ++count) {
            ++position_;
        }
        const auto kind = letter(peek());
        if (!kind) {
            error_ = "invalid or missing conversion specifier";
            return false;
        }
        ++position_;
        piece.conversion = *kind;
        flush();
        pieces_.push_back(std::move(piece));
        return true;
    }

    std::string_view format_;
    std::size_t position_ = 0;
    std::string literal_;
    std::string error_;
    std::vector<FormatPiece> pieces_;
};

}  // namespace

std::variant<std::vector<FormatPiece>, std::string> parse_format(std::string_view format) {
    return FormatParser(format).parse();
}

ValueType wanted_type(Conversion conversion) {
    switch (conversion) {
        case Conversion::literal:
            return ValueType::unknown;
        case Conversion::string:
            return ValueType::string;
        default:
            return ValueType::integer;
    }
}

FormatPiece by_type_piece() {
    FormatPiece piece;
    piece.conversion = Conversion::signed_decimal;
    piece.text = "?";  // only literal pieces have a text of their own
    return piece;
}

bool is_by_type(const FormatPiece& piece) {
    return piece.conversion != Conversion::literal && !piece.text.empty();
}

void resolve_conversion(FormatPiece& piece, ValueType type) {
    piece.text.clear();
    piece.conversion = type == ValueType::string ? Conversion::string : Conversion::signed_decimal;
}

FormatPiece literal_piece(std::string text) {
    FormatPiece piece;
    piece.text = std::move(text);
    return piece;
}

std::size_t argument_count_of(const std::vector<FormatPiece>& pieces) {
    std::size_t count = 0;
    for (const FormatPiece& piece : pieces) {
        if (piece.conversion != Conversion::literal) {
            count += 1U + (piece.width_argument ? 1U : 0U) + (piece.precision_argument ? 1U : 0U);
        }
    }
    return count;
}

}  // namespace sutap::elaborate
