// Numbers from text that somebody else wrote.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace sutap::options {

// Digits of this base and nothing else, between minimum and maximum.
template <typename Number>
std::optional<Number> parse_number(std::string_view text, Number minimum, Number maximum,
                                   int base = 10) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool is_number =
        !text.empty() && error == std::errc() && end == text.data() + text.size();
    // from_chars takes a minus sign for signed types; no number here has one.
    if (!is_number || text.front() == '-' || value < minimum || value > maximum) {
        return std::nullopt;
    }
    return value;
}

}  // namespace sutap::options
