// What a handler asks before it does anything, `if (pid() == target())`, is answered on the BPF
// stack before there is a frame: most hits of a guarded probe are filtered out, and cost no more.
#include <algorithm>

#include "runner/bpf/handler_emitter.h"
#include "runner/targets/machine.h"

namespace sutap::bpf {

using elaborate::Builtin;
using ir::Operation;

namespace {

constexpr std::int32_t first_slot = -56;  // below HandlerEmitter::stack_tally
constexpr std::size_t most_slots = 32;

bool is_plain_builtin(std::int64_t number) {
    switch (static_cast<Builtin>(number)) {
        case Builtin::pid:
        case Builtin::tid:
        case Builtin::uid:
        case Builtin::gid:
        case Builtin::cpu:
        case Builtin::target:
        case Builtin::is_return:
            return true;
        default:
            return false;
    }
}

// Numbers from numbers, without effect and without fault; the same again when it is done again.
bool is_plain(const ir::Instruction& each) {
    constexpr std::uint32_t others = ir::from_symbols | ir::from_processor | ir::by_helper;
    switch (each.operation) {
        case Operation::divide:
        case Operation::modulo:
            return false;
        case Operation::context_argument:
            return (each.extra & others) == 0 &&
                   ((each.extra & ir::from_registers) != 0 ||
                    each.immediate < static_cast<std::int64_t>(targets::register_arguments));
        case Operation::builtin:
            return is_plain_builtin(each.immediate);
        default:
            return each.operation == Operation::step ||
                   (each.operation >= Operation::constant_integer &&
                    each.operation <= Operation::logical_not);
    }
}

bool ends_handler(const ir::Block& block) {
    return std::ranges::all_of(block, [](const ir::Instruction& each) {
        return each.operation == Operation::step || each.operation == Operation::finish;
    });
}

bool finishes(const ir::Block& block) {
    return ends_handler(block) && std::ranges::any_of(block, [](const ir::Instruction& each) {
               return each.operation == Operation::finish;
           });
}

}  // namespace

// Gives each result a slot on the stack. False if something needs more than numbers in slots.
bool HandlerEmitter::take_slots(std::span<const ir::Instruction> instructions) {
    return std::ranges::all_of(instructions, [&](const ir::Instruction& each) {
        if (each.operation == Operation::constant_string) {
            return true;  // of a local variable; the guard does without
        }
        if (each.operation != Operation::if_then && !is_plain(each)) {
            return false;
        }
        const bool has_operands = std::ranges::all_of(
            each.operands, [&](ir::Register reg) { return guard_slots_.contains(reg); });
        if (!has_operands || (each.result != ir::no_register && is_string(each.result))) {
            return false;
        }
        if (each.result != ir::no_register) {
            guard_slots_.emplace(each.result,
                                 first_slot - 8 * static_cast<std::int32_t>(guard_slots_.size()));
        }
        return guard_slots_.size() <= most_slots &&
               std::ranges::all_of(each.blocks,
                                   [&](const ir::Block& block) { return take_slots(block); });
    });
}

void HandlerEmitter::answer(std::span<const ir::Instruction> instructions) {
    for (const ir::Instruction& each : instructions) {
        if (each.operation == Operation::constant_string || each.operation == Operation::step) {
            continue;
        }
        if (each.operation == Operation::move) {
            load(R::r1, each.operands.at(0));
            store(each.result, R::r1);
        } else if (each.operation == Operation::if_then) {
            const Label otherwise = code_.new_label();
            const Label end = code_.new_label();
            load(R::r1, each.operands.at(0));
            code_.jump_if(Compare::equal, R::r1, 0, otherwise);
            answer(each.blocks.at(0));
            code_.jump(end);
            code_.bind(otherwise);
            answer(each.blocks.at(1));
            code_.bind(end);
        } else {
            instruction(each);
        }
    }
}

// The first question to which one of the answers ends the handler.
void HandlerEmitter::ask_first(Label out) {
    const std::span<const ir::Instruction> body = handler_.body;
    for (std::size_t at = 0; at < body.size(); ++at) {
        const ir::Instruction& each = body[at];
        const bool is_branch = each.operation == Operation::if_then;
        const bool is_last =
            is_branch &&
            ends_handler({body.begin() + static_cast<std::ptrdiff_t>(at) + 1, body.end()});
        const auto is_end = [&](const ir::Block& block) {
            return finishes(block) || (is_last && ends_handler(block));
        };
        if (is_branch && guard_slots_.contains(each.operands.at(0)) &&
            is_end(each.blocks[0]) != is_end(each.blocks[1])) {
            answer(body.first(at));
            load(R::r1, each.operands[0]);
            code_.jump_if(is_end(each.blocks[0]) ? Compare::not_equal : Compare::equal, R::r1, 0,
                          out);
            break;
        }
        if (!take_slots(body.subspan(at, 1))) {
            break;
        }
    }
    guard_slots_.clear();
}

}  // namespace sutap::bpf
