// Inside the room: instruction selection for one program.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "runner/bpf/assembler.h"
#include "runner/bpf/emit.h"
#include "runner/bpf/frame.h"

namespace sutap::bpf {

// The Image's maps that programs use, by index.
struct MapNumbers {
    std::uint32_t control = 0;
    std::uint32_t records = 0;
    std::uint32_t frames = 0;
    std::uint32_t entries = 0;  // this handler's @entry table
    std::uint32_t tally = 0;    // of this handler, if its events are counted
};

class HandlerEmitter {
  public:
    HandlerEmitter(const ir::KernelHandler& handler, const EmitOptions& options,
                   const MapNumbers& maps, AttachKind attach, std::uint32_t frame_number)
        : handler_(handler),
          options_(options),
          maps_(maps),
          attach_(attach),
          frame_number_(frame_number),
          tally_key_(tally_key_size(handler, options.string_size)) {}

    // At the event: runs handler.body and posts the record.
    void emit_body(Program& program);
    // At a function's entry: computes handler.entry_values and keeps them for the return.
    void emit_entry(Program& program);
    [[nodiscard]] std::int32_t frame_size() const { return frame_.size; }

  private:
    // On the BPF stack, below r10.
    static constexpr std::int32_t stack_context = -8;  // r6 and r7, for the callbacks of loops
    static constexpr std::int32_t stack_frame = -16;
    static constexpr std::int32_t stack_key = -24;
    static constexpr std::int32_t stack_tally = -48;  // TallyLayout

    // Where control can go: the end of a block, loop, try block, or of the whole handler. Loop
    // bodies are callbacks (other sections), which cannot jump out: they say where they want to go.
    struct Target {
        std::int32_t number = 0;
        std::size_t section = 0;
        Label label;
        bool silent = false;  // a catcher inside a region: user space does not hear of the fault
    };

    Target new_target();
    void go_to(const Target& target);

    // Is the session running, and the event one for this handler?
    void admit(Label out);
    void prologue();
    void make_entry_key();
    void skip_other_syscalls(Label out);
    void begin_record();
    // Stores which handler this is at `to` + `offset`. A shared program knows by its cookie alone.
    void store_handler(R to, std::int32_t offset);
    [[nodiscard]] bool is_at_entry() const {
        return attach_ == AttachKind::kprobe || attach_ == AttachKind::kprobe_multi;
    }
    [[nodiscard]] bool is_at_return() const {
        return attach_ == AttachKind::kretprobe || attach_ == AttachKind::kretprobe_multi;
    }
    void take_entry_values(Label out);
    void post_record();

    // In tally.cpp.
    // Counts the event and goes to `out`; comes behind it if a record has to be posted.
    void tally(Label out);
    // Leaves the tally of a handler that captures nothing, or of this record, in r0; 0 if none.
    void find_tally();
    void insert_tally(Label out);
    void count_hit();
    [[nodiscard]] bool only_counts() const;
    void count_lost(std::uint32_t control_offset);

    // In guard.cpp.
    void ask_first(Label out);
    bool take_slots(std::span<const ir::Instruction> instructions);
    void answer(std::span<const ir::Instruction> instructions);

    void block(const ir::Block& block);
    void instruction(const ir::Instruction& instruction);
    void structure(const ir::Instruction& instruction);
    void branch(const ir::Instruction& instruction);
    void labelled(const ir::Instruction& instruction);
    void loop(const ir::Instruction& instruction);
    void try_catch(const ir::Instruction& instruction);
    void region(const ir::Instruction& instruction);

    void integer_operation(const ir::Instruction& instruction);
    void division(const ir::Instruction& instruction);
    void shift(const ir::Instruction& instruction);
    void comparison(const ir::Instruction& instruction);
    void string_comparison(const ir::Instruction& instruction);
    void unary(const ir::Instruction& instruction);
    void constant(const ir::Instruction& instruction);
    void move(const ir::Instruction& instruction);
    void context_argument(const ir::Instruction& instruction);
    void argument_by_helper(const ir::Instruction& instruction);
    void stack_argument(const ir::Instruction& instruction);
    void variable_address(const ir::Instruction& instruction);
    void read_memory(const ir::Instruction& instruction);
    void entry_value(const ir::Instruction& instruction);

    // In builtins.cpp.
    void builtin(const ir::Instruction& instruction);
    void clock(ir::Register result, std::int32_t divisor, bool wall);
    void event_address();
    void user_address();
    void user_mode();
    void read_string(const ir::Instruction& instruction, Helper helper, bool has_length);
    void record_stack(const ir::Instruction& instruction, std::int32_t flags);
    void record_bytes(const ir::Instruction& instruction, Helper helper);

    // Goes to the innermost catcher; `address` is where the fault was. Records it if user space
    // will come to a captured site here.
    void fault(const ir::Instruction& instruction, R address);
    void error(const ir::Instruction& instruction, std::uint32_t code);
    void record_trouble(std::uint32_t site, RecordLayout::EntryKind kind, std::uint32_t where);
    void capture(const ir::Instruction& instruction);
    void capture_text(std::uint32_t site, ir::Register reg);
    void end_entry();
    void append_header(std::uint32_t site, RecordLayout::EntryKind kind, std::uint32_t size);
    // Leaves the record's end in r2 (add frame_.record); goes to the handler's end when it is full.
    void reserve(std::int32_t bytes);
    void advance(std::int32_t bytes);

    [[nodiscard]] std::int32_t offset(ir::Register reg) const;
    [[nodiscard]] bool is_string(ir::Register reg) const;
    void load(R to, ir::Register reg);
    void store(ir::Register reg, R from);
    void address(R to, std::int32_t frame_offset);
    void zero_string(std::int32_t frame_offset);
    void copy_words(std::int32_t to, std::int32_t from, std::int32_t bytes);
    void extend(R reg, std::uint32_t size, bool is_signed);

    const ir::KernelHandler& handler_;
    const EmitOptions& options_;
    const MapNumbers& maps_;
    AttachKind attach_;
    std::uint32_t frame_number_;
    std::int32_t tally_key_;  // 0: records are posted
    Assembler code_;
    Frame frame_;
    std::vector<Target> leave_targets_;
    std::vector<Target> catchers_;
    std::vector<std::set<std::int32_t>> crossed_;  // by open loop: targets left for, out of it
    std::vector<Target> all_targets_;
    Target finish_;
    std::uint32_t region_site_ = 0;
    bool in_entry_ = false;
    std::map<ir::Register, std::int32_t> guard_slots_;  // below r10, as long as there is no frame
};

}  // namespace sutap::bpf
