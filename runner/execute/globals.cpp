#include "runner/execute/globals.h"

#include <algorithm>

namespace sutap::execute {
namespace {

// The shift that @variance of each global asks for, from every extraction in the program.
void find_variances(const ir::Block& block, std::vector<Global>& globals) {
    for (const ir::Instruction& instruction : block) {
        if (instruction.operation == ir::Operation::extract_statistic &&
            instruction.extra == static_cast<std::uint32_t>(Extractor::variance)) {
            StatisticForm& form = globals[static_cast<std::size_t>(instruction.immediate)].form;
            const std::int64_t shift = instruction.numbers.empty() ? 0 : instruction.numbers[0];
            form.keeps_variance = true;
            form.shift = std::max(
                form.shift, static_cast<std::uint32_t>(std::clamp<std::int64_t>(shift, 0, 62)));
        }
        if (instruction.operation == ir::Operation::foreach_in && instruction.numbers.size() > 2 &&
            instruction.numbers[2] == static_cast<std::int64_t>(Extractor::variance)) {
            globals[static_cast<std::size_t>(instruction.immediate)].form.keeps_variance = true;
        }
        for (const ir::Block& inner : instruction.blocks) {
            find_variances(inner, globals);
        }
    }
}

}  // namespace

void Global::clear(Work& work) {
    if (array) {
        array->clear(work);
        return;
    }
    integer = 0;
    text.clear();
    statistic = Statistic();
}

std::vector<Global> make_globals(const ir::Program& program, std::uint32_t default_capacity,
                                 std::size_t longest_string) {
    std::vector<Global> globals(program.globals.size());
    for (std::size_t i = 0; i < globals.size(); ++i) {
        const ir::Global& declaration = program.globals[i];
        Global& made = globals[i];
        made.declaration = &declaration;
        made.form.histogram = HistogramForm(declaration);
        if (declaration.keys.empty()) {
            made.integer = declaration.initial_integer;
            made.text = declaration.initial_string.substr(0, longest_string);
        } else {
            const std::int64_t capacity =
                declaration.capacity > 0 ? declaration.capacity : default_capacity;
            made.array.emplace(declaration.keys, declaration.value,
                               static_cast<std::size_t>(capacity), declaration.wraps);
        }
    }
    for (const ir::Function& function : program.functions) {
        find_variances(function.body, globals);
    }
    for (const ir::Handler& handler : program.handlers) {
        find_variances(handler.body, globals);
    }
    return globals;
}

}  // namespace sutap::execute
