#include "runner/ir/place.h"

#include <unordered_map>
#include <utility>

#include "runner/ir/knowledge.h"

namespace sutap::ir {
namespace {

struct Part {
    bool user = false;    // user space has it (a kernel-only one: its replay)
    bool kernel = false;  // the kernel has it
    bool forced = false;  // user space has it only because it may fail in the kernel
    std::uint32_t site = 0;
};

class Placement {
  public:
    Placement(const Block& body, const std::vector<ValueType>& registers)
        : body_(body),
          knowledge_(find_knowledge(body, registers.size(), &unknown_at_end_)),
          user_needs_(registers.size(), false),
          kernel_needs_(registers.size(), false) {}

    Placed run() {
        do {
            changed_ = false;
            retain_user(body_);
            retain_kernel(body_);
        } while (changed_);
        number_sites(body_);
        Placed placed;
        placed.user = user_part(body_);
        placed.kernel = kernel_part(body_);
        placed.sites = sites_;
        placed.refusals = std::move(refusals_);
        return placed;
    }

    Placed run_entry(const std::vector<Register>& results) {
        for (const Register result : results) {
            if (unknown_at_end_[result]) {
                refusals_.push_back(
                    {0, "@entry needs a value that is known at the function's entry"});
            }
            kernel_needs_[result] = true;
        }
        do {
            changed_ = false;
            retain_kernel(body_);
        } while (changed_);
        Placed placed;
        placed.kernel = kernel_part(body_);
        placed.refusals = std::move(refusals_);
        return placed;
    }

  private:
    void need(std::vector<bool>& needs, Register reg) {
        if (reg != no_register && !needs[reg]) {
            needs[reg] = true;
            changed_ = true;
        }
    }
    void set(bool& flag) {
        changed_ = changed_ || !flag;
        flag = true;
    }
    [[nodiscard]] const Knowledge& known(const Instruction& instruction) const {
        return knowledge_.at(&instruction);
    }

    // ---- what user space keeps ----

    // Is anything in the block kept, apart from the counting of statements?
    bool retain_user(const Block& block) {
        bool any = false;
        // Backwards, so that one pass finds most needs.
        for (auto it = block.rbegin(); it != block.rend(); ++it) {
            any = retain_user(*it) || any;
        }
        return any;
    }

    bool retain_user(const Instruction& instruction) {
        Part& part = parts_[&instruction];
        bool keep = part.forced || has_user_effect(instruction);
        switch (instruction.operation) {
            case Operation::step:
                set(part.user);
                return false;
            case Operation::leave:
            case Operation::finish:
                keep = true;
                break;
            case Operation::region:
                break;
            default:
                for (const Block& below : instruction.blocks) {
                    keep = retain_user(below) || keep;
                }
                break;
        }
        if (instruction.result != no_register && instruction.blocks.empty()) {
            keep = keep || user_needs_[instruction.result];
        } else if (instruction.operation == Operation::region) {
            keep = keep || user_needs_[instruction.result];
        }
        if (!keep) {
            return false;
        }
        set(part.user);
        if (!is_kernel_only(instruction)) {
            for (const Register operand : instruction.operands) {
                need(user_needs_, operand);
            }
        }
        return true;
    }

    // ---- what the kernel keeps ----

    // Does the block hold anything the kernel has to do?
    bool retain_kernel(const Block& block) {
        bool any = false;
        for (auto it = block.rbegin(); it != block.rend(); ++it) {
            any = retain_kernel(*it) || any;
        }
        return any;
    }

    bool retain_kernel(const Instruction& instruction) {
        Part& part = parts_[&instruction];
        switch (instruction.operation) {
            case Operation::if_then:
                return retain_branch(instruction, part);
            case Operation::loop:
            case Operation::foreach_in:
                return retain_loop(instruction, part);
            case Operation::block:
            case Operation::try_catch: {
                bool any = false;
                for (const Block& below : instruction.blocks) {
                    any = retain_kernel(below) || any;
                }
                if (any) {
                    set(part.kernel);
                }
                return any;
            }
            case Operation::leave:
                // By itself no reason to run the loop or branch around it, but one to keep what
                // decides on it where that is run.
                if (!known(instruction).speculated) {
                    set(part.kernel);
                }
                return false;
            case Operation::finish:
                if (!known(instruction).speculated) {
                    set(part.kernel);
                    return true;
                }
                return false;
            default:
                return retain_plain(instruction, part);
        }
    }

