// The text of /etc/passwd and /etc/group. No other source of names is asked: what only a directory
// service knows is written as a number in the policy.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

/// Of their own, so that the one is never taken for the other.
enum class UserId : std::uint32_t { root = 0 };
enum class GroupId : std::uint32_t {};

constexpr std::uint32_t number(UserId id) {
    return static_cast<std::uint32_t>(id);
}
constexpr std::uint32_t number(GroupId id) {
    return static_cast<std::uint32_t>(id);
}

/// A line of either file: passwd(5), group(5).
struct Account {
    std::string name;
    std::uint32_t id = 0;
    std::string fourth;  // a user's primary group; a group's members, with commas
};

/// In the files' order; of entries with one name the first counts, as for the C library.
struct Accounts {
    std::vector<Account> users;
    std::vector<Account> groups;
};

/// Lines that are malformed, or of the "+name" form, are passed over.
std::vector<Account> parse_accounts(std::string_view text);

std::optional<std::uint32_t> id_of(const std::vector<Account>& accounts, std::string_view name);

/// A decimal number without sign; 4294967295, the kernel's "no id", is none.
std::optional<std::uint32_t> parse_id(std::string_view text);

/// The parts between the separators; one at least, possibly empty ones.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace sutap::policy
