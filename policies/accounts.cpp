#include "policies/accounts.h"

#include <charconv>

namespace sutap::policy {

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id == UINT32_MAX)
        return std::nullopt;
    return id;
}

std::vector<Account> parse_accounts(std::string_view text) {
    std::vector<Account> accounts;
    for (const std::string_view line : split(text, '\n')) {
        const std::vector<std::string_view> fields = split(line, ':');
        if (fields.size() < 4 || fields[0].empty()) continue;
        if (fields[0][0] == '+' || fields[0][0] == '-' || fields[0][0] == '#') continue;
        if (const auto id = parse_id(fields[2]))
            accounts.push_back({std::string(fields[0]), *id, std::string(fields[3])});
    }
    return accounts;
}

std::optional<std::uint32_t> id_of(const std::vector<Account>& accounts, std::string_view name) {
    for (const Account& account : accounts)
        if (account.name == name) return account.id;
    return std::nullopt;
}

}  // namespace sutap::policy
