// Inside the room: perf events of our own, for programs to be attached to.
#pragma once

#include <vector>

#include "runner/bpf/image.h"
#include "runner/descriptor.h"

namespace sutap::bpf {

// The event on each processor that is online. Raises the capabilities that it needs; they suffice
// where the sysctl kernel.perf_event_paranoid is 2 or less, or to root. Throws LoadError.
std::vector<Descriptor> open_perf_events(const elaborate::PerfEvent& event);

}  // namespace sutap::bpf
