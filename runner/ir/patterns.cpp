#include "runner/ir/patterns.h"

#include <variant>

#include "runner/regex/regex.h"

namespace sutap::ir {

const char* Patterns::add(const std::string& pattern) {
    if (!known_.insert(pattern).second) {
        return nullptr;
    }
    const auto compiled = regex::Regex::compile(pattern);
    const auto* const made = std::get_if<regex::Regex>(&compiled);
    if (made == nullptr) {
        return "a regular expression is invalid";
    }
    states_ += made->size();
    return states_ > most_states ? "the regular expressions are too large" : nullptr;
}

}  // namespace sutap::ir
