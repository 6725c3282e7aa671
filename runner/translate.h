// The passes that read the script: language, elaborate, ir, bpf. They run in the translator
// process, see translator.h; what they have to say goes to its standard output and error.
#pragma once

#include <string>

#include "runner/limits.h"
#include "runner/more_scripts.h"
#include "runner/options/options.h"

namespace sutap {

struct TranslateRequest {
    const options::Options& options;
    const Limits& limits;
    const Script& script;
    bool has_deadline = false;  // of the grant
    // By the policy, for somebody who may not write the script himself.
    bool is_on_behalf = false;
    bool may_open_perf_events = false;  // kprobes are an alternative
    bool is_own_scope = false;          // the caller's own processes are all he may see
    bool hides_addresses = false;       // scripts that would show the kernel's are refused
};

// Runs the passes up to Options::last_pass, or the listing of -l and -L, and writes the serialized
// Image, if it comes to that, to `output`. The exit status: 0, or 1 where the script is wrong, the
// kernel lacks what it needs, or a listing is empty; 126 where the script would show what it may
// not.
int translate(const TranslateRequest& request, int output);

}  // namespace sutap
