#include "runner/ir/knowledge.h"

#include <utility>

namespace sutap::ir {
namespace {

const elaborate::BuiltinRow& row_of(const Instruction& instruction) {
    return elaborate::row(static_cast<elaborate::Builtin>(instruction.immediate));
}

using Unknown = std::vector<bool>;  // by register

void join(Unknown& into, const Unknown& other) {
    for (std::size_t index = 0; index < into.size(); ++index) {
        into[index] = into[index] || other[index];
    }
}

void mark_assigned(const Block& block, Unknown& assigned) {
    for (const Instruction& instruction : block) {
        if (instruction.result != no_register) {
            assigned[instruction.result] = true;
        }
        if (instruction.operation == Operation::foreach_in) {
            // The loop assigns its keys and its value; limit and slice come behind them.
            for (const Register operand : instruction.operands) {
                if (operand != no_register) {
                    assigned[operand] = true;
                }
            }
        }
        if (instruction.operation != Operation::region) {
            for (const Block& below : instruction.blocks) {
                mark_assigned(below, assigned);
            }
        }
    }
}

bool user_may_raise(const Block& block, const KnowledgeMap& map) {
    for (const Instruction& instruction : block) {
        switch (instruction.operation) {
            case Operation::call:
            case Operation::store_element:
            case Operation::aggregate:
            case Operation::extract_statistic:
            case Operation::extract_bucket:
            case Operation::print_histogram:
                return true;
            case Operation::divide:
            case Operation::modulo:
                if (!map.at(&instruction).known) {
                    return true;
                }
                break;
            case Operation::builtin:
                if (row_of(instruction).may_fail && !row_of(instruction).in_kernel) {
                    return true;
                }
                break;
            default:
                break;
        }
        if (instruction.operation == Operation::region) {
            continue;
        }
        for (const Block& below : instruction.blocks) {
            if (user_may_raise(below, map)) {
                return true;
            }
        }
    }
    return false;
}

class Walk {
  public:
    Walk(KnowledgeMap& map, std::size_t registers) : map_(map), registers_(registers) {}

    void block(const Block& body, Unknown& state) {
        for (const Instruction& instruction : body) {
            one(instruction, state);
        }
    }

  private:
    // A block or loop that can be left.
    struct Target {
        Unknown exit;            // joined over all certain leaves
        bool uncertain = false;  // user space may have left it earlier
        bool has_exit = false;   // a loop: the kernel can decide to end it
    };

    Unknown assigned_in(const Block& body) const {
        Unknown assigned(registers_, false);
        mark_assigned(body, assigned);
        return assigned;
    }

    void push_target() { targets_.push_back({Unknown(registers_, false)}); }

    // Runs `body` as one where user space may not be, or may leave at any time.
    void speculate(const Block& body, Unknown& state) {
        speculations_.push_back(targets_.size());
        block(body, state);
        speculations_.pop_back();
    }

    void one(const Instruction& instruction, Unknown& state) {
        switch (instruction.operation) {
            case Operation::if_then:
                branch(instruction, state);
                break;
            case Operation::block:
                labelled(instruction, state);
                break;
            case Operation::loop:
                loop(instruction, state);
                break;
            case Operation::foreach_in:
                map_[&instruction].known = false;
                steered_loop(instruction, state);
                break;
            case Operation::leave:
                leave(instruction, state);
                break;
            case Operation::finish:
                finish(instruction);
                break;
            case Operation::try_catch:
                try_catch(instruction, state);
                break;
            default:
                plain(instruction, state);
                break;
        }
    }

    void plain(const Instruction& instruction, Unknown& state) {
        bool known = has_kernel_form(instruction);
        for (const Register operand : instruction.operands) {
            known = known && (operand == no_register || !state[operand]);
        }
        map_[&instruction].known = known;
        if (instruction.result != no_register) {
            state[instruction.result] = !known || is_raw(instruction);
        }
    }

    void branch(const Instruction& instruction, Unknown& state) {
        const bool known = !state[instruction.operands[0]];
        map_[&instruction].known = known;
        Unknown first = state;
        if (known) {
            block(instruction.blocks[0], first);
            block(instruction.blocks[1], state);
            join(state, first);
            return;
        }
        speculate(instruction.blocks[0], first);
        join(state, assigned_in(instruction.blocks[0]));
        Unknown second = state;
        speculate(instruction.blocks[1], second);
        join(state, assigned_in(instruction.blocks[1]));
    }

    void labelled(const Instruction& instruction, Unknown& state) {
        push_target();
        block(instruction.blocks[0], state);
        const Target target = std::move(targets_.back());
        targets_.pop_back();
        join(state, target.exit);
        if (target.uncertain) {
            join(state, assigned_in(instruction.blocks[0]));
        }
    }

    void loop(const Instruction& instruction, Unknown& state) {
        Unknown head = state;
        Target target;
        for (bool stable = false; !stable;) {
            push_target();
            Unknown round = head;
            block(instruction.blocks[0], round);
            target = std::move(targets_.back());
            targets_.pop_back();
            Unknown next = head;
            join(next, round);
            stable = next == head;
            head = std::move(next);
        }
        map_[&instruction].known = target.has_exit;
        if (!target.has_exit) {
            steered_loop(instruction, state);
            return;
        }
        state = std::move(target.exit);
        if (target.uncertain) {
            join(state, assigned_in(instruction.blocks[0]));
        }
    }

