// The one program that the front end ever executes, and what it is told, by descriptor.
#pragma once

#include <string>
#include <vector>

#include "policies/decision.h"
#include "policies/descriptor.h"
#include "suid/kernel_events.h"
#include "suid/process_state.h"

namespace sutap::front_end {

/// Ends the process unless the runner is root's, nobody else's to write, and unreadable to
/// others: only so the kernel keeps it from being traced by the user it runs as.
void require_trusted_runner();

/// The numbers under which the runner finds the script's text and the grant, which names the
/// others: beyond the usual soft limit, below which the runner opens its own.
inline constexpr int script_descriptor = 3;
inline constexpr int grant_descriptor = 4;
inline constexpr int first_opened_descriptor = 1024;

struct Grant {
    std::string script_name;                // for messages
    std::string policy_script;              // the policy's name of it, empty without
    std::vector<std::string> probes;        // the only ones; empty: no restriction
    std::vector<std::string> capabilities;  // by name, such as "bpf"
    bool kernel_addresses = false;          // may be shown
    policy::Scope scope = policy::Scope::system;
    policy::Limits limits;
    Variables variables;  // the caller's
    unsigned umask = 0;   // the caller's
};

/// `sutap-grant 1`, then lines of the form `key = value`; values are escaped as escape() does.
std::string format_grant(const Grant& grant, const policy::Caller& caller,
                         const std::vector<Opened>& opened);

/// Gives numbers from first_opened_descriptor on to all; ends the process where there are too few.
void make_room(std::vector<Opened>& opened);

/// Puts script and grant under the numbers that the runner expects; these and `opened`, for which
/// there must be room, are the only ones that it inherits.
void pass_on(policy::Descriptor script, policy::Descriptor grant,
             const std::vector<Opened>& opened);

/// Executes the runner with these words after its name, and this environment.
[[noreturn]] void execute_runner(const std::vector<std::string>& words, const Variables& variables);

}  // namespace sutap::front_end
