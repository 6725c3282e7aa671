// Becoming the caller again.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policies/decision.h"

namespace sutap::front_end {

struct Capability {
    int number;  // capability(7)
    std::string_view name;
};

/// All that a run ever gets.
inline constexpr std::array<Capability, 2> tracing_capabilities = {{{39, "bpf"}, {38, "perfmon"}}};

/// Gives the process the caller's ids for good, and exactly these capabilities: as bounding,
/// permitted, effective, inheritable and ambient set, so that they outlive execve(2). Ends the
/// process unless the kernel confirms all of it.
void become(const policy::Caller& caller, const std::vector<Capability>& capabilities);

/// No program that is executed from here on gains anything.
void forbid_new_privileges();

/// Forbids the system calls that neither the runner nor a child of it has any use for, and those
/// of foreign instruction sets. Ends the process on failure.
void filter_system_calls();

}  // namespace sutap::front_end
