#include "runner/bpf/tallies.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace sutap::bpf {
namespace {

constexpr std::uint32_t entries_a_batch = 1024;

std::uint64_t word(std::span<const std::byte> bytes, std::size_t offset) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

}  // namespace

Tallies::Tallies(const Image& image, const std::vector<Descriptor>& maps) {
    for (std::size_t index = 0; index < image.maps.size(); ++index) {
        const Map& map = image.maps[index];
        if (map.holds_tallies()) {
            sources_.push_back({.map = maps[index].get(),
                                .key_size = map.key_size,
                                .entries = map.entries,
                                .is_by_handler = map.kind == Map::Kind::percpu_array});
        }
    }
    if (sources_.empty()) {
        return;
    }
    const int processors = libbpf_num_possible_cpus();
    if (processors <= 0) {
        throw LoadError{std::string("cannot tell the number of processors: ") +
                        std::strerror(-processors)};
    }
    processors_ = static_cast<std::size_t>(processors);
}

std::vector<Tally> Tallies::take(ControlPage& control) {
    std::vector<Tally> tallies;
    if (sources_.empty()) {
        return tallies;
    }
    const std::uint64_t epoch = control.read(ControlLayout::epoch);
    control.write(ControlLayout::epoch, epoch + 1);
    for (Source& source : sources_) {
        take(source, epoch, tallies);
    }
    std::ranges::stable_sort(tallies, {}, &Tally::first);
    return tallies;
}

void Tallies::take(Source& source, std::uint64_t epoch, std::vector<Tally>& tallies) {
    const std::size_t value_size = processors_ * TallyLayout::size;
    const std::uint32_t most = std::min(source.entries, entries_a_batch);
    batch_.keys.resize(std::size_t{most} * source.key_size);
    batch_.values.resize(most * value_size);
    // Where the kernel goes on: as large as a key, or a number.
    std::vector<std::byte> place(std::max<std::size_t>(source.key_size, sizeof(std::uint32_t)));
    bool is_first = true;
    bool more = true;
    while (more) {
        std::uint32_t count = most;
        const int result =
            bpf_map_lookup_batch(source.map, is_first ? nullptr : place.data(), place.data(),
                                 batch_.keys.data(), batch_.values.data(), &count, nullptr);
        if (result != 0 && errno != ENOENT) {
            return;
        }
        more = result == 0 && count > 0;
        is_first = false;
        for (std::size_t index = 0; index < count; ++index) {
            take_one(
                source, std::span(batch_.keys).subspan(index * source.key_size, source.key_size),
                std::span(batch_.values).subspan(index * value_size, value_size), epoch, tallies);
        }
    }
}

void Tallies::take_one(Source& source, std::span<const std::byte> key,
                       std::span<const std::byte> values, std::uint64_t epoch,
                       std::vector<Tally>& tallies) {
    Tally tally;
    tally.first = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t at = 0; at < values.size(); at += TallyLayout::size) {
        tally.hits += word(values, at + TallyLayout::count);
        if (word(values, at + TallyLayout::epoch) == epoch) {
            tally.first = std::min(tally.first, word(values, at + TallyLayout::first));
        }
    }
    if (tally.hits == 0) {
        return;
    }
    std::uint64_t& taken =
        source.taken[std::string(reinterpret_cast<const char*>(key.data()), key.size())];
    tally.hits -= taken;
    if (tally.hits == 0) {
        return;
    }
    taken += tally.hits;
    tally.record.assign(key.begin(), key.end());
    if (source.is_by_handler) {
        tally.record.resize(RecordLayout::header_size);
    }
    tallies.push_back(std::move(tally));
}

}  // namespace sutap::bpf
