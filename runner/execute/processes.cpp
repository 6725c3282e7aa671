#include "runner/execute/processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace sutap::execute {
namespace {

// The beginning of a small file; empty if it cannot be read.
std::string read_file(const std::string& path) {
    std::array<char, 4096> buffer{};
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return {};
    }
    const ssize_t length = ::read(descriptor, buffer.data(), buffer.size());
    ::close(descriptor);
    return length <= 0 ? std::string()
                       : std::string(buffer.data(), static_cast<std::size_t>(length));
}

std::int64_t parse_field(std::string_view& text) {
    const std::size_t start = text.find_first_not_of(" \t");
    text.remove_prefix(start == std::string_view::npos ? text.size() : start);
    std::int64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<std::size_t>(end.ptr - text.data()));
    return value;
}

// One line of /proc/PID/status (man proc).
void take_line(std::string_view line, Process& process) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    const std::string_view key = line.substr(0, colon);
    std::string_view value = line.substr(colon + 1);
    if (key == "Tgid") {
        process.group = parse_field(value);
    } else if (key == "Pid") {
        process.thread = parse_field(value);
    } else if (key == "PPid") {
        process.parent = parse_field(value);
    } else if (key == "Uid") {
        process.uid = parse_field(value);
        process.euid = parse_field(value);
    } else if (key == "Gid") {
        process.gid = parse_field(value);
        process.egid = parse_field(value);
    }
}

}  // namespace

std::optional<Process> Processes::find(std::int64_t pid) const {
    if (pid <= 0) {
        return std::nullopt;
    }
    const std::string folder = folder_ + "/" + std::to_string(pid);
    const std::string status = read_file(folder + "/status");
    if (status.empty()) {
        return std::nullopt;
    }
    Process process;
    // "Name:" of status is escaped; comm is the name itself and a newline.
    process.name = read_file(folder + "/comm");
    if (!process.name.empty() && process.name.back() == '\n') {
        process.name.pop_back();
    }
    std::string_view rest = status;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        take_line(line, process);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return process;
}

std::string Processes::ancestry(std::int64_t pid) const {
    constexpr int most_entries = 25;
    std::string out;
    for (int i = 0; i < most_entries && pid > 1; ++i) {
        const std::optional<Process> process = find(pid);
        if (!process) {
            break;
        }
        out.append(" ").append(process->name);
        out.append("(").append(std::to_string(process->group)).append(")");
        pid = process->parent;
    }
    return out;
}

}  // namespace sutap::execute
