// The texts of a session: scripts and library items, by the index that a Place holds.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace sutap::language {

struct SourceText {
    std::string name;  // what messages call it: the path as typed, or "<input>"
    std::string text;
    std::uint32_t first_line = 1;  // of `text` in the file that it was cut from
};

class SourceMap {
  public:
    // Gives the index of the new text. Texts keep their address: views into earlier ones stay
    // valid.
    std::uint32_t add(std::string name, std::string text, std::uint32_t first_line = 1);

    [[nodiscard]] bool contains(std::uint32_t index) const { return index < texts_.size(); }
    // `index` must be one that add() gave.
    [[nodiscard]] const SourceText& source(std::uint32_t index) const { return texts_[index]; }
    // For an index that add() did not give: "<unknown>".
    [[nodiscard]] std::string_view name(std::uint32_t index) const;
    // Without its line end (also without a carriage return); empty if there is no such line.
    [[nodiscard]] std::string_view line_text(std::uint32_t index, std::uint32_t line) const;

  private:
    std::deque<SourceText> texts_;
};

}  // namespace sutap::language
