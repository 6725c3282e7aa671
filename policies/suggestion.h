// What an administrator may write to allow a script, from what the runner's --check says of it.
#pragma once

#include <string>
#include <string_view>

namespace sutap::policy {

/// A policy file with the script alone, each line with its reason; nobody may run it before a rule
/// says who. `needs` are the lines `key: value` of --check, `path` the script's own file, `sha256`
/// that of its content.
std::string suggest(std::string_view needs, const std::string& path, const std::string& sha256);

}  // namespace sutap::policy
