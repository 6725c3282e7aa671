// From the kernel's part of each handler to BPF instructions: an Image without anything loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runner/bpf/image.h"
#include "runner/ir/lower.h"

namespace sutap::bpf {

struct EmitOptions {
    std::uint32_t string_size = 128;        // MAXSTRINGLEN, a multiple of 8
    std::uint32_t ring_bytes = 4U << 20U;   // -s
    std::uint32_t max_actions = 1000;       // MAXACTION
    std::uint32_t max_entry_values = 4096;  // calls in flight whose @entry values are kept
    std::uint32_t max_tallies = 4096;       // different events that are counted; others are posted
    bool has_deadline = false;              // the grant's max_seconds
    // Also make a kprobe for each function probe, to be tried where fentry fails: needs the right
    // to open perf events.
    bool kprobe_alternatives = false;
    // Can this kernel attach a program to many functions by one link?
    bool has_kprobe_multi = false;
    // From so many functions on; one alone has a link that misses nothing when events nest.
    std::uint32_t least_shared = 33;
    // Can such a link take this function? Where nobody knows, attaching finds out, more slowly.
    std::function<bool(const std::string&)> is_traceable;
};

// `lowered.user` is moved into the image. Throws EmitError, a sentence about the script.
Image emit(ir::Lowered lowered, const EmitOptions& options);

struct EmitError {
    std::string message;
};

}  // namespace sutap::bpf
