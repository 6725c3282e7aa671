// From a checked Image to maps and programs in the kernel. The caller has made the capabilities
// bpf and perfmon effective.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/descriptor.h"

namespace sutap::bpf {

// One sentence, with the verifier's last lines where it was the verifier that refused.
struct LoadError {
    std::string message;
};

// One descriptor a map, in the image's order; constants are written and frozen. Throws LoadError.
std::vector<Descriptor> create_maps(const std::vector<Map>& maps);

// `types` is the BTF of the module in which it is attached; 0: the kernel's own. Throws LoadError.
Descriptor load_program(const Program& program, std::span<const Descriptor> maps, int types = 0);

// The image's first map, mapped: the words that programs and user space share.
class ControlPage {
  public:
    // Throws LoadError. The descriptor may be closed afterwards.
    explicit ControlPage(const Descriptor& map);
    ControlPage(const ControlPage&) = delete;
    ControlPage& operator=(const ControlPage&) = delete;
    ~ControlPage();

    // `offset`: one of ControlLayout.
    void write(std::uint32_t offset, std::uint64_t value) { word(offset).store(value); }
    std::uint64_t read(std::uint32_t offset) const { return word(offset).load(); }

  private:
    std::atomic_ref<std::uint64_t> word(std::uint32_t offset) const;
    void* address_;
};

}  // namespace sutap::bpf
