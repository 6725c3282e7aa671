#include "runner/execute/compile.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "runner/execute/operations.h"
#include "runner/execute/register_uses.h"

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

bool is_arithmetic(Operation operation) {
    return operation >= Operation::add && operation <= Operation::bitwise_xor;
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

// A comparison about to be made.
struct Condition {
    Operation operation{};
    Form form{};
    std::uint32_t left = no_place;
    std::uint32_t right = no_place;
};

// One handler or function. Beside translating, it drops what costs time for nothing: constants go
// into the instructions that use them, a result goes where the `move` behind it would bring it, a
// copy that is read once, right behind, is not made, and a comparison jumps by itself.
class RoutineCompiler {
  public:
    struct Source {
        const std::vector<ValueType>& registers;
        const ir::Block& body;
        std::size_t parameters = 0;
        bool is_function = false;
        bool is_deferred = false;  // has a record to follow
    };

    RoutineCompiler(Compiled& made, const ir::Program& program, std::size_t longest_string,
                    const Source& source)
        : made_(made),
          program_(program),
          longest_string_(longest_string),
          source_(source),
          uses_(
              find_register_uses(program, source.body, source.registers.size(), source.parameters)),
          places_(source.registers.size(), no_place),
          copied_from_(source.registers.size(), ir::no_register) {}

    Routine run() {
        routine_.entry = here();
        for (Register parameter = 0; parameter < source_.parameters; ++parameter) {
            place(parameter);
        }
        compile(source_.body);
        emit(source_.is_function ? operations::return_nothing : operations::end_handler);
        return routine_;
    }

  private:
    // A construct that `leave` can end.
    struct Enclosing {
        std::vector<std::uint32_t> jumps;  // to its end
        std::size_t replay_depth = 0;
    };

    std::uint32_t here() const { return static_cast<std::uint32_t>(made_.code.size()); }
    Code& emit(Execute execute, std::uint32_t site = 0) {
        made_.code.push_back({.execute = execute, .site = site});
        return made_.code.back();
    }
    static std::uint32_t distance(std::uint32_t from, std::uint32_t to) { return to - from; }
    // The jump at `index` goes to what is emitted next.
    void end_jump(std::uint32_t index) { made_.code[index].result = distance(index, here()); }
    std::uint32_t emit_jump(Execute execute) {
        emit(execute);
        return here() - 1;
    }

    bool is_text(Register number) const { return source_.registers[number] == ValueType::string; }
    // Where a register is, in the bank of its type.
    std::uint32_t place(Register number) {
        std::uint32_t& found = places_[number];
        if (found == no_place) {
            found = is_text(number) ? routine_.texts++ : routine_.integers++;
        }
        return found;
    }
    // An operand's place; loads a constant integer into it.
    std::uint32_t operand(Register number);
    std::uint32_t constant_text(Register number);
    std::optional<std::int32_t> immediate(Register number) const;
    Operand read(Register number);
    Operand written(Register number);
    // Keys, or all operands from `begin` on.
    std::uint32_t detail(const Instruction& instruction, std::size_t begin, std::size_t count);
    std::uint32_t detail(const Instruction& instruction) {
        return detail(instruction, 0, instruction.operands.size());
    }

    void compile(Instructions instructions);
    std::size_t compile_first(Instructions rest);
    bool is_folded(const Instruction& instruction) const;
    bool is_only_read_by(Register number, const Instruction& reader) const;
    bool forwards_move(const Instruction& move, Instructions behind);

    Condition condition(const Instruction& comparison);
    void compile_branch(const Condition& condition, const Instruction& branch);
    void compile_structured(const Instruction& instruction);
    void compile_loop(const Instruction& instruction);
    void compile_foreach(const Instruction& instruction);
    void compile_leave(const Instruction& instruction);
    void compile_try(const Instruction& instruction);
    void compile_finish(const Instruction& instruction);
    void begin_enclosing() { enclosing_.push_back({.jumps = {}, .replay_depth = replay_depth_}); }
    void end_enclosing();

    void compile_plain(const Instruction& instruction, Register result);
    void compile_arithmetic(const Instruction& instruction, Register result);
    void compile_global(const Instruction& instruction, Register result);
    void compile_element(const Instruction& instruction, Register result);
    void compile_statistic(const Instruction& instruction, Register result);
    void compile_other(const Instruction& instruction, Register result);
    void load_constant(std::uint32_t to, std::int64_t value);

    Compiled& made_;
    const ir::Program& program_;
    std::size_t longest_string_;
    const Source source_;
    const std::vector<RegisterUse> uses_;
    std::vector<std::uint32_t> places_;
    std::vector<Register> copied_from_;  // for a register that is none: what it is a copy of
    std::vector<Enclosing> enclosing_;
    std::size_t replay_depth_ = 0;
    std::uint32_t foreach_depth_ = 0;
    Routine routine_;
};

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
        return constant_text(number);
    }
    load_constant(place(number), use.constant->immediate);
    return place(number);
}

