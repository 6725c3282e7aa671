// Builtins that compute strings, and those that ask for the last match.
#include <algorithm>
#include <cstring>

#include "runner/execute/builtin_call.h"
#include "runner/execute/text.h"

namespace sutap::execute {

using elaborate::Builtin;

namespace {

// What runner/tapset/encoded_strings.stp reads of a string at most.
constexpr std::size_t bytes_of_encoded_text = 2048;

std::int64_t byte_at(const BuiltinCall& call) {
    const std::int64_t index = call.integer(1);
    if (index < 0 || index >= std::int64_t{call.context.options.string_size}) {
        call.raise("string position " + std::to_string(index) + " out of bounds");
    }
    const std::string& text = call.text(0);
    const auto place = static_cast<std::size_t>(index);
    return place < text.size() ? static_cast<unsigned char>(text[place]) : 0;
}

// Two digits a byte.
std::string hexadecimal_bytes(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

// text_strn(): at most `length` bytes with the quotes, or what a string holds.
std::string escaped(const BuiltinCall& call) {
    const std::size_t most = call.context.longest_string();
    const std::int64_t wanted = call.integer(1);
    const std::size_t limit = wanted <= 0 || static_cast<std::uint64_t>(wanted) > most
                                  ? most
                                  : static_cast<std::size_t>(wanted);
    const bool is_quoted = call.integer(2) != 0;
    return escape_within(call.text(0), limit, is_quoted);
}

// The next of the strings in `bytes`, each with its NUL.
std::string_view take_string(std::string_view& bytes) {
    const std::size_t end = std::min(bytes.find('\0'), bytes.size());
    const std::string_view taken = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    return taken;
}

// cmdline_args(): from the first to the last, or to the end if that is before the first.
std::string joined_arguments(const BuiltinCall& call) {
    const std::int64_t first = call.integer(1);
    const std::int64_t last = call.integer(2);
    std::string joined;
    std::string_view rest = call.text(0);
    for (std::int64_t index = 0; !rest.empty(); ++index) {
        const std::string_view argument = take_string(rest);
        if (index >= first && (last < first || index <= last)) {
            joined.append(index > first && index > 0 ? call.text(3) : "").append(argument);
        }
    }
    return joined;
}

std::string_view environment_value(const BuiltinCall& call) {
    const std::string start = call.text(1) + "=";
    for (std::string_view rest = call.text(0); !rest.empty();) {
        const std::string_view variable = take_string(rest);
        if (variable.starts_with(start)) {
            return variable.substr(start.size());
        }
    }
    return {};
}

// The next unit of `size` bytes (2 or 4), in this machine's byte order; 0, the terminator, where
// fewer are left.
std::uint32_t take_unit(std::string_view& bytes, std::size_t size) {
    std::uint32_t unit = 0;
    if (bytes.size() >= size) {
        std::memcpy(&unit, bytes.data(), size);
        bytes.remove_prefix(size);
    }
    return unit;
}

constexpr bool is_surrogate(std::uint32_t unit) {
    return unit >= 0xd800 && unit < 0xe000;
}

void append_utf8(std::string& text, std::uint32_t character) {
    const auto continuation = [&](unsigned shift) {
        text += static_cast<char>(0x80U | (character >> shift & 0x3fU));
    };
    if (character < 0x80) {
        text += static_cast<char>(character);
    } else if (character < 0x800) {
        text += static_cast<char>(0xc0U | character >> 6U);
        continuation(0);
    } else if (character < 0x10000) {
        text += static_cast<char>(0xe0U | character >> 12U);
        continuation(6);
        continuation(0);
    } else {
        text += static_cast<char>(0xf0U | character >> 18U);
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

// __bytes_text(): UTF-16 or UTF-32 in two pieces, up to the terminator or as far as a string
// goes, in whole characters.
std::string decoded(const BuiltinCall& call) {
    const auto size = static_cast<std::size_t>(call.integer(1) == 2 ? 2 : 4);
    const std::string bytes = call.text(0) + call.text(2);
    std::string text;
    std::string_view rest = bytes;
    while (rest.size() >= size) {
        std::uint32_t character = take_unit(rest, size);
        if (character == 0) {
            return text;
        }
        if (size == 2 && character >= 0xd800 && character < 0xdc00) {
            const std::uint32_t low = take_unit(rest, size);
            character = low >= 0xdc00 && low < 0xe000
                            ? 0x10000 + ((character - 0xd800) << 10U) + (low - 0xdc00)
                            : character;
        }
        if (is_surrogate(character) || character > 0x10ffff) {
            call.raise("invalid UTF-" + std::to_string(size * 8) + " string");
        }
        std::string longer = text;
        append_utf8(longer, character);
        if (longer.size() > call.context.longest_string()) {
            return text;
        }
        text = std::move(longer);
    }
    if (bytes.size() < bytes_of_encoded_text) {
        call.raise("read fault [man error::fault] behind " + std::to_string(bytes.size()) +
                   " bytes of a string without an end");
    }
    return text;
}

const Matching& last_match(const BuiltinCall& call) {
    const Matching& matching = call.context.matching;
    if (!matching.found()) {
        call.raise("the last use of =~ or !~ in this handler found no match");
    }
    return matching;
}

std::string_view matched(const BuiltinCall& call) {
    const Matching& matching = last_match(call);
    const std::int64_t number = call.integer(0);
    if (number < 0 || static_cast<std::uint64_t>(number) >= matching.groups()) {
        call.raise("subexpression " + std::to_string(number) +
                   " out of range (the last match has " + std::to_string(matching.groups() - 1) +
                   ")");
    }
    return matching.group(static_cast<std::size_t>(number));
}

}  // namespace

Value string_function(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::strlen:
            return make_integer(static_cast<std::int64_t>(call.text(0).size()));
        case Builtin::substr:
            return make_text(substring(call.text(0), call.integer(1), call.integer(2)));
        case Builtin::isinstr:
            return make_integer(position(call.text(0), call.text(1)) >= 0 ? 1 : 0);
        case Builtin::strpos:
            return make_integer(position(call.text(0), call.text(1)));
        case Builtin::strtol:
            return make_integer(parse_number(call.text(0), call.integer(1)));
        case Builtin::str_replace:
            return make_text(replace_all(call.text(0), call.text(1), call.text(2),
                                         call.context.longest_string()));
        case Builtin::stringat:
            return make_integer(byte_at(call));
        case Builtin::tokenize:
            return make_text(call.context.tokenizer.next(call.text(0), call.text(1)));
        case Builtin::text_str: {
            Value result;
            append_quoted(result.text, call.text(0));
            return result;
        }
        case Builtin::hexadecimal_bytes:
            return make_text(call.integer(1) == 0 ? hexadecimal_bytes(call.text(0))
                                                  : decoded(call));
        case Builtin::text_strn:
            return make_text(escaped(call));
        case Builtin::joined_arguments:
            return make_text(joined_arguments(call));
        case Builtin::environment_value:
            return make_text(environment_value(call));
        case Builtin::matched:
            return make_text(matched(call));
        default:
            return make_integer(static_cast<std::int64_t>(last_match(call).groups()));
    }
}

}  // namespace sutap::execute
