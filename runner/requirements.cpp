#include "runner/requirements.h"

#include <algorithm>
#include <set>

#include "runner/bpf/attach_names.h"
#include "runner/lifecycle/needs.h"

namespace sutap {

namespace {

std::string line(const std::string& key, const std::string& value) {
    return key + ": " + value + "\n";
}

// What a policy's `probes` would best call the program: as the script does, else the system call,
// else what the front end opens an event for, the shortest last.
std::string policy_name(const bpf::Program& program, const std::vector<std::string>& names,
                        const std::set<std::string>& definitions) {
    const auto is_found = [&](const auto& is_wanted) {
        return std::find_if(names.rbegin(), names.rend(), is_wanted);
    };
    if (program.kind == bpf::AttachKind::perf_event) {
        const auto opened = is_found([](const std::string& name) {
            return !name.starts_with("perf.sw.") && !name.starts_with("perf.hw.");
        });
        return opened == names.rend() ? names.back() : *opened;
    }
    const auto own = is_found([&](const std::string& name) { return definitions.contains(name); });
    if (own != names.rend()) {
        return *own;
    }
    const bool is_return = program.is_return();
    const auto call = is_found([&](const std::string& name) {
        return name.starts_with("syscall.") && !name.ends_with(".call") &&
               name.ends_with(".return") == is_return;
    });
    const auto plain = is_found([&](const std::string& name) {
        return !name.ends_with(".call") && name.ends_with(".return") == is_return;
    });
    return call != names.rend() ? *call : plain != names.rend() ? *plain : names.front();
}

// Where the user's side and the programs attach, in the words of a policy.
std::set<std::string> policy_names(const bpf::Image& image) {
    std::set<std::string> definitions;
    std::set<std::string> names;
    for (const ir::Handler& handler : image.user.handlers) {
        definitions.insert(handler.definition);
        if (handler.kind != ir::Handler::Kind::kernel) {
            names.insert(handler.point);
        }
    }
    for (const bpf::Program& program : image.programs) {
        for (const std::vector<std::string>& one : bpf::attach_names(program)) {
            names.insert(policy_name(program, one, definitions));
        }
    }
    return names;
}

}  // namespace

std::string requirements(const std::string& script, const bpf::Image& image,
                         const std::vector<std::string>& shown_addresses,
                         const std::string& scope) {
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
    for (const std::string& name : policy_names(image)) {
        text += line("attaches", name);
    }
    std::set<std::string> events;
    for (const bpf::Program& program : image.programs) {
        if (program.kind != bpf::AttachKind::perf_event) {
            continue;
        }
        const std::string name = policy_name(program, elaborate::points_of(program.perf), {});
        if (events.insert(name).second) {
            text += line("perf_event", name);
        }
    }
    text += line("capabilities", image.programs.empty() ? "none" : "bpf perfmon");
    for (const std::string& position : shown_addresses) {
        text += line("kernel_addresses", "shown at " + position);
    }
    text += line("scope", scope);
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
