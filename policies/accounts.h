// The text of /etc/passwd and /etc/group. No other source of names is asked: what only a directory
// service knows is written as a number in the policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

struct User {
    std::string name;
    std::uint32_t id = 0;
    std::uint32_t group = 0;
};

struct Group {
    std::string name;
    std::uint32_t id = 0;
    std::vector<std::string> members;
};

/// In the files' order; of entries with one name the first counts, as for the C library.
struct Accounts {
    std::vector<User> users;
    std::vector<Group> groups;

    std::optional<std::uint32_t> user_id(std::string_view name) const;
    std::optional<std::uint32_t> group_id(std::string_view name) const;
    bool knows_user(std::uint32_t id) const;
    bool knows_group(std::uint32_t id) const;
};

/// Lines that are malformed, or of the "+name" form, are passed over.
Accounts parse_accounts(std::string_view passwd, std::string_view group);

/// A decimal number without sign; 4294967295, the kernel's "no id", is none.
std::optional<std::uint32_t> parse_id(std::string_view text);

}  // namespace sutap::policy
