#include "runner/execute/context.h"

namespace sutap::execute {

std::int64_t Context::clock(clockid_t id) const {
    if (options.clock) {
        return options.clock(id);
    }
    std::timespec time{};
    ::clock_gettime(id, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void Context::print_message(std::string_view prefix, std::string_view text) {
    if (output.is_json()) {
        output.append_message(prefix == "ERROR" ? "error" : "warning", text);
        output.flush();
        return;
    }
    output.flush();
    if (!text.empty() && text.back() == '\n') {
        text.remove_suffix(1);
    }
    std::string line(prefix);
    line += ": ";
    if (messages.escapes_values()) {
        append_for_terminal(line, text);
    } else {
        line += text;
    }
    line += '\n';
    messages.append(line);
    messages.flush();
}

}  // namespace sutap::execute
