// The audit log, read back: records from lines of JSON, and a table of them for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policies/accounts.h"

namespace sutap::policy {

/// The members of a record in their order, as text: a list's elements are joined by blanks.
class AuditRecord {
  public:
    explicit AuditRecord(std::vector<std::pair<std::string, std::string>> members)
        : members_(std::move(members)) {}
    /// Empty if there is none of this name.
    std::string_view operator[](std::string_view name) const;

  private:
    std::vector<std::pair<std::string, std::string>> members_;
};

/// One object of texts, numbers and lists of them, on one line; nothing where it is anything else,
/// as a record is that a full disk cut short.
std::optional<AuditRecord> parse_record(std::string_view line);

/// What is asked for; an empty text asks for nothing.
struct RecordFilter {
    std::string user = {};      // a name, or "#" and a number
    std::string decision = {};  // allow, deny, error or end
    std::string script = {};    // the policy's name, or what was asked for
    std::string since = {};     // a time as the records have it, or its beginning
};

bool is_wanted(const AuditRecord& record, const RecordFilter& filter, const Accounts& accounts);

struct AuditTable {
    std::string text;        // a line for each record, the newest last
    std::size_t unread = 0;  // lines that are no records
};

/// `texts`: whole files, in any order. Every byte that a terminal could take for a command is shown
/// as \xHH.
AuditTable format_table(const std::vector<std::string>& texts, const RecordFilter& filter,
                        const Accounts& accounts);

}  // namespace sutap::policy
