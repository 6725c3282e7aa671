#include "runner/lifecycle/needs.h"

#include <algorithm>

namespace sutap {

namespace {

bool has_call(const ir::Block& block, elaborate::Builtin builtin) {
    return std::ranges::any_of(block, [&](const ir::Instruction& instruction) {
        return (instruction.operation == ir::Operation::builtin &&
                instruction.immediate == static_cast<std::int64_t>(builtin)) ||
               std::ranges::any_of(instruction.blocks, [&](const ir::Block& inner) {
                   return has_call(inner, builtin);
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
    const auto does = [&](const auto& code) { return has_call(code.body, builtin); };
    return std::ranges::any_of(program.handlers, does) ||
           std::ranges::any_of(program.functions, does);
}

}  // namespace sutap
