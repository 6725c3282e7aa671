#include "runner/execute/matching.h"

#include <variant>

namespace sutap::execute {

bool Matching::match(const std::string& pattern, std::string_view text, Work& work) {
    auto known = compiled_.find(pattern);
    if (known == compiled_.end()) {
        known = compiled_.emplace(pattern, std::get<regex::Regex>(regex::Regex::compile(pattern)))
                    .first;
    }
    std::uint64_t steps = pattern.size();  // to look it up
    auto found = known->second.search(text, steps);
    work.spend(steps / 4);
    spans_.clear();
    if (!found) {
        return false;
    }
    text_.assign(text);
    spans_ = std::move(*found);
    return true;
}

std::string_view Matching::group(std::size_t number) const {
    const regex::Span span = spans_[number];
    return span.begin == regex::none
               ? std::string_view()
               : std::string_view(text_).substr(span.begin, span.end - span.begin);
}

}  // namespace sutap::execute