std::uint32_t RoutineCompiler::constant_text(Register number) {
    std::uint32_t& found = places_[number];
    if (found == no_place) {
        found = first_constant + static_cast<std::uint32_t>(made_.constants.size());
        made_.constants.push_back(uses_[number].constant->text.substr(0, longest_string_));
    }
    return found;
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
    Code& code = emit(operations::load_integer);
    code.result = to;
    code.left = static_cast<std::uint32_t>(value);
    code.right = static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) >> 32U);
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
        const std::uint32_t index = emit_jump(operations::jump_if(operation, condition.form));
        made_.code[index].left = condition.left;
        made_.code[index].right = condition.right;
        return index;
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
    const std::uint32_t end = emit_jump(operations::jump);
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
        emit(operations::enter_replayed_loop).left = instruction.extra;
        ++replay_depth_;
    }
    const std::uint32_t head = here();
    Instructions round = instruction.blocks[0];
    const bool ends_with_step = !round.empty() && round.back().operation == Operation::step;
    if (ends_with_step) {
        const std::uint32_t site = round.back().site;
        compile(round.first(round.size() - 1));
        emit(operations::step_and_jump, site);
    } else {
        compile(round);
        emit(operations::repeat, instruction.site);
    }
    made_.code.back().result = distance(here() - 1, head);
    replay_depth_ = enclosing_.back().replay_depth;
    end_enclosing();
}

void RoutineCompiler::compile_foreach(const Instruction& instruction) {
    const std::uint32_t number = detail(instruction);
    Code& begin = emit(operations::begin_foreach, instruction.site);
    begin.left = number;
    begin.right = foreach_depth_;
    const std::uint32_t head = emit_jump(operations::next_element);
    made_.code[head].left = number;
    made_.code[head].right = foreach_depth_;
    ++foreach_depth_;
    routine_.iterators = std::max(routine_.iterators, foreach_depth_);
    begin_enclosing();
    compile(instruction.blocks[0]);
    emit(operations::repeat, instruction.site);
    made_.code.back().result = distance(here() - 1, head);
    end_jump(head);
    end_enclosing();
    --foreach_depth_;
}

void RoutineCompiler::compile_leave(const Instruction& instruction) {
    Enclosing& target =
        enclosing_[enclosing_.size() - 1 - static_cast<std::size_t>(instruction.immediate)];
    if (target.replay_depth != replay_depth_) {
        emit(operations::unwind_replay).left = static_cast<std::uint32_t>(target.replay_depth);
    }
    target.jumps.push_back(emit_jump(operations::jump));
}

void RoutineCompiler::compile_try(const Instruction& instruction) {
    Catch made;
    made.begin = here();
    compile(instruction.blocks[0]);
    made.end = here();
    const std::uint32_t over = emit_jump(operations::jump);
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
        emit(operations::end_handler);
    } else if (instruction.operands.empty()) {
        emit(operations::return_nothing);
    } else {
        const Operand value = read(instruction.operands[0]);
        const bool is_string = value.kind == Operand::Kind::text;
        emit(is_string ? operations::return_text : operations::return_integer).left = value.place;
    }
}

// ---- the rest -----------------------------------------------------------------------------------

void RoutineCompiler::compile_plain(const Instruction& instruction, Register result) {
    const Operation operation = instruction.operation;
    if (is_arithmetic(operation)) {
        compile_arithmetic(instruction, result);
    } else if (is_comparison(operation)) {
        const Condition compared = condition(instruction);
        Code& code = emit(operations::comparison(operation, compared.form));
        code.result = place(result);
        code.left = compared.left;
        code.right = compared.right;
    } else if (operation >= Operation::negate && operation <= Operation::logical_not) {
        const std::uint32_t value = operand(instruction.operands[0]);
        Code& code = emit(operations::unary(operation));
        code.result = place(result);
        code.left = value;
    } else if (operation >= Operation::load_global && operation <= Operation::extract_statistic) {
        compile_global(instruction, result);
    } else {
        compile_other(instruction, result);
    }
}

void RoutineCompiler::compile_arithmetic(const Instruction& instruction, Register result) {
    const Operation operation = instruction.operation;
    const bool divides = operation == Operation::divide || operation == Operation::modulo;
    const std::uint32_t left = operand(instruction.operands[0]);
    const auto number = immediate(instruction.operands[1]);
    const bool is_immediate = number && !(divides && *number == 0);
    const std::uint32_t right =
        is_immediate ? static_cast<std::uint32_t>(*number) : operand(instruction.operands[1]);
    Code& code =
        emit(operations::arithmetic(operation, is_immediate ? Form::immediate : Form::integers),
             instruction.site);
    code.result = place(result);
    code.left = left;
    code.right = right;
}

