// Globals: scalars, elements, statistics, foreach.
#include <algorithm>
#include <utility>

#include "runner/execute/machine.h"
#include "runner/execute/operations.h"

namespace sutap::execute::operations {
namespace {

using ir::ValueType;

Global& global_of(const Code& code, Machine& machine) {
    return machine.globals[code.right];
}

const Code* load_global_integer(const Code& code, Machine& machine) {
    machine.integers[code.result] = global_of(code, machine).integer;
    return &code + 1;
}

const Code* load_global_text(const Code& code, Machine& machine) {
    machine.texts[code.result] = global_of(code, machine).text;
    return &code + 1;
}

const Code* store_global_integer(const Code& code, Machine& machine) {
    global_of(code, machine).integer = machine.integers[code.left];
    return &code + 1;
}

const Code* store_global_text(const Code& code, Machine& machine) {
    global_of(code, machine).text = machine.text(code.left);
    return &code + 1;
}

// Operands as a key or, with `*` among them, as a pattern. Valid until the next one is made.
std::span<const KeyPart> key_of(std::span<const Operand> operands, Machine& machine) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
        KeyPart& part = machine.key[i];
        switch (operands[i].kind) {
            case Operand::Kind::integer:
                part.integer = machine.integers[operands[i].place];
                break;
            case Operand::Kind::text:
                part.text = &machine.text(operands[i].place);
                break;
            case Operand::Kind::any:
                break;
        }
        part.is_any = operands[i].kind == Operand::Kind::any;
    }
    return std::span(machine.key).first(operands.size());
}

// How the element is found. One integer is a key of its own kind, because it is what scripts use
// most.
struct IntegerKey {
    static std::int64_t of(const Code& code, Machine& machine) {
        return machine.integers[code.left];
    }
};
struct AnyKey {
    static std::span<const KeyPart> of(const Code& code, Machine& machine) {
        return key_of(machine.detail(code.left).operands, machine);
    }
};

[[noreturn]] void raise_overflow(const Code& code, const Global& global) {
    const ir::Global& declaration = *global.declaration;
    raise(declaration.is_sized
              ? "Array overflow, check size limit (" + std::to_string(declaration.capacity) + ")"
              : "Array overflow, check MAXMAPENTRIES",
          code);
}

template <typename Key>
Array::Slot find_or_insert(const Code& code, Machine& machine, Global& global) {
    const Array::Slot slot = global.array->find_or_insert(Key::of(code, machine), machine.work);
    if (slot == Array::none) {
        raise_overflow(code, global);
    }
    return slot;
}

template <typename Key>
const Code* load_integer_element(const Code& code, Machine& machine) {
    const Array& array = *global_of(code, machine).array;
    const Array::Slot slot = array.find(Key::of(code, machine), machine.work);
    machine.integers[code.result] = slot == Array::none ? 0 : array.integer(slot);
    return &code + 1;
}

template <typename Key>
const Code* load_text_element(const Code& code, Machine& machine) {
    const Array& array = *global_of(code, machine).array;
    const Array::Slot slot = array.find(Key::of(code, machine), machine.work);
    if (slot == Array::none) {
        machine.texts[code.result].clear();
    } else {
        machine.texts[code.result] = array.text(slot);
    }
    return &code + 1;
}

template <typename Key>
const Code* store_integer_element(const Code& code, Machine& machine) {
    Global& global = global_of(code, machine);
    const Array::Slot slot = find_or_insert<Key>(code, machine, global);
    global.array->integer(slot) = machine.integers[code.result];
    return &code + 1;
}

template <typename Key>
const Code* store_text_element(const Code& code, Machine& machine) {
    Global& global = global_of(code, machine);
    const Array::Slot slot = find_or_insert<Key>(code, machine, global);
    global.array->text(slot) = machine.text(code.result);
    return &code + 1;
}

template <typename Key>
const Code* aggregate_into_element(const Code& code, Machine& machine) {
    Global& global = global_of(code, machine);
    const Array::Slot slot = find_or_insert<Key>(code, machine, global);
    global.array->statistic(slot).add(machine.integers[code.result], global.form, machine.hits);
    return &code + 1;
}

