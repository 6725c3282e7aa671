#include "suid/audit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "policies/descriptor.h"
#include "policies/trusted_files.h"
#include "suid/outcome.h"
#include "suid/process_state.h"

namespace sutap::front_end {
namespace {

// proc(5): the controlling terminal is the seventh field of stat; the second one, in parentheses,
// may hold anything. devices.txt: 136 to 143 are pseudo terminals, 4 the consoles and serial lines.
std::string terminal_name() {
    const std::string stat = read_own_proc("stat");
    const std::size_t end = stat.rfind(')');
    int number = 0;
    if (end == stat.npos || sscanf(stat.c_str() + end + 1, " %*c %*d %*d %*d %d", &number) != 1 ||
        number == 0)
        return {};
    const auto device = static_cast<unsigned>(number);
    const unsigned major = device >> 8 & 0xfff;
    const unsigned minor = (device & 0xff) | (device >> 12 & 0xfff00);
    if (major >= 136 && major <= 143) return "pts/" + std::to_string((major - 136) * 256 + minor);
    if (major == 4) return (minor < 64 ? "tty" : "ttyS") + std::to_string(minor % 64);
    return std::to_string(major) + ":" + std::to_string(minor);
}

std::string json_list(const std::vector<std::string>& texts) {
    std::string json;
    for (const std::string& text : texts) {
        json += json.empty() ? "[" : ",";
        json += json_text(text);
    }
    return json.empty() ? "[]" : json + "]";
}

// What was refused may come again and again: it must not fill the disk.
std::vector<std::string> shortened(const std::vector<std::string>& texts) {
    constexpr std::size_t most = 1024;
    std::vector<std::string> kept;
    std::size_t bytes = 0;
    for (const std::string& text : texts) {
        kept.push_back(text.substr(0, most - bytes));
        bytes += kept.back().size();
        if (bytes == most) break;
    }
    if (kept != texts) kept.push_back("... (" + std::to_string(texts.size()) + " words)");
    return kept;
}

void send_to_system_log(const std::string& line, int process) {
    const policy::Descriptor socket_end(
        socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    // RFC 5424: facility 10 (authorisation), severity 5 (notice).
    const std::string message =
        "<85>sutap[" + std::to_string(process) + "]: " + line.substr(0, line.size() - 1);
    // The log file is the record; a machine without this log, or with a full one, runs as well.
    if (socket_end)
        (void)sendto(socket_end.number(), message.data(), message.size(), MSG_NOSIGNAL,
                     reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

}  // namespace

std::string utc_time() {
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto day = floor<days>(now);
    const year_month_day date(day);
    const hh_mm_ss<milliseconds> time(now - day);
    std::array<char, 64> text{};
    snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
             static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
             static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
             static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
             static_cast<int>(time.subseconds().count()));
    return text.data();
}

void look_around(Record& record) {
    const std::string id = read_own_proc("loginuid");
    record.time = utc_time();
    record.login_id = policy::parse_id(id) ? id : "null";
    record.terminal = terminal_name();
    record.process = getpid();
}

std::string json_text(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        std::array<char, 8> escaped{};
        if (byte < 0x20 || byte >= 0x7f)
            snprintf(escaped.data(), escaped.size(), "\\u%04x", byte);
        else
            escaped = {c == '"' || c == '\\' ? '\\' : c, c == '"' || c == '\\' ? c : '\0'};
        json += escaped.data();
    }
    return json + '"';
}

std::string format_record(const Record& record, const policy::Caller& caller,
                          const policy::Request& request) {
    std::string json;
    const auto add = [&](const char* key, const std::string& value) {
        json += json.empty() ? "{\"" : ",\"";
        json.append(key).append("\":").append(value);
    };
    std::string groups = "[";
    for (const policy::GroupId group : caller.groups) {
        if (groups.size() > 1) groups += ',';
        groups += std::to_string(number(group));
    }
    groups += ']';
    add("time", json_text(record.time));
    add("decision", json_text(record.decision));
    add("rule", json_text(record.rule));
    add("reason", json_text(record.reason));
    add("uid", std::to_string(number(caller.uid)));
    add("login_uid", record.login_id);
    add("gid", std::to_string(number(caller.gid)));
    add("groups", groups);
    add("terminal", json_text(record.terminal));
    add("pid", std::to_string(record.process));
    // The text of -e is identified by its digest.
    const bool is_whole = record.decision == "allow";
    const std::string asked = request.has_text ? "<input>" : request.script;
    add("request", json_text(is_whole ? asked : asked.substr(0, 4096)));
    add("script", json_text(record.script));
    add("sha256", json_text(record.sha256));
    add("action", json_text(record.action));
    add("given_reason", json_text(request.reason));
    add("options", json_list(is_whole ? request.options : shortened(request.options)));
    add("arguments", json_list(is_whole ? request.arguments : shortened(request.arguments)));
    add("capabilities", json_list(record.capabilities));
    return json + "}\n";
}

policy::Descriptor write_record(const std::string& path, const std::string& line, int process) {
    const std::size_t slash = path.rfind('/');
    const policy::Descriptor folder =
        policy::open_without_links(AT_FDCWD, path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY);
    if (!folder) stop_with_error("can't open the audit log's folder");
    struct stat status = {};
    if (fstat(folder.number(), &status) != 0) stop_with_error("can't open the audit log's folder");
    std::string problem = policy::why_not_trusted(status);
    if (!problem.empty()) stop(Status::broken, "the audit log's folder is " + problem);
    const policy::Descriptor file =
        policy::open_without_links(folder.number(), path.c_str() + slash + 1,
                                   O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600);
    if (!file) stop_with_error("can't open the audit log");
    if (fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)
        stop(Status::broken, "the audit log is no regular file with one name");
    problem = policy::why_not_trusted(status);
    if (!problem.empty()) stop(Status::broken, "the audit log is " + problem);
    // Made by a process of the caller's group.
    if (fchown(file.number(), 0, 0) != 0) stop_with_error("can't own the audit log");
    // A record that a signal or a full disk cut short must not swallow this one.
    char last = '\n';
    const off_t end = lseek(file.number(), 0, SEEK_END);
    if (end > 0 && pread(file.number(), &last, 1, end - 1) == 1 && last != '\n')
        say(file.number(), "\n");
    const ssize_t written = write(file.number(), line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) {
        // What follows shall at least begin on a line of its own.
        if (written > 0) say(file.number(), "\n");
        stop(Status::broken, "can't write the audit log");
    }
    if (fdatasync(file.number()) != 0) stop_with_error("can't write the audit log");
    send_to_system_log(line, process);
    return policy::open_without_links(folder.number(), path.c_str() + slash + 1,
                                      O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
}

}  // namespace sutap::front_end
