// What a process inherits from whoever starts it, and how the front end gets rid of it.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "policies/decision.h"

namespace sutap::front_end {

/// Opens /dev/null where 0, 1 or 2 is closed, so that no file of ours gets one of these numbers.
void fill_standard_descriptors();

void close_descriptors_from(unsigned first);

/// Name and value of the few variables that are kept, each of checked form.
using Variables = std::vector<std::pair<std::string, std::string>>;

/// Empties the environment and returns PATH, TERM, TZ, LANG and COLUMNS where they are harmless.
Variables take_environment();

/// May this variable be kept with this value?
bool is_harmless(std::string_view name, std::string_view value);

/// Default actions, nothing blocked, no timer running.
void reset_signals_and_timers();

/// Ends the process unless it is effectively root, in the first user namespace, with neither
/// no_new_privs nor secure bits.
void require_privilege();

/// The caller's resource limits, to be given back.
struct Limits {
    std::vector<std::pair<__rlimit_resource_t, rlimit>> values;
};

/// Raises the limits that could stop the front end half way, as far as the machine lets it, and
/// forbids core files.
Limits raise_limits();
void restore_limits(const Limits& limits);

/// The kernel kills this process after so long, also while it is stopped, unless it has executed
/// another program by then: such timers do not outlive execve(2).
void live_at_most(int seconds);

void forbid_dumps();

policy::Caller who_calls();

/// The text of a file under /proc/self, empty if it can't be had.
std::string read_own_proc(const char* name);

}  // namespace sutap::front_end
