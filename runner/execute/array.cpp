#include "runner/execute/array.h"

#include <algorithm>
#include <functional>
#include <string_view>

namespace sutap::execute {
namespace {

constexpr std::uint32_t first_table_bits = 4;
constexpr std::size_t most_elements = std::size_t{1} << 30U;

}  // namespace

Array::Array(std::vector<ir::ValueType> columns, ir::ValueType value, std::size_t capacity,
             bool wraps)
    : value_(value),
      capacity_(std::min(capacity, most_elements)),
      wraps_(wraps),
      table_(std::size_t{1} << first_table_bits, none),
      table_shift_(32 - first_table_bits) {
    for (const ir::ValueType type : columns) {
        std::size_t& count = type == ir::ValueType::string ? text_columns_ : integer_columns_;
        columns_.push_back({type, count++});
    }
    has_integer_key_ = integer_columns_ == 1 && text_columns_ == 0;
}

std::uint32_t Array::hash_of(std::span<const KeyPart> key) const {
    if (has_integer_key_) {
        return hash_of(key[0].integer);
    }
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::uint64_t part = columns_[i].type == ir::ValueType::string
                                       ? std::hash<std::string_view>()(*key[i].text)
                                       : static_cast<std::uint64_t>(key[i].integer);
        hash = (hash ^ (hash >> 29U) ^ part) * 0x9e3779b97f4a7c15U;
    }
    return static_cast<std::uint32_t>(hash >> 32U);
}

bool Array::has_key(Slot slot, std::span<const KeyPart> key) const {
    if (text_columns_ > 0) {
        return matches(slot, key);
    }
    const std::int64_t* column = integer_keys_.data() + slot * integer_columns_;
    return std::all_of(key.begin(), key.end(),
                       [&column](const KeyPart& part) { return part.integer == *column++; });
}

bool Array::matches(Slot slot, std::span<const KeyPart> pattern) const {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i].is_any) {
            continue;
        }
        const bool same = columns_[i].type == ir::ValueType::string
                              ? key_text(slot, i) == *pattern[i].text
                              : key_integer(slot, i) == pattern[i].integer;
        if (!same) {
            return false;
        }
    }
    return true;
}

Array::Slot Array::find(std::span<const KeyPart> key, Work& work) const {
    const std::uint32_t hash = hash_of(key);
    for (std::size_t position = home(hash);; position = after(position)) {
        const Slot slot = table_[position];
        if (slot == none || (links_[slot].hash == hash && has_key(slot, key))) {
            return slot;
        }
        work.spend(1);
    }
}

Array::Slot Array::find_or_insert(std::span<const KeyPart> key, Work& work) {
    Slot slot = find(key, work);
    if (slot != none) {
        return slot;
    }
    slot = insert(hash_of(key), work);
    if (slot == none) {
        return none;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].type == ir::ValueType::string) {
            text_keys_[slot * text_columns_ + columns_[i].place].assign(*key[i].text);
        } else {
            integer_keys_[slot * integer_columns_ + columns_[i].place] = key[i].integer;
        }
    }
    return slot;
}

// A new element at the end; its key is the caller's to fill in.
Array::Slot Array::insert(std::uint32_t hash, Work& work) {
    if (!make_room(work)) {
        return none;
    }
    const Slot slot = take_slot();
    links_[slot] = {.previous = last_, .next = none, .hash = hash, .is_set = true};
    (last_ == none ? first_ : links_[last_].next) = slot;
    last_ = slot;
    ++size_;
    if (size_ * 2 > table_.size()) {
        grow_table();
    } else {
        enter(slot);
    }
    return slot;
}

bool Array::make_room(Work& work) {
    if (size_ < capacity_) {
        return true;
    }
    if (!wraps_ || first_ == none) {
        return false;
    }
    erase(first_, work);
    return true;
}

Array::Slot Array::take_slot() {
    if (!free_.empty()) {
        const Slot slot = free_.back();
        free_.pop_back();
        return slot;
    }
    links_.emplace_back();
    integer_keys_.resize(links_.size() * integer_columns_);
    text_keys_.resize(links_.size() * text_columns_);
    switch (value_) {
        case ir::ValueType::string:
            texts_.emplace_back();
            break;
        case ir::ValueType::statistic:
            statistics_.emplace_back();
            break;
        default:
            integers_.emplace_back();
            break;
    }
    return static_cast<Slot>(links_.size() - 1);
}

void Array::enter(Slot slot) {
    std::size_t position = home(links_[slot].hash);
    while (table_[position] != none) {
        position = after(position);
    }
    table_[position] = slot;
}

void Array::grow_table() {
    table_.assign(table_.size() * 2, none);
    --table_shift_;
    for (Slot slot = first_; slot != none; slot = links_[slot].next) {
        enter(slot);
    }
}

// Closes the gap: what stands behind it moves up as long as it stays at or behind its home.
void Array::remove(Slot slot, Work& work) {
    std::size_t gap = home(links_[slot].hash);
    while (table_[gap] != slot) {
        gap = after(gap);
        work.spend(1);
    }
    for (std::size_t position = after(gap); table_[position] != none; position = after(position)) {
        work.spend(1);
        const std::size_t mask = table_.size() - 1;
        const std::size_t distance = (position - home(links_[table_[position]].hash)) & mask;
        if (distance >= ((position - gap) & mask)) {
            table_[gap] = table_[position];
            gap = position;
        }
    }
    table_[gap] = none;
}

void Array::erase(Slot slot, Work& work) {
    remove(slot, work);
    Link& link = links_[slot];
    (link.previous == none ? first_ : links_[link.previous].next) = link.next;
    (link.next == none ? last_ : links_[link.next].previous) = link.previous;
    link.is_set = false;
    reset(slot);
    free_.push_back(slot);
    --size_;
}

void Array::reset(Slot slot) {
    for (std::size_t i = 0; i < text_columns_; ++i) {
        text_keys_[slot * text_columns_ + i].clear();
    }
    switch (value_) {
        case ir::ValueType::string:
            texts_[slot].clear();
            break;
        case ir::ValueType::statistic:
            statistics_[slot] = Statistic();
            break;
        default:
            integers_[slot] = 0;
            break;
    }
}

void Array::erase_matching(std::span<const KeyPart> pattern, Work& work) {
    for (Slot slot = first_; slot != none;) {
        const Slot following = links_[slot].next;
        work.spend(1);
        if (matches(slot, pattern)) {
            erase(slot, work);
        }
        slot = following;
    }
}

bool Array::contains_matching(std::span<const KeyPart> pattern, Work& work) const {
    for (Slot slot = first_; slot != none; slot = links_[slot].next) {
        work.spend(1);
        if (matches(slot, pattern)) {
            return true;
        }
    }
    return false;
}

void Array::clear(Work& work) {
    // Slots are kept, so that a foreach over this array that is under way meets unset elements.
    while (first_ != none) {
        work.spend(1);
        erase(first_, work);
    }
}

}  // namespace sutap::execute
