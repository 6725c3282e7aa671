// Runs handlers and functions of the IR over its structured blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/execute/context.h"
#include "runner/execute/format.h"
#include "runner/execute/globals.h"
#include "runner/execute/record.h"
#include "runner/execute/soft_error.h"
#include "runner/ir/program.h"

namespace sutap::execute {

class Interpreter {
  public:
    // All three must outlive the interpreter; the program has passed ir::verify().
    Interpreter(const ir::Program& program, std::vector<Global>& globals, Context& context);

    // Runs one handler; `record` only for one on a kernel event. The error that ended it, if any.
    std::optional<SoftError> run(const ir::Handler& handler, std::uint32_t max_actions,
                                 const Record* record);

  private:
    // How a block ended; `pending_` says how many constructs a leave has still to end.
    enum class Flow : std::uint8_t { next, leave, finish };

    // The registers that instructions refer to, a window into registers_.
    struct Frame {
        std::size_t base = 0;
        const std::vector<ir::ValueType>* types = nullptr;
    };

    Flow run_block(const ir::Block& block);
    Flow run_instructions(const ir::Block& block);
    Flow run_structured(const ir::Instruction& instruction);
    Flow run_loop(const ir::Instruction& instruction);
    Flow run_foreach(const ir::Instruction& instruction);
    Flow run_try(const ir::Instruction& instruction);
    Flow run_finish(const ir::Instruction& instruction);
    bool leaves_here(Flow& flow);

    void run_plain(const ir::Instruction& instruction);
    void run_binary(const ir::Instruction& instruction);
    void run_comparison(const ir::Instruction& instruction);
    void run_global(const ir::Instruction& instruction);
    void clear_global(const ir::Instruction& instruction);
    void load_element(const ir::Instruction& instruction);
    void delete_element(const ir::Instruction& instruction);
    void contains_element(const ir::Instruction& instruction);
    void aggregate(const ir::Instruction& instruction);
    void extract_statistic(const ir::Instruction& instruction);
    void run_call(const ir::Instruction& instruction);
    void run_builtin(const ir::Instruction& instruction);
    void run_print(const ir::Instruction& instruction);
    void run_concatenate(const ir::Instruction& instruction);
    void run_step(const ir::Instruction& instruction);
    void replay(const ir::Instruction& instruction);
    void begin_round(const ir::Instruction& instruction);

    Value& at(ir::Register number) { return frame_[number]; }
    Value& operand(const ir::Instruction& instruction, std::size_t index) {
        return frame_[instruction.operands[index]];
    }
    ir::ValueType type_of(ir::Register number) const { return (*types_)[number]; }
    void enter_frame(Frame frame);
    void set_text(ir::Register number, std::string_view text);
    void copy(ir::Register to, ir::Register from);
    void load_cell(ir::Register to, const Cell& cell);
    void store_cell(Cell& cell, const Value& value);
    Global& global_of(const ir::Instruction& instruction) {
        return globals_[static_cast<std::size_t>(instruction.immediate)];
    }
    // The first operands of an instruction as key parts; no_register becomes `*`.
    std::span<const KeyPart> key_parts(const ir::Instruction& instruction, std::size_t begin,
                                       std::size_t count);
    std::string_view encoded_key(const ir::Instruction& instruction, const Global& global);
    Cell& element(const ir::Instruction& instruction, Global& global);
    void format_operands(const ir::Instruction& instruction, bool escapes_values);
    // Bounds what runs without a `step`, which counts itself.
    void count_idle(const ir::Instruction& instruction);

    const ir::Program& program_;
    std::vector<Global>& globals_;
    Context& context_;
    std::uint32_t max_nesting_;
    std::size_t longest_string_;

    std::vector<Value> registers_;
    Value* frame_ = nullptr;  // of the present frame, within registers_
    const std::vector<ir::ValueType>* types_ = nullptr;
    Frame present_;
    Value returned_;
    Replay replay_;
    std::int64_t pending_ = 0;
    std::uint32_t actions_ = 0;
    std::uint32_t max_actions_ = 0;
    std::uint32_t idle_ = 0;
    std::uint32_t nesting_ = 0;
    std::uint32_t depth_ = 0;

    // Kept between instructions so that their memory is.
    std::vector<KeyPart> key_parts_;
    std::vector<const Value*> arguments_;
    std::vector<FormatArgument> format_arguments_;
    std::string key_;
    std::string text_;
};

}  // namespace sutap::execute
