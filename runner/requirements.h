// What --check says of a script: what it would attach to, and what it would need.
#pragma once

#include <string>
#include <vector>

#include "runner/bpf/image.h"

namespace sutap {

// `key: value` lines, several of one key where there are several values:
//     script, probe (a line each), module (whose types are needed: a line each),
//     attaches (what a policy's `probes` must hold), perf_event (which somebody has to open: the
//     front end, from `probes`), capabilities, kernel_addresses (where they would be shown: a line
//     each), scope (`own` if it looks at nothing but its user's own processes, else `system`, and
//     where it does not), programs, commands, files, input
std::string requirements(const std::string& script, const bpf::Image& image,
                         const std::vector<std::string>& shown_addresses, const std::string& scope);

}  // namespace sutap
