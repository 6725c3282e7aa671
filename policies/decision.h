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
    UserId uid = UserId::root;
    GroupId gid = {};
    std::vector<GroupId> groups;  // the supplementary ones; `gid` counts as well
};

/// What was found out about the script that is asked for.
struct Evidence {
    std::string sha256;                  // of the copy that would run; empty: unreadable
    std::string named;                   // the policy's script that was asked for by name
    std::vector<std::string> same_file;  // scripts whose `path` is this very inode
    std::vector<std::string> akin;       // scripts whose file has this inode or this content:
                                         // enough to deny
};

/// What is asked for, beside the script.
struct Attempt {
    Evidence evidence = {};
    std::vector<std::string> options = {};    // by name: those that not everybody may add
    std::vector<std::string> arguments = {};  // the caller's
    bool has_reason = false;                  // -m
    std::string host = {};                    // this machine's name
    std::string day = {};                     // today, "2026-12-31", UTC
};

struct Decision {
    bool allowed = false;
    std::string script = {};  // the policy's name of it, where it has one
    std::string rule = {};    // that decided, where one did
    std::string reason = {};  // for the audit record and the administrator
    bool is_listed = false;   // some rule lets the caller run the script in some way: he may be
                              // told the reason
    bool shows_source = false;
    Scope scope = Scope::system;
    Limits limits = {};
};

/// Default deny; a deny for any script that the evidence matches wins over every allow. A subject
/// of a deny rule that no account file knows matches callers whom the files don't know either.
/// Where several rules allow, the one with the widest limits decides.
Decision decide(const Policy& policy, const Accounts& accounts, const Caller& caller,
                const Attempt& attempt);

}  // namespace sutap::policy
