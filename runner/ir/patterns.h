// Inside the room: the regular expressions of a program that is being verified.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

namespace sutap::ir {

// Bounds what compiling them takes, then and at run time: each is compiled once, and all together
// have so many states at most.
class Patterns {
  public:
    static constexpr std::size_t most_states = std::size_t{1} << 22U;

    // What is wrong with `pattern`, which must stay, or nullptr.
    const char* add(const std::string& pattern);

  private:
    std::unordered_set<std::string_view> known_;
    std::size_t states_ = 0;
};

}  // namespace sutap::ir
