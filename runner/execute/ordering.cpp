// How elements are ordered: foreach's sorting, and the globals printed at exit.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <string_view>

#include "runner/execute/globals.h"
#include "runner/execute/text.h"

namespace sutap::execute {
namespace {

struct Item {
    Array::Slot slot = Array::none;
    std::int64_t integer = 0;
    std::string_view text;  // within the array
};

// What an element is sorted by.
void fill_sort_key(const Array& array, const Ordering& ordering, const StatisticForm& form,
                   ir::ValueType type, Item& item) {
    if (ordering.column > 0) {
        const std::size_t column = ordering.column - 1;
        if (type == ir::ValueType::string) {
            item.text = array.key_text(item.slot, column);
        } else {
            item.integer = array.key_integer(item.slot, column);
        }
    } else if (type == ir::ValueType::string) {
        item.text = array.text(item.slot);
    } else if (type == ir::ValueType::statistic) {
        item.integer = array.statistic(item.slot).extract(ordering.extractor, form).value_or(0);
    } else {
        item.integer = array.integer(item.slot);
    }
}

bool precedes(const Item& left, const Item& right) {
    // One of the two is the same everywhere: all integers, or all strings.
    return left.integer != right.integer ? left.integer < right.integer : left.text < right.text;
}

void append_integer(std::string& out, bool is_pointer, std::int64_t value) {
    out += '=';
    if (!is_pointer) {
        out.append(std::to_string(value));
        return;
    }
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   static_cast<std::uint64_t>(value), 16);
    out.append("0x").append(digits.data(), end.ptr);
}

void append_text(std::string& out, const std::string& text) {
    out += '"';
    append_quoted(out, text);
    out += '"';
}

void append_statistic(std::string& out, const Global& global, const Statistic& statistic) {
    static constexpr std::array<std::string_view, 5> names = {"count", "min", "max", "sum", "avg"};
    static constexpr std::array<Extractor, 5> extractors = {
        Extractor::count, Extractor::min, Extractor::max, Extractor::sum, Extractor::avg};
    const std::size_t shown = statistic.empty() ? 1 : names.size();
    for (std::size_t i = 0; i < shown; ++i) {
        const std::int64_t value = statistic.extract(extractors.at(i), global.form).value_or(0);
        out.append(" @").append(names.at(i)).append("=").append(std::to_string(value));
    }
}

void append_key(std::string& out, const Array& array, Array::Slot slot) {
    for (std::size_t i = 0; i < array.columns(); ++i) {
        out += i == 0 ? '[' : ',';
        if (array.column(i) == ir::ValueType::string) {
            append_text(out, array.key_text(slot, i));
        } else {
            out.append(std::to_string(array.key_integer(slot, i)));
        }
    }
    out += ']';
}

void append_element(std::string& out, const Global& global, Array::Slot slot) {
    out.append(global.declaration->name);
    append_key(out, *global.array, slot);
    switch (global.declaration->value) {
        case ir::ValueType::string:
            out += '=';
            append_text(out, global.array->text(slot));
            break;
        case ir::ValueType::statistic:
            append_statistic(out, global, global.array->statistic(slot));
            break;
        default:
            append_integer(out, global.declaration->is_pointer, global.array->integer(slot));
            break;
    }
    out += '\n';
}

void append_scalar(std::string& out, const Global& global) {
    out.append(global.declaration->name);
    switch (global.declaration->value) {
        case ir::ValueType::string:
            out += '=';
            append_text(out, global.text);
            break;
        case ir::ValueType::statistic:
            append_statistic(out, global, global.statistic);
            break;
        default:
            append_integer(out, global.declaration->is_pointer, global.integer);
            break;
    }
    out += '\n';
}

}  // namespace

void find_ordered_slots(const Array& array, std::span<const KeyPart> pattern,
                        const Ordering& ordering, const StatisticForm& form,
                        std::vector<Array::Slot>& slots, Work& work) {
    const std::size_t limit = ordering.limit.value_or(array.size());
    slots.clear();
    const bool is_sorted = ordering.direction != 0;
    for (Array::Slot slot = array.first(); slot != Array::none; slot = array.next(slot)) {
        if (!is_sorted && slots.size() >= limit) {
            break;
        }
        work.spend(1);
        if (array.matches(slot, pattern)) {
            slots.push_back(slot);
        }
    }
    if (!is_sorted) {
        return;
    }
    const ir::ValueType type =
        ordering.column > 0 ? array.column(ordering.column - 1) : array.value();
    work.spend(slots.size() * static_cast<std::size_t>(std::bit_width(slots.size())) / 8);
    std::vector<Item> items(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        items[i].slot = slots[i];
        fill_sort_key(array, ordering, form, type, items[i]);
    }
    const bool descends = ordering.direction < 0;
    std::stable_sort(items.begin(), items.end(), [descends](const Item& left, const Item& right) {
        return descends ? precedes(right, left) : precedes(left, right);
    });
    slots.resize(std::min(limit, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i] = items[i].slot;
    }
}

void append_unread_globals(std::string& out, std::span<const Global> globals) {
    const Ordering greatest_first{.direction = -1, .column = 0, .limit = std::nullopt};
    std::vector<Array::Slot> slots;
    Work unlimited;
    for (const Global& global : globals) {
        if (!global.declaration->print_at_exit) {
            continue;
        }
        if (!global.array) {
            append_scalar(out, global);
            continue;
        }
        find_ordered_slots(*global.array, {}, greatest_first, global.form, slots, unlimited);
        for (const Array::Slot slot : slots) {
            append_element(out, global, slot);
        }
    }
}

}  // namespace sutap::execute
