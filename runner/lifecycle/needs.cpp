#include "runner/lifecycle/needs.h"

#include <algorithm>

#include "runner/limits.h"

namespace sutap {

namespace {

bool has_command(const ir::Block& block) {
    return std::ranges::any_of(block, [](const ir::Instruction& instruction) {
        return (instruction.operation == ir::Operation::builtin &&
                instruction.immediate == static_cast<std::int64_t>(elaborate::Builtin::system)) ||
               std::ranges::any_of(instruction.blocks, has_command);
    });
}

}  // namespace

bool is_input(const ir::Handler& handler) {
    return handler.kind == ir::Handler::Kind::file_write &&
           (handler.file.name == elaborate::input_characters_name ||
            handler.file.name == elaborate::input_lines_name);
}

std::vector<PipeFile> pipe_files(const ir::Program& program) {
    std::vector<PipeFile> files;
    for (const ir::Handler& handler : program.handlers) {
        const bool is_read = handler.kind == ir::Handler::Kind::file_read;
        if ((!is_read && handler.kind != ir::Handler::Kind::file_write) || is_input(handler)) {
            continue;
        }
        const auto known = std::ranges::find(files, handler.file.name, &PipeFile::name);
        if (known == files.end()) {
            files.push_back({handler.file.name, is_read, handler.file.mode});
        } else if (known->is_read == is_read) {
            known->mode |= handler.file.mode;
        } else {
            throw RequestError{"sutap-runner: procfs(\"" + handler.file.name +
                               "\") cannot be both read and written: the files are named pipes; "
                               "use two names\n"};
        }
    }
    return files;
}

bool starts_commands(const ir::Program& program) {
    const auto starts = [](const auto& code) { return has_command(code.body); };
    return std::ranges::any_of(program.handlers, starts) ||
           std::ranges::any_of(program.functions, starts);
}

}  // namespace sutap
