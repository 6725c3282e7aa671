#include "runner/bpf/ring_buffer.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>

#include "runner/bpf/load.h"

namespace sutap::bpf {

int RingBuffer::on_record(void* state, void* data, std::size_t size) {
    auto& self = *static_cast<State*>(state);
    self.consumer(std::span(static_cast<const std::byte*>(data), size));
    ++self.taken;
    // A negative result ends the round behind this record.
    return --self.left == 0 ? -EAGAIN : 0;
}

RingBuffer::RingBuffer(const Descriptor& map, Consumer consumer)
    : state_(std::make_unique<State>(State{std::move(consumer)})),
      ring_(ring_buffer__new(map.get(), on_record, state_.get(), nullptr), ring_buffer__free) {
    if (!ring_) {
        throw LoadError{std::string("cannot map the ring buffer: ") + std::strerror(errno)};
    }
}

int RingBuffer::descriptor() const {
    return ring_buffer__epoll_fd(ring_.get());
}

std::size_t RingBuffer::consume(std::size_t most) {
    state_->left = most;
    state_->taken = 0;
    ring_buffer__consume(ring_.get());
    return state_->taken;
}

}  // namespace sutap::bpf
