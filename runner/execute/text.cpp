#include "runner/execute/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <limits>

namespace sutap::execute {
namespace {

void append_octal(std::string& out, unsigned char byte) {
    out += '\\';
    out += static_cast<char>('0' + (byte >> 6U));
    out += static_cast<char>('0' + ((byte >> 3U) & 7U));
    out += static_cast<char>('0' + (byte & 7U));
}

// The letter of C's two-character escape for `byte`; 0 if it has none.
char escape_letter(unsigned char byte) {
    switch (byte) {
        case '\a':
            return 'a';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        case '\v':
            return 'v';
        case '"':
        case '\\':
            return static_cast<char>(byte);
        default:
            return 0;
    }
}

struct Sequence {
    std::size_t length = 0;  // 0: not a valid start
    std::uint32_t lowest = 0;
    std::uint32_t bits = 0;
};

Sequence classify(unsigned char lead) {
    if (lead >= 0xc2 && lead <= 0xdf) {
        return {2, 0x80, lead & 0x1fU};
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return {3, 0x800, lead & 0x0fU};
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        return {4, 0x10000, lead & 0x07U};
    }
    return {};
}

// Length of the printable UTF-8 sequence of two or more bytes that `text` begins with, or 0.
std::size_t printable_sequence(std::string_view text) {
    const Sequence sequence = classify(static_cast<unsigned char>(text[0]));
    if (sequence.length == 0 || text.size() < sequence.length) {
        return 0;
    }
    std::uint32_t point = sequence.bits;
    for (std::size_t i = 1; i < sequence.length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80U) {
            return 0;
        }
        point = (point << 6U) | (byte & 0x3fU);
    }
    const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
    const bool is_c1 = point < 0xa0;
    // Marks that reorder or separate lines: a name could rewrite the line that it stands in.
    const bool is_layout =
        (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
    if (point < sequence.lowest || point > 0x10ffff || is_surrogate || is_c1 || is_layout) {
        return 0;
    }
    return sequence.length;
}

// Value of a digit, 16 and more for what is none.
unsigned digit_value(char character) {
    if (character >= '0' && character <= '9') {
        return static_cast<unsigned>(character - '0');
    }
    if (character >= 'a' && character <= 'f') {
        return static_cast<unsigned>(character - 'a') + 10;
    }
    if (character >= 'A' && character <= 'F') {
        return static_cast<unsigned>(character - 'A') + 10;
    }
    return 99;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (const char letter = escape_letter(byte); letter != 0) {
            out += '\\';
            out += letter;
        } else if (byte < 0x20 || byte > 0x7e) {
            append_octal(out, byte);
        } else {
            out += character;
        }
    }
}

std::string escape_within(std::string_view text, std::size_t limit, bool is_quoted) {
    constexpr std::string_view more = "...";
    const std::size_t around = is_quoted ? 2 + more.size() : 0;
    if (limit < around) {
        return {};
    }
    std::string out(is_quoted ? 1 : 0, '"');
    const std::size_t end = limit - around + out.size();
    bool is_whole = true;
    for (std::size_t at = 0; at < text.size() && is_whole; ++at) {
        const std::size_t size = out.size();
        append_quoted(out, text.substr(at, 1));
        if (out.size() > end) {
            out.resize(size);
            is_whole = false;
        }
    }
    if (is_quoted) {
        out.append("\"").append(is_whole ? std::string_view() : more);
    }
    return out;
}

void append_for_terminal(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        std::size_t length = 1;
        bool is_plain = (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t';
        if (byte >= 0x80) {
            const std::size_t sequence = printable_sequence(text);
            is_plain = sequence != 0;
            length = std::max<std::size_t>(sequence, 1);
        }
        if (is_plain) {
            out.append(text.substr(0, length));
        } else {
            append_octal(out, byte);
        }
        text.remove_prefix(length);
    }
}

std::string_view substring(std::string_view text, std::int64_t start, std::int64_t length) {
    if (start < 0 || length <= 0 || static_cast<std::uint64_t>(start) >= text.size()) {
        return {};
    }
    return text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length));
}

std::int64_t position(std::string_view text, std::string_view part) {
    const std::size_t found = text.find(part);
    return found == std::string_view::npos ? -1 : static_cast<std::int64_t>(found);
}

