#include "runner/targets/type_name.h"

#include <vector>

namespace sutap::targets {
namespace {

std::vector<std::string_view> words(std::string_view text) {
    constexpr std::string_view blanks = " \t\n\r\f\v";
    std::vector<std::string_view> all;
    std::size_t begin = text.find_first_not_of(blanks);
    while (begin != std::string_view::npos) {
        const std::size_t end = text.find_first_of(blanks, begin);
        all.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(blanks, end);
    }
    return all;
}

struct IntegerWords {
    int is_signed = 0, is_unsigned = 0, is_char = 0, is_short = 0, is_int = 0, longs = 0;
    bool others = false;
};

IntegerWords count_words(std::string_view text) {
    IntegerWords count;
    for (const std::string_view word : words(text)) {
        if (word == "signed") {
            ++count.is_signed;
        } else if (word == "unsigned") {
            ++count.is_unsigned;
        } else if (word == "char") {
            ++count.is_char;
        } else if (word == "short") {
            ++count.is_short;
        } else if (word == "int") {
            ++count.is_int;
        } else if (word == "long") {
            ++count.longs;
        } else {
            count.others = true;
        }
    }
    return count;
}

}  // namespace

CTypeName parse_type_name(std::string_view text) {
    CTypeName result;
    for (const std::string_view word : words(text)) {
        if (result.keyword.empty() && result.name.empty() &&
            (word == "struct" || word == "union" || word == "enum")) {
            result.keyword = word;
        } else {
            result.name.append(result.name.empty() ? "" : " ").append(word);
        }
    }
    return result;
}

std::string canonical_integer(std::string_view text) {
    const IntegerWords count = count_words(text);
    const int sizes = count.is_char + count.is_short + (count.longs != 0 ? 1 : 0);
    const int all = count.is_signed + count.is_unsigned + sizes + count.is_int;
    if (count.others || all == 0 || count.is_signed + count.is_unsigned > 1 || sizes > 1 ||
        count.longs > 2 || count.is_int > 1 || (count.is_char != 0 && count.is_int != 0)) {
        return "";
    }
    std::string result = count.is_unsigned != 0 ? "unsigned " : "";
    if (count.is_char != 0) {
        // The three char types are different types.
        return result.append(count.is_signed != 0 ? "signed char" : "char");
    }
    if (count.is_short != 0) {
        return result.append("short");
    }
    if (count.longs != 0) {
        return result.append(count.longs == 2 ? "long long" : "long");
    }
    return result.append("int");
}

}  // namespace sutap::targets
