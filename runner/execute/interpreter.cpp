// The frame of a run: blocks, loops, errors and calls. Plain operations: operations.cpp; globals
// and arrays: access.cpp.
#include "runner/execute/interpreter.h"

#include <algorithm>

namespace sutap::execute {
namespace {

using ir::Instruction;
using ir::Operation;

// Nested blocks over all calls: each takes stack of ours.
constexpr std::uint32_t deepest_blocks = 4000;
// Rounds and calls without a statement between them. Only a program that our translator did not
// make comes near.
constexpr std::uint32_t most_idle = 1U << 20U;
constexpr std::size_t most_registers = std::size_t{1} << 20U;

}  // namespace

Interpreter::Interpreter(const ir::Program& program, std::vector<Global>& globals, Context& context)
    : program_(program),
      globals_(globals),
      context_(context),
      max_nesting_(context.options.max_nesting),
      longest_string_(context.longest_string()) {
    if (max_nesting_ == 0) {
        // The longest chain of calls without recursion, and ten more for recursion.
        max_nesting_ = static_cast<std::uint32_t>(
            std::min<std::size_t>(program.functions.size(), deepest_blocks) + 10);
    }
}

std::optional<SoftError> Interpreter::run(const ir::Handler& handler, std::uint32_t max_actions,
                                          const Record* record) {
    static const Record nothing;
    context_.handler = &handler;
    context_.record = record;
    replay_.begin(record != nullptr ? *record : nothing);
    actions_ = 0;
    idle_ = 0;
    nesting_ = 0;
    depth_ = 0;
    max_actions_ = max_actions;
    registers_.resize(std::max(registers_.size(), handler.registers.size()));
    for (std::size_t i = 0; i < handler.registers.size(); ++i) {
        registers_[i].integer = 0;
        registers_[i].text.clear();
    }
    enter_frame({.base = 0, .types = &handler.registers});
    try {
        run_block(handler.body);
    } catch (SoftError& error) {
        return std::move(error);
    }
    return std::nullopt;
}

void Interpreter::enter_frame(Frame frame) {
    present_ = frame;
    types_ = frame.types;
    frame_ = registers_.data() + frame.base;
}

Interpreter::Flow Interpreter::run_block(const ir::Block& block) {
    if (block.empty()) {
        return Flow::next;
    }
    if (depth_ >= deepest_blocks) {
        throw SoftError{.message = "MAXNESTING exceeded", .site = block.front().site};
    }
    ++depth_;
    const Flow flow = run_instructions(block);
    --depth_;
    return flow;
}

Interpreter::Flow Interpreter::run_instructions(const ir::Block& block) {
    for (const Instruction& instruction : block) {
        if (instruction.operation >= Operation::if_then &&
            instruction.operation <= Operation::finish) {
            const Flow flow = run_structured(instruction);
            if (flow != Flow::next) {
                return flow;
            }
        } else {
            run_plain(instruction);
        }
    }
    return Flow::next;
}

Interpreter::Flow Interpreter::run_structured(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::if_then:
            return run_block(instruction.blocks[operand(instruction, 0).integer != 0 ? 0 : 1]);
        case Operation::block: {
            Flow flow = run_block(instruction.blocks[0]);
            leaves_here(flow);
            return flow;
        }
        case Operation::loop:
            return run_loop(instruction);
        case Operation::foreach_in:
            return run_foreach(instruction);
        case Operation::leave:
            pending_ = instruction.immediate;
            return Flow::leave;
        case Operation::try_catch:
            return run_try(instruction);
        default:
            return run_finish(instruction);
    }
}

// Whether a leave ends the construct that asks; counts it as ended either way.
bool Interpreter::leaves_here(Flow& flow) {
    if (flow != Flow::leave) {
        return false;
    }
    if (pending_ > 0) {
        --pending_;
        return false;
    }
    flow = Flow::next;
    return true;
}

Interpreter::Flow Interpreter::run_loop(const Instruction& instruction) {
    const std::size_t depth = replay_.depth();
    replay_.enter_loop(instruction.extra);
    for (;;) {
        count_idle(instruction);
        Flow flow = run_block(instruction.blocks[0]);
        if (leaves_here(flow) || flow != Flow::next) {
            replay_.unwind(depth);
            return flow;
        }
    }
}

Interpreter::Flow Interpreter::run_try(const Instruction& instruction) {
    const Frame frame = present_;
    const std::uint32_t nesting = nesting_;
    const std::uint32_t depth = depth_;
    const std::size_t loops = replay_.depth();
    try {
        return run_block(instruction.blocks[0]);
    } catch (const SoftError& error) {
        if (!error.catchable) {
            throw;
        }
        nesting_ = nesting;
        depth_ = depth;
        replay_.unwind(loops);
        enter_frame(frame);
        if (instruction.result != ir::no_register) {
            set_text(instruction.result, error.message);
        }
    }
    return run_block(instruction.blocks[1]);
}

Interpreter::Flow Interpreter::run_finish(const Instruction& instruction) {
    if (!instruction.operands.empty()) {
        const ir::Register from = instruction.operands[0];
        if (type_of(from) == ir::ValueType::string) {
            returned_.text.assign(at(from).text);
        } else {
            returned_.integer = at(from).integer;
        }
    }
    return Flow::finish;
}

void Interpreter::run_call(const Instruction& instruction) {
    const ir::Function& function =
        program_.functions[static_cast<std::size_t>(instruction.immediate)];
    count_idle(instruction);
    const Frame caller = present_;
    const std::size_t base = caller.base + caller.types->size();
    const std::size_t end = base + function.registers.size();
    if (nesting_ >= max_nesting_ || end > most_registers) {
        throw SoftError{.message = "MAXNESTING exceeded", .site = instruction.site};
    }
    if (registers_.size() < end) {
        registers_.resize(std::max(end, registers_.size() * 2));
        enter_frame(caller);
    }
    Value* const callee = registers_.data() + base;
    for (std::size_t i = 0; i < function.registers.size(); ++i) {
        const Value* argument = i < function.parameters ? &at(instruction.operands[i]) : nullptr;
        if (function.registers[i] == ir::ValueType::string) {
            callee[i].text.assign(argument != nullptr ? std::string_view(argument->text)
                                                      : std::string_view());
        } else {
            callee[i].integer = argument != nullptr ? argument->integer : 0;
        }
    }
    enter_frame({.base = base, .types = &function.registers});
    returned_.integer = 0;
    returned_.text.clear();
    ++nesting_;
    run_block(function.body);
    --nesting_;
    enter_frame(caller);
    if (instruction.result == ir::no_register) {
        return;
    }
    if (type_of(instruction.result) == ir::ValueType::string) {
        at(instruction.result).text.swap(returned_.text);
    } else {
        at(instruction.result).integer = returned_.integer;
    }
}

void Interpreter::run_step(const Instruction& instruction) {
    idle_ = 0;
    if (++actions_ > max_actions_) {
        throw SoftError{
            .message = "MAXACTION exceeded", .site = instruction.site, .catchable = false};
    }
}

void Interpreter::count_idle(const Instruction& instruction) {
    if (++idle_ > most_idle) {
        throw SoftError{
            .message = "MAXACTION exceeded", .site = instruction.site, .catchable = false};
    }
}

}  // namespace sutap::execute
