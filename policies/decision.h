// May this caller run this script? A pure function of values; whoever asks gathers the evidence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policies/accounts.h"
#include "policies/policy.h"

namespace sutap::policy {

/// Who asks, as the kernel says.
struct Caller {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::vector<std::uint32_t> groups;  // the supplementary ones; `gid` counts as well
};

/// What was found out about the script that is asked for.
struct Evidence {
    std::string sha256;                  // of the copy that would run; empty: unreadable
    std::string named;                   // the policy's script that was asked for by name
    std::vector<std::string> same_file;  // scripts whose `path` is this very inode
    std::vector<std::string> akin;       // scripts whose file has this inode or this content:
                                         // enough to deny
};

struct Decision {
    bool allowed = false;
    std::string script;  // the policy's name of it, where it has one
    std::string rule;    // that decided, where one did
    std::string reason;  // for the audit record and the administrator, not for the caller
};

/// Default deny; a deny for any script that the evidence matches wins over every allow. A subject
/// of a deny rule that no account file knows matches callers whom the files don't know either.
Decision decide(const Policy& policy, const Accounts& accounts, const Caller& caller,
                const Evidence& evidence);

}  // namespace sutap::policy
