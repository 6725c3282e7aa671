#include "runner/ir/tally.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace sutap::ir {
namespace {

using elaborate::Builtin;

// Depend on their operands, the handler and the session alone.
constexpr std::array repeatable_builtins{
    Builtin::target,
    Builtin::pp,
    Builtin::is_return,
    Builtin::ppfunc,
    Builtin::argument_count,
    Builtin::probe_definition,
    Builtin::argument_text,
    Builtin::stp_pid,
    Builtin::session_user,
    Builtin::module_name,
    Builtin::mem_page_size,
    Builtin::strlen,
    Builtin::substr,
    Builtin::isinstr,
    Builtin::strpos,
    Builtin::strtol,
    Builtin::str_replace,
    Builtin::stringat,
    Builtin::text_str,
    Builtin::text_strn,
    Builtin::errno_str,
    Builtin::signal_name,
    Builtin::nfsderror,
    Builtin::rlimit_from_str,
    Builtin::sock_fam_num2str,
    Builtin::sock_fam_str2num,
    Builtin::sock_prot_num2str,
    Builtin::sock_prot_str2num,
    Builtin::sock_state_num2str,
    Builtin::sock_state_str2num,
    Builtin::syscall_name,
    Builtin::symbol_name,
    Builtin::symbol_description,
    Builtin::symbol_module,
    Builtin::shown_address,
    Builtin::probed_function,
    Builtin::hz,
};

bool is_repeatable(const Instruction& instruction) {
    const Operation operation = instruction.operation;
    if (operation == Operation::builtin) {
        return std::ranges::find(repeatable_builtins,
                                 static_cast<Builtin>(instruction.immediate)) !=
               repeatable_builtins.end();
    }
    return operation < Operation::match_regex || operation == Operation::load_global ||
           operation == Operation::load_element || operation == Operation::contains_element ||
           operation == Operation::aggregate || operation == Operation::if_then ||
           operation == Operation::block || operation == Operation::leave ||
           operation == Operation::try_catch || operation == Operation::finish ||
           operation == Operation::step || operation == Operation::call ||
           operation == Operation::format || operation == Operation::replay;
}

bool is_of_global(Operation operation) {
    return (operation >= Operation::load_global && operation <= Operation::print_histogram) ||
           operation == Operation::foreach_in;
}

bool only_reads(Operation operation) {
    return operation == Operation::load_global || operation == Operation::load_element ||
           operation == Operation::contains_element || operation == Operation::extract_statistic ||
           operation == Operation::extract_bucket || operation == Operation::print_histogram ||
           operation == Operation::foreach_in;
}

// `n += v` and its like, as lowering writes them: load, a constant perhaps, add or subtract, store.
struct Addition {
    std::size_t load = 0;
    std::size_t add = 0;
    std::size_t store = 0;
};

class Uses {
  public:
    Uses(const Block& body, std::size_t registers) : counts_(registers, 0) { count(body); }
    [[nodiscard]] bool once(Register reg) const { return counts_[reg] == 1; }

  private:
    void count(const Block& block) {
        for (const Instruction& instruction : block) {
            for (const Register operand : instruction.operands) {
                if (operand != no_register) {
                    ++counts_[operand];
                }
            }
            for (const Block& below : instruction.blocks) {
                count(below);
            }
        }
    }
    std::vector<std::uint32_t> counts_;
};

std::optional<Addition> addition_at(const Block& block, std::size_t place, const Uses& uses,
                                    const std::vector<Global>& globals) {
    const Instruction& load = block[place];
    const bool is_element = load.operation == Operation::load_element;
    if ((!is_element && load.operation != Operation::load_global) ||
        globals.at(static_cast<std::size_t>(load.immediate)).value != ValueType::integer) {
        return std::nullopt;
    }
    std::size_t add = place + 1;
    if (add < block.size() && block[add].operation == Operation::constant_integer) {
        ++add;
    }
    if (add + 1 >= block.size()) {
        return std::nullopt;
    }
    const Instruction& sum = block[add];
    const Instruction& store = block[add + 1];
    std::vector<Register> stored = load.operands;
    stored.push_back(sum.result);
    const bool fits =
        (sum.operation == Operation::add || sum.operation == Operation::subtract) &&
        sum.operands[0] == load.result && sum.operands[1] != load.result &&
        store.operation == (is_element ? Operation::store_element : Operation::store_global) &&
        store.immediate == load.immediate && store.operands == stored && uses.once(load.result) &&
        uses.once(sum.result);
    return fits ? std::optional(Addition{place, add, add + 1}) : std::nullopt;
}

// What one handler, or a function that it calls, does to globals.
struct Effects {
    std::set<std::int64_t> added_to;
    std::set<std::int64_t> read;
    std::set<std::int64_t> set;
    std::set<std::int64_t> called;  // functions
    bool is_repeatable = true;
    bool may_end = false;  // exit() or abort()