template <typename Key>
const Code* contains(const Code& code, Machine& machine) {
    const Array& array = *global_of(code, machine).array;
    const bool found = array.find(Key::of(code, machine), machine.work) != Array::none;
    machine.integers[code.result] = found ? 1 : 0;
    return &code + 1;
}

template <typename Key>
const Code* erase(const Code& code, Machine& machine) {
    Array& array = *global_of(code, machine).array;
    const Array::Slot slot = array.find(Key::of(code, machine), machine.work);
    if (slot != Array::none) {
        array.erase(slot, machine.work);
    }
    return &code + 1;
}

// The element that the first operands of the detail name, or the scalar.
const Statistic& statistic_of(const Code& code, Machine& machine) {
    static const Statistic unset;
    const Global& global = global_of(code, machine);
    if (!global.array) {
        return global.statistic;
    }
    const auto operands =
        std::span(machine.detail(code.left).operands).first(global.array->columns());
    const Array::Slot slot = global.array->find(key_of(operands, machine), machine.work);
    return slot == Array::none ? unset : std::as_const(*global.array).statistic(slot);
}

// Of a histogram's buckets.
std::span<const std::int64_t> counts_of(const Code& code, Machine& machine) {
    const std::span<const std::int64_t> counts = statistic_of(code, machine).counts();
    if (counts.empty()) {
        raise("empty aggregate", code);
    }
    return counts;
}

// Fills the machine's text buffer.
void fill_histogram(const Code& code, Machine& machine) {
    const std::span<const std::int64_t> counts = counts_of(code, machine);
    machine.text_buffer.clear();
    append_histogram(machine.text_buffer, global_of(code, machine).form.histogram, counts,
                     machine.context.options.histogram_elision);
    machine.spend_for_text(machine.text_buffer.size());
}

Ordering ordering_of(const Detail& detail, std::size_t keys, const Machine& machine) {
    const std::vector<std::int64_t>& numbers = detail.instruction->numbers;
    Ordering ordering{.direction = static_cast<int>(numbers[0]),
                      .column = static_cast<std::uint32_t>(numbers[1]),
                      .limit = std::nullopt};
    if (numbers[2] >= 0) {
        ordering.extractor = static_cast<Extractor>(numbers[2]);
    }
    const Operand& limit = detail.operands[keys + 1];
    if (limit.kind == Operand::Kind::integer) {
        ordering.limit =
            static_cast<std::size_t>(std::max<std::int64_t>(0, machine.integers[limit.place]));
    }
    return ordering;
}

Global& global_of(const Detail& detail, Machine& machine) {
    return machine.globals[static_cast<std::size_t>(detail.instruction->immediate)];
}

// foreach's variables for one element.
void load_variables(const Detail& detail, const Array& array, Array::Slot slot, Machine& machine) {
    for (std::size_t i = 0; i < array.columns(); ++i) {
        const Operand& key = detail.operands[i];
        if (key.kind == Operand::Kind::text) {
            machine.texts[key.place] = array.key_text(slot, i);
        } else {
            machine.integers[key.place] = array.key_integer(slot, i);
        }
    }
    const Operand& value = detail.operands[array.columns()];
    if (value.kind == Operand::Kind::text) {
        machine.texts[value.place] = array.text(slot);
    } else if (value.kind == Operand::Kind::integer) {
        machine.integers[value.place] = array.integer(slot);
    }
}

}  // namespace

Execute load_global(ValueType type) {
    return type == ValueType::string ? load_global_text : load_global_integer;
}

Execute store_global(ValueType type) {
    return type == ValueType::string ? store_global_text : store_global_integer;
}

const Code* clear_global(const Code& code, Machine& machine) {
    global_of(code, machine).clear(machine.work);
    return &code + 1;
}

Execute load_element(bool has_integer_key, ValueType type) {
    if (type == ValueType::string) {
        return has_integer_key ? load_text_element<IntegerKey> : load_text_element<AnyKey>;
    }
    return has_integer_key ? load_integer_element<IntegerKey> : load_integer_element<AnyKey>;
}

