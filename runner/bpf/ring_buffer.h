// The records that the programs post, in the order in which they reserved their space.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "runner/descriptor.h"

struct ring_buffer;

namespace sutap::bpf {

class RingBuffer {
  public:
    using Consumer = std::function<void(std::span<const std::byte>)>;

    // `consumer` is called for each record from within consume(). Throws LoadError.
    RingBuffer(const Descriptor& map, Consumer consumer);

    // Readable when records wait. Owned by the ring buffer.
    int descriptor() const;

    // Hands over what is there, whether or not the kernel has woken us for it, but at most
    // `most` records, so that a busy system cannot keep the caller here. The number handed over.
    std::size_t consume(std::size_t most);

  private:
    struct State {
        Consumer consumer;
        std::size_t left = 0;
        std::size_t taken = 0;
    };
    static int on_record(void* state, void* data, std::size_t size);

    std::unique_ptr<State> state_;
    std::unique_ptr<ring_buffer, void (*)(ring_buffer*)> ring_;
};

}  // namespace sutap::bpf
