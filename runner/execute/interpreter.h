// Runs handlers of the IR, which it compiles once before the first of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/execute/code.h"
#include "runner/execute/context.h"
#include "runner/execute/globals.h"
#include "runner/execute/machine.h"
#include "runner/execute/record.h"
#include "runner/execute/soft_error.h"
#include "runner/ir/program.h"

namespace sutap::execute {

class Interpreter {
  public:
    // All three must outlive the interpreter; the program has passed ir::verify().
    Interpreter(const ir::Program& program, std::vector<Global>& globals, Context& context);

    // Runs one handler of the program; `record` only for one on a kernel event, of which there were
    // `hits` alike. The error that ended it, if any.
    std::optional<SoftError> run(const ir::Handler& handler, std::uint32_t max_actions,
                                 const Record* record, std::uint64_t hits = 1);

  private:
    // Until the handler's end; a soft error leaves `code` at the instruction that raised it.
    void run_from(const Code*& code);
    // Where a catch takes an error raised at `code`, with the frame it is in made the present one;
    // nullptr if none does. Out of work, the error becomes that one.
    const Code* find_catch(const Code* code, SoftError& error);

    const ir::Program& program_;
    const Compiled compiled_;
    Machine machine_;
};

}  // namespace sutap::execute