Execute store_element(bool has_integer_key, ValueType type) {
    if (type == ValueType::string) {
        return has_integer_key ? store_text_element<IntegerKey> : store_text_element<AnyKey>;
    }
    return has_integer_key ? store_integer_element<IntegerKey> : store_integer_element<AnyKey>;
}

Execute aggregate_element(bool has_integer_key) {
    return has_integer_key ? aggregate_into_element<IntegerKey> : aggregate_into_element<AnyKey>;
}

Execute contains_element(bool has_integer_key) {
    return has_integer_key ? contains<IntegerKey> : contains<AnyKey>;
}

Execute delete_element(bool has_integer_key) {
    return has_integer_key ? erase<IntegerKey> : erase<AnyKey>;
}

const Code* contains_matching(const Code& code, Machine& machine) {
    const bool found =
        global_of(code, machine).array->contains_matching(AnyKey::of(code, machine), machine.work);
    machine.integers[code.result] = found ? 1 : 0;
    return &code + 1;
}

const Code* delete_matching(const Code& code, Machine& machine) {
    global_of(code, machine).array->erase_matching(AnyKey::of(code, machine), machine.work);
    return &code + 1;
}

const Code* aggregate_scalar(const Code& code, Machine& machine) {
    Global& global = global_of(code, machine);
    global.statistic.add(machine.integers[code.result], global.form, machine.hits);
    return &code + 1;
}

const Code* extract_statistic(const Code& code, Machine& machine) {
    const auto extractor = static_cast<Extractor>(machine.detail(code.left).instruction->extra);
    const std::optional<std::int64_t> value =
        statistic_of(code, machine).extract(extractor, global_of(code, machine).form);
    if (!value) {
        raise("empty aggregate", code);
    }
    machine.integers[code.result] = *value;
    return &code + 1;
}

const Code* extract_bucket(const Code& code, Machine& machine) {
    const std::span<const std::int64_t> counts = counts_of(code, machine);
    const std::int64_t bucket = machine.integers[machine.detail(code.left).operands.back().place];
    if (bucket < 0 || static_cast<std::uint64_t>(bucket) >= counts.size()) {
        raise("histogram index out of range", code);
    }
    machine.integers[code.result] = counts[static_cast<std::size_t>(bucket)];
    return &code + 1;
}

const Code* print_histogram(const Code& code, Machine& machine) {
    fill_histogram(code, machine);
    machine.context.output.append(machine.text_buffer);
    return &code + 1;
}

const Code* format_histogram(const Code& code, Machine& machine) {
    fill_histogram(code, machine);
    machine.set_text(code.result, machine.text_buffer);
    return &code + 1;
}

const Code* begin_foreach(const Code& code, Machine& machine) {
    const Detail& detail = machine.detail(code.left);
    const Global& global = global_of(detail, machine);
    const std::size_t place = machine.frames.back().iterators + code.right;
    if (machine.iterators.size() <= place) {
        machine.iterators.resize(place + 1);
    }
    Iterator& iterator = machine.iterators[place];
    iterator.next = 0;
    const std::size_t keys = global.array->columns();
    const auto slices = std::span(detail.operands).subspan(keys + 2);
    find_ordered_slots(*global.array, key_of(slices, machine), ordering_of(detail, keys, machine),
                       global.form, iterator.slots, machine.work);
    return &code + 1;
}

const Code* next_element(const Code& code, Machine& machine) {
    const Detail& detail = machine.detail(code.left);
    const Array& array = *global_of(detail, machine).array;
    Iterator& iterator = machine.iterators[machine.frames.back().iterators + code.right];
    while (iterator.next < iterator.slots.size()) {
        const Array::Slot slot = iterator.slots[iterator.next++];
        if (array.is_set(slot)) {
            load_variables(detail, array, slot, machine);
            return &code + 1;
        }
    }
    return &code + as_signed(code.result);
}

}  // namespace sutap::execute::operations
