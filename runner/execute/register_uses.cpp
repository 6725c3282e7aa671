#include "runner/execute/register_uses.h"

#include <algorithm>

namespace sutap::execute {
namespace {

using ir::Operation;

class UseCounter {
  public:
    UseCounter(const ir::Program& program, std::vector<RegisterUse>& uses)
        : program_(program), uses_(uses) {}

    void count(const ir::Block& block) {
        for (const ir::Instruction& instruction : block) {
            count(instruction);
            for (const ir::Block& below : instruction.blocks) {
                count(below);
            }
        }
    }

  private:
    void count(const ir::Instruction& instruction) {
        const std::size_t written = written_operands(program_, instruction);
        for (std::size_t i = 0; i < instruction.operands.size(); ++i) {
            const ir::Register number = instruction.operands[i];
            if (number < uses_.size()) {
                ++(i < written ? uses_[number].writes : uses_[number].reads);
            }
        }
        if (instruction.result >= uses_.size()) {
            return;
        }
        RegisterUse& result = uses_[instruction.result];
        ++result.writes;
        if (instruction.operation == Operation::constant_integer ||
            instruction.operation == Operation::constant_string) {
            result.constant = &instruction;
        }
    }

    const ir::Program& program_;
    std::vector<RegisterUse>& uses_;
};

}  // namespace

std::size_t written_operands(const ir::Program& program, const ir::Instruction& instruction) {
    if (instruction.operation != Operation::foreach_in) {
        return 0;
    }
    return program.globals[static_cast<std::size_t>(instruction.immediate)].keys.size() + 1;
}

std::vector<RegisterUse> find_register_uses(const ir::Program& program, const ir::Block& body,
                                            std::size_t registers, std::size_t parameters) {
    std::vector<RegisterUse> uses(registers);
    std::for_each_n(uses.begin(), std::min(parameters, registers),
                    [](RegisterUse& use) { ++use.writes; });
    UseCounter(program, uses).count(body);
    return uses;
}

}  // namespace sutap::execute
