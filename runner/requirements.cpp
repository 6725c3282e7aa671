#include "runner/requirements.h"

#include <algorithm>
#include <set>

#include "runner/lifecycle/needs.h"

namespace sutap {

namespace {

std::string line(const std::string& key, const std::string& value) {
    return key + ": " + value + "\n";
}

}  // namespace

std::string requirements(const std::string& script, const bpf::Image& image,
                         const std::vector<std::string>& shown_addresses) {
    std::string text = line("script", script);
    std::set<std::string> seen;
    for (const ir::Handler& handler : image.user.handlers) {
        if (seen.insert(handler.definition).second) {
            text += line("probe", handler.definition);
        }
    }
    std::size_t instructions = 0;
    std::set<std::string> modules;
    for (const bpf::Program& program : image.programs) {
        instructions += program.instructions.size();
        if (!program.attach_module.empty() && modules.insert(program.attach_module).second) {
            text += line("module", program.attach_module);
        }
    }
    text += line("capabilities", image.programs.empty() ? "none" : "bpf perfmon");
    for (const std::string& position : shown_addresses) {
        text += line("kernel_addresses", "shown at " + position);
    }
    text += line("programs", std::to_string(image.programs.size()) + " of " +
                                 std::to_string(instructions) + " instructions");
    if (calls(image.user, elaborate::Builtin::system)) {
        text += line("commands", "system() starts commands as the caller");
    }
    for (const ProbeFile& file : probe_files(image.user)) {
        const char* ways = !file.is_written ? "read " : file.is_read ? "read, write " : "write ";
        text += line("files", ways + file.name);
    }
    if (std::ranges::any_of(image.user.handlers, is_input)) {
        text += line("input", "standard input");
    }
    return text;
}

}  // namespace sutap
