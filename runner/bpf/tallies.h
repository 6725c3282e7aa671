// The events that programs counted instead of posting them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/bpf/load.h"
#include "runner/descriptor.h"

namespace sutap::bpf {

struct Tally {
    std::vector<std::byte> record;  // RecordLayout, without clock and thread
    std::uint64_t hits = 0;
    std::uint64_t first = 0;  // bpf_ktime_get_ns of the first of them
};

class Tallies {
  public:
    // `maps` are those of the image, in its order, and must outlive this. Throws LoadError if the
    // number of processors is not known.
    Tallies(const Image& image, const std::vector<Descriptor>& maps);

    // What was counted since the last call, in the order of the first events. Events that happen
    // meanwhile are in this call's result or in the next one's. A map that cannot be read gives
    // nothing now; its counts stay.
    std::vector<Tally> take(ControlPage& control);

  private:
    struct Source {
        int map = -1;  // not owned
        std::uint32_t key_size = 0;
        std::uint32_t entries = 0;
        bool is_by_handler = false;                              // the keys are handlers' numbers
        std::unordered_map<std::string, std::uint64_t> taken{};  // so many hits, by key
    };
    // One look at some entries of a map.
    struct Batch {
        std::vector<std::byte> keys;
        std::vector<std::byte> values;
    };

    void take(Source& source, std::uint64_t epoch, std::vector<Tally>& tallies);
    void take_one(Source& source, std::span<const std::byte> key, std::span<const std::byte> values,
                  std::uint64_t epoch, std::vector<Tally>& tallies);

    std::size_t processors_ = 0;
    std::vector<Source> sources_;
    Batch batch_;
};

}  // namespace sutap::bpf
