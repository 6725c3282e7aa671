#include "policies/audit_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace sutap::policy {
namespace {

// As much of JSON (RFC 8259) as the records use.
class RecordReader {
  public:
    explicit RecordReader(std::string_view text) : rest_(text) {}

    std::optional<AuditRecord> read() {
        std::vector<std::pair<std::string, std::string>> members;
        if (!take('{')) return std::nullopt;
        do {
            std::string name, value;
            if (!read_text(name) || !take(':') || !read_value(value)) return std::nullopt;
            members.emplace_back(std::move(name), std::move(value));
        } while (take(','));
        if (!take('}') || !rest_.empty()) return std::nullopt;
        return AuditRecord(std::move(members));
    }

  private:
    bool take(char c) {
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // The front end writes bytes as \u0000 to \u00ff.
    bool read_escape(std::string& out) {
        if (rest_.empty()) return false;
        const char c = rest_[0];
        rest_.remove_prefix(1);
        if (c == '"' || c == '\\' || c == '/') return out += c, true;
        if (c == 'n' || c == 't') return out += c == 'n' ? '\n' : '\t', true;
        unsigned byte = 0;
        if (c != 'u' || rest_.size() < 4) return false;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + 4, byte, 16);
        if (error != std::errc() || end != rest_.data() + 4 || byte > 0xff) return false;
        out += static_cast<char>(static_cast<unsigned char>(byte));
        rest_.remove_prefix(4);
        return true;
    }
    bool read_text(std::string& out) {
        if (!take('"')) return false;
        while (!rest_.empty() && rest_[0] != '"') {
            if (take('\\')) {
                if (!read_escape(out)) return false;
                continue;
            }
            out += rest_[0];
            rest_.remove_prefix(1);
        }
        return take('"');
    }
    bool read_word(std::string& out) {
        constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyz0123456789.-+E";
        const std::size_t end = std::min(rest_.find_first_not_of(word), rest_.size());
        out = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return end > 0;
    }
    bool read_value(std::string& out) {
        if (!rest_.empty() && rest_[0] == '"') return read_text(out);
        if (!take('[')) return read_word(out);
        if (take(']')) return true;
        do {
            std::string element;
            if (rest_.empty() || !(rest_[0] == '"' ? read_text(element) : read_word(element)))
                return false;
            out += (out.empty() ? "" : " ") + element;
        } while (take(','));
        return take(']');
    }

    std::string_view rest_;
};

std::string shown(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        std::array<char, 8> escaped = {c};
        if (byte < 0x20 || byte >= 0x7f) snprintf(escaped.data(), escaped.size(), "\\x%02x", byte);
        out += escaped.data();
    }
    return out;
}

std::string user_name(std::string_view id, const Accounts& accounts) {
    const auto number = parse_id(id);
    for (const Account& account : accounts.users)
        if (number && account.id == *number) return account.name;
    return "#" + std::string(id);
}

std::string details(const AuditRecord& record) {
    std::string text(record["reason"]);
    const auto add = [&](std::string_view name, const char* before, const char* after) {
        if (!record[name].empty()) text.append(before).append(record[name]).append(after);
    };
    add("rule", ", rule ", "");
    add("given_reason", ", because ", "");
    add("options", ", options ", "");
    add("arguments", ", arguments ", "");
    add("seconds", ", ", " s");
    add("output_bytes", ", ", " bytes");
    add("status", ", status ", "");
    return text;
}

constexpr std::size_t columns = 5;
using Row = std::array<std::string, columns>;

Row row_of(const AuditRecord& record, const Accounts& accounts) {
    const std::string_view script = record["script"].empty() ? record["request"] : record["script"];
    return {shown(record["time"]), shown(user_name(record["uid"], accounts)),
            shown(record["decision"]), shown(script), shown(details(record))};
}

}  // namespace

std::string_view AuditRecord::operator[](std::string_view name) const {
    for (const auto& [key, value] : members_)
        if (key == name) return value;
    return {};
}

std::optional<AuditRecord> parse_record(std::string_view line) {
    return RecordReader(line).read();
}

bool is_wanted(const AuditRecord& record, const RecordFilter& filter, const Accounts& accounts) {
    const bool is_users = filter.user.empty() || filter.user == "#" + std::string(record["uid"]) ||
                          filter.user == user_name(record["uid"], accounts);
    return is_users && (filter.decision.empty() || filter.decision == record["decision"]) &&
           (filter.script.empty() || filter.script == record["script"] ||
            filter.script == record["request"]) &&
           record["time"] >= filter.since;
}

AuditTable format_table(const std::vector<std::string>& texts, const RecordFilter& filter,
                        const Accounts& accounts) {
    AuditTable table;
    std::vector<Row> rows;
    for (const std::string& text : texts) {
        for (const std::string_view line : split(text, '\n')) {
            if (line.empty()) continue;
            const std::optional<AuditRecord> record = parse_record(line);
            if (!record)
                ++table.unread;
            else if (is_wanted(*record, filter, accounts))
                rows.push_back(row_of(*record, accounts));
        }
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Row& left, const Row& right) { return left[0] < right[0]; });
    std::array<std::size_t, columns> widths = {};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < columns; ++i)
            line +=
                row[i] + (i + 1 < columns ? std::string(widths[i] - row[i].size() + 2, ' ') : "");
        table.text += line + "\n";
    }
    return table;
}

}  // namespace sutap::policy
