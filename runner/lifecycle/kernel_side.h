// The BPF programs at work: loaded, attached, and what they share with user space.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "runner/bpf/attach.h"
#include "runner/bpf/image.h"
#include "runner/bpf/load.h"
#include "runner/bpf/ring_buffer.h"
#include "runner/bpf/tallies.h"
#include "runner/descriptor.h"

namespace sutap {

// The programs are stopped until start().
class KernelSide {
  public:
    struct Settings {
        std::int64_t deadline = 0;  // CLOCK_MONOTONIC, ns; 0: none
        std::int64_t target = 0;    // target()
        std::vector<bpf::GrantedEvent> granted;
        std::map<std::string, Descriptor> modules;  // granted BTF, closed once all is attached
        std::vector<std::uint64_t> symbols;         // the addresses of the image's
        bpf::Progress progress;                     // is told while programs are attached
    };
    // Raises what it needs while it needs it. Throws bpf::LoadError.
    KernelSide(const bpf::Image& image, Settings settings, bpf::RingBuffer::Consumer consumer);
    KernelSide(const KernelSide&) = delete;
    KernelSide& operator=(const KernelSide&) = delete;
    ~KernelSide() = default;

    void start();
    void stop();
    // BPF has no wall clock: programs add what this sets to the monotonic one.
    void refresh_clock();
    int descriptor() const { return records_.descriptor(); }
    // Consumes some records, in their order; true if more may be there.
    bool consume();
    // The events since the last call of handlers that only count, in their order: those that were
    // counted, and those that had to be posted (a fault, no place in a map) and were held back.
    std::vector<bpf::Tally> take_tallies();
    // So many are held back that they should be taken.
    bool holds_many() const;
    const bpf::Attached& attached() const { return attached_; }
    // Events of which no handler hears: their records were lost, or the kernel missed them.
    std::uint64_t skipped_probes() const;
    // What was lost, a line each.
    std::string losses() const;

  private:
    // Of a handler that only counts?
    bool is_to_be_held(std::span<const std::byte> record) const;

    std::vector<bool> is_tallied_;  // by handler
    std::vector<bpf::Tally> held_;
    std::vector<Descriptor> maps_;
    bpf::ControlPage control_;
    bpf::RingBuffer records_;
    bpf::Tallies tallies_;
    bpf::Attached attached_;
};

}  // namespace sutap
