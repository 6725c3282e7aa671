#include "runner/tapset/table.h"

namespace sutap::tapset {

namespace {

// The part of `rest` before `separator`, without blanks around it; `rest` moves behind it.
std::string_view take(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!part.empty() && part.front() == ' ') {
        part.remove_prefix(1);
    }
    while (!part.empty() && part.back() == ' ') {
        part.remove_suffix(1);
    }
    return part;
}

TableLine read_line(std::string_view line) {
    TableLine result;
    std::string_view head = take(line, ':');
    // A colon of a value belongs to the rest: only the first one ends the head.
    while (!head.empty()) {
        if (const std::string_view word = take(head, ' '); !word.empty()) {
            result.words.push_back(word);
        }
    }
    while (!line.empty()) {
        std::string_view pair = take(line, ',');
        if (!pair.empty()) {
            const std::string_view name = take(pair, '=');
            result.values.emplace_back(name, pair);
        }
    }
    return result;
}

}  // namespace

std::string_view TableLine::option(std::string_view name) const {
    for (const std::string_view word : words) {
        if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == '=') {
            return word.substr(name.size() + 1);
        }
    }
    return {};
}

std::vector<TableLine> read_table(std::string_view text) {
    std::vector<TableLine> lines;
    while (!text.empty()) {
        const std::string_view line = take(text, '\n');
        if (!line.empty() && line.front() != '#') {
            lines.push_back(read_line(line));
        }
    }
    return lines;
}

}  // namespace sutap::tapset
