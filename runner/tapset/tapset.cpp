#include "runner/tapset/tapset.h"

#include <algorithm>
#include <utility>

#include "runner/tapset/embedded.h"

namespace sutap::tapset {

std::span<const Item> items() {
    return embedded::items();
}

std::span<const Item> find(Item::Kind kind, std::string_view name) {
    const auto is_before = [](const Item& item,
                              const std::pair<Item::Kind, std::string_view>& key) {
        return std::pair(item.kind, item.name) < key;
    };
    const auto all = items();
    const auto first = std::lower_bound(all.begin(), all.end(), std::pair(kind, name), is_before);
    const auto last = std::find_if(
        first, all.end(), [&](const Item& item) { return item.kind != kind || item.name != name; });
    return {first, last};
}

}  // namespace sutap::tapset
