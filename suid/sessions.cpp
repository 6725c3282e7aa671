#include "suid/sessions.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>

#include "policies/accounts.h"
#include "policies/trusted_files.h"
#include "suid/audit.h"
#include "suid/outcome.h"

namespace sutap::front_end {
namespace {

constexpr char folder_path[] = SUTAP_SESSION_FOLDER;

policy::Descriptor open_folder() {
    if (mkdir(folder_path, 0700) != 0 && errno != EEXIST) stop_with_error(folder_path);
    policy::Opened folder = policy::open_trusted_folder(folder_path);
    if (!folder.descriptor) stop(Status::broken, std::string(folder_path) + ": " + folder.problem);
    return std::move(folder.descriptor);
}

// Locks belong to the open file (fcntl(2), F_OFD_SETLK): they outlive execve and a fork's parent,
// and can be asked for without being taken.
bool lock(const policy::Descriptor& file, int command, struct flock& range) {
    range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 0, .l_pid = 0};
    return fcntl(file.number(), command, &range) == 0;
}

policy::Descriptor take_slot(const policy::Descriptor& folder, const std::string& name,
                             std::uint64_t count, const std::string& content) {
    for (std::uint64_t number = 0; number < count; ++number) {
        policy::Descriptor file = policy::open_without_links(
            folder.number(), (name + "." + std::to_string(number)).c_str(),
            O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600);
        struct flock range;
        if (!file) stop_with_error("can't open a session's file");
        if (!lock(file, F_OFD_SETLK, range)) {
            if (errno != EAGAIN && errno != EACCES) stop_with_error("can't lock a session's file");
            continue;
        }
        if (ftruncate(file.number(), 0) != 0 ||
            write(file.number(), content.data(), content.size()) !=
                static_cast<ssize_t>(content.size()))
            stop_with_error("can't write a session's file");
        return file;
    }
    return {};
}

// Of a file NAME.UID.NUMBER, if it is held.
bool read_slot(const policy::Descriptor& folder, const std::string& name, policy::UserId user,
               Session& session) {
    const std::vector<std::string_view> parts = policy::split(name, '.');
    const auto owner = parts.size() < 3 ? std::nullopt : policy::parse_id(parts[parts.size() - 2]);
    if (!owner || (user != policy::UserId::root && policy::UserId{*owner} != user)) return false;
    const policy::Descriptor file =
        policy::open_without_links(folder.number(), name.c_str(), O_RDWR | O_NONBLOCK | O_NOCTTY);
    struct flock range;
    if (!file || !lock(file, F_OFD_GETLK, range) || range.l_type == F_UNLCK) return false;
    const std::string content = policy::read_all(file, 4096).value_or("");
    std::array<char, 64> start = {};
    std::array<char, 128> script = {};
    session.user = policy::UserId{*owner};
    const int found =
        sscanf(content.c_str(), "%d %63s %127s", &session.process, start.data(), script.data());
    session.start = start.data();
    session.script = script.data();
    return found == 3 && session.process > 0;
}

}  // namespace

std::vector<Opened> take_slots(const std::string& script, policy::UserId user,
                               const policy::Limits& limits, std::string& problem) {
    const policy::Descriptor folder = open_folder();
    const std::string name = script.empty() ? "-" : script;  // no script of a policy is named so
    // The runner writes its number anew where it goes into the background.
    std::array<char, 16> process = {};
    snprintf(process.data(), process.size(), "%10d ", getpid());
    const std::string content = process.data() + utc_time() + " " + name + "\n";
    std::vector<Opened> slots;
    const auto take = [&](const std::string& prefix, std::uint64_t count, const char* key) {
        policy::Descriptor slot = take_slot(folder, prefix, count, content);
        if (slot)
            slots.push_back({"slot", "", std::move(slot)});
        else
            problem = "as many sessions run as there may be (" + std::string(key) + " = " +
                      std::to_string(count) + ")";
        return problem.empty();
    };
    const std::uint64_t most = limits.parallel ? limits.parallel : policy::most_sessions;
    if (!take(name + "." + std::to_string(number(user)), most, "max_parallel") ||
        (limits.parallel_total &&
         !take(name + ".total", limits.parallel_total, "max_parallel_total")))
        slots.clear();
    return slots;
}

std::vector<Session> sessions_of(policy::UserId user) {
    const policy::Descriptor folder = open_folder();
    policy::Descriptor listing =
        policy::open_without_links(folder.number(), ".", O_RDONLY | O_DIRECTORY);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(
        listing ? fdopendir(listing.number()) : nullptr, closedir);
    if (!stream) stop_with_error(folder_path);
    listing.release();
    std::vector<Session> sessions;
    while (const dirent* entry = readdir(stream.get())) {
        Session session;
        if (read_slot(folder, entry->d_name, user, session)) sessions.push_back(session);
    }
    std::sort(sessions.begin(), sessions.end(),
              [](const Session& a, const Session& b) { return a.process < b.process; });
    return sessions;
}

policy::Descriptor find_session(policy::UserId user, pid_t process) {
    // First held fast, then looked at: the number may be another one's by now.
    policy::Descriptor found(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
    const std::vector<Session> sessions = sessions_of(user);
    std::array<char, 4096> program = {};
    const std::string link = "/proc/" + std::to_string(process) + "/exe";
    const bool is_one =
        std::any_of(sessions.begin(), sessions.end(),
                    [&](const Session& session) { return session.process == process; }) &&
        readlink(link.c_str(), program.data(), program.size() - 1) > 0 &&
        std::string(program.data()) == SUTAP_RUNNER_PATH;
    return is_one ? std::move(found) : policy::Descriptor();
}

}  // namespace sutap::front_end
