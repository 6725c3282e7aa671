// Jumps, statements, calls, and what was captured at the event.
#include <cstring>

#include "runner/execute/addresses.h"
#include "runner/execute/machine.h"
#include "runner/execute/operations.h"

namespace sutap::execute::operations {
namespace {

void count_action(const Code& code, Machine& machine) {
    if (machine.actions_left == 0) {
        raise_limit("MAXACTION exceeded", code);
    }
    --machine.actions_left;
    machine.work.allow_statement();
}

const Code* to_target(const Code& code) {
    return &code + as_signed(code.result);
}

// Back to the caller: the instruction behind the call.
const Code* leave_function(Machine& machine) {
    const Code* return_to = machine.frames.back().return_to;
    machine.unwind_frames(machine.frames.size() - 1);
    return return_to;
}

}  // namespace

const Code* jump(const Code& code, Machine&) {
    return to_target(code);
}

const Code* step(const Code& code, Machine& machine) {
    count_action(code, machine);
    return &code + 1;
}

const Code* step_and_jump(const Code& code, Machine& machine) {
    count_action(code, machine);
    return to_target(code);
}

const Code* call(const Code& code, Machine& machine) {
    const std::size_t caller = machine.frames.size() - 1;
    if (caller >= machine.max_nesting ||
        !machine.push_frame(machine.compiled.functions[code.right], &code + 1)) {
        raise("MAXNESTING exceeded", code);
    }
    const std::int64_t* from_integers =
        machine.all_integers.data() + machine.frames[caller].integers;
    const std::string* from_texts = machine.all_texts.data() + machine.frames[caller].texts;
    std::int64_t* to_integer = machine.integers;
    std::string* to_text = machine.texts;
    for (const Operand& operand : machine.detail(code.left).operands) {
        if (operand.kind == Operand::Kind::integer) {
            *to_integer++ = from_integers[operand.place];
        } else if (operand.place < first_constant) {
            *to_text++ = from_texts[operand.place];
        } else {
            *to_text++ = machine.text(operand.place);
        }
    }
    return machine.compiled.code.data() + machine.frames.back().routine->entry;
}

const Code* return_integer(const Code& code, Machine& machine) {
    const std::int64_t value = machine.integers[code.left];
    const Code* const return_to = leave_function(machine);
    const std::uint32_t result = (return_to - 1)->result;
    if (result != no_place) {
        machine.integers[result] = value;
    }
    return return_to;
}

const Code* return_text(const Code& code, Machine& machine) {
    const std::string& value = machine.text(code.left);  // stays where it is
    const Code* const return_to = leave_function(machine);
    const std::uint32_t result = (return_to - 1)->result;
    if (result != no_place) {
        machine.texts[result] = value;
    }
    return return_to;
}

const Code* return_nothing(const Code&, Machine& machine) {
    const ir::ValueType type = machine.frames.back().routine->result;
    const Code* const return_to = leave_function(machine);
    const std::uint32_t result = (return_to - 1)->result;
    if (result != no_place && type == ir::ValueType::string) {
        machine.texts[result].clear();
    } else if (result != no_place) {
        machine.integers[result] = 0;
    }
    return return_to;
}

const Code* end_handler(const Code&, Machine&) {
    return nullptr;
}

const Code* enter_replayed_loop(const Code& code, Machine& machine) {
    machine.replay.enter_loop(code.left);
    return &code + 1;
}

const Code* unwind_replay(const Code& code, Machine& machine) {
    machine.replay.unwind(code.left);
    return &code + 1;
}

const Code* hits(const Code& code, Machine& machine) {
    machine.integers[code.result] = static_cast<std::int64_t>(machine.hits);
    return &code + 1;
}

const Code* begin_round(const Code& code, Machine& machine) {
    if (machine.replay.next_round(code.left, machine.work)) {
        return &code + 1;
    }
    if (machine.context.record->is_cut()) {
        raise("record too large", code);
    }
    // The kernel stopped here.
    raise_limit("MAXACTION exceeded", code);
}

namespace {

using Layout = bpf::RecordLayout;

std::uint64_t number_of(const Record::Entry& entry) {
    std::uint64_t number = 0;
    if (entry.kind != Layout::string) {
        std::memcpy(&number, entry.payload.data(), sizeof number);
    }
    return number;
}

[[noreturn]] void raise_at(std::string message, std::uint32_t site, const Code& code) {
    throw SoftError{.message = std::move(message), .site = site != 0 ? site : code.site};
}

// The capture, which is of this kind; what failed at the event is raised now.
const Record::Entry& captured(const Code& code, Machine& machine, bool is_string) {
    const Record::Entry* entry = machine.replay.find(code.left, machine.work);
    if (entry == nullptr) {
        raise(machine.context.record->is_cut() ? "record too large" : "missing capture", code);
    }
    if (entry->kind == Layout::fault) {
        std::uint32_t site = 0;
        std::memcpy(&site, entry->payload.data() + 8, sizeof site);
        raise_at(fault_message(static_cast<std::uint64_t>(number_of(*entry)),
                               machine.context.options.hides_addresses),
                 site, code);
    }
    if (entry->kind == Layout::error) {
        raise_at("division by 0", static_cast<std::uint32_t>(number_of(*entry)), code);
    }
    const bool has_text = entry->kind == Layout::string || entry->kind == Layout::bytes;
    if (has_text != is_string) {
        raise("missing capture", code);
    }
    return *entry;
}

}  // namespace

const Code* replay_integer(const Code& code, Machine& machine) {
    machine.integers[code.result] =
        static_cast<std::int64_t>(number_of(captured(code, machine, false)));
    return &code + 1;
}

const Code* replay_text(const Code& code, Machine& machine) {
    const Record::Entry& entry = captured(code, machine, true);
    const std::string_view text(reinterpret_cast<const char*>(entry.payload.data()),
                                entry.payload.size());
    if (entry.kind == Layout::bytes) {
        machine.texts[code.result].assign(text);  // no string of the script: not cut as one
    } else {
        machine.set_text(code.result, text.substr(0, text.find('\0')));  // it may be padded
    }
    return &code + 1;
}

}  // namespace sutap::execute::operations
