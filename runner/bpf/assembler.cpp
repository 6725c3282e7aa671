#include "runner/bpf/assembler.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "runner/bpf/emit.h"

namespace sutap::bpf {
namespace {

// Instruction classes and modifiers, linux/bpf_common.h and linux/bpf.h.
constexpr std::uint8_t class_load = 0x00;
constexpr std::uint8_t class_load_register = 0x01;
constexpr std::uint8_t class_store = 0x02;
constexpr std::uint8_t class_store_register = 0x03;
constexpr std::uint8_t class_alu32 = 0x04;
constexpr std::uint8_t class_jump = 0x05;
constexpr std::uint8_t class_alu64 = 0x07;
constexpr std::uint8_t mode_memory = 0x60;
constexpr std::uint8_t mode_atomic = 0xc0;
constexpr std::uint8_t from_register = 0x08;
constexpr std::uint8_t operation_call = 0x80;
constexpr std::uint8_t operation_exit = 0x90;
constexpr std::uint8_t operation_end = 0xd0;
constexpr std::uint8_t pseudo_variable = 3;
constexpr std::uint8_t pseudo_function = 4;

constexpr std::uint8_t number(R reg) {
    return static_cast<std::uint8_t>(reg);
}

template <typename T>
constexpr std::uint8_t bits(T value) {
    return static_cast<std::uint8_t>(value);
}

}  // namespace

std::uint32_t Assembler::here() const {
    return static_cast<std::uint32_t>(sections_[current_].code.size());
}

void Assembler::put(unsigned code, R to, std::uint8_t source, std::int32_t offset,
                    std::int32_t immediate) {
    if (offset < std::numeric_limits<std::int16_t>::min() ||
        offset > std::numeric_limits<std::int16_t>::max()) {
        throw EmitError{"the handler needs more memory than a BPF program can address"};
    }
    sections_[current_].code.push_back({static_cast<std::uint8_t>(code),
                                        static_cast<std::uint8_t>(number(to) | (source << 4U)),
                                        static_cast<std::int16_t>(offset), immediate});
}

Label Assembler::new_label() {
    labels_.emplace_back();
    return {static_cast<std::uint32_t>(labels_.size() - 1)};
}

void Assembler::bind(Label label) {
    labels_[label.number] = {current_, here()};
}

void Assembler::move(R to, R from) {
    put(class_alu64 | bits(Alu::move) | from_register, to, number(from), 0, 0);
}

void Assembler::move(R to, std::int64_t value) {
    if (value >= std::numeric_limits<std::int32_t>::min() &&
        value <= std::numeric_limits<std::int32_t>::max()) {
        put(class_alu64 | bits(Alu::move), to, 0, 0, static_cast<std::int32_t>(value));
        return;
    }
    const auto raw = static_cast<std::uint64_t>(value);
    put(class_load | bits(Size::double_word), to, 0, 0, static_cast<std::int32_t>(raw));
    put(0, R::r0, 0, 0, static_cast<std::int32_t>(raw >> 32U));
}

void Assembler::alu(Alu operation, R to, R from) {
    put(class_alu64 | bits(operation) | from_register, to, number(from), 0, 0);
}

void Assembler::alu(Alu operation, R to, std::int32_t value) {
    put(class_alu64 | bits(operation), to, 0, 0, value);
}

void Assembler::zero_extend_word(R reg) {
    put(class_alu32 | bits(Alu::move) | from_register, reg, number(reg), 0, 0);
}

void Assembler::swap_to_big_endian(R reg) {
    put(class_alu32 | operation_end | from_register, reg, 0, 0, 64);
}

void Assembler::load(Size size, R to, R address, std::int32_t offset) {
    put(class_load_register | mode_memory | bits(size), to, number(address), offset, 0);
}

void Assembler::store(Size size, R address, std::int32_t offset, R from) {
    put(class_store_register | mode_memory | bits(size), address, number(from), offset, 0);
}

void Assembler::store(Size size, R address, std::int32_t offset, std::int32_t value) {
    put(class_store | mode_memory | bits(size), address, 0, offset, value);
}

void Assembler::atomic_add(R address, std::int32_t offset, R value) {
    put(class_store_register | mode_atomic | bits(Size::double_word), address, number(value),
        offset, bits(Alu::add));
}

void Assembler::jump(Label label) {
    jumps_.push_back({current_, here(), label.number});
    put(class_jump, R::r0, 0, 0, 0);
}

void Assembler::jump_if(Compare compare, R left, R right, Label label) {
    jumps_.push_back({current_, here(), label.number});
    put(class_jump | bits(compare) | from_register, left, number(right), 0, 0);
}

void Assembler::jump_if(Compare compare, R left, std::int32_t right, Label label) {
    jumps_.push_back({current_, here(), label.number});
    put(class_jump | bits(compare), left, 0, 0, right);
}

void Assembler::call(Helper helper) {
    helpers_.insert(static_cast<std::uint32_t>(helper));
    put(class_jump | operation_call, R::r0, 0, 0, static_cast<std::int32_t>(helper));
}

void Assembler::exit() {
    put(class_jump | operation_exit, R::r0, 0, 0, 0);
}

void Assembler::load_map(R to, std::uint32_t map) {
    map_uses_.push_back({current_, here(), map, Relocation::Kind::map});
    put(class_load | bits(Size::double_word), to, 0, 0, 0);
    put(0, R::r0, 0, 0, 0);
}

void Assembler::load_map_value(R to, std::uint32_t map, std::uint32_t offset) {
    map_uses_.push_back({current_, here(), map, Relocation::Kind::map_value});
    put(class_load | bits(Size::double_word), to, 0, 0, 0);
    put(0, R::r0, 0, 0, static_cast<std::int32_t>(offset));
}

void Assembler::load_variable(R to, std::uint32_t btf_id) {
    put(class_load | bits(Size::double_word), to, pseudo_variable, 0,
        static_cast<std::int32_t>(btf_id));
    put(0, R::r0, 0, 0, 0);
}

void Assembler::load_section_address(R to, std::size_t section) {
    section_uses_.push_back({current_, here(), section});
    put(class_load | bits(Size::double_word), to, pseudo_function, 0, 0);
    put(0, R::r0, 0, 0, 0);
}

std::size_t Assembler::new_section() {
    sections_.emplace_back();
    current_ = sections_.size() - 1;
    return current_;
}

std::vector<bool> Assembler::reachable(std::size_t section) const {
    const auto& code = sections_[section].code;
    std::vector<std::uint32_t> target(code.size(), 0);
    for (const Jump& jump : jumps_) {
        if (jump.section == section) {
            target[jump.position] = static_cast<std::uint32_t>(labels_[jump.label].position);
        }
    }
    std::vector<bool> seen(code.size(), false);
    std::vector<std::uint32_t> open = {0};
    while (!open.empty()) {
        const std::uint32_t at = open.back();
        open.pop_back();
        if (at >= code.size() || seen[at]) {
            continue;
        }
        seen[at] = true;
        const unsigned operation = code[at].code;
        if (operation == (class_load | bits(Size::double_word))) {
            seen[at + 1] = true;
            open.push_back(at + 2);
        } else if ((operation & 7U) != class_jump || operation == (class_jump | operation_call)) {
            open.push_back(at + 1);
        } else if (operation != (class_jump | operation_exit)) {
            open.push_back(target[at]);
            if (operation != class_jump) {
                open.push_back(at + 1);
            }
        }
    }
    return seen;
}

void Assembler::remove_unreachable(std::size_t section) {
    auto& code = sections_[section].code;
    const std::vector<bool> keep = reachable(section);
    std::vector<std::uint32_t> moved(code.size() + 1, 0);
    std::vector<Instruction> kept;
    for (std::size_t at = 0; at < code.size(); ++at) {
        moved[at] = static_cast<std::uint32_t>(kept.size());
        if (keep[at]) {
            kept.push_back(code[at]);
        }
    }
    moved[code.size()] = static_cast<std::uint32_t>(kept.size());
    const auto gone = [&](const auto& use) {
        return use.section == section && !keep[use.position];
    };
    const auto follow = [&](auto& uses) {
        std::erase_if(uses, gone);
        for (auto& use : uses) {
            if (use.section == section) {
                use.position = moved[use.position];
            }
        }
    };
    follow(jumps_);
    follow(section_uses_);
    follow(map_uses_);
    for (Bound& label : labels_) {
        if (label.section == section && label.position >= 0) {
            label.position = moved[static_cast<std::size_t>(label.position)];
        }
    }
    code = std::move(kept);
}

void Assembler::finish(Program& program) {
    // A section is only called from one before it, so one that nobody calls any more is known here.
    for (std::size_t section = 0; section < sections_.size(); ++section) {
        const bool used = section == 0 ||
                          std::any_of(section_uses_.begin(), section_uses_.end(),
                                      [&](const SectionUse& use) { return use.target == section; });
        if (!used) {
            std::erase_if(jumps_, [&](const Jump& jump) { return jump.section == section; });
            std::erase_if(section_uses_,
                          [&](const SectionUse& use) { return use.section == section; });
            std::erase_if(map_uses_, [&](const MapUse& use) { return use.section == section; });
            sections_[section].code.clear();
            continue;
        }
        remove_unreachable(section);
    }
    std::vector<std::uint32_t> starts;
    std::uint32_t total = 0;
    for (const Section& section : sections_) {
        starts.push_back(total);
        total += static_cast<std::uint32_t>(section.code.size());
    }
    for (const Jump& jump : jumps_) {
        const std::int64_t distance =
            labels_[jump.label].position - static_cast<std::int64_t>(jump.position) - 1;
        if (distance > std::numeric_limits<std::int16_t>::max() ||
            distance < std::numeric_limits<std::int16_t>::min()) {
            throw EmitError{"the handler is too long for a BPF program"};
        }
        sections_[jump.section].code[jump.position].offset = static_cast<std::int16_t>(distance);
    }
    for (const SectionUse& use : section_uses_) {
        sections_[use.section].code[use.position].immediate =
            static_cast<std::int32_t>(starts[use.target]) -
            static_cast<std::int32_t>(starts[use.section] + use.position) - 1;
    }
    for (const MapUse& use : map_uses_) {
        program.relocations.push_back({use.kind, starts[use.section] + use.position, use.map});
    }
    for (std::size_t index = 0; index < sections_.size(); ++index) {
        const auto& code = sections_[index].code;
        if (code.empty()) {
            continue;
        }
        program.instructions.insert(program.instructions.end(), code.begin(), code.end());
        program.subprograms.push_back(
            {index == 0 ? program.name : "round_" + std::to_string(index), starts[index]});
    }
    program.helpers.assign(helpers_.begin(), helpers_.end());
}

}  // namespace sutap::bpf
