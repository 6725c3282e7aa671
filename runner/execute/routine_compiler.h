// Inside the room: the compilation of one handler or function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/execute/code.h"
#include "runner/execute/operations.h"
#include "runner/execute/register_uses.h"
#include "runner/ir/program.h"

namespace sutap::execute {

// A comparison about to be made.
struct Condition {
    ir::Operation operation{};
    operations::Form form{};
    std::uint32_t left = no_place;
    std::uint32_t right = no_place;
};

// One handler or function. Beside translating, it drops what costs time for nothing: constants go
// into the instructions that use them, a result goes where the `move` behind it would bring it, a
// copy that is read once, right behind, is not made, and a comparison jumps by itself.
class RoutineCompiler {
  public:
    struct Source {
        const std::vector<ir::ValueType>& registers;
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
        for (ir::Register parameter = 0; parameter < source_.parameters; ++parameter) {
            place(parameter);
        }
        compile(source_.body);
        emit({.execute =
                  source_.is_function ? operations::return_nothing : operations::end_handler});
        return routine_;
    }

  private:
    // A construct that `leave` can end.
    struct Enclosing {
        std::vector<std::uint32_t> jumps;  // to its end
        std::size_t replay_depth = 0;
    };

    std::uint32_t here() const { return static_cast<std::uint32_t>(made_.code.size()); }
    // Returns its index.
    std::uint32_t emit(const Code& code) {
        made_.code.push_back(code);
        return here() - 1;
    }
    static std::uint32_t distance(std::uint32_t from, std::uint32_t to) { return to - from; }
    // The jump at `index` goes to what is emitted next.
    void end_jump(std::uint32_t index) { made_.code[index].result = distance(index, here()); }
    bool is_text(ir::Register number) const {
        return source_.registers[number] == ir::ValueType::string;
    }
    // Where a register is, in the bank of its type.
    std::uint32_t place(ir::Register number) {
        std::uint32_t& found = places_[number];
        if (found == no_place) {
            found = is_text(number) ? routine_.texts++ : routine_.integers++;
        }
        return found;
    }
    // An operand's place; loads a constant integer into it.
    std::uint32_t operand(ir::Register number);
    std::uint32_t constant(const std::string& text);
    std::optional<std::int32_t> immediate(ir::Register number) const;
    Operand read(ir::Register number);
    Operand written(ir::Register number);
    // Keys, or all operands from `begin` on.
    std::uint32_t detail(const ir::Instruction& instruction, std::size_t begin, std::size_t count);
    std::uint32_t detail(const ir::Instruction& instruction) {
        return detail(instruction, 0, instruction.operands.size());
    }

    void compile(std::span<const ir::Instruction> instructions);
    std::size_t compile_first(std::span<const ir::Instruction> rest);
    bool is_folded(const ir::Instruction& instruction) const;
    bool is_only_read_by(ir::Register number, const ir::Instruction& reader) const;
    bool forwards_move(const ir::Instruction& move, std::span<const ir::Instruction> behind);

    Condition condition(const ir::Instruction& comparison);
    void compile_branch(const Condition& condition, const ir::Instruction& branch);
    void compile_structured(const ir::Instruction& instruction);
    void compile_loop(const ir::Instruction& instruction);
    void compile_foreach(const ir::Instruction& instruction);
    void compile_leave(const ir::Instruction& instruction);
    void compile_try(const ir::Instruction& instruction);
    void compile_finish(const ir::Instruction& instruction);
    void begin_enclosing() { enclosing_.push_back({.jumps = {}, .replay_depth = replay_depth_}); }
    void end_enclosing();

    void compile_plain(const ir::Instruction& instruction, ir::Register result);
    void compile_arithmetic(const ir::Instruction& instruction, ir::Register result);
    void compile_global(const ir::Instruction& instruction, ir::Register result);
    void compile_element(const ir::Instruction& instruction, ir::Register result);
    void compile_statistic(const ir::Instruction& instruction, ir::Register result);
    void compile_other(const ir::Instruction& instruction, ir::Register result);
    void compile_with_detail(const ir::Instruction& instruction, ir::Register result);
    void load_constant(std::uint32_t to, std::int64_t value);

    Compiled& made_;
    const ir::Program& program_;
    std::size_t longest_string_;
    const Source source_;
    const std::vector<RegisterUse> uses_;
    std::vector<std::uint32_t> places_;
    std::vector<ir::Register> copied_from_;  // for a register that is none: what it is a copy of
    std::vector<Enclosing> enclosing_;
    std::size_t replay_depth_ = 0;
    std::uint32_t foreach_depth_ = 0;
    Routine routine_;
};

}  // namespace sutap::execute
