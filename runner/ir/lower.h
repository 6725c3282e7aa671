// From elaboration's typed trees to the IR, and the placement of each handler: what user space
// runs, and the slice that the kernel runs at the event (DESIGN section 4, "Placement").
#pragma once

#include <string>
#include <vector>

#include "runner/elaborate/program.h"
#include "runner/ir/program.h"
#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"

namespace sutap::ir {

// In the `extra` of a context_argument: what is at offset `immediate` in struct pt_regs.
inline constexpr std::uint32_t from_registers = 1U << 9U;
// A parameter or result that fentry and fexit programs get from a helper.
inline constexpr std::uint32_t by_helper = 1U << 12U;
// The address of Lowered::symbols[immediate]; that of this processor's variable with a BTF id.
inline constexpr std::uint32_t from_symbols = 1U << 10U;
inline constexpr std::uint32_t from_processor = 1U << 11U;

// The kernel's part of one handler.
struct KernelHandler {
    std::uint32_t handler = 0;  // index into Program::handlers of its user part
    std::string point;
    elaborate::KernelEvent event;
    std::vector<ValueType> registers;
    // At the function's entry, for a .return probe with @entry: the slice that computes
    // `entry_values`, which are kept until the return.
    Block entry;
    std::vector<Register> entry_values;
    Block body;
    std::uint32_t loops = 0;  // loop numbers are 0 … loops - 1
    // Events alike may be counted instead of posted (ir/tally.h).
    bool is_tallied = false;
};

struct Lowered {
    Program user;
    std::vector<KernelHandler> kernel;
    std::vector<std::string> symbols;               // as elaborate::Program says them
    std::vector<language::Diagnostic> diagnostics;  // what cannot be placed, with the reason
};

// Where the handlers on kernel events may do their work (--place).
enum class Place : std::uint8_t {
    automatic,
    kernel,  // refuse those that user space would have a part of
    user,    // post a record for each event
};

Lowered lower(const elaborate::Program& program, const language::SourceMap& sources,
              Place place = Place::automatic);

}  // namespace sutap::ir
