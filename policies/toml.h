// The part of TOML 1.0 that a policy needs: comments, [[tables]], bare keys; texts of one line,
// whole numbers, true and false, and lists of these. Everything else is an error with its place.
// Anything may be given to it: it is read with root's privileges.
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

struct TomlValue {
    enum class Kind { text, number, truth, list };
    Kind kind = Kind::text;
    std::string text;             // also a number's digits, and "true" or "false"
    std::vector<TomlValue> list;  // of the others
    TomlPlace place;
};

struct TomlEntry {
    std::string key;
    TomlPlace place;
    TomlValue value;
};

struct TomlTable {
    std::string name;  // empty: what stands before the first [[name]]
    TomlPlace place;
    std::vector<TomlEntry> entries;  // no key twice

    const TomlValue* find(std::string_view key) const;
};

struct TomlError {
    TomlPlace place;
    std::string text;
};

/// Fills `tables` in the text's order; stops at the first error.
std::optional<TomlError> parse_toml(std::string_view text, std::vector<TomlTable>& tables);

}  // namespace sutap::policy
