#include "runner/ir/kernel_only.h"

namespace sutap::ir {
namespace {

std::string use_of(const Instruction& instruction, const Program& user) {
    const auto index = static_cast<std::size_t>(instruction.immediate);
    const Operation operation = instruction.operation;
    if (operation == Operation::print) {
        return "it prints";
    }
    if (operation == Operation::format) {
        return "it formats text";
    }
    const bool is_global =
        (operation >= Operation::load_global && operation <= Operation::extract_statistic) ||
        operation == Operation::foreach_in;
    if (is_global) {
        return "it uses the global variable '" + user.globals.at(index).name +
               "', which user space keeps";
    }
    if (operation == Operation::call) {
        return "it calls the function '" + user.functions.at(index).name +
               "', which runs in user space";
    }
    if (operation == Operation::builtin) {
        const elaborate::BuiltinRow& row =
            elaborate::row(static_cast<elaborate::Builtin>(instruction.immediate));
        return row.in_kernel ? ""
                             : "it calls " + std::string(row.name) + "(), which user space has";
    }
    return "";
}

}  // namespace

std::optional<UserSideUse> first_user_side_use(const Block& body, const Program& user) {
    for (const Instruction& instruction : body) {
        if (std::string what = use_of(instruction, user); !what.empty()) {
            return UserSideUse{instruction.site, std::move(what)};
        }
        for (const Block& block : instruction.blocks) {
            if (auto found = first_user_side_use(block, user)) {
                return found;
            }
        }
    }
    return std::nullopt;
}

}  // namespace sutap::ir
