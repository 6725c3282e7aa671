// Regular expressions of the script language (=~ and !~): POSIX extended syntax over bytes, without
// back-references, plus egrep's \w \W \s \S \b \B \< \>. Searching takes time linear in the text
// and in the compiled pattern, whatever both hold, and memory that the pattern alone decides.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sutap::regex {

// What is wrong with a pattern, and before which of its bytes.
struct SyntaxError {
    std::string message;
    std::size_t position = 0;
};

// Bytes [begin, end) of the text; both `none` for a group that took no part in the match.
inline constexpr std::size_t none = static_cast<std::size_t>(-1);
struct Span {
    std::size_t begin = none;
    std::size_t end = none;
    bool operator==(const Span&) const = default;
};

using ByteSet = std::bitset<256>;

// One state of the automaton.
struct State {
    enum class Kind : std::uint8_t {
        bytes,             // a byte of sets[index], then on
        fork,              // next, or if that fails alternative
        jump,              // next
        mark,              // remember the place in slot `index`, then on
        text_begin,        // ^
        text_end,          // $
        word_boundary,     // \b
        no_word_boundary,  // \B
        word_begin,        // \<
        word_end,          // \>
        match
    } kind = Kind::match;
    std::uint32_t next = 0;
    std::uint32_t alternative = 0;
    std::uint32_t index = 0;
};

class Regex {
  public:
    static std::variant<Regex, SyntaxError> compile(std::string_view pattern);

    // The leftmost match in `text`, of those the longest; within it, what stands further left in
    // the pattern takes as much as it can, and an earlier alternative comes before a later one. A
    // span for the whole match and for each group in parentheses; nothing if there is no match.
    // What it took is added to `steps`, about a nanosecond each.
    [[nodiscard]] std::optional<std::vector<Span>> search(std::string_view text,
                                                          std::uint64_t& steps) const;
    [[nodiscard]] std::optional<std::vector<Span>> search(std::string_view text) const {
        std::uint64_t steps = 0;
        return search(text, steps);
    }

    // Groups in parentheses, and one for the whole match.
    [[nodiscard]] std::size_t groups() const { return groups_; }
    // States of the automaton.
    [[nodiscard]] std::size_t size() const { return states_.size(); }

  private:
    friend class Compiler;
    std::vector<State> states_;  // begins at state 0
    std::vector<ByteSet> sets_;
    std::size_t groups_ = 1;
};

}  // namespace sutap::regex
