// The audit record: one JSON object a line, ASCII only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/decision.h"
#include "policies/descriptor.h"
#include "policies/request.h"

namespace sutap::front_end {

struct Record {
    std::string decision;  // "allow", "deny" or "error"
    std::string action = "run";
    std::string rule = {};
    std::string reason = {};
    std::string script = {};                     // the policy's name, empty without
    std::string sha256 = {};                     // empty where nothing was read
    std::vector<std::string> capabilities = {};  // what the run gets
    // Of the process and the moment; look_around() fills them in.
    std::string time = {};      // UTC, RFC 3339, milliseconds
    std::string login_id = {};  // a number, or "null" where nobody logged in
    std::string terminal = {};  // such as "pts/0"; empty without
    int process = 0;
};

/// This moment, UTC, RFC 3339 with milliseconds.
std::string utc_time();

void look_around(Record& record);

/// The record as a line, with its line feed.
std::string format_record(const Record& record, const policy::Caller& caller,
                          const policy::Request& request);

/// `text` between quotation marks. Bytes from 0x80 on, whatever they mean to the caller, become
/// U+0080 to U+00FF: none is lost, and none reaches a terminal.
std::string json_text(std::string_view text);

/// Appends the line to the log, which is flushed to the disk, and sends it to the system's log if
/// there is one. Ends the process if the log can't take it. Returns the log, to be appended to.
policy::Descriptor write_record(const std::string& path, const std::string& line, int process);

}  // namespace sutap::front_end
