// The part of TOML 1.0 that a policy needs: comments, [[tables]], bare keys; texts of one line,
// whole numbers, true and false, { tables } of these and of lists of them, and lists of all that.
// Everything else is an error with its place. Anything may be given to it: it is read with root's
// privileges.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

/// Counted from 1; columns are bytes.
struct TomlPlace {
    unsigned line = 1;
    unsigned column = 1;
};

struct TomlEntry;

struct TomlTable {
    std::string name;  // of [[name]]; empty before the first one, and for { }
    TomlPlace place;
    std::vector<TomlEntry> entries;  // no key twice

    const struct TomlValue* find(std::string_view key) const;
};

struct TomlValue {
    enum class Kind { text, number, truth, list, table };
    Kind kind = Kind::text;
    std::string text;             // also a number's digits, and "true" or "false"
    std::vector<TomlValue> list;  // no list in a list
    TomlTable table;
    TomlPlace place;
};

struct TomlEntry {
    std::string key;
    TomlPlace place;
    TomlValue value;
};

struct TomlError {
    TomlPlace place;
    std::string text;
};

/// Fills `tables` in the text's order; stops at the first error.
std::optional<TomlError> parse_toml(std::string_view text, std::vector<TomlTable>& tables);

}  // namespace sutap::policy
