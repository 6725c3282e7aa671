// What the front end tells the runner, by descriptor.
#pragma once

#include <string>
#include <vector>

#include "policies/decision.h"
#include "suid/process_state.h"

namespace sutap::front_end {

/// The numbers under which the runner finds the script's text and the grant.
inline constexpr int script_descriptor = 3;
inline constexpr int grant_descriptor = 4;

struct Grant {
    std::string script_name;                // for messages
    std::vector<std::string> probes;        // the only ones; empty: no restriction
    std::vector<std::string> capabilities;  // by name, such as "bpf"
    Variables variables;                    // the caller's
    unsigned umask = 0;                     // the caller's
};

/// `sutap-grant 1`, then lines of the form `key = value`; values are escaped as escape() does.
std::string format_grant(const Grant& grant, const policy::Caller& caller);

}  // namespace sutap::front_end