    // A loop is run in the kernel for what it captures or computes there, not for deciding how
    // often it goes round.
    bool retain_loop(const Instruction& instruction, Part& part) {
        const std::size_t outer = unwanted_loops_;
        unwanted_loops_ += part.kernel ? 0 : 1;
        const bool any = retain_kernel(instruction.blocks[0]);
        unwanted_loops_ = outer;
        if (any) {
            set(part.kernel);
        }
        return any;
    }

    bool retain_branch(const Instruction& instruction, Part& part) {
        bool any = false;
        for (const Block& below : instruction.blocks) {
            any = retain_kernel(below) || any;
        }
        const bool decides = holds_certain_leave(instruction.blocks[0]) ||
                             holds_certain_leave(instruction.blocks[1]) ||
                             holds_effect(instruction.blocks[0]) ||
                             holds_effect(instruction.blocks[1]);
        if (!any && (!decides || unwanted_loops_ != 0)) {
            return false;
        }
        set(part.kernel);
        if (known(instruction).known) {
            need(kernel_needs_, instruction.operands[0]);
        }
        return any;
    }

    bool retain_plain(const Instruction& instruction, Part& part) {
        const bool captured = is_kernel_only(instruction) && part.user;
        const bool needed = instruction.result != no_register && kernel_needs_[instruction.result];
        if (!captured && !(needed && known(instruction).known)) {
            return false;
        }
        set(part.kernel);
        if (may_fault(instruction)) {
            set(part.forced);
        }
        for (const Register operand : instruction.operands) {
            need(kernel_needs_, operand);
        }
        return true;
    }

    bool holds_certain_leave(const Block& block) const {
        for (const Instruction& instruction : block) {
            if (instruction.operation == Operation::leave && !known(instruction).speculated) {
                return true;
            }
            if (instruction.operation == Operation::region) {
                continue;
            }
            for (const Block& below : instruction.blocks) {
                if (holds_certain_leave(below)) {
                    return true;
                }
            }
        }
        return false;
    }