    // The number of rounds is user space's: what is captured inside must not depend on the round.
    void steered_loop(const Instruction& instruction, Unknown& state) {
        join(state, assigned_in(instruction.blocks[0]));
        if (instruction.operation == Operation::foreach_in) {
            for (const Register operand : instruction.operands) {
                if (operand != no_register) {
                    state[operand] = true;
                }
            }
        }
        push_target();
        Unknown round = state;
        speculate(instruction.blocks[0], round);
        targets_.pop_back();
    }

    void leave(const Instruction& instruction, const Unknown& state) {
        const std::size_t index =
            targets_.size() - 1 - static_cast<std::size_t>(instruction.immediate);
        const bool speculated = !speculations_.empty() && speculations_.back() > index;
        map_[&instruction].speculated = speculated;
        if (speculated) {
            targets_[index].uncertain = true;
            return;
        }
        join(targets_[index].exit, state);
        for (std::size_t inner = index; inner < targets_.size(); ++inner) {
            targets_[inner].has_exit = true;
        }
    }

    void finish(const Instruction& instruction) {
        const bool speculated = !speculations_.empty();
        map_[&instruction].speculated = speculated;
        for (Target& target : targets_) {
            target.has_exit = target.has_exit || !speculated;
        }
    }

    void try_catch(const Instruction& instruction, Unknown& state) {
        const Unknown before = state;
        block(instruction.blocks[0], state);
        Unknown at_handler = state;
        join(at_handler, before);
        join(at_handler, unknown_in(instruction.blocks[0]));
        if (instruction.result != no_register) {
            at_handler[instruction.result] = true;
        }
        const bool speculated = user_may_raise(instruction.blocks[0], map_);
        map_[&instruction].handler_speculated = speculated;
        if (!speculated) {
            block(instruction.blocks[1], at_handler);
            join(state, at_handler);
            return;
        }
        state = before;
        speculate(instruction.blocks[0], state);
        join(state, assigned_in(instruction.blocks[0]));
        if (instruction.result != no_register) {
            state[instruction.result] = true;
        }
        at_handler = state;
        speculate(instruction.blocks[1], at_handler);
        join(state, assigned_in(instruction.blocks[1]));
    }

    // Registers that somewhere in `body` get a value that the kernel does not know.
    Unknown unknown_in(const Block& body) const {
        Unknown found(registers_, false);
        collect_unknown(body, found);
        return found;
    }
    void collect_unknown(const Block& body, Unknown& found) const {
        for (const Instruction& instruction : body) {
            const auto entry = map_.find(&instruction);
            if (instruction.result != no_register &&
                (entry == map_.end() || !entry->second.known)) {
                found[instruction.result] = true;
            }
            if (instruction.operation == Operation::foreach_in) {
                join(found, assigned_in(Block{instruction}));
            } else if (instruction.operation != Operation::region) {
                for (const Block& below : instruction.blocks) {
                    collect_unknown(below, found);
                }
            }
        }
    }

    KnowledgeMap& map_;
    std::size_t registers_;
    std::vector<Target> targets_;
    std::vector<std::size_t> speculations_;  // number of targets around each speculated block
};

}  // namespace

bool is_kernel_only(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::context_argument:
        case Operation::read_memory:
        case Operation::entry_value:
        case Operation::region:
            return true;
        case Operation::builtin:
            return row_of(instruction).is_context;
        default:
            return false;
    }
}

bool is_raw(const Instruction& instruction) {
    return instruction.operation == Operation::builtin && row_of(instruction).is_raw;
}

bool has_kernel_form(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::constant_integer:
        case Operation::constant_string:
        case Operation::move:
        case Operation::add:
        case Operation::subtract:
        case Operation::multiply:
        case Operation::divide:
        case Operation::modulo:
        case Operation::shift_left:
        case Operation::shift_right:
        case Operation::unsigned_shift_right:
        case Operation::bitwise_and:
        case Operation::bitwise_or:
        case Operation::bitwise_xor:
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
        case Operation::negate:
        case Operation::bitwise_not:
        case Operation::logical_not:
            return true;
        case Operation::builtin:
            return row_of(instruction).in_kernel;
        default:
            return is_kernel_only(instruction);
    }
}

bool may_fault(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::read_memory:
        case Operation::entry_value:
        case Operation::region:
        case Operation::divide:
        case Operation::modulo:
            return true;
        case Operation::builtin:
            return row_of(instruction).in_kernel && row_of(instruction).may_fail;
        default:
            return false;
    }
}

bool has_user_effect(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::print:
        case Operation::print_histogram:
        case Operation::match_regex:
        case Operation::store_global:
        case Operation::clear_global:
        case Operation::store_element:
        case Operation::delete_element:
        case Operation::aggregate:
        case Operation::call:
            return true;
        case Operation::builtin:
            return row_of(instruction).has_effect;
        default:
            return false;
    }
}

KnowledgeMap find_knowledge(const Block& body, std::size_t registers,
                            std::vector<bool>* unknown_at_end) {
    KnowledgeMap map;
    Unknown state(registers, false);
    Walk(map, registers).block(body, state);
    if (unknown_at_end != nullptr) {
        *unknown_at_end = std::move(state);
    }
    return map;
}

}  // namespace sutap::ir
