#include "policies/accounts.h"

#include <algorithm>
#include <charconv>

namespace sutap::policy {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

template <typename Entries>
std::optional<std::uint32_t> id_of(const Entries& entries, std::string_view name) {
    for (const auto& entry : entries)
        if (entry.name == name) return entry.id;
    return std::nullopt;
}

template <typename Entries>
bool holds_id(const Entries& entries, std::uint32_t id) {
    return std::any_of(entries.begin(), entries.end(),
                       [&](const auto& entry) { return entry.id == id; });
}

bool is_entry(const std::vector<std::string_view>& fields, std::size_t least) {
    return fields.size() >= least && !fields[0].empty() && fields[0][0] != '+' &&
           fields[0][0] != '-' && fields[0][0] != '#';
}

}  // namespace

std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id == UINT32_MAX)
        return std::nullopt;
    return id;
}

Accounts parse_accounts(std::string_view passwd, std::string_view group) {
    Accounts accounts;
    for (const std::string_view line : split(passwd, '\n')) {
        const std::vector<std::string_view> fields = split(line, ':');
        if (!is_entry(fields, 4)) continue;
        const auto id = parse_id(fields[2]);
        const auto primary = parse_id(fields[3]);
        if (id && primary) accounts.users.push_back({std::string(fields[0]), *id, *primary});
    }
    for (const std::string_view line : split(group, '\n')) {
        const std::vector<std::string_view> fields = split(line, ':');
        if (!is_entry(fields, 3)) continue;
        const auto id = parse_id(fields[2]);
        if (!id) continue;
        Group entry{std::string(fields[0]), *id, {}};
        if (fields.size() > 3 && !fields[3].empty()) {
            for (const std::string_view member : split(fields[3], ','))
                entry.members.emplace_back(member);
        }
        accounts.groups.push_back(std::move(entry));
    }
    return accounts;
}

std::optional<std::uint32_t> Accounts::user_id(std::string_view name) const {
    return id_of(users, name);
}

std::optional<std::uint32_t> Accounts::group_id(std::string_view name) const {
    return id_of(groups, name);
}

bool Accounts::knows_user(std::uint32_t id) const {
    return holds_id(users, id);
}

bool Accounts::knows_group(std::uint32_t id) const {
    return holds_id(groups, id);
}

}  // namespace sutap::policy
