// The common form of the two tables: `HEAD: NAME=VALUE, NAME=VALUE`, `#` comments, blank lines.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace sutap::tapset {

struct TableLine {
    std::vector<std::string_view> words;  // of the head
    std::vector<std::pair<std::string_view, std::string_view>> values;

    // The value of `NAME=value` among the words; empty if there is none.
    std::string_view option(std::string_view name) const;
};

// Views into `text`, in its order.
std::vector<TableLine> read_table(std::string_view text);

}  // namespace sutap::tapset
