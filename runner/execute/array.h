// The script's arrays: elements in the order of insertion, found through an open-addressing table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runner/execute/statistic.h"
#include "runner/execute/work.h"
#include "runner/ir/program.h"

namespace sutap::execute {

// One index of a key or of a key pattern: the member that its column's type names, or any.
struct KeyPart {
    std::int64_t integer = 0;
    const std::string* text = nullptr;
    bool is_any = false;  // `*`, in patterns only
};

// Keys and values are kept by columns: all integers of a kind together, all strings together. What
// looks at many elements spends `work` for them, be it that their keys were made to collide.
class Array {
  public:
    // `capacity`: most elements; when full, an array that wraps drops the one inserted first.
    Array(std::vector<ir::ValueType> columns, ir::ValueType value, std::size_t capacity,
          bool wraps);

    using Slot = std::uint32_t;
    static constexpr Slot none = 0xffffffff;

    std::size_t columns() const { return columns_.size(); }
    ir::ValueType value() const { return value_; }
    ir::ValueType column(std::size_t index) const { return columns_[index].type; }
    bool has_integer_key() const { return has_integer_key_; }  // one, and nothing else
    std::size_t size() const { return size_; }

    // `none` if there is no such element. Keys have a part for each column.
    Slot find(std::span<const KeyPart> key, Work& work) const;
    // The element, made if need be; `none` if the array is full.
    Slot find_or_insert(std::span<const KeyPart> key, Work& work);
    // The same where has_integer_key().
    Slot find(std::int64_t key, Work& work) const;
    Slot find_or_insert(std::int64_t key, Work& work);

    void erase(Slot slot, Work& work);
    void erase_matching(std::span<const KeyPart> pattern, Work& work);
    bool contains_matching(std::span<const KeyPart> pattern, Work& work) const;
    void clear(Work& work);

    // In the order of insertion. A slot stays what it is until its element is erased; it may then
    // be taken for another one.
    Slot first() const { return first_; }
    Slot next(Slot slot) const { return links_[slot].next; }
    bool is_set(Slot slot) const { return links_[slot].is_set; }
    bool matches(Slot slot, std::span<const KeyPart> pattern) const;

    // Each for the type that the column or the array's value has.
    std::int64_t key_integer(Slot slot, std::size_t column) const {
        return integer_keys_[slot * integer_columns_ + columns_[column].place];
    }
    const std::string& key_text(Slot slot, std::size_t column) const {
        return text_keys_[slot * text_columns_ + columns_[column].place];
    }
    std::int64_t& integer(Slot slot) { return integers_[slot]; }
    std::string& text(Slot slot) { return texts_[slot]; }
    Statistic& statistic(Slot slot) { return statistics_[slot]; }
    std::int64_t integer(Slot slot) const { return integers_[slot]; }
    const std::string& text(Slot slot) const { return texts_[slot]; }
    const Statistic& statistic(Slot slot) const { return statistics_[slot]; }

  private:
    struct Column {
        ir::ValueType type{};
        std::size_t place = 0;  // among the columns of that type
    };
    struct Link {
        Slot previous = none;
        Slot next = none;
        std::uint32_t hash = 0;
        bool is_set = false;
    };

    static std::uint32_t hash_of(std::int64_t key);
    std::uint32_t hash_of(std::span<const KeyPart> key) const;
    std::size_t home(std::uint32_t hash) const { return hash >> table_shift_; }
    std::size_t after(std::size_t position) const { return (position + 1) & (table_.size() - 1); }
    bool has_key(Slot slot, std::span<const KeyPart> key) const;
    Slot insert(std::uint32_t hash, Work& work);
    bool make_room(Work& work);
    Slot take_slot();
    void enter(Slot slot);
    void remove(Slot slot, Work& work);
    void grow_table();
    void reset(Slot slot);

    std::vector<Column> columns_;
    ir::ValueType value_;
    std::size_t integer_columns_ = 0;
    std::size_t text_columns_ = 0;
    bool has_integer_key_ = false;
    std::size_t capacity_;
    bool wraps_;
    std::size_t size_ = 0;
    Slot first_ = none;
    Slot last_ = none;

    // By slot.
    std::vector<Link> links_;
    std::vector<std::int64_t> integer_keys_;
    std::vector<std::string> text_keys_;
    std::vector<std::int64_t> integers_;
    std::vector<std::string> texts_;
    std::vector<Statistic> statistics_;
    std::vector<Slot> free_;

    // Slots at or behind the place that their hash's upper bits name; `none` between.
    std::vector<Slot> table_;
    std::uint32_t table_shift_ = 0;
};

inline std::uint32_t Array::hash_of(std::int64_t key) {
    // Multiplication by 2^64 divided by the golden ratio spreads neighbours far apart.
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(key) * 0x9e3779b97f4a7c15U) >>
                                      32U);
}

inline Array::Slot Array::find(std::int64_t key, Work& work) const {
    for (std::size_t position = home(hash_of(key));; position = after(position)) {
        const Slot slot = table_[position];
        if (slot == none || integer_keys_[slot] == key) {
            return slot;
        }
        work.spend(1);
    }
}

inline Array::Slot Array::find_or_insert(std::int64_t key, Work& work) {
    Slot slot = find(key, work);
    if (slot == none) {
        slot = insert(hash_of(key), work);
        if (slot != none) {
            integer_keys_[slot] = key;
        }
    }
    return slot;
}

}  // namespace sutap::execute
