#include "runner/execute/json_line.h"

#include <array>
#include <cstdio>

namespace sutap::execute {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Length of the UTF-8 character that begins there; 0: it is none (overlong forms, surrogates and
// what is beyond U+10FFFF among them; RFC 3629).
std::size_t character_length(std::string_view text, std::size_t at) {
    const unsigned first = byte_at(text, at);
    const unsigned second = byte_at(text, at + 1);
    const auto continues = [&](std::size_t offset) {
        return (byte_at(text, at + offset) & 0xc0U) == 0x80U;
    };
    if (first < 0x80U) {
        return 1;
    }
    if (first >= 0xc2U && first <= 0xdfU) {
        return continues(1) ? 2 : 0;
    }
    if (first >= 0xe0U && first <= 0xefU) {
        const bool is_overlong = first == 0xe0U && second < 0xa0U;
        const bool is_surrogate = first == 0xedU && second >= 0xa0U;
        return continues(1) && continues(2) && !is_overlong && !is_surrogate ? 3 : 0;
    }
    if (first >= 0xf0U && first <= 0xf4U) {
        const bool is_overlong = first == 0xf0U && second < 0x90U;
        const bool is_too_large = first == 0xf4U && second >= 0x90U;
        return continues(1) && continues(2) && continues(3) && !is_overlong && !is_too_large ? 4
                                                                                             : 0;
    }
    return 0;
}

void append_string(std::string& out, std::string_view text, bool is_ascii) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t whole = character_length(text, at);
        const std::size_t length = is_ascii && whole > 1 ? 0 : whole;
        const unsigned byte = byte_at(text, at);
        if (text[at] == '"' || text[at] == '\\') {
            out.append({'\\', text[at]});
        } else if (text[at] == '\n') {
            out += "\\n";
        } else if (text[at] == '\t') {
            out += "\\t";
        } else if (length == 0 || byte < 0x20U || byte == 0x7fU) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte);
            out += escape.data();
        } else {
            out += text.substr(at, length);
        }
        at += length == 0 ? 1 : length;
    }
    out += '"';
}

}  // namespace

JsonLine::JsonLine(std::string_view type, std::int64_t time_ns) {
    add("type", type);
    add("time_ns", time_ns);
}

void JsonLine::begin_field(std::string_view name) {
    if (text_.size() > 1) {
        text_ += ',';
    }
    append_string(text_, name, is_ascii_);
    text_ += ':';
}

JsonLine& JsonLine::add(std::string_view name, std::string_view text) {
    begin_field(name);
    append_string(text_, text, is_ascii_);
    return *this;
}

JsonLine& JsonLine::add(std::string_view name, std::int64_t number) {
    begin_field(name);
    text_ += std::to_string(number);
    return *this;
}

JsonLine& JsonLine::add_seconds(std::string_view name, std::int64_t nanoseconds) {
    begin_field(name);
    const std::int64_t thousandths = nanoseconds / 1'000'000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%lld.%03lld",
                  static_cast<long long>(thousandths / 1000),
                  static_cast<long long>(thousandths % 1000));
    text_ += text.data();
    return *this;
}

}  // namespace sutap::execute
