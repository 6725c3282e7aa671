// Finding the script that a request means, and what the policy knows it as. A path is a claim: it
// counts for nothing but the inode or the content it leads to.
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "policies/decision.h"
#include "policies/descriptor.h"
#include "policies/policy.h"

namespace sutap::policy {

inline constexpr std::size_t most_script_bytes = std::size_t{1} << 20;

struct FoundScript {
    Evidence evidence;
    std::string text;     // what runs, and what the evidence's SHA-256 is of
    std::string problem;  // why there is no text; for the record, and for root
};

/// The regular file that a path leads to.
struct Claim {
    Descriptor place;     // O_PATH: found, not necessarily readable
    Descriptor readable;  // the same file
    struct stat status = {};
    std::string problem;
};

/// Opens with the rights that the process has for files at that moment.
Claim follow(const std::string& path);

/// The files of a policy, opened and read with the rights of the process.
class PolicyFiles {
  public:
    /// Keeps pointers into `policy`.
    explicit PolicyFiles(const Policy& policy);

    FoundScript by_name(const std::string& name) const;
    FoundScript by_path(const Claim& claim) const;
    FoundScript by_text(const std::string& text) const;

  private:
    struct File {
        const Script* script = nullptr;
        Descriptor descriptor;
        dev_t device = 0;
        ino_t inode = 0;
        std::string sha256;
        std::string problem;  // why it must not run
    };
    void read(const Descriptor& source, FoundScript& found) const;
    std::vector<File> files_;
};

/// A word with a slash is a path. Any other is a name of the policy, or, if the policy has no such
/// name and it ends in .stp, or any word will do (`any_path`), a file of the current folder.
/// `follow_path` is `follow`, with whosever rights.
FoundScript find_script(const Policy& policy, const std::string& word, bool any_path,
                        const std::function<Claim(const std::string&)>& follow_path);

}  // namespace sutap::policy
