// From loaded programs to live links.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/bpf/load.h"
#include "runner/bpf/module_types.h"
#include "runner/descriptor.h"

namespace sutap::bpf {

// Live until destroyed: closing a link detaches its program, and the kernel does the same when the
// process ends in any way. No program descriptor is kept: whoever holds one can attach or pin it.
struct Attached {
    std::vector<Descriptor> links;
    std::vector<Descriptor> perf_events;
    std::uint64_t skipped = 0;       // optional points that could not be attached
    std::vector<std::string> notes;  // for -v: what was tried in vain

    // Hits that the kernel gave to no program: of kprobes that came while another was at work, of
    // returns for which there was no place left. Kernels before 6.7 do not say.
    [[nodiscard]] std::uint64_t missed() const;
};

// A perf event that the front end opened for the run, on one processor.
struct GrantedEvent {
    int descriptor = -1;  // the runner's until it ends
    std::string point;    // what it was opened for, one of points_of()
};

// How far attaching is: points that are done, of how many.
using Progress = std::function<void(std::size_t done, std::size_t all)>;

// Loads and attaches every program of the image that is not another's alternative; where one fails,
// its alternative. Perf events and types of modules are those that were granted, else own ones.
// Raises the capabilities that it needs. Throws LoadError if a point that is not optional fails.
Attached attach(const Image& image, std::span<const Descriptor> maps,
                std::span<const GrantedEvent> granted, ModuleTypes modules,
                const Progress& progress);

}  // namespace sutap::bpf
