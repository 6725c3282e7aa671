#include "suid/script.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include "policies/trusted_files.h"
#include "suid/outcome.h"

namespace sutap::front_end {
namespace {

// For as long as it lives, files are reached with the caller's rights. The supplementary groups
// have been the caller's all the time. Changing the file system ids alone would leave
// CAP_SYS_PTRACE, which opens /proc/PID/root of everybody.
class ActingAsCaller {
  public:
    explicit ActingAsCaller(const policy::Caller& caller) {
        change_ids(caller.uid, caller.gid);
        if (caller.uid != policy::UserId::root) use_capabilities(false);
    }
    ~ActingAsCaller() {
        use_capabilities(true);
        change_ids(policy::UserId{geteuid()}, policy::GroupId{getegid()});
    }
    ActingAsCaller(const ActingAsCaller&) = delete;
    ActingAsCaller& operator=(const ActingAsCaller&) = delete;

  private:
    static void change_ids(policy::UserId user, policy::GroupId group) {
        setfsgid(number(group));
        setfsuid(number(user));
        // Neither call tells of a failure; with an impossible id they only tell the present one.
        if (static_cast<uid_t>(setfsuid(static_cast<uid_t>(-1))) != number(user) ||
            static_cast<gid_t>(setfsgid(static_cast<gid_t>(-1))) != number(group))
            stop(Status::broken, "can't act as the caller");
    }

    static void use_capabilities(bool effective) {
        __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
        std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets = {};
        bool done = syscall(SYS_capget, &header, sets.data()) == 0;
        for (auto& set : sets) set.effective = effective ? set.permitted : 0;
        done = done && syscall(SYS_capset, &header, sets.data()) == 0;
        if (!done) stop(Status::broken, "can't act as the caller");
    }
};

policy::Claim follow_as(const policy::Caller& caller, const std::string& path) {
    const ActingAsCaller acting(caller);
    return policy::follow(path);
}

policy::FoundScript script_from_input(const policy::Policy& policy) {
    const policy::Descriptor input(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    std::optional<std::string> text;
    if (input) text = policy::read_all(input, policy::most_script_bytes);
    if (text) return policy::PolicyFiles(policy).by_text(*text);
    return {{}, {}, "standard input is unreadable or longer than 1 MiB"};
}

}  // namespace

policy::FoundScript find_script(const policy::Policy& policy, const policy::Caller& caller,
                                const policy::Request& request) {
    if (request.has_text) return policy::PolicyFiles(policy).by_text(request.script);
    if (is_input(request, caller)) return script_from_input(policy);
    return policy::find_script(policy, request.script, caller.uid == policy::UserId::root,
                               [&](const std::string& path) { return follow_as(caller, path); });
}

bool is_input(const policy::Request& request, const policy::Caller& caller) {
    return request.has_text || (caller.uid == policy::UserId::root && request.script == "-");
}

policy::Descriptor seal(const char* name, std::string_view content) {
    constexpr unsigned not_executable = 0x8;  // MFD_NOEXEC_SEAL, from Linux 6.3
    constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    policy::Descriptor memory(memfd_create(name, flags | not_executable));
    if (!memory) memory = policy::Descriptor(memfd_create(name, flags));
    if (!memory) stop_with_error("can't make a memory file");
    while (!content.empty()) {
        const ssize_t written = write(memory.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) stop_with_error("can't fill a memory file");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fcntl(memory.number(), F_ADD_SEALS,
              F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0 ||
        lseek(memory.number(), 0, SEEK_SET) != 0)
        stop_with_error("can't seal a memory file");
    return memory;
}

}  // namespace sutap::front_end
