#include "runner/execute/interpreter.h"

#include <algorithm>

#include "runner/execute/compile.h"

namespace sutap::execute {
namespace {

// An exception takes microseconds on its way.
constexpr std::uint64_t work_of_an_error = 512;

}  // namespace

Interpreter::Interpreter(const ir::Program& program, std::vector<Global>& globals, Context& context)
    : program_(program),
      compiled_(compile(program, context.longest_string())),
      machine_{.compiled = compiled_, .globals = globals, .context = context} {
    machine_.longest_string = context.longest_string();
    machine_.max_nesting = context.options.max_nesting;
    if (machine_.max_nesting == 0) {
        // The longest chain of calls without recursion, and ten more for recursion.
        constexpr std::size_t longest_chain = 4000;
        machine_.max_nesting =
            static_cast<std::uint32_t>(std::min(program.functions.size(), longest_chain) + 10);
    }
}

std::optional<SoftError> Interpreter::run(const ir::Handler& handler, std::uint32_t max_actions,
                                          const Record* record, std::uint64_t hits) {
    static const Record nothing;
    machine_.context.handler = &handler;
    machine_.context.record = record;
    machine_.context.matching.forget();
    machine_.replay.begin(record != nullptr ? *record : nothing);
    machine_.actions_left = max_actions;
    machine_.hits = hits;
    machine_.work.begin(machine_.context.options.work_without_statement);
    machine_.frames.clear();
    const auto index = static_cast<std::size_t>(&handler - program_.handlers.data());
    const Routine& routine = compiled_.handlers[index];
    const Code* code = compiled_.code.data() + routine.entry;
    if (!machine_.push_frame(routine, nullptr)) {
        return SoftError{.message = "MAXNESTING exceeded"};
    }
    while (code != nullptr) {
        try {
            run_from(code);
        } catch (SoftError& error) {
            machine_.work.spend(work_of_an_error);
            code = find_catch(code, error);
            if (code == nullptr) {
                return std::move(error);
            }
        }
    }
    return std::nullopt;
}

void Interpreter::run_from(const Code*& code) {
    while (code != nullptr) {
        if (!machine_.work.spend_one()) {
            raise_limit("MAXACTION exceeded", *code);
        }
        code = code->execute(*code, machine_);
    }
}

const Code* Interpreter::find_catch(const Code* code, SoftError& error) {
    while (error.catchable) {
        if (machine_.work.is_exhausted()) {
            error = {.message = "MAXACTION exceeded", .site = code->site, .catchable = false};
            return nullptr;
        }
        const auto place = static_cast<std::uint32_t>(code - compiled_.code.data());
        machine_.work.spend(compiled_.catches.size());
        for (const Catch& candidate : compiled_.catches) {
            if (place < candidate.begin || place >= candidate.end) {
                continue;
            }
            Replay& replay = machine_.replay;
            replay.unwind(std::min(candidate.replay_depth, replay.depth()));
            if (candidate.message != no_place) {
                machine_.set_text(candidate.message, error.message);
            }
            return compiled_.code.data() + candidate.handler;
        }
        if (machine_.frames.size() == 1) {
            return nullptr;
        }
        code = machine_.frames.back().return_to - 1;
        machine_.unwind_frames(machine_.frames.size() - 1);
    }
    return nullptr;
}

}  // namespace sutap::execute