void RoutineCompiler::compile_global(const Instruction& instruction, Register result) {
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ir::Global& global = program_.globals[index];
    switch (instruction.operation) {
        case Operation::load_global: {
            Code& code = emit(operations::load_global(global.value));
            code.result = place(result);
            code.right = index;
            break;
        }
        case Operation::store_global: {
            const std::uint32_t value = operand(instruction.operands[0]);
            Code& code = emit(operations::store_global(global.value));
            code.left = value;
            code.right = index;
            break;
        }
        case Operation::clear_global:
            emit(operations::clear_global).right = index;
            break;
        case Operation::aggregate:
        case Operation::extract_statistic:
            compile_statistic(instruction, result);
            break;
        default:
            compile_element(instruction, result);
            break;
    }
}

void RoutineCompiler::compile_element(const Instruction& instruction, Register result) {
    const auto& operands = instruction.operands;
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ir::Global& global = program_.globals[index];
    const bool is_integer = global.keys.size() == 1 && global.keys[0] == ValueType::integer &&
                            operands[0] != ir::no_register;
    const bool is_pattern =
        std::find(operands.begin(), operands.end(), ir::no_register) != operands.end();
    const std::uint32_t key =
        is_integer ? operand(operands[0]) : detail(instruction, 0, global.keys.size());
    Execute execute = nullptr;
    std::uint32_t value = no_place;
    switch (instruction.operation) {
        case Operation::load_element:
            execute = operations::load_element(is_integer, global.value);
            value = place(result);
            break;
        case Operation::store_element:
            execute = operations::store_element(is_integer, global.value);
            value = operand(operands.back());
            break;
        case Operation::contains_element:
            execute = is_pattern ? operations::contains_matching
                                 : operations::contains_element(is_integer);
            value = place(result);
            break;
        default:
            execute =
                is_pattern ? operations::delete_matching : operations::delete_element(is_integer);
            break;
    }
    Code& code = emit(execute, instruction.site);
    code.result = value;
    code.left = key;
    code.right = index;
}

void RoutineCompiler::compile_statistic(const Instruction& instruction, Register result) {
    const auto index = static_cast<std::uint32_t>(instruction.immediate);
    const ir::Global& global = program_.globals[index];
    const std::size_t keys = global.keys.size();
    const bool adds = instruction.operation == Operation::aggregate;
    const bool is_integer = adds && keys == 1 && global.keys[0] == ValueType::integer;
    std::uint32_t left = no_place;
    if (is_integer) {
        left = operand(instruction.operands[0]);
    } else if (!adds || keys > 0) {
        left = detail(instruction, 0, keys);
    }
    const std::uint32_t value = adds ? operand(instruction.operands.back()) : place(result);
    const Execute execute = !adds       ? operations::extract_statistic
                            : keys == 0 ? operations::aggregate_scalar
                                        : operations::aggregate_element(is_integer);
    Code& code = emit(execute, instruction.site);
    code.result = value;
    code.left = left;
    code.right = index;
}

void RoutineCompiler::compile_other(const Instruction& instruction, Register result) {
    const auto place_of_result = [&] {
        return result == ir::no_register ? no_place : place(result);
    };
    const auto with_detail = [&](Execute execute) {
        const std::uint32_t number = detail(instruction);
        Code& code = emit(execute, instruction.site);
        code.left = number;
        code.right = static_cast<std::uint32_t>(instruction.immediate);
        return here() - 1;
    };
    switch (instruction.operation) {
        case Operation::constant_integer:
            load_constant(place(result), instruction.immediate);
            break;
        case Operation::constant_string: {
            made_.constants.push_back(instruction.text.substr(0, longest_string_));
            const auto number = static_cast<std::uint32_t>(made_.constants.size() - 1);
            Code& code = emit(operations::move_text);
            code.result = place(result);
            code.left = first_constant + number;
            break;
        }
        case Operation::move: {
            const Operand from = read(instruction.operands[0]);
            Code& code = emit(is_text(result) ? operations::move_text : operations::move_integer);
            code.result = place(result);
            code.left = from.place;
            break;
        }
        case Operation::concatenate: {
            const std::uint32_t left = operand(instruction.operands[0]);
            const std::uint32_t right = operand(instruction.operands[1]);
            Code& code = emit(operations::concatenate);
            code.result = place(result);
            code.left = left;
            code.right = right;
            break;
        }
        case Operation::step:
            emit(operations::step, instruction.site);
            break;
        case Operation::call:
            made_.code[with_detail(operations::call)].result = place_of_result();
            break;
        case Operation::builtin:
            made_.code[with_detail(operations::builtin)].result = place_of_result();
            break;
        case Operation::print:
            with_detail(operations::print);
            break;
        case Operation::format:
            made_.code[with_detail(operations::format)].result = place(result);
            break;
        case Operation::begin_round:
            emit(operations::begin_round, instruction.site).left = instruction.extra;
            break;
        default: {  // replay: verify() admits nothing else
            const Execute execute =
                is_text(result) ? operations::replay_text : operations::replay_integer;
            Code& code = emit(execute, instruction.site);
            code.result = place(result);
            code.left = instruction.extra;
            break;
        }
    }
}

}  // namespace

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
