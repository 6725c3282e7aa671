// What the front end says this run may do. It comes by descriptor, as text: a first line
// `sutap-grant 1`, then lines `key = value`. Values hold no control bytes and no backslash: such
// bytes are written \xHH.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/options.h"

namespace sutap::options {

// A descriptor that the front end opened for this run.
struct GrantedDescriptor {
    // `audit`: the log of decisions, to be appended to. `slot`: a locked file, which counts the
    // sessions of a script while they hold it.
    enum class Kind : std::uint8_t { perf_event, module_btf, kallsyms, audit, slot };
    Kind kind = Kind::perf_event;
    int number = -1;
    std::string name;  // what it stands for: "kprobe:do_fsync"; may be empty
};

// Whose events a script may see.
enum class Scope : std::uint8_t {
    system,  // everybody's
    own,     // of the caller's own processes (bpf/own_processes.h)
};

// What of the caller's surroundings the front end kept: for the child of -c and for formatting.
struct Caller {
    std::optional<std::string> path;       // PATH
    std::optional<std::string> terminal;   // TERM
    std::optional<std::string> time_zone;  // TZ
    std::optional<std::string> language;   // LANG
    std::optional<std::string> columns;    // COLUMNS
    mode_t file_mode_mask = 022;
    bool folder_kept = false;  // the working folder is the caller's own
};

struct Grant {
    int script_descriptor = -1;
    std::string script_name;  // for messages
    uid_t user = 0;
    gid_t group = 0;
    std::vector<std::string> probes;        // the only points allowed; empty: what the script has
    std::vector<std::string> capabilities;  // "bpf", "perfmon", … without "cap_"
    std::uint64_t maximum_seconds = 0;      // 0: none
    std::uint64_t maximum_output = 0;       // bytes; 0: no limit
    std::uint64_t maximum_memory = 0;       // bytes of maps; 0: the loader's own limit
    std::uint64_t maximum_probes = 0;       // places in the kernel; 0: the loader's own limit
    std::string policy_script;              // the policy's name of the script; may be empty
    bool kernel_addresses = false;          // may be shown
    Scope scope = Scope::system;
    Caller caller;
    std::vector<GrantedDescriptor> descriptors;
};

struct GrantResult {
    std::optional<Grant> grant;
    std::string error;  // "line 3: unknown key 'x'", where `grant` is empty
};

// Strict: an unknown or repeated key, a bad value, or a missing key is an error.
GrantResult parse_grant(std::string_view text);

// Does the grant show the caller nothing but his own processes?
bool is_own_scope(const std::optional<Grant>& grant);

// The first descriptor of this kind; -1: none was given.
int descriptor_of(const Grant& grant, GrantedDescriptor::Kind kind);

// Must addresses of the kernel not be shown? Root's may, as may those of a run without a grant,
// which has the caller's own rights alone.
bool hides_addresses(const std::optional<Grant>& grant);

// Why these options cannot go with the grant; empty if they can.
std::string conflict(const Grant& grant, const Options& options);

}  // namespace sutap::options
