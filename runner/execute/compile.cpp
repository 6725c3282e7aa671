#include "runner/execute/compile.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "runner/execute/operations.h"
#include "runner/execute/register_uses.h"
#include "runner/execute/routine_compiler.h"

namespace sutap::execute {
namespace {

using ir::Instruction;
using ir::Operation;
using ir::Register;
using ir::ValueType;
using operations::Form;
using Instructions = std::span<const Instruction>;

bool is_structured(const Instruction& instruction) {
    return instruction.operation >= Operation::if_then &&
           instruction.operation <= Operation::finish;
}

bool is_comparison(Operation operation) {
    return operation >= Operation::equal && operation <= Operation::greater_equal;
}

Operation opposite(Operation comparison) {
    switch (comparison) {
        case Operation::equal:
            return Operation::not_equal;
        case Operation::not_equal:
            return Operation::equal;
        case Operation::less:
            return Operation::greater_equal;
        case Operation::less_equal:
            return Operation::greater;
        case Operation::greater:
            return Operation::less_equal;
        default:
            return Operation::less;
    }
}

}  // namespace

// ---- operands -----------------------------------------------------------------------------------

std::uint32_t RoutineCompiler::operand(Register number) {
    if (copied_from_[number] != ir::no_register) {
        number = copied_from_[number];
    }
    const RegisterUse& use = uses_[number];
    if (!use.is_constant()) {
        return place(number);
    }
    if (is_text(number)) {
        if (places_[number] == no_place) {
            places_[number] = constant(use.constant->text);
        }
        return places_[number];
    }
    load_constant(place(number), use.constant->immediate);
    return place(number);
}

std::uint32_t RoutineCompiler::constant(const std::string& text) {
    made_.constants.push_back(text.substr(0, longest_string_));
    return first_constant + static_cast<std::uint32_t>(made_.constants.size() - 1);
}

std::optional<std::int32_t> RoutineCompiler::immediate(Register number) const {
    using Limits = std::numeric_limits<std::int32_t>;
    const RegisterUse& use = uses_[number];
    if (!use.is_constant() || use.constant->immediate < Limits::min() ||
        use.constant->immediate > Limits::max()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(use.constant->immediate);
}

void RoutineCompiler::load_constant(std::uint32_t to, std::int64_t value) {
    emit({.execute = operations::load_integer,
          .result = to,
          .left = static_cast<std::uint32_t>(value),
          .right = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32U)});
}

Operand RoutineCompiler::read(Register number) {
    if (number == ir::no_register) {
        return {};
    }
    return {.kind = is_text(number) ? Operand::Kind::text : Operand::Kind::integer,
            .place = operand(number)};
}

Operand RoutineCompiler::written(Register number) {
    if (number == ir::no_register) {
        return {};
    }
    return {.kind = is_text(number) ? Operand::Kind::text : Operand::Kind::integer,
            .place = place(number)};
}

std::uint32_t RoutineCompiler::detail(const Instruction& instruction, std::size_t begin,
                                      std::size_t count) {
    Detail made{.instruction = &instruction, .operands = {}};
    const std::size_t written_count = written_operands(program_, instruction);
    for (std::size_t i = begin; i < begin + count; ++i) {
        const Register number = instruction.operands[i];
        made.operands.push_back(i < written_count ? written(number) : read(number));
    }
    made_.details.push_back(std::move(made));
    return static_cast<std::uint32_t>(made_.details.size() - 1);
}

// ---- one after the other ------------------------------------------------------------------------

void RoutineCompiler::compile(Instructions instructions) {
    while (!instructions.empty()) {
        instructions = instructions.subspan(compile_first(instructions));
    }
}

// A constant that needs no instruction of its own.
bool RoutineCompiler::is_folded(const Instruction& instruction) const {
    return (instruction.operation == Operation::constant_integer ||
            instruction.operation == Operation::constant_string) &&
           uses_[instruction.result].is_constant();
}

bool RoutineCompiler::is_only_read_by(Register number, const Instruction& reader) const {
    const RegisterUse& use = uses_[number];
    return use.reads == 1 && use.writes == 1 && reader.operands.size() == 1 &&
           reader.operands[0] == number;
}

// Whether the instruction behind can read what is moved where it is, being its only reader.
bool RoutineCompiler::forwards_move(const Instruction& move, Instructions behind) {
    const RegisterUse& use = uses_[move.result];
    if (use.reads == 0) {
        return true;
    }
    if (use.reads > 1 || use.writes > 1 || behind.empty() ||
        behind[0].operation == Operation::foreach_in) {
        return false;
    }
    const auto& operands = behind[0].operands;
    if (std::find(operands.begin(), operands.end(), move.result) == operands.end()) {
        return false;
    }
    const Register from = move.operands[0];
    copied_from_[move.result] = copied_from_[from] != ir::no_register ? copied_from_[from] : from;
    return true;
}

// Returns how many instructions that took.
std::size_t RoutineCompiler::compile_first(Instructions rest) {
    const Instruction& first = rest[0];
    if (is_folded(first)) {
        return 1;
    }
    if (is_structured(first)) {
        compile_structured(first);
        return 1;
    }
    std::size_t next = 1;
    while (next < rest.size() && is_folded(rest[next])) {
        ++next;
    }
    const Instructions behind = rest.subspan(next);
    if (first.operation == Operation::move && forwards_move(first, behind)) {
        return 1;
    }
    if (first.result != ir::no_register && !behind.empty() && first.result < uses_.size() &&
        is_only_read_by(first.result, behind[0])) {
        if (is_comparison(first.operation) && behind[0].operation == Operation::if_then) {
            compile_branch(condition(first), behind[0]);
            return next + 1;
        }
        if (behind[0].operation == Operation::move) {
            compile_plain(first, behind[0].result);
            return next + 1;
        }
    }
    compile_plain(first, first.result);
    return 1;
}

// ---- structure ----------------------------------------------------------------------------------

Condition RoutineCompiler::condition(const Instruction& comparison) {
    const Register left = comparison.operands[0];
    const Register right = comparison.operands[1];
    Condition made{.operation = comparison.operation, .form = Form::integers};
    made.left = operand(left);
    if (is_text(left)) {
        made.form = Form::texts;
        made.right = operand(right);
    } else if (const auto number = immediate(right)) {
        made.form = Form::immediate;
        made.right = static_cast<std::uint32_t>(*number);
    } else {
        made.right = operand(right);
    }
    return made;
}

void RoutineCompiler::compile_branch(const Condition& condition, const Instruction& branch) {
    const ir::Block& when_true = branch.blocks[0];
    const ir::Block& when_false = branch.blocks[1];
    const auto jump_over = [&](Operation operation) {
        return emit({.execute = operations::jump_if(operation, condition.form),
                     .left = condition.left,
                     .right = condition.right});
    };
    if (when_true.empty()) {
        const std::uint32_t over = jump_over(condition.operation);
        compile(when_false);
        end_jump(over);
        return;
    }
    const std::uint32_t over = jump_over(opposite(condition.operation));
    compile(when_true);
    if (when_false.empty()) {
        end_jump(over);
        return;
    }
    const std::uint32_t end = emit({.execute = operations::jump});
    end_jump(over);
    compile(when_false);
    end_jump(end);
}

void RoutineCompiler::compile_structured(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::if_then:
            compile_branch({.operation = Operation::not_equal,
                            .form = Form::immediate,
                            .left = operand(instruction.operands[0]),
                            .right = 0},
                           instruction);
            break;
        case Operation::block:
            begin_enclosing();
            compile(instruction.blocks[0]);
            end_enclosing();
            break;
        case Operation::loop:
            compile_loop(instruction);
            break;
        case Operation::foreach_in:
            compile_foreach(instruction);
            break;
        case Operation::leave:
            compile_leave(instruction);
            break;
        case Operation::try_catch:
            compile_try(instruction);
            break;
        default:
            compile_finish(instruction);
            break;
    }
}

