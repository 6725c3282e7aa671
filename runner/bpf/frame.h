// Inside the room: where a program keeps its values. Each program has its own entry in a per-CPU
// array (never shared: programs nest on one CPU, but no program nests in itself), so values live in
// memory that the verifier does not track, and its states stay few however long the handler is.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/ir/lower.h"

namespace sutap::bpf {

// What goes to the record as it is: 64 addresses of a stack, or so many bytes of memory.
constexpr std::uint32_t most_stack_bytes = 64 * 8;
constexpr std::uint32_t most_raw_bytes = 4096;

// Of the builtins whose value goes to the record as it is.
bool is_raw(const ir::Instruction& instruction);

// The longest text that it captures, with the NUL: a multiple of 8.
std::uint32_t captured_text_size(const ir::Instruction& instruction, std::uint32_t string_size);

struct Frame {
    // Fixed words.
    static constexpr std::int32_t exit_target = 0;  // where a callback that ended wants to go on
    static constexpr std::int32_t steps = 8;        // rounds of loops that are still allowed
    static constexpr std::int32_t post = 16;        // the record is wanted
    static constexpr std::int32_t cursor = 24;      // bytes of the record so far
    static constexpr std::int32_t scratch = 32;
    static constexpr std::int32_t single = 40;  // the record has a fault: not one to be counted
    // The @entry table's key (thread, context address) and value (site of a fault, address,
    // values).
    static constexpr std::int32_t entry_key = 48;
    static constexpr std::int32_t entry_key_size = 16;
    static constexpr std::int32_t entry_value = entry_key + entry_key_size;
    static constexpr std::int32_t entry_fault_site = entry_value;
    static constexpr std::int32_t entry_fault_address = entry_value + 8;

    std::vector<std::int32_t> entries;  // offset of each @entry value
    std::int32_t entry_size = 16;       // of the whole entry value
    std::map<ir::Register, std::int32_t> registers;
    std::int32_t record = 0;        // offset of the record
    std::int32_t record_limit = 0;  // its size
    std::int32_t size = 0;
};

// The size of a tally's key for this handler: that of a record without captures, or the least of a
// few sizes that all of its records fit in, so that handlers share their maps. 0: its events have
// to be posted one by one.
std::int32_t tally_key_size(const ir::KernelHandler& handler, std::uint32_t string_size);

// Throws EmitError if the handler needs more than a per-CPU value can hold (32 KiB).
Frame make_frame(const ir::KernelHandler& handler, const ir::Block& block,
                 std::uint32_t string_size);

}  // namespace sutap::bpf
