// Regular expressions at run time, and what the last match found.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/execute/work.h"
#include "runner/regex/regex.h"

namespace sutap::execute {

class Matching {
  public:
    // Is `pattern`, which is valid, somewhere in `text`? What is found is remembered, or that
    // nothing was.
    bool match(const std::string& pattern, std::string_view text, Work& work);
    // A handler begins without a match.
    void forget() { spans_.clear(); }

    // Did the last match find anything?
    bool found() const { return !spans_.empty(); }
    // Of the last match: one for the whole, and those in parentheses.
    std::size_t groups() const { return spans_.size(); }
    // Group `number`, below groups(); empty where it took no part.
    std::string_view group(std::size_t number) const;

  private:
    std::unordered_map<std::string, regex::Regex> compiled_;
    std::string text_;
    std::vector<regex::Span> spans_;
};

}  // namespace sutap::execute
