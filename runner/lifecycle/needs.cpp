#include "runner/lifecycle/needs.h"

#include <algorithm>

namespace sutap {

namespace {

// Is one of the builtins from `first` to `last` called?
bool has_call(const ir::Block& block, elaborate::Builtin first, elaborate::Builtin last) {
    return std::ranges::any_of(block, [&](const ir::Instruction& instruction) {
        const auto number = instruction.immediate;
        return (instruction.operation == ir::Operation::builtin &&
                number >= static_cast<std::int64_t>(first) &&
                number <= static_cast<std::int64_t>(last)) ||
               std::ranges::any_of(instruction.blocks, [&](const ir::Block& inner) {
                   return has_call(inner, first, last);
               });
    });
}

}  // namespace

bool is_input(const ir::Handler& handler) {
    return handler.kind == ir::Handler::Kind::file_write &&
           (handler.file.name == elaborate::input_characters_name ||
            handler.file.name == elaborate::input_lines_name);
}

std::vector<ProbeFile> probe_files(const ir::Program& program) {
    std::vector<ProbeFile> files;
    for (const ir::Handler& handler : program.handlers) {
        const bool is_read = handler.kind == ir::Handler::Kind::file_read;
        if ((!is_read && handler.kind != ir::Handler::Kind::file_write) || is_input(handler)) {
            continue;
        }
        auto file = std::ranges::find(files, handler.file.name, &ProbeFile::name);
        if (file == files.end()) {
            file = files.insert(files.end(), ProbeFile{handler.file.name, false, false, 0});
        }
        (is_read ? file->is_read : file->is_written) = true;
        file->mode |= handler.file.mode;
    }
    return files;
}

bool calls(const ir::Program& program, elaborate::Builtin builtin) {
    return calls(program, builtin, builtin);
}

bool calls(const ir::Program& program, elaborate::Builtin first, elaborate::Builtin last) {
    const auto does = [&](const auto& code) { return has_call(code.body, first, last); };
    return std::ranges::any_of(program.handlers, does) ||
           std::ranges::any_of(program.functions, does);
}

}  // namespace sutap
