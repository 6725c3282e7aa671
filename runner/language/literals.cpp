#include "runner/language/literals.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace sutap::language {
namespace {

int digit_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

// Reads at most `limit` digits of this base at `at` and moves it behind them.
char take_code(std::string_view text, std::size_t& at, int base, int limit) {
    unsigned code = 0;
    for (int i = 0; i < limit && at < text.size() && digit_value(text[at]) < base; ++i, ++at) {
        code = code * static_cast<unsigned>(base) + static_cast<unsigned>(digit_value(text[at]));
    }
    return static_cast<char>(static_cast<unsigned char>(code));
}

char control_escape(char c) {
    switch (c) {
        case 'a':
            return '\a';
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'v':
            return '\v';
        default:
            return c;
    }
}

}  // namespace

std::optional<std::int64_t> number_value(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.front() == '0') {
        base = 8;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(value);
}

std::string string_value(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c != '\\' || at == text.size()) {
            result.push_back(c);
            continue;
        }
        const char escape = text[at];
        if (escape >= '0' && escape <= '7') {
            result.push_back(take_code(text, at, 8, 3));
        } else if (escape == 'x' && at + 1 < text.size() && digit_value(text[at + 1]) < 16) {
            ++at;
            result.push_back(take_code(text, at, 16, 2));
        } else {
            ++at;
            if (escape != '\n') {
                result.push_back(control_escape(escape));
            }
        }
    }
    return result;
}

std::string quoted(std::string_view value) {
    std::string result = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result.append(1, '\\').append(1, c);
        } else if (c == '\n' || c == '\t') {
            result.append(c == '\n' ? "\\n" : "\\t");
        } else if (byte < 0x20 || byte == 0x7f) {
            // Three digits always, so that a digit that follows stays out of it.
            result.append(1, '\\').append(1, static_cast<char>('0' + byte / 64));
            result.append(1, static_cast<char>('0' + byte / 8 % 8));
            result.append(1, static_cast<char>('0' + byte % 8));
        } else {
            result.push_back(c);
        }
    }
    return result.append("\"");
}

}  // namespace sutap::language
