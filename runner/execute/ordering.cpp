// How elements are ordered: foreach's sorting, and the globals printed at exit.
#include <algorithm>
#include <array>

#include "runner/execute/globals.h"
#include "runner/execute/text.h"

namespace sutap::execute {
namespace {

struct Item {
    Array::Slot slot = Array::none;
    std::int64_t integer = 0;
    std::string text;
};

// What an element is sorted by.
void fill_sort_key(const Array& array, const Ordering& ordering, const VarianceForm& variance,
                   Item& item) {
    if (ordering.column > 0) {
        Value part;
        array.codec().decode_column(array.key(item.slot), ordering.column - 1, part);
        item.integer = part.integer;
        item.text = std::move(part.text);
        return;
    }
    const Cell& cell = array.cell(item.slot);
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
        item.integer = *integer;
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
        item.text = *text;
    } else if (const auto* statistic = std::get_if<Statistic>(&cell)) {
        item.integer = statistic->extract(ordering.extractor, variance).value_or(0);
    }
}

bool precedes(const Item& left, const Item& right) {
    // One of the two is the same everywhere: all integers, or all strings.
    return left.integer != right.integer ? left.integer < right.integer : left.text < right.text;
}

void append_cell(std::string& out, const Global& global, const Cell& cell) {
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
        if (global.declaration->is_pointer) {
            static constexpr std::string_view hex = "0123456789abcdef";
            std::string digits;
            for (auto rest = static_cast<std::uint64_t>(*integer); rest != 0; rest >>= 4U) {
                digits.insert(digits.begin(), hex[rest & 15U]);
            }
            out.append("=0x").append(digits.empty() ? "0" : digits);
        } else {
            out.append("=").append(std::to_string(*integer));
        }
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
        out.append("=\"");
        append_quoted(out, *text);
        out.append("\"");
    } else if (const auto* statistic = std::get_if<Statistic>(&cell)) {
        static constexpr std::array<std::string_view, 5> names = {"count", "min", "max", "sum",
                                                                  "avg"};
        static constexpr std::array<Extractor, 5> extractors = {
            Extractor::count, Extractor::min, Extractor::max, Extractor::sum, Extractor::avg};
        const std::size_t shown = statistic->empty() ? 1 : names.size();
        for (std::size_t i = 0; i < shown; ++i) {
            const std::int64_t value =
                statistic->extract(extractors.at(i), global.variance).value_or(0);
            out.append(" @").append(names.at(i)).append("=").append(std::to_string(value));
        }
    }
    out += '\n';
}

void append_key(std::string& out, const KeyCodec& codec, std::string_view key) {
    Value part;
    for (std::size_t i = 0; i < codec.size(); ++i) {
        out += i == 0 ? '[' : ',';
        codec.decode_column(key, i, part);
        if (codec.column(i) == ir::ValueType::string) {
            out += '"';
            append_quoted(out, part.text);
            out += '"';
        } else {
            out.append(std::to_string(part.integer));
        }
    }
    out += ']';
}

}  // namespace

std::vector<Array::Slot> ordered_slots(const Array& array, std::span<const KeyPart> pattern,
                                       const Ordering& ordering, const VarianceForm& variance) {
    const std::size_t limit = ordering.limit.value_or(array.size());
    std::vector<Array::Slot> slots;
    const bool is_sorted = ordering.direction != 0;
    for (Array::Slot slot = array.first(); slot != Array::none; slot = array.next(slot)) {
        if (!is_sorted && slots.size() >= limit) {
            break;
        }
        if (pattern.empty() || array.codec().matches(array.key(slot), pattern)) {
            slots.push_back(slot);
        }
    }
    if (!is_sorted) {
        return slots;
    }
    std::vector<Item> items(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        items[i].slot = slots[i];
        fill_sort_key(array, ordering, variance, items[i]);
    }
    const bool descends = ordering.direction < 0;
    std::stable_sort(items.begin(), items.end(), [descends](const Item& left, const Item& right) {
        return descends ? precedes(right, left) : precedes(left, right);
    });
    slots.resize(std::min(limit, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
        slots[i] = items[i].slot;
    }
    return slots;
}

void append_unread_globals(std::string& out, std::span<const Global> globals) {
    for (const Global& global : globals) {
        if (!global.declaration->print_at_exit) {
            continue;
        }
        if (!global.array) {
            out.append(global.declaration->name);
            append_cell(out, global, global.scalar);
            continue;
        }
        const Ordering greatest_first{.direction = -1, .column = 0, .limit = std::nullopt};
        for (const Array::Slot slot :
             ordered_slots(*global.array, {}, greatest_first, global.variance)) {
            out.append(global.declaration->name);
            append_key(out, global.array->codec(), global.array->key(slot));
            append_cell(out, global, global.array->cell(slot));
        }
    }
}

}  // namespace sutap::execute
