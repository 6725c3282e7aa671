#include "runner/execute/globals.h"

#include <algorithm>
#include <cstring>

namespace sutap::execute {
namespace {

// The shift that @variance of each global asks for, from every extraction in the program.
void find_variances(const ir::Block& block, std::vector<Global>& globals) {
    for (const ir::Instruction& instruction : block) {
        if (instruction.operation == ir::Operation::extract_statistic &&
            instruction.extra == static_cast<std::uint32_t>(Extractor::variance)) {
            VarianceForm& form = globals[static_cast<std::size_t>(instruction.immediate)].variance;
            const std::int64_t shift = instruction.numbers.empty() ? 0 : instruction.numbers[0];
            form.is_kept = true;
            form.shift = std::max(
                form.shift, static_cast<std::uint32_t>(std::clamp<std::int64_t>(shift, 0, 62)));
        }
        if (instruction.operation == ir::Operation::foreach_in && instruction.numbers.size() > 2 &&
            instruction.numbers[2] == static_cast<std::int64_t>(Extractor::variance)) {
            globals[static_cast<std::size_t>(instruction.immediate)].variance.is_kept = true;
        }
        for (const ir::Block& inner : instruction.blocks) {
            find_variances(inner, globals);
        }
    }
}

Cell initial_cell(const ir::Global& declaration) {
    switch (declaration.value) {
        case ir::ValueType::string:
            return declaration.initial_string;
        case ir::ValueType::statistic:
            return Statistic();
        default:
            return declaration.initial_integer;
    }
}

}  // namespace

Cell unset_cell(ir::ValueType type) {
    switch (type) {
        case ir::ValueType::string:
            return std::string();
        case ir::ValueType::statistic:
            return Statistic();
        default:
            return std::int64_t{0};
    }
}

void KeyCodec::encode(std::span<const KeyPart> parts, std::string& out) const {
    out.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i] == ir::ValueType::string) {
            const std::uint64_t length = parts[i]->text.size();
            out.append(reinterpret_cast<const char*>(&length), sizeof length);
            out.append(parts[i]->text);
        } else {
            out.append(reinterpret_cast<const char*>(&parts[i]->integer), sizeof(std::int64_t));
        }
    }
}

std::string_view KeyCodec::column_bytes(std::string_view key, std::size_t column) const {
    for (std::size_t i = 0;; ++i) {
        std::uint64_t length = sizeof(std::int64_t);
        if (columns_[i] == ir::ValueType::string) {
            std::memcpy(&length, key.data(), sizeof length);
            key.remove_prefix(sizeof length);
        }
        if (i == column) {
            return key.substr(0, length);
        }
        key.remove_prefix(length);
    }
}

void KeyCodec::decode_column(std::string_view key, std::size_t column, Value& out) const {
    const std::string_view bytes = column_bytes(key, column);
    if (columns_[column] == ir::ValueType::string) {
        out.text.assign(bytes);
    } else {
        std::memcpy(&out.integer, bytes.data(), sizeof out.integer);
    }
}

bool KeyCodec::matches(std::string_view key, std::span<const KeyPart> pattern) const {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == nullptr) {
            continue;
        }
        const std::string_view bytes = column_bytes(key, i);
        const bool same = columns_[i] == ir::ValueType::string
                              ? bytes == pattern[i]->text
                              : std::memcmp(bytes.data(), &pattern[i]->integer, bytes.size()) == 0;
        if (!same) {
            return false;
        }
    }
    return true;
}

Array::Array(std::vector<ir::ValueType> columns, Cell initial, std::size_t capacity, bool wraps)
    : codec_(std::move(columns)),
      initial_(std::move(initial)),
      capacity_(std::min<std::size_t>(capacity, none)),
      wraps_(wraps) {}

const Cell* Array::find(std::string_view key) const {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : &entries_[found->second].cell;
}

Cell* Array::find_or_insert(std::string_view key) {
    if (const auto found = index_.find(key); found != index_.end()) {
        return &entries_[found->second].cell;
    }
    if (index_.size() >= capacity_) {
        if (!wraps_ || first_ == none) {
            return nullptr;
        }
        erase_slot(first_);
    }
    const Slot slot = take_slot();
    Entry& entry = entries_[slot];
    entry.key.assign(key);
    entry.is_set = true;
    entry.previous = last_;
    entry.next = none;
    (last_ == none ? first_ : entries_[last_].next) = slot;
    last_ = slot;
    index_.emplace(entry.key, slot);
    return &entry.cell;
}

Array::Slot Array::take_slot() {
    if (!free_.empty()) {
        const Slot slot = free_.back();
        free_.pop_back();
        return slot;
    }
    entries_.emplace_back().cell = initial_;
    return static_cast<Slot>(entries_.size() - 1);
}

void Array::erase_slot(Slot slot) {
    Entry& entry = entries_[slot];
    index_.erase(entry.key);
    (entry.previous == none ? first_ : entries_[entry.previous].next) = entry.next;
    (entry.next == none ? last_ : entries_[entry.next].previous) = entry.previous;
    entry.key.clear();
    entry.cell = initial_;
    entry.is_set = false;
    free_.push_back(slot);
}

void Array::erase(std::string_view key) {
    if (const auto found = index_.find(key); found != index_.end()) {
        erase_slot(found->second);
    }
}

void Array::erase_matching(std::span<const KeyPart> pattern) {
    for (Slot slot = first_; slot != none;) {
        const Slot following = entries_[slot].next;
        if (codec_.matches(entries_[slot].key, pattern)) {
            erase_slot(slot);
        }
        slot = following;
    }
}

bool Array::contains_matching(std::span<const KeyPart> pattern) const {
    for (Slot slot = first_; slot != none; slot = entries_[slot].next) {
        if (codec_.matches(entries_[slot].key, pattern)) {
            return true;
        }
    }
    return false;
}

void Array::clear() {
    // Slots are kept, so that a foreach over this array that is under way meets unset elements.
    while (first_ != none) {
        erase_slot(first_);
    }
}

std::vector<Global> make_globals(const ir::Program& program, std::uint32_t default_capacity) {
    std::vector<Global> globals(program.globals.size());
    for (std::size_t i = 0; i < globals.size(); ++i) {
        const ir::Global& declaration = program.globals[i];
        Global& made = globals[i];
        made.declaration = &declaration;
        if (declaration.keys.empty()) {
            made.scalar = initial_cell(declaration);
        } else {
            const std::int64_t capacity =
                declaration.capacity > 0 ? declaration.capacity : default_capacity;
            made.array.emplace(declaration.keys, unset_cell(declaration.value),
                               static_cast<std::size_t>(capacity), declaration.wraps);
        }
    }
    for (const ir::Function& function : program.functions) {
        find_variances(function.body, globals);
    }
    for (const ir::Handler& handler : program.handlers) {
        find_variances(handler.body, globals);
    }
    return globals;
}

}  // namespace sutap::execute
