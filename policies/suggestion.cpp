#include "policies/suggestion.h"

#include <array>
#include <cstdio>
#include <vector>

namespace sutap::policy {
namespace {

// The values of all lines of this key.
std::vector<std::string> values(std::string_view needs, const std::string& key) {
    std::vector<std::string> found;
    const std::string start = key + ": ";
    while (!needs.empty()) {
        const std::string_view line = needs.substr(0, needs.find('\n'));
        needs.remove_prefix(line.size() + (line.size() < needs.size() ? 1 : 0));
        if (line.substr(0, start.size()) == start) found.emplace_back(line.substr(start.size()));
    }
    return found;
}

std::string quoted(std::string_view text) {
    std::string quotation = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quotation += '\\';
        std::array<char, 8> number = {};
        std::snprintf(number.data(), number.size(), "\\u%04x", static_cast<unsigned char>(c));
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        quotation += is_control ? std::string(number.data()) : std::string(1, c);
    }
    return quotation + "\"";
}

// "kill" of "/srv/kill.stp", with what a name must not hold replaced.
std::string name_of(const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t end = name.size() > 4 ? name.size() - 4 : 0;
    if (end > 0 && name.substr(end) == ".stp") name.resize(end);
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (char& c : name)
        if (letters.find(c) == letters.npos && c != '.' && c != '_' && c != '+') c = '-';
    const std::size_t first = name.find_first_of(letters);
    return first == std::string::npos ? "script" : name.substr(first, 64);
}

// Comments hold no control bytes.
std::string comment(std::string_view text) {
    std::string line = "# ";
    for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return line + "\n";
}

}  // namespace

std::string suggest(std::string_view needs, const std::string& path, const std::string& sha256) {
    std::string text = "schema = 1\n\n[[script]]\nname = " + quoted(name_of(path)) + "\n";
    text += "path = " + quoted(path) + "\n";
    text += comment("No other content; without it whoever may write the file may change it.");
    text += "sha256 = " + quoted(sha256) + "\n";
    const std::vector<std::string> points = values(needs, "attaches");
    if (!points.empty()) text += comment("Where it attaches, and nothing else.") + "probes = [\n";
    for (const std::string& point : points) text += "    " + quoted(point) + ",\n";
    if (!points.empty()) text += "]\n";
    for (const std::string& event : values(needs, "perf_event"))
        text += comment(event +
                        ": nobody keeps the right to this event; sutap opens it because of "
                        "'probes'.");
    for (const std::string& module : values(needs, "module"))
        text += comment("module " + module + ": sutap opens its types because of 'probes'.");
    for (const std::string& capabilities : values(needs, "capabilities"))
        text += comment("Capabilities: " + capabilities +
                        (capabilities == "none"
                             ? ", it looks at nothing of the kernel."
                             : ", which each run has until its programs are loaded and attached."));
    for (const std::string& scope : values(needs, "scope"))
        if (scope == "own")
            text += comment("It would also work with its user's own processes alone:") +
                    "# scope = \"own\"\n";
    const std::vector<std::string> shown = values(needs, "kernel_addresses");
    for (const std::string& place : shown)
        text += comment("Addresses of the kernel are " + place + ".");
    if (!shown.empty()) text += "kernel_addresses = true\n";
    for (const std::string& commands : values(needs, "commands")) text += comment(commands + ".");
    for (const std::string& file : values(needs, "files"))
        text += comment("A file of the session: " + file + ".");
    for (const std::string& input : values(needs, "input")) text += comment("Reads " + input + ".");
    return text +
           "\n# Who may run it:\n# [[rule]]\n# name = " + quoted("may-run-" + name_of(path)) +
           "\n# effect = \"allow\"\n# users = [\"…\"]\n# scripts = [" + quoted(name_of(path)) +
           "]\n";
}

}  // namespace sutap::policy
