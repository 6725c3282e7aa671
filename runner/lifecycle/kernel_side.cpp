#include "runner/lifecycle/kernel_side.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

#include "runner/lifecycle/monotonic_clock.h"
#include "runner/privileges.h"

namespace sutap {

namespace {

using bpf::ControlLayout;
using privileges::Capability;
using privileges::CapabilityScope;

constexpr std::size_t records_a_tick = 4096;

// Of a record's header (bpf::RecordLayout); nothing if the record is too short.
template <typename Number>
std::optional<Number> word(std::span<const std::byte> record, std::size_t offset) {
    Number number{};
    if (record.size() < offset + sizeof number) {
        return std::nullopt;
    }
    std::memcpy(&number, record.data() + offset, sizeof number);
    return number;
}

std::uint64_t clock_of(std::span<const std::byte> record) {
    return word<std::uint64_t>(record, 8).value_or(0);
}

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
      records_(ring_buffer_of(image, maps_),
               [this, consumer = std::move(consumer)](std::span<const std::byte> record) {
                   if (is_to_be_held(record)) {
                       held_.push_back({.record = {record.begin(), record.end()},
                                        .hits = 1,
                                        .first = clock_of(record)});
                   } else {
                       consumer(record);
                   }
               }),
      tallies_(image, maps_) {
    for (const ir::Handler& handler : image.user.handlers) {
        is_tallied_.push_back(handler.is_tallied);
    }
    control_.write(ControlLayout::stopped, 1);
    control_.write(ControlLayout::deadline, static_cast<std::uint64_t>(settings.deadline));
    control_.write(ControlLayout::target, static_cast<std::uint64_t>(settings.target));
    control_.write(ControlLayout::epoch, 1);  // 0 is what no event was counted in
    for (std::uint32_t index = 0; index < settings.symbols.size(); ++index) {
        control_.write(ControlLayout::size + 8 * index, settings.symbols[index]);
    }
    refresh_clock();
    attached_ = bpf::attach(image, maps_, settings.granted,
                            bpf::ModuleTypes(std::move(settings.modules)), settings.progress);
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

bool KernelSide::is_to_be_held(std::span<const std::byte> record) const {
    const auto handler = word<std::uint32_t>(record, 0);
    return handler && *handler < is_tallied_.size() && is_tallied_[*handler];
}

bool KernelSide::holds_many() const {
    return held_.size() >= records_a_tick;
}

std::vector<bpf::Tally> KernelSide::take_tallies() {
    std::vector<bpf::Tally> tallies = tallies_.take(control_);
    if (!held_.empty()) {
        std::ranges::move(held_, std::back_inserter(tallies));
        held_.clear();
        std::ranges::stable_sort(tallies, {}, &bpf::Tally::first);
    }
    return tallies;
}

std::uint64_t KernelSide::skipped_probes() const {
    return control_.read(ControlLayout::lost_records) + attached_.missed();
}

std::string KernelSide::losses() const {
    std::string text;
    const auto add = [&](std::uint32_t counter, const std::string& what) {
        if (const std::uint64_t count = control_.read(counter); count > 0) {
            text += "WARNING: " + std::to_string(count) + " " + what + "\n";
        }
    };
    add(ControlLayout::lost_records, "records lost (ring buffer full: try a larger -s)");
    if (const std::uint64_t missed = attached_.missed(); missed > 0) {
        text += "WARNING: " + std::to_string(missed) +
                " events missed by the kernel (they came while a probe was at work, or had no "
                "place for their return)\n";
    }
    add(ControlLayout::lost_entries, "@entry values lost (too many calls in flight)");
    add(ControlLayout::cut_records, "records cut (too many values in one)");
    if (attached_.skipped > 0) {
        text += "WARNING: " + std::to_string(attached_.skipped) +
                " probe points could not be attached\n";
    }
    return text;
}

}  // namespace sutap
