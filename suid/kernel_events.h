// What the runner may use, but lacks the capability to open.
#pragma once

#include <string>
#include <vector>

#include "policies/descriptor.h"

namespace sutap::front_end {

/// A descriptor for the runner, with its line in the grant: its kind, and what it stands for.
struct Opened {
    std::string kind;
    std::string name;
    policy::Descriptor descriptor;
};

/// For each of these points that samples or watches (timer.profile, timer.profile.freq.hz(N),
/// perf.type(T).config(C) with .sample(N) or .hz(N), kernel.data("NAME") and kernel.data(ADDRESS)
/// .length(N) with .write or .rw): its perf event on each processor, not yet counting. What can't
/// be opened is left out; the runner says so if its script needs it. Ends the process where there
/// are more than it may have descriptors.
std::vector<Opened> open_perf_events(const std::vector<std::string>& probes);

/// The types (BTF) of each loaded module whose functions one of these points names, also with
/// wildcards: `module("NAME")` and what follows; of all modules where one is
/// `kernel.trace("NAME")`, which does not say whose it is. What can't be opened is left out.
std::vector<Opened> open_module_types(const std::vector<std::string>& probes);

}  // namespace sutap::front_end
