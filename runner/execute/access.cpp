// The interpreter's access to globals: scalars, array elements, statistics, foreach.
#include <algorithm>

#include "runner/execute/interpreter.h"

namespace sutap::execute {

using ir::Instruction;
using ir::Operation;

void Interpreter::run_global(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::load_global:
            load_cell(instruction.result, global_of(instruction).scalar);
            break;
        case Operation::store_global:
            store_cell(global_of(instruction).scalar, operand(instruction, 0));
            break;
        case Operation::clear_global:
            clear_global(instruction);
            break;
        case Operation::load_element:
            load_element(instruction);
            break;
        case Operation::store_element:
            store_cell(element(instruction, global_of(instruction)),
                       at(instruction.operands.back()));
            break;
        case Operation::delete_element:
            delete_element(instruction);
            break;
        case Operation::contains_element:
            contains_element(instruction);
            break;
        case Operation::aggregate:
            aggregate(instruction);
            break;
        default:
            extract_statistic(instruction);
            break;
    }
}

void Interpreter::load_cell(ir::Register to, const Cell& cell) {
    if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
        at(to).integer = *integer;
    } else if (const auto* text = std::get_if<std::string>(&cell)) {
        at(to).text.assign(*text);
    }
}

void Interpreter::store_cell(Cell& cell, const Value& value) {
    if (auto* integer = std::get_if<std::int64_t>(&cell)) {
        *integer = value.integer;
    } else if (auto* text = std::get_if<std::string>(&cell)) {
        text->assign(value.text);
    }
}

std::span<const KeyPart> Interpreter::key_parts(const Instruction& instruction, std::size_t begin,
                                                std::size_t count) {
    key_parts_.clear();
    for (std::size_t i = begin; i < begin + count; ++i) {
        const ir::Register number = instruction.operands[i];
        key_parts_.push_back(number == ir::no_register ? nullptr : &at(number));
    }
    return key_parts_;
}

std::string_view Interpreter::encoded_key(const Instruction& instruction, const Global& global) {
    const KeyCodec& codec = global.array->codec();
    codec.encode(key_parts(instruction, 0, codec.size()), key_);
    return key_;
}

Cell& Interpreter::element(const Instruction& instruction, Global& global) {
    Cell* const found = global.array->find_or_insert(encoded_key(instruction, global));
    if (found == nullptr) {
        const ir::Global& declaration = *global.declaration;
        throw SoftError{.message = declaration.is_sized
                                       ? "Array overflow, check size limit (" +
                                             std::to_string(declaration.capacity) + ")"
                                       : "Array overflow, check MAXMAPENTRIES",
                        .site = instruction.site};
    }
    return *found;
}

void Interpreter::clear_global(const Instruction& instruction) {
    Global& global = global_of(instruction);
    if (global.array) {
        global.array->clear();
    } else {
        global.scalar = unset_cell(global.declaration->value);
    }
}

void Interpreter::load_element(const Instruction& instruction) {
    const Global& global = global_of(instruction);
    if (const Cell* cell = global.array->find(encoded_key(instruction, global))) {
        load_cell(instruction.result, *cell);
        return;
    }
    at(instruction.result).integer = 0;
    at(instruction.result).text.clear();
}

void Interpreter::delete_element(const Instruction& instruction) {
    Global& global = global_of(instruction);
    const auto& keys = instruction.operands;
    if (std::find(keys.begin(), keys.end(), ir::no_register) == keys.end()) {
        global.array->erase(encoded_key(instruction, global));
    } else {
        global.array->erase_matching(key_parts(instruction, 0, keys.size()));
    }
}

void Interpreter::contains_element(const Instruction& instruction) {
    const Global& global = global_of(instruction);
    const auto& keys = instruction.operands;
    bool found = false;
    if (std::find(keys.begin(), keys.end(), ir::no_register) == keys.end()) {
        found = global.array->find(encoded_key(instruction, global)) != nullptr;
    } else {
        found = global.array->contains_matching(key_parts(instruction, 0, keys.size()));
    }
    at(instruction.result).integer = found ? 1 : 0;
}

void Interpreter::aggregate(const Instruction& instruction) {
    Global& global = global_of(instruction);
    Cell& cell = global.array ? element(instruction, global) : global.scalar;
    std::get<Statistic>(cell).add(at(instruction.operands.back()).integer, global.variance);
}

void Interpreter::extract_statistic(const Instruction& instruction) {
    static const Cell unset = Statistic();
    const Global& global = global_of(instruction);
    const Cell* cell = &global.scalar;
    if (global.array) {
        cell = global.array->find(encoded_key(instruction, global));
    }
    const auto& statistic = std::get<Statistic>(cell != nullptr ? *cell : unset);
    const std::optional<std::int64_t> value =
        statistic.extract(static_cast<Extractor>(instruction.extra), global.variance);
    if (!value) {
        throw SoftError{.message = "empty aggregate", .site = instruction.site};
    }
    at(instruction.result).integer = *value;
}

Interpreter::Flow Interpreter::run_foreach(const Instruction& instruction) {
    Global& global = global_of(instruction);
    const KeyCodec& codec = global.array->codec();
    const auto& operands = instruction.operands;
    const std::size_t keys = codec.size();
    const ir::Register value = operands[keys];
    Ordering ordering{.direction = static_cast<int>(instruction.numbers[0]),
                      .column = static_cast<std::uint32_t>(instruction.numbers[1]),
                      .limit = std::nullopt};
    if (instruction.numbers[2] >= 0) {
        ordering.extractor = static_cast<Extractor>(instruction.numbers[2]);
    }
    if (operands[keys + 1] != ir::no_register) {
        ordering.limit =
            static_cast<std::size_t>(std::max<std::int64_t>(0, at(operands[keys + 1]).integer));
    }
    const std::vector<Array::Slot> slots =
        ordered_slots(*global.array, key_parts(instruction, keys + 2, operands.size() - keys - 2),
                      ordering, global.variance);
    for (const Array::Slot slot : slots) {
        if (!global.array->is_set(slot)) {
            continue;
        }
        count_idle(instruction);
        for (std::size_t i = 0; i < keys; ++i) {
            codec.decode_column(global.array->key(slot), i, at(operands[i]));
        }
        if (value != ir::no_register) {
            load_cell(value, global.array->cell(slot));
        }
        Flow flow = run_block(instruction.blocks[0]);
        if (leaves_here(flow) || flow != Flow::next) {
            return flow;
        }
    }
    return Flow::next;
}

}  // namespace sutap::execute
