// The limits of a run: what -D and -s set, the rest at SystemTap's defaults (man stap, "SAFETY AND
// SECURITY").
#pragma once

#include <cstdint>
#include <string>

#include "runner/options/options.h"

namespace sutap {

struct Limits {
    std::uint32_t string_size = 128;          // MAXSTRINGLEN
    std::uint32_t max_actions = 1000;         // MAXACTION
    std::uint32_t max_actions_begin = 10000;  // MAXACTION_INTERRUPTIBLE: begin, end, error
    std::uint32_t max_nesting = 0;            // MAXNESTING; 0: from the program
    std::uint32_t max_errors = 0;             // MAXERRORS
    std::uint32_t max_skipped = 100;          // MAXSKIPPED
    std::uint32_t max_map_entries = 2048;     // MAXMAPENTRIES
    std::uint32_t file_capacity = 0;          // STP_PROCFS_BUFSIZE; 0: MAXSTRINGLEN
    std::int32_t histogram_elision = 2;       // HIST_ELISION; negative: shows all buckets
    std::uint32_t ring_bytes = 4U << 20U;     // -s, or SUTAP_RING_BYTES; a power of two
};

// Throws RequestError for a value that is no number or out of range. Other names than ours are
// settings of SystemTap's C run-time, which we do not have: they have no effect.
Limits limits_of(const options::Options& options);

// What was asked for cannot be done: whole lines for standard error, and the exit status.
struct RequestError {
    std::string message;
    int exit_status = 1;
};

}  // namespace sutap