    static bool holds_effect(const Block& block) {
        for (const Instruction& instruction : block) {
            if (has_user_effect(instruction)) {
                return true;
            }
            if (instruction.operation == Operation::region) {
                continue;
            }
            for (const Block& below : instruction.blocks) {
                if (holds_effect(below)) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- the two parts ----

    void number_sites(const Block& block) {
        for (const Instruction& instruction : block) {
            Part& part = parts_[&instruction];
            if (is_kernel_only(instruction) && part.user) {
                part.site = ++sites_;
                if (!known(instruction).known) {
                    refusals_.push_back(
                        {site_of(instruction),
                         "this is asked of the kernel about a value that only user space knows "
                         "(it comes from a global variable, a string operation or a loop over an "
                         "array): keep what is asked in the array instead of asking later"});
                }
            }
            if (instruction.operation == Operation::region) {
                continue;
            }
            for (const Block& below : instruction.blocks) {
                number_sites(below);
            }
        }
    }

    static std::uint32_t site_of(const Instruction& instruction) {
        if (instruction.site != 0 || instruction.blocks.empty()) {
            return instruction.site;
        }
        for (const Instruction& below : instruction.blocks[0]) {
            const std::uint32_t found = site_of(below);
            if (found != 0) {
                return found;
            }
        }
        return 0;
    }

    bool holds_capture(const Block& block) {
        for (const Instruction& instruction : block) {
            if (parts_[&instruction].site != 0) {
                return true;
            }
            if (instruction.operation == Operation::region) {
                continue;
            }
            for (const Block& below : instruction.blocks) {
                if (holds_capture(below)) {
                    return true;
                }
            }
        }
        return false;
    }

    bool has_rounds(const Instruction& instruction) {
        return instruction.operation == Operation::loop && known(instruction).known &&
               parts_[&instruction].kernel && holds_capture(instruction.blocks[0]);
    }

    static Instruction round_marker(const Instruction& loop) {
        Instruction marker;
        marker.operation = Operation::begin_round;
        marker.extra = loop.extra;
        return marker;
    }

    Block user_part(const Block& block) {
        Block made;
        for (const Instruction& instruction : block) {
            const Part& part = parts_[&instruction];
            if (!part.user) {
                continue;
            }
            Instruction copy;
            if (is_kernel_only(instruction)) {
                copy.operation = Operation::replay;
                copy.result = instruction.result;
                copy.extra = part.site;
                copy.site = instruction.site;
                made.push_back(std::move(copy));
                continue;
            }
            copy = shallow(instruction);
            for (const Block& below : instruction.blocks) {
                copy.blocks.push_back(user_part(below));
            }
            if (has_rounds(instruction)) {
                copy.blocks[0].insert(copy.blocks[0].begin(), round_marker(instruction));
            }
            made.push_back(std::move(copy));
        }
        return made;
    }

    static Instruction shallow(const Instruction& instruction) {
        Instruction copy;
        copy.operation = instruction.operation;
        copy.result = instruction.result;
        copy.extra = instruction.extra;
        copy.site = instruction.site;
        copy.immediate = instruction.immediate;
        copy.operands = instruction.operands;
        copy.numbers = instruction.numbers;
        copy.text = instruction.text;
        copy.pieces = instruction.pieces;
        return copy;
    }

    Block kernel_part(const Block& block) {
        Block made;
        bool posted = false;
        const auto post = [&] {
            if (!posted) {
                Instruction marker;
                marker.operation = Operation::must_post;
                made.push_back(std::move(marker));
            }
            posted = true;
        };
        for (const Instruction& instruction : block) {
            if (has_user_effect(instruction)) {
                post();
            }
            if (!parts_[&instruction].kernel) {
                if (instruction.operation != Operation::region && !instruction.blocks.empty() &&
                    (holds_effect(instruction.blocks[0]) ||
                     (instruction.blocks.size() > 1 && holds_effect(instruction.blocks[1])))) {
                    post();
                }
                continue;
            }
            append_kernel(instruction, made);
        }
        return made;
    }

    void append_kernel(const Instruction& instruction, Block& made) {
        switch (instruction.operation) {
            case Operation::if_then:
                if (!known(instruction).known) {
                    made.push_back(guarded(kernel_part(instruction.blocks[0])));
                    made.push_back(guarded(kernel_part(instruction.blocks[1])));
                    return;
                }
                break;
            case Operation::loop:
            case Operation::foreach_in:
                if (!known(instruction).known) {
                    // Once, in a block, so that the depths of `leave` inside stay right.
                    Instruction once;
                    once.operation = Operation::block;
                    once.blocks.push_back({guarded(kernel_part(instruction.blocks[0]))});
                    made.push_back(std::move(once));
                    return;
                }
                break;
            case Operation::try_catch:
                if (known(instruction).handler_speculated) {
                    made.push_back(guarded(kernel_part(instruction.blocks[0])));
                    made.push_back(guarded(kernel_part(instruction.blocks[1])));
                    return;
                }
                break;
            case Operation::region: {
                Instruction copy = instruction;
                copy.capture_site = parts_[&instruction].site;
                made.push_back(std::move(copy));
                return;
            }
            default:
                break;
        }
        Instruction copy = shallow(instruction);
        copy.capture_site = parts_[&instruction].site;
        for (const Block& below : instruction.blocks) {
            copy.blocks.push_back(kernel_part(below));
        }
        if (has_rounds(instruction)) {
            copy.blocks[0].insert(copy.blocks[0].begin(), round_marker(instruction));
        }
        made.push_back(std::move(copy));
    }

    // Where user space may not come: a fault there must not end what comes behind.
    static Instruction guarded(Block content) {
        Instruction made;
        made.operation = Operation::try_catch;
        made.blocks.push_back(std::move(content));
        made.blocks.emplace_back();
        return made;
    }

    const Block& body_;
    std::vector<bool> unknown_at_end_;
    KnowledgeMap knowledge_;
    std::unordered_map<const Instruction*, Part> parts_;
    std::vector<bool> user_needs_;
    std::vector<bool> kernel_needs_;
    bool changed_ = false;
    std::size_t unwanted_loops_ = 0;  // around what is looked at, not (yet) wanted in the kernel
    std::uint32_t sites_ = 0;
    std::vector<Refusal> refusals_;
};

}  // namespace

Placed place(const Block& body, const std::vector<ValueType>& registers) {
    return Placement(body, registers).run();
}

Placed place_entry(const Block& body, const std::vector<ValueType>& registers,
                   const std::vector<Register>& results) {
    return Placement(body, registers).run_entry(results);
}

}  // namespace sutap::ir
