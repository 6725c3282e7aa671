#include "policies/pins.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "policies/descriptor.h"
#include "policies/policy.h"
#include "policies/trusted_files.h"

namespace sutap::policy {
namespace {

// Where the pin's digits begin, in the table whose header is on this line, counted from 1.
std::optional<std::size_t> find_pin(const std::string& text, unsigned header) {
    std::size_t at = 0;
    for (unsigned line = 1; at < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view whole = std::string_view(text).substr(at, end - at);
        const std::size_t first = std::min(whole.find_first_not_of(" \t"), whole.size());
        if (line > header && whole.substr(first, 1) == "[") break;
        if (line > header && whole.substr(first, 6) == "sha256") {
            const std::size_t equals = whole.find_first_not_of(" \t", first + 6);
            const std::size_t quote =
                equals == whole.npos ? equals : whole.find_first_not_of(" \t", equals + 1);
            if (quote != whole.npos && whole[equals] == '=' &&
                (whole[quote] == '"' || whole[quote] == '\''))
                return at + quote + 1;
        }
        at = end + 1;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> with_pins(const std::string& text, const std::vector<Pin>& pins,
                                     std::string& problem) {
    const ParsedPolicy before = parse_policy({{"", text}});
    std::string changed = text;
    for (const Pin& pin : pins) {
        const Script* script = before.policy.find(pin.script);
        if (!script || script->sha256.empty()) {
            problem = "script " + pin.script + (script ? " has no sha256" : " is not of this file");
            return std::nullopt;
        }
        if (const auto at = find_pin(text, script->place.line))
            changed.replace(*at, pin.sha256.size(), pin.sha256);
        // Read again: it may have been a line that only looks so.
        const ParsedPolicy after = parse_policy({{"", changed}});
        const Script* pinned = after.policy.find(pin.script);
        if (!pinned || pinned->sha256 != pin.sha256 || changed.size() != text.size()) {
            problem = "script " + pin.script + ": write its pin as sha256 = \"...\" on one line";
            return std::nullopt;
        }
    }
    return changed;
}

std::string replace_file(const std::string& path, std::string_view text) {
    struct stat status = {};
    if (lstat(path.c_str(), &status) != 0) return error_text();
    if (!S_ISREG(status.st_mode)) return "no regular file";
    std::string name = path + ".XXXXXX";  // which is no name of a policy
    const Descriptor file(mkostemp(name.data(), O_CLOEXEC));
    if (!file) return error_text();
    const bool is_done =
        fchown(file.number(), status.st_uid, status.st_gid) == 0 &&
        fchmod(file.number(), status.st_mode & 07777) == 0 &&
        write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        fsync(file.number()) == 0 && rename(name.c_str(), path.c_str()) == 0;
    const std::string problem = is_done ? "" : error_text();
    if (!is_done) unlink(name.c_str());
    return problem;
}

}  // namespace sutap::policy
