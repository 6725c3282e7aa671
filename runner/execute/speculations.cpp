#include "runner/execute/speculations.h"

#include <utility>

namespace sutap::execute {

namespace {

constexpr std::size_t bytes_for_entry = 64;

}  // namespace

bool Speculations::add(std::int64_t id, std::string_view text) {
    const bool is_new = texts_.count(id) == 0;
    const std::size_t needed = text.size() + (is_new ? bytes_for_entry : 0);
    if (needed > most_bytes - bytes_) {
        return false;
    }
    bytes_ += needed;
    texts_[id].append(text);
    return true;
}

std::string Speculations::take(std::int64_t id) {
    const auto found = texts_.find(id);
    if (found == texts_.end()) {
        return {};
    }
    std::string text = std::move(found->second);
    texts_.erase(found);
    bytes_ -= text.size() + bytes_for_entry;
    return text;
}

}  // namespace sutap::execute
