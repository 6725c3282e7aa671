// Inside the room: a pattern as a tree.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/regex/regex.h"

namespace sutap::regex {

inline constexpr int unbounded = -1;

struct Node {
    enum class Kind : std::uint8_t { sequence, alternatives, repetition, group, bytes, assertion };
    Kind kind = Kind::sequence;
    std::vector<Node> parts{};                   // one for repetition and group
    ByteSet set{};                               // of bytes
    int least = 0;                               // of repetition
    int most = unbounded;                        // of repetition
    std::uint32_t number = 0;                    // of group, from 1
    State::Kind assertion = State::Kind::match;  // of assertion
};

struct Syntax {
    Node root;
    std::uint32_t groups = 0;
};

std::variant<Syntax, SyntaxError> parse(std::string_view pattern);

// Letters, digits and the underscore.
const ByteSet& word_bytes();

}  // namespace sutap::regex
