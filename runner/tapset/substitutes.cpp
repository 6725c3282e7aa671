#include <charconv>

#include "runner/tapset/embedded.h"
#include "runner/tapset/table.h"
#include "runner/tapset/tapset.h"

namespace sutap::tapset {

namespace {

std::uint32_t size_of(std::string_view type) {
    return type == "int" || type == "uint" ? 4 : 8;
}

template <typename T>
T number(std::string_view text) {
    T value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// `-100` or `argument1:pointer`.
SubstituteVariable variable(std::string_view name, std::string_view value) {
    constexpr std::string_view prefix = "argument";
    SubstituteVariable result;
    result.name = name;
    if (!value.starts_with(prefix)) {
        result.constant = number<std::int64_t>(value);
        return result;
    }
    const std::string_view type = value.substr(value.find(':') + 1);
    result.index = number<std::uint32_t>(value.substr(prefix.size()));
    result.size = size_of(type);
    result.is_signed = type == "int" || type == "long";
    return result;
}

}  // namespace

std::vector<Substitute> substitutes(std::string_view function) {
    std::vector<Substitute> result;
    for (const TableLine& line : read_table(embedded::substitutes_table())) {
        if (line.words.size() < 3 || line.words[0] != function) {
            continue;
        }
        Substitute& substitute = result.emplace_back();
        substitute.function = line.words[2];
        substitute.result_size = size_of(line.option("result"));
        for (const auto& [name, value] : line.values) {
            substitute.variables.push_back(variable(name, value));
        }
    }
    return result;
}

std::vector<std::string> substituted_by(std::string_view substitute) {
    std::vector<std::string> result;
    for (const TableLine& line : read_table(embedded::substitutes_table())) {
        if (line.words.size() >= 3 && line.words[2] == substitute) {
            result.emplace_back(line.words[0]);
        }
    }
    return result;
}

}  // namespace sutap::tapset