void RoutineCompiler::end_enclosing() {
    for (const std::uint32_t jump : enclosing_.back().jumps) {
        end_jump(jump);
    }
    enclosing_.pop_back();
}

void RoutineCompiler::compile_loop(const Instruction& instruction) {
    begin_enclosing();
    if (source_.is_deferred) {
        emit({.execute = operations::enter_replayed_loop, .left = instruction.extra});
        ++replay_depth_;
    }
    const std::uint32_t head = here();
    Instructions round = instruction.blocks[0];
    const bool ends_with_step = !round.empty() && round.back().operation == Operation::step;
    if (ends_with_step) {
        const std::uint32_t site = round.back().site;
        compile(round.first(round.size() - 1));
        emit({.execute = operations::step_and_jump, .site = site});
    } else {
        compile(round);
        emit({.execute = operations::jump, .site = instruction.site});
    }
    made_.code.back().result = distance(here() - 1, head);
    replay_depth_ = enclosing_.back().replay_depth;
    end_enclosing();
}

void RoutineCompiler::compile_foreach(const Instruction& instruction) {
    const std::uint32_t number = detail(instruction);
    emit({.execute = operations::begin_foreach, .left = number, .right = foreach_depth_});
    const std::uint32_t head =
        emit({.execute = operations::next_element, .left = number, .right = foreach_depth_});
    ++foreach_depth_;
    routine_.iterators = std::max(routine_.iterators, foreach_depth_);
    begin_enclosing();
    compile(instruction.blocks[0]);
    emit({.execute = operations::jump, .site = instruction.site});
    made_.code.back().result = distance(here() - 1, head);
    end_jump(head);
    end_enclosing();
    --foreach_depth_;
}

