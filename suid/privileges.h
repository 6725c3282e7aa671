// Becoming the caller again.
#pragma once

#include <linux/capability.h>

#include <cstdint>
#include <string>
#include <vector>

#include "policies/decision.h"

namespace sutap::front_end {

/// Sets of capabilities, with the bits that capability(7) numbers.
using Capabilities = std::uint64_t;

/// All that a run ever gets: CAP_BPF and CAP_PERFMON.
inline constexpr Capabilities tracing_capabilities =
    Capabilities{1} << CAP_BPF | Capabilities{1} << CAP_PERFMON;

/// Those of the two that are among these names of the policy.
Capabilities capabilities_of(const std::vector<std::string>& names);

/// Gives the process the caller's ids for good, and exactly these capabilities: as bounding,
/// permitted, effective, inheritable and ambient set, so that they outlive execve(2). Ends the
/// process unless the kernel confirms all of it.
void become(const policy::Caller& caller, Capabilities capabilities);

/// No program that is executed from here on gains anything.
void forbid_new_privileges();

/// Forbids the system calls that neither the runner nor a child of it has any use for, and those
/// of foreign instruction sets. Ends the process on failure.
void filter_system_calls();

}  // namespace sutap::front_end
