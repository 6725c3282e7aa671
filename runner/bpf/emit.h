// From the kernel's part of each handler to BPF instructions: an Image without anything loaded.
#pragma once

#include <cstdint>
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
};

// `lowered.user` is moved into the image. Throws EmitError, a sentence about the script.
Image emit(ir::Lowered lowered, const EmitOptions& options);

struct EmitError {
    std::string message;
};

}  // namespace sutap::bpf