std::int64_t parse_number(std::string_view text, std::int64_t base) {
    const bool is_negative = !text.empty() && text[0] == '-';
    if (is_negative) {
        text.remove_prefix(1);
    }
    const bool has_prefix = text.size() > 2 && text[0] == '0' &&
                            (text[1] == 'x' || text[1] == 'X') && digit_value(text[2]) < 16;
    if (base == 0) {
        base = has_prefix ? 16 : (!text.empty() && text[0] == '0') ? 8 : 10;
    }
    if (base < 2 || base > 16) {
        return 0;
    }
    if (base == 16 && has_prefix) {
        text.remove_prefix(2);
    }
    std::uint64_t value = 0;
    for (const char character : text) {
        const unsigned digit = digit_value(character);
        if (digit >= static_cast<unsigned>(base)) {
            break;
        }
        value = value * static_cast<std::uint64_t>(base) + digit;
    }
    return static_cast<std::int64_t>(is_negative ? 0 - value : value);
}

std::string replace_all(std::string_view text, std::string_view part, std::string_view by,
                        std::size_t limit) {
    std::string out;
    while (!part.empty() && out.size() < limit) {
        const std::size_t found = text.find(part);
        if (found == std::string_view::npos) {
            break;
        }
        out.append(text.substr(0, found)).append(by);
        text.remove_prefix(found + part.size());
    }
    out.append(text);
    if (out.size() > limit) {
        out.resize(limit);
    }
    return out;
}

std::string Tokenizer::next(std::string_view input, std::string_view delimiters) {
    if (!input.empty()) {
        text_ = input;
        position_ = 0;
    }
    const std::size_t start = text_.find_first_not_of(delimiters, position_);
    if (start == std::string::npos) {
        position_ = text_.size();
        return {};
    }
    const std::size_t end = std::min(text_.find_first_of(delimiters, start), text_.size());
    position_ = end;
    return text_.substr(start, end - start);
}

std::string error_name(std::int64_t number) {
    // Errors within the kernel that a probe sees and a program never does (linux/errno.h).
    static constexpr std::array<const char*, 19> internal = {"ERESTARTSYS",
                                                             "ERESTARTNOINTR",
                                                             "ERESTARTNOHAND",
                                                             "ENOIOCTLCMD",
                                                             "ERESTART_RESTARTBLOCK",
                                                             "EPROBE_DEFER",
                                                             "EOPENSTALE",
                                                             "ENOPARAM",
                                                             nullptr,
                                                             "EBADHANDLE",
                                                             "ENOTSYNC",
                                                             "EBADCOOKIE",
                                                             "ENOTSUPP",
                                                             "ETOOSMALL",
                                                             "ESERVERFAULT",
                                                             "EBADTYPE",
                                                             "EJUKEBOX",
                                                             "EIOCBQUEUED",
                                                             "ERECALLCONFLICT"};
    const char* name = nullptr;
    if (number > 0 && number < 512) {
        name = strerrorname_np(static_cast<int>(number));
    } else if (number >= 512 && number < 512 + static_cast<std::int64_t>(internal.size())) {
        name = internal.at(static_cast<std::size_t>(number - 512));
    }
    return name != nullptr ? name : "E#" + std::to_string(number);
}

std::string signal_name(std::int64_t number) {
    constexpr std::int64_t first_real_time = 32;  // as the kernel counts, not as the C library does
    constexpr std::int64_t last_real_time = 64;
    if (number == last_real_time) {
        return "SIGRTMAX";
    }
    if (number == first_real_time) {
        return "SIGRTMIN";
    }
    if (number > first_real_time && number < last_real_time) {
        return "SIGRTMIN+" + std::to_string(number - first_real_time);
    }
    const char* name = nullptr;
    if (number > 0 && number < first_real_time) {
        name = sigabbrev_np(static_cast<int>(number));
    }
    return name != nullptr ? std::string("SIG") + name : std::to_string(number);
}

std::string calendar_time(std::int64_t seconds) {
    if (seconds < std::numeric_limits<std::int32_t>::min() ||
        seconds > std::numeric_limits<std::int32_t>::max()) {
        return {};
    }
    const std::time_t time = seconds;
    std::tm fields{};
    // "Thu Jan  1 00:00:00 1970\n" and the NUL are 26 bytes for each year of four digits.
    std::array<char, 32> text{};
    if (gmtime_r(&time, &fields) == nullptr || asctime_r(&fields, text.data()) == nullptr) {
        return {};
    }
    return std::string(text.data(), 24);
}

}  // namespace sutap::execute
