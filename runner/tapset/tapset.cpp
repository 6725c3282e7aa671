#include "runner/tapset/tapset.h"

#include <algorithm>
#include <utility>

#include "runner/tapset/embedded.h"

namespace sutap::tapset {

std::span<const Item> items() {
    return embedded::items();
}

std::span<const Item> find(Item::Kind kind, std::string_view name) {
    const auto found =
        std::ranges::equal_range(items(), std::pair(kind, name), std::ranges::less{},
                                 [](const Item& item) { return std::pair(item.kind, item.name); });
    return {found.begin(), found.end()};
}

}  // namespace sutap::tapset