void RoutineCompiler::compile_leave(const Instruction& instruction) {
    Enclosing& target =
        enclosing_[enclosing_.size() - 1 - static_cast<std::size_t>(instruction.immediate)];
    if (target.replay_depth != replay_depth_) {
        emit({.execute = operations::unwind_replay,
              .left = static_cast<std::uint32_t>(target.replay_depth)});
    }
    target.jumps.push_back(emit({.execute = operations::jump}));
}

void RoutineCompiler::compile_try(const Instruction& instruction) {
    Catch made;
    made.begin = here();
    compile(instruction.blocks[0]);
    made.end = here();
    const std::uint32_t over = emit({.execute = operations::jump});
    made.handler = here();
    // Functions follow no record: theirs is the caller's.
    made.replay_depth =
        source_.is_deferred ? replay_depth_ : std::numeric_limits<std::size_t>::max();
    if (instruction.result != ir::no_register) {
        made.message = place(instruction.result);
    }
    made_.catches.push_back(made);
    compile(instruction.blocks[1]);
    end_jump(over);
}

void RoutineCompiler::compile_finish(const Instruction& instruction) {
    if (!source_.is_function) {
        emit({.execute = operations::end_handler});
    } else if (instruction.operands.empty()) {
        emit({.execute = operations::return_nothing});
    } else {
        const Operand value = read(instruction.operands[0]);
        const bool is_string = value.kind == Operand::Kind::text;
        emit({.execute = is_string ? operations::return_text : operations::return_integer,
              .left = value.place});
    }
}

Compiled compile(const ir::Program& program, std::size_t longest_string) {
    Compiled made;
    for (const ir::Function& function : program.functions) {
        RoutineCompiler compiler(made, program, longest_string,
                                 {.registers = function.registers,
                                  .body = function.body,
                                  .parameters = function.parameters,
                                  .is_function = true});
        made.functions.push_back(compiler.run());
        made.functions.back().result = function.result;
    }
    for (const ir::Handler& handler : program.handlers) {
        RoutineCompiler compiler(made, program, longest_string,
                                 {.registers = handler.registers,
                                  .body = handler.body,
                                  .is_deferred = handler.kind == ir::Handler::Kind::kernel});
        made.handlers.push_back(compiler.run());
    }
    return made;
}

}  // namespace sutap::execute
