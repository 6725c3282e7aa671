// Files that are believed: root's, and nobody else's to write, all the way down from "/".
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policies/accounts.h"
#include "policies/descriptor.h"
#include "policies/policy.h"

namespace sutap::policy {

/// What errno says.
std::string error_text();

/// Either a descriptor, and what fstat(2) says of it, or the reason why there is none.
struct Opened {
    Descriptor descriptor;
    std::string problem;
    struct stat status = {};
};

/// openat2(2) that follows no symbolic link in any part of `name`; errno tells of a failure.
Descriptor open_without_links(int folder, const char* name, int flags, mode_t mode = 0);

/// Empty if root owns what `status` is of and nobody else may write to it, else what is wrong.
std::string why_not_trusted(const struct stat& status);

/// `path` is absolute. Every folder on the way is checked, and no symbolic link is followed.
Opened open_trusted_folder(std::string_view path);

/// A regular file in a trusted folder, itself trusted.
Opened open_trusted_file(const std::string& path);

/// The same, of a folder that open_trusted_folder() gave; `path` is for the problem alone.
Opened open_trusted_file(const Opened& folder, const std::string& path);

/// All bytes from the current place on; nothing if there are more than `most`, or on an error.
std::optional<std::string> read_all(const Descriptor& file, std::size_t most);

/// The text of a file open_trusted_file(folder, path) that has no other name.
std::optional<std::string> read_trusted(const Opened& folder, const std::string& path,
                                        std::size_t most, std::string& problem);

/// Does a policy folder's file of this name count: *.toml, not hidden?
bool is_policy_name(std::string_view name);

/// The files *.toml of a trusted folder, by name, parsed. What keeps one from being read is an
/// error of the policy.
ParsedPolicy read_policy(const std::string& folder);

/// /etc/passwd and /etc/group; nothing, and `problem` set, if they can't be believed.
std::optional<Accounts> read_accounts(std::string& problem);

}  // namespace sutap::policy
