#include "runner/session_end.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "runner/execute/json_line.h"
#include "runner/execute/text.h"
#include "runner/lifecycle/monotonic_clock.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

using Reason = SessionEnd::Reason;

const char* word_for(Reason reason) {
    switch (reason) {
        case Reason::exit:
            return "exit";
        case Reason::interrupted:
            return "interrupted";
        case Reason::time_limit:
            return "time limit";
        case Reason::output_limit:
            return "output limit";
        case Reason::error:
            break;
    }
    return "error";
}

// As the front end writes it.
std::string utc_time() {
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> time(now - day);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text.data();
}

// In the largest unit that leaves a whole number, as the policy writes sizes.
std::string size_text(std::uint64_t bytes) {
    constexpr std::array units{" KiB", " MiB", " GiB"};
    const char* unit = " bytes";
    for (std::size_t next = 0; next < units.size() && bytes > 0 && bytes % 1024 == 0; ++next) {
        bytes /= 1024;
        unit = units[next];
    }
    return std::to_string(bytes) + unit;
}

// A record that is cut short spoils the one after it, and the caller may set this process a limit
// on files at any time: such a record is left out. Others may write in between.
bool has_room(int log, std::size_t bytes) {
    constexpr std::size_t of_others = std::size_t{1} << 20U;
    struct stat status {};
    rlimit limit{};
    return fstat(log, &status) == 0 && getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
           static_cast<std::size_t>(status.st_size) + of_others + bytes <= limit.rlim_cur;
}

}  // namespace

std::string format_end(const options::Grant& grant, pid_t process, std::int64_t nanoseconds,
                       const SessionEnd& end) {
    const std::string& name = grant.policy_script.empty() ? grant.script_name : grant.policy_script;
    return execute::JsonLine(true)
        .add("time", utc_time())
        .add("decision", "end")
        .add("by", "runner")
        .add("uid", std::int64_t{grant.user})
        .add("pid", std::int64_t{process})
        .add("script", name)
        .add("reason", word_for(end.reason))
        .add_seconds("seconds", nanoseconds)
        .add("output_bytes", static_cast<std::int64_t>(end.output_bytes))
        .add("status", std::int64_t{end.status})
        .line();
}

EndRecord::EndRecord(const std::optional<options::Grant>& grant)
    : grant_(grant), process_(getpid()), begin_(monotonic()) {}

void EndRecord::write(const SessionEnd& end) {
    const int log =
        grant_ ? options::descriptor_of(*grant_, options::GrantedDescriptor::Kind::audit) : -1;
    if (is_written_ || log < 0) {
        return;
    }
    is_written_ = true;
    const std::string line = format_end(*grant_, process_, monotonic() - begin_, end);
    if (!has_room(log, line.size()) ||
        ::write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
        complain("the audit log does not take the record of the session's end");
    }
}

std::string limit_message(const options::Grant& grant, SessionEnd::Reason reason) {
    std::string text = "sutap: stopped: ";
    if (reason == Reason::time_limit) {
        text += std::to_string(grant.maximum_seconds) + " s limit of ";
    } else if (reason == Reason::output_limit) {
        text += size_text(grant.maximum_output) + " output limit of ";
    } else {
        return {};
    }
    if (grant.policy_script.empty()) {
        text += "this rule";
    } else {
        execute::append_for_terminal(text, grant.policy_script);
    }
    return text + "\n";
}

}  // namespace sutap
