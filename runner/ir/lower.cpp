#include "runner/ir/lower.h"

#include <utility>

#include "runner/ir/kernel_only.h"
#include "runner/ir/lowering.h"
#include "runner/ir/place.h"
#include "runner/ir/tally.h"
#include "runner/ir/tree_queries.h"

namespace sutap::ir {
namespace {

Handler::Kind kind_of(elaborate::Probe::Kind kind) {
    switch (kind) {
        case elaborate::Probe::Kind::begin:
            return Handler::Kind::begin;
        case elaborate::Probe::Kind::end:
            return Handler::Kind::end;
        case elaborate::Probe::Kind::error:
            return Handler::Kind::error;
        case elaborate::Probe::Kind::oneshot:
            return Handler::Kind::oneshot;
        case elaborate::Probe::Kind::timer:
            return Handler::Kind::timer;
        case elaborate::Probe::Kind::file_read:
            return Handler::Kind::file_read;
        case elaborate::Probe::Kind::file_write:
            return Handler::Kind::file_write;
        case elaborate::Probe::Kind::kernel:
        case elaborate::Probe::Kind::never:
            break;
    }
    return Handler::Kind::kernel;
}

Global lower_global(const elaborate::Global& global) {
    Global made;
    made.name = global.name;
    made.keys = global.keys;
    made.value = global.value == ValueType::unknown ? ValueType::integer : global.value;
    made.capacity = global.capacity.value_or(0);
    made.is_sized = global.capacity.has_value();
    made.wraps = global.wraps;
    made.print_at_exit = global.is_written && !global.is_read;
    made.is_pointer = global.is_pointer;
    made.histogram = global.histogram;
    made.keeps_log_histogram = global.keeps_log_histogram;
    if (global.initial) {
        if (const auto* number = std::get_if<std::int64_t>(&global.initial->value)) {
            made.initial_integer = *number;
        } else {
            made.initial_string = std::get<std::string>(global.initial->value);
        }
    }
    return made;
}

class ProgramLowering {
  public:
    ProgramLowering(const elaborate::Program& program, const language::SourceMap& sources,
                    Place place)
        : program_(program),
          place_(place),
          context_{program,
                   sources,
                   functions_touching_kernel(program),
                   recursive_functions(program),
                   functions_with_kernel_form(program),
                   {},
                   lowered_.user,
                   {},
                   lowered_.diagnostics} {}

    Lowered run() {
        lowered_.user.sites.emplace_back();  // 0: cannot fail
        lowered_.symbols = program_.symbols;
        for (const auto& global : program_.globals) {
            lowered_.user.globals.push_back(lower_global(global));
        }
        for (std::uint32_t index = 0; index < program_.functions.size(); ++index) {
            context_.user_function.push_back(index);
        }
        for (const auto& function : program_.functions) {
            lowered_.user.functions.push_back(Lowering::function(context_, function));
        }
        for (const auto& probe : program_.probes) {
            if (probe.kind == elaborate::Probe::Kind::kernel && probe.event) {
                kernel_probe(probe);
            } else if (probe.kind != elaborate::Probe::Kind::never) {
                user_probe(probe);
            }
        }
        if (place_ != Place::user) {
            find_tallies(lowered_);
        }
        refuse_user_side();
        return std::move(lowered_);
    }

  private:
    // What user space has to do for a handler, if only the kernel may do anything.
    struct UserSide {
        const elaborate::Probe& probe;
        std::size_t kernel;  // index into Lowered::kernel
        UserSideUse use;
    };

    void refuse_user_side() {
        for (const UserSide& one : user_side_) {
            if (!lowered_.kernel[one.kernel].is_tallied) {
                refuse(one.probe, {{one.use.site, "--place=kernel, but " + one.use.what}});
            }
        }
    }

    static Handler handler_of(const elaborate::Probe& probe) {
        Handler made;
        made.kind = kind_of(probe.kind);
        made.point = probe.point;
        made.definition = probe.definition;
        made.is_return = probe.event && probe.event->is_return();
        made.sequence = probe.sequence;
        made.interval_ns = probe.interval_ns;
        made.randomize_ns = probe.randomize_ns;
        made.file = probe.file;
        return made;
    }

    void user_probe(const elaborate::Probe& probe) {
        Lowering lowering(context_, Side::user);
        lowering.declare_locals(probe.locals, 0);
        lowering.statement(probe.body);
        Handler made = handler_of(probe);
        made.registers = std::move(lowering.registers());
        made.body = std::move(lowering.body());
        lowered_.user.handlers.push_back(std::move(made));
    }

    void kernel_probe(const elaborate::Probe& probe) {
        Lowering lowering(context_, Side::kernel);
        lowering.set_event(*probe.event);
        lowering.declare_locals(probe.locals, 0);
        lowering.statement(probe.body);
        if (auto use = first_user_side_use(lowering.body(), lowered_.user);
            place_ == Place::kernel && use) {
            user_side_.push_back({probe, lowered_.kernel.size(), *std::move(use)});
        }
        Placed placed = place(lowering.body(), lowering.registers());
        refuse(probe, placed.refusals);

        KernelHandler kernel;
        kernel.handler = static_cast<std::uint32_t>(lowered_.user.handlers.size());
        kernel.point = probe.point;
        kernel.event = *probe.event;
        kernel.body = std::move(placed.kernel);
        kernel.loops = lowering.loops();
        Handler made = handler_of(probe);
        made.registers = lowering.registers();
        made.body = std::move(placed.user);
        made.replay_sites = placed.sites;
        lowered_.user.handlers.push_back(std::move(made));
        entry_values(probe, kernel, lowering.registers());
        lowered_.kernel.push_back(std::move(kernel));
    }

    // The @entry expressions, lowered behind the handler's own registers.
    void entry_values(const elaborate::Probe& probe, KernelHandler& kernel,
                      std::vector<ValueType> registers) {
        Lowering entry(context_, Side::kernel);
        entry.registers() = std::move(registers);
        entry.set_event(*probe.event);
        entry.declare_locals(probe.locals, 0);
        for (const auto& expression : probe.entries) {
            kernel.entry_values.push_back(entry.expression(*expression));
        }
        kernel.registers = entry.registers();
        if (probe.entries.empty()) {
            return;
        }
        Placed placed = place_entry(entry.body(), entry.registers(), kernel.entry_values);
        refuse(probe, placed.refusals);
        kernel.entry = std::move(placed.kernel);
    }

    void refuse(const elaborate::Probe& probe, const std::vector<Refusal>& refusals) {
        for (const Refusal& refusal : refusals) {
            language::Diagnostic diagnostic;
            diagnostic.kind = language::Diagnostic::Kind::semantic_error;
            diagnostic.place = probe.place;
            diagnostic.message = "cannot be traced this way: " + refusal.reason;
            const std::string& near = lowered_.user.sites.at(refusal.site);
            if (!near.empty()) {
                diagnostic.notes.push_back("near " + near);
            }
            lowered_.diagnostics.push_back(std::move(diagnostic));
        }
    }

    const elaborate::Program& program_;
    Place place_;
    Lowered lowered_;
    std::vector<UserSide> user_side_;
    LoweringContext context_;
};

}  // namespace

Lowered lower(const elaborate::Program& program, const language::SourceMap& sources, Place place) {
    return ProgramLowering(program, sources, place).run();
}

}  // namespace sutap::ir
