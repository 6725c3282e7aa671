#include "policies/evidence.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "policies/sha256.h"
#include "policies/trusted_files.h"

namespace sutap::policy {
namespace {

// From the beginning, whoever has read from the descriptor before.
std::optional<std::string> read_script(const Descriptor& file) {
    if (lseek(file.number(), 0, SEEK_SET) != 0) return std::nullopt;
    return read_all(file, most_script_bytes);
}

Claim failed_claim(const std::string& problem) {
    return {{}, {}, {}, problem};
}

}  // namespace

Claim follow(const std::string& path) {
    Claim claim{Descriptor(open(path.c_str(), O_PATH | O_CLOEXEC)), {}, {}, {}};
    if (!claim.place || fstat(claim.place.number(), &claim.status) != 0)
        return failed_claim(error_text());
    // Opening anything else than a file might wait, or do something.
    if (!S_ISREG(claim.status.st_mode)) return failed_claim("not a regular file");
    const std::string same = "/proc/self/fd/" + std::to_string(claim.place.number());
    claim.readable = Descriptor(open(same.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!claim.readable) claim.problem = error_text();
    return claim;
}

PolicyFiles::PolicyFiles(const Policy& policy) {
    for (const Script& script : policy.scripts) {
        if (script.path.empty()) continue;
        File file;
        file.script = &script;
        // A pinned content may come from anywhere.
        if (script.sha256.empty()) {
            Opened trusted = open_trusted_file(script.path);
            file.problem = std::move(trusted.problem);
            file.descriptor = std::move(trusted.descriptor);
        }
        // A deny has to know also a file that is badly kept.
        if (!file.descriptor)
            file.descriptor =
                open_without_links(AT_FDCWD, script.path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
        struct stat status = {};
        if (file.descriptor && fstat(file.descriptor.number(), &status) == 0 &&
            S_ISREG(status.st_mode)) {
            file.device = status.st_dev;
            file.inode = status.st_ino;
            if (const auto text = read_script(file.descriptor)) file.sha256 = sha256(*text);
        } else {
            if (file.problem.empty()) file.problem = script.path + " can't be opened";
            file.descriptor = {};
        }
        files_.push_back(std::move(file));
    }
}

FoundScript PolicyFiles::by_name(const std::string& name) const {
    FoundScript found;
    found.evidence.named = name;
    found.problem = "the policy names no file for it";
    for (const File& file : files_) {
        if (file.script->name != name) continue;
        found.problem = file.problem;
        if (file.problem.empty()) read(file.descriptor, found);
    }
    return found;
}

FoundScript PolicyFiles::by_path(const Claim& claim) const {
    FoundScript found;
    found.problem = claim.problem;
    if (!claim.place) return found;
    const Descriptor* source = &claim.readable;
    for (const File& file : files_) {
        if (!file.descriptor || file.device != claim.status.st_dev ||
            file.inode != claim.status.st_ino)
            continue;
        if (file.problem.empty())
            source = &file.descriptor;
        else
            found.problem = file.problem;
    }
    if (*source) read(*source, found);
    return found;
}

FoundScript PolicyFiles::by_text(const std::string& text) const {
    FoundScript found{{}, text, {}};
    found.evidence.sha256 = sha256(text);
    for (const File& file : files_)
        if (file.sha256 == found.evidence.sha256) found.evidence.akin.push_back(file.script->name);
    return found;
}

void PolicyFiles::read(const Descriptor& source, FoundScript& found) const {
    std::optional<std::string> text = read_script(source);
    struct stat status = {};
    if (!text || fstat(source.number(), &status) != 0) {
        found.problem = "unreadable or longer than 1 MiB";
        return;
    }
    const std::string named = found.evidence.named;
    found = by_text(*text);
    found.evidence.named = named;
    for (const File& file : files_) {
        if (!file.descriptor || file.device != status.st_dev || file.inode != status.st_ino)
            continue;
        // A badly kept file is no ground to allow anything, but every ground to deny.
        if (file.problem.empty()) found.evidence.same_file.push_back(file.script->name);
        if (file.sha256 != found.evidence.sha256) found.evidence.akin.push_back(file.script->name);
    }
}

FoundScript find_script(const Policy& policy, const std::string& word, bool any_path,
                        const std::function<Claim(const std::string&)>& follow_path) {
    const bool is_path = word.find('/') != word.npos;
    // The policy's names come first: no file that lies about can take the place of one.
    if (!is_path && policy.find(word)) return PolicyFiles(policy).by_name(word);
    const bool names_file = word.size() > 4 && word.substr(word.size() - 4) == ".stp";
    if (!is_path && !names_file && !any_path) return {{}, {}, "not a script of the policy"};
    const Claim claim = follow_path(word);  // before any descriptor that /proc/self/fd would name
    return PolicyFiles(policy).by_path(claim);
}

}  // namespace sutap::policy
