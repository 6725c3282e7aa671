#include "suid/privileges.h"

#include <linux/bpf.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "suid/outcome.h"

namespace sutap::front_end {
namespace {

constexpr int last_possible_capability = 63;

// Calls by which a process with CAP_BPF, or one that was taken over, could reach other processes,
// the kernel's configuration, or around this very filter (io_uring).
constexpr std::array forbidden_calls = {SCMP_SYS(acct),
                                        SCMP_SYS(add_key),
                                        SCMP_SYS(chroot),
                                        SCMP_SYS(delete_module),
                                        SCMP_SYS(finit_module),
                                        SCMP_SYS(fsconfig),
                                        SCMP_SYS(fsmount),
                                        SCMP_SYS(fsopen),
                                        SCMP_SYS(fspick),
                                        SCMP_SYS(init_module),
                                        SCMP_SYS(io_uring_enter),
                                        SCMP_SYS(io_uring_register),
                                        SCMP_SYS(io_uring_setup),
                                        SCMP_SYS(ioperm),
                                        SCMP_SYS(iopl),
                                        SCMP_SYS(kcmp),
                                        SCMP_SYS(kexec_file_load),
                                        SCMP_SYS(kexec_load),
                                        SCMP_SYS(keyctl),
                                        SCMP_SYS(mount),
                                        SCMP_SYS(mount_setattr),
                                        SCMP_SYS(move_mount),
                                        SCMP_SYS(open_by_handle_at),
                                        SCMP_SYS(open_tree),
                                        SCMP_SYS(personality),
                                        SCMP_SYS(pidfd_getfd),
                                        SCMP_SYS(pivot_root),
                                        SCMP_SYS(process_vm_readv),
                                        SCMP_SYS(process_vm_writev),
                                        SCMP_SYS(ptrace),
                                        SCMP_SYS(quotactl),
                                        SCMP_SYS(reboot),
                                        SCMP_SYS(request_key),
                                        SCMP_SYS(setdomainname),
                                        SCMP_SYS(sethostname),
                                        SCMP_SYS(setns),
                                        SCMP_SYS(swapoff),
                                        SCMP_SYS(swapon),
                                        SCMP_SYS(umount2),
                                        SCMP_SYS(unshare),
                                        SCMP_SYS(userfaultfd)};

// Pinned objects would outlive the run; the others reach beyond what the run has made.
constexpr std::array forbidden_bpf_commands = {
    BPF_OBJ_PIN,           BPF_OBJ_GET,          BPF_PROG_ATTACH,       BPF_PROG_DETACH,
    BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID, BPF_LINK_GET_FD_BY_ID, BPF_BTF_GET_FD_BY_ID,
    BPF_LINK_UPDATE,       BPF_LINK_DETACH,      BPF_PROG_TEST_RUN,     BPF_ITER_CREATE};

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

Sets sets_of(Capabilities mask) {
    const auto low = static_cast<std::uint32_t>(mask);
    const auto high = static_cast<std::uint32_t>(mask >> 32);
    return {{{low, low, low}, {high, high, high}}};
}

void reduce_bounding_set(Capabilities mask) {
    for (int number = 0; number <= last_possible_capability; ++number) {
        if (mask >> number & 1 || prctl(PR_CAPBSET_DROP, number, 0, 0, 0) == 0) continue;
        // Beyond the last one that the kernel knows; is_confirmed() looks whether that is so.
        if (errno == EINVAL) return;
        stop_with_error("can't reduce the bounding set");
    }
}

bool is_confirmed(const policy::Caller& caller, Capabilities mask) {
    const uid_t user = number(caller.uid);
    const gid_t group = number(caller.gid);
    std::array<uid_t, 3> users = {};
    std::array<gid_t, 3> groups = {};
    if (getresuid(&users[0], &users[1], &users[2]) != 0 ||
        getresgid(&groups[0], &groups[1], &groups[2]) != 0 ||
        users != std::array{user, user, user} || groups != std::array{group, group, group})
        return false;
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    Sets sets = {};
    if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
    const Sets wanted = sets_of(mask);
    for (std::size_t i = 0; i < sets.size(); ++i)
        if (sets[i].effective != wanted[i].effective || sets[i].permitted != wanted[i].permitted ||
            sets[i].inheritable != wanted[i].inheritable)
            return false;
    Capabilities bounding = 0;
    for (int number = 0, is_set = 0; number <= last_possible_capability && is_set >= 0; ++number) {
        is_set = prctl(PR_CAPBSET_READ, number, 0, 0, 0);  // negative beyond the last one
        if (is_set > 0) bounding |= Capabilities{1} << number;
        // What is not permitted and inheritable can't be ambient (capabilities(7)).
        if (mask >> number & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) != 1)
            return false;
    }
    return bounding == mask;
}

}  // namespace

Capabilities capabilities_of(const std::vector<std::string>& names) {
    Capabilities mask = 0;
    for (const std::string& name : names)
        mask |= name == "bpf"       ? Capabilities{1} << CAP_BPF
                : name == "perfmon" ? Capabilities{1} << CAP_PERFMON
                                    : 0;
    return mask;
}

void become(const policy::Caller& caller, Capabilities mask) {
    // Before the ids change: it takes CAP_SETPCAP. What is to be inheritable has to stay in it.
    reduce_bounding_set(mask);
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) stop_with_error("can't keep capabilities");
    const uid_t user = number(caller.uid);
    const gid_t group = number(caller.gid);
    if (setresgid(group, group, group) != 0 || setresuid(user, user, user) != 0)
        stop_with_error("can't become the caller");
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    const Sets sets = sets_of(mask);
    if (syscall(SYS_capset, &header, sets.data()) != 0)
        stop_with_error("can't reduce the capabilities to CAP_BPF and CAP_PERFMON");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
        stop_with_error("can't clear the ambient set");
    for (int number = 0; number <= last_possible_capability; ++number)
        if ((mask >> number & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0) != 0)
            stop_with_error("can't pass capabilities on");
    // The kernel may have reset the one, and execve(2) keeps the other.
    if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        stop_with_error("can't forbid tracing");
    if (!is_confirmed(caller, mask)) stop(Status::broken, "the kernel did not drop privileges");
}

void forbid_new_privileges() {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        stop_with_error("can't set no_new_privs");
}

void filter_system_calls() {
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                  seccomp_release);
    const auto check = [](int result) {
        if (result != 0) stop(Status::broken, "can't filter system calls");
    };
    check(filter ? 0 : -1);
    check(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
    for (const int call : forbidden_calls)
        check(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0));
    for (const bpf_cmd command : forbidden_bpf_commands) {
        // The kernel takes an int: the upper half of the register must not matter.
        const scmp_arg_cmp low_half = {0, SCMP_CMP_MASKED_EQ, 0xffffffff,
                                       static_cast<scmp_datum_t>(command)};
        check(seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(bpf), 1,
                                     &low_half));
    }
    check(seccomp_load(filter.get()));
}

}  // namespace sutap::front_end
