// What the runner may do, and how it gives that up: capabilities held back, raised for one call,
// then dropped for good; and the system calls that its two processes are left with.
#pragma once

#include <linux/capability.h>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace sutap::privileges {

// One sentence; the process must not go on.
struct PrivilegeError {
    std::string message;
};

// The numbers of <linux/capability.h>.
enum class Capability : std::uint8_t {
    read_files = CAP_DAC_READ_SEARCH,
    write_files = CAP_DAC_OVERRIDE,
    administer = CAP_SYS_ADMIN,
    see_addresses = CAP_SYSLOG,
    perfmon = CAP_PERFMON,
    bpf = CAP_BPF,
};

// Nobody else of this user may trace the process or read its memory. Throws PrivilegeError.
void become_undumpable();
// Empties the effective set; the permitted one stays. Throws PrivilegeError.
void hold_back();
bool is_permitted(Capability capability);

// While it lives, those of `capabilities` that are permitted are effective too. Throws
// PrivilegeError; ends the process if they cannot be lowered again.
class CapabilityScope {
  public:
    CapabilityScope(std::initializer_list<Capability> capabilities);
    CapabilityScope(const CapabilityScope&) = delete;
    CapabilityScope& operator=(const CapabilityScope&) = delete;
    ~CapabilityScope();

  private:
    std::uint64_t effective_before_ = 0;
};

// Empties the ambient, inheritable, permitted and effective sets, sets no_new_privs, and looks
// whether it is so. Throws PrivilegeError.
void drop_all();

// System call filters for the rest of the process's life; what they do not name fails with EPERM.
// Both throw PrivilegeError.
//
// The translator: memory, files opened for reading, writing to what is open.
void confine_translator();
// The printing phase: the same, waiting, talking to its child processes, and bpf() for access to
// maps that are open. `restores_terminal`: it may set the terminal's mode.
void confine_session(bool restores_terminal = false);

}  // namespace sutap::privileges
