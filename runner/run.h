// Pass 5: load, attach, give up every capability, print what happens, end.
#pragma once

#include <optional>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/limits.h"
#include "runner/options/grant.h"
#include "runner/options/options.h"
#include "runner/session_end.h"

namespace sutap {

struct RunRequest {
    const options::Options& options;
    const Limits& limits;
    const std::optional<options::Grant>& grant;  // none: whatever the process may do
    EndRecord& record;                           // written unless run() throws
};

// `image` is parsed but not believed. The exit status. Throws RequestError, bpf::LoadError and
// privileges::PrivilegeError before anything was printed; nothing is attached then.
int run(bpf::Image image, const RunRequest& request);

}  // namespace sutap