    void join(const Effects& other) {
        added_to.insert(other.added_to.begin(), other.added_to.end());
        read.insert(other.read.begin(), other.read.end());
        set.insert(other.set.begin(), other.set.end());
        called.insert(other.called.begin(), other.called.end());
        is_repeatable = is_repeatable && other.is_repeatable;
        may_end = may_end || other.may_end;
    }
};

void collect(const Block& block, const Uses& uses, const std::vector<Global>& globals,
             Effects& effects) {
    for (std::size_t place = 0; place < block.size(); ++place) {
        const Instruction& instruction = block[place];
        if (const auto addition = addition_at(block, place, uses, globals)) {
            effects.added_to.insert(instruction.immediate);
            place = addition->store;
            continue;
        }
        effects.is_repeatable = effects.is_repeatable && is_repeatable(instruction);
        if (instruction.operation == Operation::aggregate) {
            effects.added_to.insert(instruction.immediate);
        } else if (is_of_global(instruction.operation)) {
            (only_reads(instruction.operation) ? effects.read : effects.set)
                .insert(instruction.immediate);
        } else if (instruction.operation == Operation::call) {
            effects.called.insert(instruction.immediate);
        } else if (instruction.operation == Operation::builtin) {
            const auto builtin = static_cast<Builtin>(instruction.immediate);
            effects.may_end =
                effects.may_end || builtin == Builtin::exit_session || builtin == Builtin::abort;
        }
        for (const Block& below : instruction.blocks) {
            collect(below, uses, globals, effects);
        }
    }
}

class Tallies {
  public:
    explicit Tallies(Lowered& lowered) : lowered_(lowered), user_(lowered.user) {}

    void run() {
        for (const KernelHandler& kernel : lowered_.kernel) {
            const Handler& handler = user_.handlers[kernel.handler];
            Effects effects = effects_of(handler.body, handler.registers.size());
            add_callees(effects);
            all_.join(effects);
            by_handler_.push_back(std::move(effects));
        }
        if (all_.may_end) {
            return;
        }
        for (std::size_t index = 0; index < lowered_.kernel.size(); ++index) {
            lowered_.kernel[index].is_tallied = only_counts(by_handler_[index]);
        }
        keep_arrays_together();
        for (const KernelHandler& kernel : lowered_.kernel) {
            if (kernel.is_tallied) {
                Handler& handler = user_.handlers[kernel.handler];
                handler.is_tallied = true;
                const Uses uses(handler.body, handler.registers.size());
                repeat(handler.body, handler, uses);
            }
        }
    }

  private:
    Effects effects_of(const Block& body, std::size_t registers) const {
        Effects effects;
        collect(body, Uses(body, registers), user_.globals, effects);
        return effects;
    }

    // A function's additions are not made to repeat, so they count as any other change.
    void add_callees(Effects& effects) const {
        std::set<std::int64_t> seen;
        while (seen != effects.called) {
            const std::set<std::int64_t> called = effects.called;
            for (const std::int64_t function : called) {
                if (!seen.insert(function).second) {
                    continue;
                }
                const Function& callee = user_.functions.at(static_cast<std::size_t>(function));
                Effects below = effects_of(callee.body, callee.registers.size());
                below.set.merge(below.added_to);
                below.added_to.clear();
                effects.join(below);
            }
        }
    }

    [[nodiscard]] bool only_counts(const Effects& effects) const {
        return effects.is_repeatable && effects.set.empty() && !effects.added_to.empty() &&
               std::ranges::none_of(effects.added_to,
                                    [&](std::int64_t global) {
                                        return all_.read.contains(global) ||
                                               all_.set.contains(global);
                                    }) &&
               std::ranges::none_of(effects.read, [&](std::int64_t global) {
                   return all_.set.contains(global) || all_.added_to.contains(global);
               });
    }

    // The elements of an array keep the order in which they came: all who add to it are tallied, or
    // none.
    void keep_arrays_together() {
        std::set<std::int64_t> posted;  // arrays that records add to
        for (bool changes = true; changes;) {
            changes = false;
            for (std::size_t index = 0; index < lowered_.kernel.size(); ++index) {
                const auto& added_to = by_handler_[index].added_to;
                bool& is_tallied = lowered_.kernel[index].is_tallied;
                if (is_tallied && std::ranges::any_of(added_to, [&](std::int64_t global) {
                        return posted.contains(global);
                    })) {
                    is_tallied = false;
                }
                for (const std::int64_t global : added_to) {
                    const bool is_array =
                        !user_.globals[static_cast<std::size_t>(global)].keys.empty();
                    changes = (!is_tallied && is_array && posted.insert(global).second) || changes;
                }
            }
        }
    }

    // n += v becomes n += v * hits.
    void repeat(Block& block, Handler& handler, const Uses& uses) const {
        Block made;
        for (std::size_t place = 0; place < block.size(); ++place) {
            const auto addition = addition_at(block, place, uses, user_.globals);
            if (!addition) {
                for (Block& below : block[place].blocks) {
                    repeat(below, handler, uses);
                }
                made.push_back(std::move(block[place]));
                continue;
            }
            for (; place < addition->add; ++place) {
                made.push_back(std::move(block[place]));
            }
            Instruction sum = std::move(block[place++]);
            sum.operands[1] = times_hits(sum.operands[1], handler, made);
            made.push_back(std::move(sum));
            made.push_back(std::move(block[place]));
        }
        block = std::move(made);
    }

    static Register times_hits(Register value, Handler& handler, Block& made) {
        const auto hits = static_cast<Register>(handler.registers.size());
        handler.registers.push_back(ValueType::integer);
        handler.registers.push_back(ValueType::integer);
        Instruction read;
        read.operation = Operation::hits;
        read.result = hits;
        Instruction product;
        product.operation = Operation::multiply;
        product.result = hits + 1;
        product.operands = {value, hits};
        made.push_back(std::move(read));
        made.push_back(std::move(product));
        return hits + 1;
    }

    Lowered& lowered_;
    Program& user_;
    Effects all_;
    std::vector<Effects> by_handler_;
};

}  // namespace

void find_tallies(Lowered& lowered) {
    Tallies(lowered).run();
}

}  // namespace sutap::ir
