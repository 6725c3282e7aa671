// What the script language's operations mean, as the language reference and the manual pages say,
// for the C++ that the generator writes beside each script. Nothing of the runner is used here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace oracle {

using Integer = std::int64_t;
using Unsigned = std::uint64_t;
using Text = std::string;

struct Error {
    Text message;
};

inline Integer wrap(Unsigned value) {
    return static_cast<Integer>(value);
}
inline Integer add(Integer left, Integer right) {
    return wrap(static_cast<Unsigned>(left) + static_cast<Unsigned>(right));
}
inline Integer subtract(Integer left, Integer right) {
    return wrap(static_cast<Unsigned>(left) - static_cast<Unsigned>(right));
}
inline Integer multiply(Integer left, Integer right) {
    return wrap(static_cast<Unsigned>(left) * static_cast<Unsigned>(right));
}
inline Integer divide(Integer left, Integer right) {
    if (right == 0) {
        throw Error{"division by 0"};
    }
    return right == -1 ? subtract(0, left) : left / right;
}
inline Integer modulo(Integer left, Integer right) {
    if (right == 0) {
        throw Error{"division by 0"};
    }
    return right == -1 ? 0 : left % right;
}
inline Integer shift_left(Integer value, Integer count) {
    return count <= 0 ? value : count > 63 ? 0 : wrap(static_cast<Unsigned>(value) << count);
}
inline Integer shift_right(Integer value, Integer count) {
    return count <= 0 ? value : value >> std::min<Integer>(count, 63);
}

// 127 bytes of a string are kept.
inline Text cut(const Text& text) {
    return text.substr(0, 127);
}
inline Integer length(const Text& text) {
    return static_cast<Integer>(text.size());
}
inline Text substring(const Text& text, Integer start, Integer count) {
    if (start < 0 || start >= length(text) || count <= 0) {
        return {};
    }
    return text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(count));
}
inline Integer position(const Text& text, const Text& part) {
    const auto found = text.find(part);
    return found == Text::npos ? -1 : static_cast<Integer>(found);
}
inline Text replace(const Text& text, const Text& part, const Text& by) {
    if (part.empty()) {
        return text;
    }
    Text made;
    std::size_t done = 0;
    for (std::size_t found = 0; (found = text.find(part, done)) != Text::npos;) {
        made += text.substr(done, found - done) + by;
        done = found + part.size();
    }
    return cut(made + text.substr(done));
}
// The number that the text begins with; 0 for anything else there, blanks included.
inline Integer number_of(const Text& text, int base) {
    const std::size_t digit = !text.empty() && text[0] == '-' ? 1 : 0;
    if (text.size() <= digit || std::isalnum(static_cast<unsigned char>(text[digit])) == 0) {
        return 0;
    }
    return std::strtoll(text.c_str(), nullptr, base);
}

// printf by C's own.
template <typename... Arguments>
Text formatted(const char* format, Arguments... arguments) {
    Text made(4096, '\0');
    const int size = std::snprintf(made.data(), made.size(), format, arguments...);
    made.resize(static_cast<std::size_t>(size));
    return made;
}
inline Text pointer(const char* format, Integer value) {
    return formatted(format, ("0x" + formatted("%llx", static_cast<long long>(value))).c_str());
}
inline void print(const Text& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}
inline Text shown(Integer value) {
    return std::to_string(value);
}
inline Text shown(const Text& value) {
    return value;
}

// An array in the order of insertion.
template <typename Key, typename Value>
struct Array {
    std::size_t capacity = 2048;
    bool wraps = false;
    bool is_sized = false;
    std::vector<std::pair<Key, Value>> entries{};

    auto find(const Key& key) {
        return std::find_if(entries.begin(), entries.end(),
                            [&key](const auto& entry) { return entry.first == key; });
    }
    bool has(const Key& key) { return find(key) != entries.end(); }
    Value get(const Key& key) { return has(key) ? find(key)->second : Value(); }
    Value& at(const Key& key) {
        if (!has(key)) {
            if (entries.size() == capacity && wraps) {
                entries.erase(entries.begin());
            } else if (entries.size() == capacity) {
                throw Error{is_sized ? "Array overflow, check size limit (" +
                                           std::to_string(capacity) + ")"
                                     : "Array overflow, check MAXMAPENTRIES"};
            }
            entries.emplace_back(key, Value());
        }
        return find(key)->second;
    }
    void put(const Key& key, const Value& value) { at(key) = value; }
    void erase(const Key& key) {
        if (has(key)) {
            entries.erase(find(key));
        }
    }
    // What foreach visits: `direction` as in Order, over the value or the key.
    template <typename Column>
    std::vector<std::pair<Key, Value>> visited(int direction, Column column,
                                               Integer limit = 1 << 30) const {
        auto made = entries;
        if (direction != 0) {
            std::stable_sort(made.begin(), made.end(), [&](const auto& left, const auto& right) {
                return direction > 0 ? column(left) < column(right) : column(right) < column(left);
            });
        }
        made.resize(std::min(made.size(), static_cast<std::size_t>(std::max<Integer>(limit, 0))));
        return made;
    }
};

struct Statistic {
    Integer count = 0, sum = 0, least = 0, greatest = 0;
    void take(Integer value) {
        least = count == 0 ? value : std::min(least, value);
        greatest = count == 0 ? value : std::max(greatest, value);
        ++count;
        sum = add(sum, value);
    }
};

}  // namespace oracle
