#include "runner/lifecycle/kernel_side.h"

#include <algorithm>
#include <utility>

#include "runner/lifecycle/monotonic_clock.h"
#include "runner/privileges.h"

namespace sutap {

namespace {

using bpf::ControlLayout;
using privileges::Capability;
using privileges::CapabilityScope;

constexpr std::size_t records_a_tick = 4096;

std::vector<Descriptor> make_maps(const bpf::Image& image) {
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    return bpf::create_maps(image.maps);
}

const Descriptor& ring_buffer_of(const bpf::Image& image, const std::vector<Descriptor>& maps) {
    const auto found = std::ranges::find(image.maps, bpf::Map::Kind::ring_buffer, &bpf::Map::kind);
    if (found == image.maps.end()) {
        throw bpf::LoadError{"there is no ring buffer"};
    }
    return maps[static_cast<std::size_t>(found - image.maps.begin())];
}

}  // namespace

KernelSide::KernelSide(const bpf::Image& image, Settings settings,
                       bpf::RingBuffer::Consumer consumer)
    : maps_(make_maps(image)),
      control_(maps_.front()),
      records_(ring_buffer_of(image, maps_), std::move(consumer)),
      tallies_(image, maps_) {
    control_.write(ControlLayout::stopped, 1);
    control_.write(ControlLayout::deadline, static_cast<std::uint64_t>(settings.deadline));
    control_.write(ControlLayout::target, static_cast<std::uint64_t>(settings.target));
    control_.write(ControlLayout::epoch, 1);  // 0 is what no event was counted in
    refresh_clock();
    attached_ =
        bpf::attach(image, maps_, settings.granted, bpf::ModuleTypes(std::move(settings.modules)));
}

void KernelSide::start() {
    control_.write(ControlLayout::stopped, 0);
}

void KernelSide::stop() {
    control_.write(ControlLayout::stopped, 1);
}

void KernelSide::refresh_clock() {
    control_.write(ControlLayout::clock_offset,
                   static_cast<std::uint64_t>(nanoseconds(CLOCK_REALTIME) - monotonic()));
}

bool KernelSide::consume() {
    return records_.consume(records_a_tick) == records_a_tick;
}

std::uint64_t KernelSide::lost_records() const {
    return control_.read(ControlLayout::lost_records);
}

std::string KernelSide::losses() const {
    std::string text;
    const auto add = [&](std::uint32_t counter, const std::string& what) {
        if (const std::uint64_t count = control_.read(counter); count > 0) {
            text += "WARNING: " + std::to_string(count) + " " + what + "\n";
        }
    };
    add(ControlLayout::lost_records, "records lost (ring buffer full: try a larger -s)");
    add(ControlLayout::lost_entries, "@entry values lost (too many calls in flight)");
    add(ControlLayout::cut_records, "records cut (too many values in one)");
    if (attached_.skipped > 0) {
        text += "WARNING: " + std::to_string(attached_.skipped) +
                " probe points could not be attached\n";
    }
    return text;
}

}  // namespace sutap
