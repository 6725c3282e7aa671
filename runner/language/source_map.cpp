#include "runner/language/source_map.h"

#include <utility>

namespace sutap::language {

std::uint32_t SourceMap::add(std::string name, std::string text, std::uint32_t first_line) {
    texts_.push_back({std::move(name), std::move(text), first_line});
    return static_cast<std::uint32_t>(texts_.size() - 1);
}

std::string_view SourceMap::name(std::uint32_t index) const {
    return contains(index) ? std::string_view(texts_[index].name) : "<unknown>";
}

std::string_view SourceMap::line_text(std::uint32_t index, std::uint32_t line) const {
    if (!contains(index) || line < texts_[index].first_line) {
        return {};
    }
    std::string_view rest = texts_[index].text;
    for (std::uint32_t at = texts_[index].first_line; at < line; ++at) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) {
            return {};
        }
        rest.remove_prefix(end + 1);
    }
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r')) {
        rest.remove_suffix(1);
    }
    return rest;
}

}  // namespace sutap::language
