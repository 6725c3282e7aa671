#include "runner/bpf/frame.h"

#include <algorithm>
#include <array>

#include "runner/bpf/emit.h"

namespace sutap::bpf {
namespace {

constexpr std::int32_t most_frame_bytes = 32000;  // mm/percpu: PCPU_MIN_UNIT_SIZE is 32 KiB
constexpr std::int32_t fault_entry_bytes = 24;
constexpr std::uint32_t task_name_bytes = 16;     // TASK_COMM_LEN
constexpr std::int32_t loop_record_bytes = 6144;  // what the rounds of loops may add

bool is_builtin(const ir::Instruction& instruction, elaborate::Builtin builtin) {
    return instruction.operation == ir::Operation::builtin &&
           instruction.immediate == static_cast<std::int64_t>(builtin);
}

struct Needs {
    std::map<ir::Register, ir::ValueType> registers;
    std::int32_t record = 0;
    bool loops = false;
};

void collect(const ir::Block& block, const std::vector<ir::ValueType>& types,
             std::uint32_t string_size, Needs& needs) {
    for (const ir::Instruction& instruction : block) {
        if (instruction.result != ir::no_register) {
            needs.registers[instruction.result] = types.at(instruction.result);
        }
        for (const ir::Register operand : instruction.operands) {
            if (operand != ir::no_register) {
                needs.registers[operand] = types.at(operand);
            }
        }
        if (instruction.capture_site != 0) {
            const bool text = types.at(instruction.result) == ir::ValueType::string;
            const std::uint32_t payload =
                is_raw(instruction)
                    ? (instruction.operands.empty() ? most_stack_bytes : most_raw_bytes)
                    : captured_text_size(instruction, string_size);
            needs.record += text ? static_cast<std::int32_t>(8 + payload) : fault_entry_bytes;
        }
        needs.loops = needs.loops || instruction.operation == ir::Operation::loop;
        for (const ir::Block& below : instruction.blocks) {
            collect(below, types, string_size, needs);
        }
    }
}

constexpr std::array<std::int32_t, 5> tally_key_sizes{RecordLayout::header_size, 72, 192, 384, 640};

}  // namespace

std::uint32_t captured_text_size(const ir::Instruction& instruction, std::uint32_t string_size) {
    return is_builtin(instruction, elaborate::Builtin::execname) ? task_name_bytes : string_size;
}

std::int32_t tally_key_size(const ir::KernelHandler& handler, std::uint32_t string_size) {
    if (!handler.is_tallied) {
        return 0;
    }
    Needs needs;
    collect(handler.body, handler.registers, string_size, needs);
    const std::int32_t wanted = static_cast<std::int32_t>(RecordLayout::header_size) + needs.record;
    const auto* const fitting = std::ranges::lower_bound(tally_key_sizes, wanted);
    return needs.loops || fitting == tally_key_sizes.end() ? 0 : *fitting;
}

bool is_raw(const ir::Instruction& instruction) {
    return instruction.operation == ir::Operation::builtin &&
           elaborate::row(static_cast<elaborate::Builtin>(instruction.immediate)).is_raw;
}

Frame make_frame(const ir::KernelHandler& handler, const ir::Block& block,
                 std::uint32_t string_size) {
    const auto bytes_of = [&](ir::ValueType type) {
        return type == ir::ValueType::string ? static_cast<std::int32_t>(string_size) : 8;
    };
    Frame frame;
    for (const ir::Register reg : handler.entry_values) {
        frame.entries.push_back(Frame::entry_value + frame.entry_size);
        frame.entry_size += bytes_of(handler.registers.at(reg));
    }
    std::int32_t offset = Frame::entry_value + frame.entry_size;
    Needs needs;
    collect(block, handler.registers, string_size, needs);
    for (const ir::Register reg : handler.entry_values) {
        needs.registers[reg] = handler.registers.at(reg);
    }
    for (const auto& [reg, type] : needs.registers) {
        frame.registers[reg] = offset;
        offset += bytes_of(type);
        if (offset > most_frame_bytes) {
            throw EmitError{"the handler of " + handler.point + " holds too many values at once"};
        }
    }
    frame.record = offset;
    const std::int32_t wanted = static_cast<std::int32_t>(RecordLayout::header_size) +
                                needs.record + (needs.loops ? loop_record_bytes : 0);
    frame.record_limit =
        std::min(std::max(wanted, tally_key_size(handler, string_size)), most_frame_bytes - offset);
    frame.size = offset + frame.record_limit;
    return frame;
}

}  // namespace sutap::bpf
