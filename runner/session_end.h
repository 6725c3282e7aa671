// How a session ended: for the audit log, and for who reads the messages.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "runner/options/grant.h"

namespace sutap {

struct SessionEnd {
    // `interrupted`: by a signal, or a reader of the output that went away.
    enum class Reason : std::uint8_t { exit, interrupted, time_limit, output_limit, error };
    Reason reason = Reason::error;
    std::uint64_t output_bytes = 0;
    int status = 0;
};

// One line of JSON for the descriptor that the grant gives for it; without one nothing is written.
std::string format_end(const options::Grant& grant, pid_t process, std::int64_t nanoseconds,
                       const SessionEnd& end);

// Knows when the session began and, in a background process, which process began it.
class EndRecord {
  public:
    // `grant` outlives it.
    explicit EndRecord(const std::optional<options::Grant>& grant);
    // The first call writes the record, in one piece; later ones do nothing. Complains on standard
    // error if the log takes it not or in part.
    void write(const SessionEnd& end);

  private:
    const std::optional<options::Grant>& grant_;
    pid_t process_;
    std::int64_t begin_;
    bool is_written_ = false;
};

// "sutap: stopped: 600 s limit of kill-watch", with its newline; empty where no limit of the grant
// ended the session.
std::string limit_message(const options::Grant& grant, SessionEnd::Reason reason);

}  // namespace sutap
