// The script's global variables: scalars, statistics, and arrays in the order of insertion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "runner/execute/statistic.h"
#include "runner/ir/program.h"

namespace sutap::execute {

// What a register holds: the member that its type names.
struct Value {
    std::int64_t integer = 0;
    std::string text;
};

// What a global or an element holds.
using Cell = std::variant<std::int64_t, std::string, Statistic>;

// One index of a key pattern, or nothing for `*`.
using KeyPart = const Value*;

// A key is kept as bytes: 8 for each integer, length and bytes for each string.
class KeyCodec {
  public:
    explicit KeyCodec(std::vector<ir::ValueType> columns) : columns_(std::move(columns)) {}

    std::size_t size() const { return columns_.size(); }
    ir::ValueType column(std::size_t index) const { return columns_[index]; }
    // All parts must be there.
    void encode(std::span<const KeyPart> parts, std::string& out) const;
    void decode_column(std::string_view key, std::size_t column, Value& out) const;
    bool matches(std::string_view key, std::span<const KeyPart> pattern) const;

  private:
    std::string_view column_bytes(std::string_view key, std::size_t column) const;
    std::vector<ir::ValueType> columns_;
};

class Array {
  public:
    // `capacity`: most elements; when full, an array that wraps drops the one inserted first.
    Array(std::vector<ir::ValueType> columns, Cell initial, std::size_t capacity, bool wraps);

    using Slot = std::uint32_t;
    static constexpr Slot none = 0xffffffff;

    const KeyCodec& codec() const { return codec_; }
    std::size_t size() const { return index_.size(); }
    const Cell* find(std::string_view key) const;
    // The element, made if need be; nullptr if the array is full.
    Cell* find_or_insert(std::string_view key);
    void erase(std::string_view key);
    void erase_matching(std::span<const KeyPart> pattern);
    bool contains_matching(std::span<const KeyPart> pattern) const;
    void clear();

    // In the order of insertion. A slot stays valid until its element is erased; cell() and key()
    // then give an unset element's value and an empty key.
    Slot first() const { return first_; }
    Slot next(Slot slot) const { return entries_[slot].next; }
    bool is_set(Slot slot) const { return slot < entries_.size() && entries_[slot].is_set; }
    std::string_view key(Slot slot) const { return entries_[slot].key; }
    const Cell& cell(Slot slot) const { return entries_[slot].cell; }

  private:
    struct Entry {
        std::string key;
        Cell cell;
        Slot previous = none;
        Slot next = none;
        bool is_set = false;
    };
    void erase_slot(Slot slot);
    Slot take_slot();

    KeyCodec codec_;
    Cell initial_;
    std::size_t capacity_;
    bool wraps_;
    std::deque<Entry> entries_;  // a deque, because index_ refers to the keys within
    std::vector<Slot> free_;
    std::unordered_map<std::string_view, Slot> index_;
    Slot first_ = none;
    Slot last_ = none;
};

// How foreach wants an array's elements.
struct Ordering {
    int direction = 0;                       // 0: as inserted, 1: ascending, -1: descending
    std::uint32_t column = 0;                // 0: by value, n: by the nth key
    Extractor extractor = Extractor::count;  // for statistics
    std::optional<std::size_t> limit;
};

// The slots that match `pattern` (empty: all), ordered and cut to the limit. Elements that compare
// equal keep the order of insertion.
std::vector<Array::Slot> ordered_slots(const Array& array, std::span<const KeyPart> pattern,
                                       const Ordering& ordering, const VarianceForm& variance);

// One global variable.
struct Global {
    const ir::Global* declaration = nullptr;
    VarianceForm variance;
    Cell scalar;
    std::optional<Array> array;
};

// All of them with their initial values; `default_capacity` is MAXMAPENTRIES.
std::vector<Global> make_globals(const ir::Program& program, std::uint32_t default_capacity);

// The value that a cell of this type has before anything is stored in it.
Cell unset_cell(ir::ValueType type);

// As stap prints globals at exit that were written and never read: a line for each scalar
// (`g=1`, `s="x"`, `p=0x10`, `st @count=…`) or element (`a["k",2]=4`, greatest value first).
void append_unread_globals(std::string& out, std::span<const Global> globals);

}  // namespace sutap::execute
