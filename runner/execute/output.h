// Buffered text to a descriptor: the script's own output, and the messages on standard error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sutap::execute {

// Writes to a descriptor that somebody else owns and keeps open. Never raises a signal by itself:
// the caller ignores SIGPIPE, and a reader that went away shows as closed().
class Output {
  public:
    // `escapes_values`: the descriptor is a terminal, so control bytes in the values that a script
    // prints are shown as escapes (strangers choose the names of processes and files).
    Output(int descriptor, bool escapes_values);
    // Escapes exactly when the descriptor is a terminal.
    static Output for_descriptor(int descriptor);

    // Buffers; writes when 64 KiB are there.
    void append(std::string_view text);
    // Writes all that is buffered, waiting for a slow reader.
    void flush();

    bool escapes_values() const { return escapes_values_; }
    // The reader is gone (EPIPE), or writing failed: everything further is dropped.
    bool closed() const { return closed_; }
    // errno of the failure; 0 while none, EPIPE for a reader that went away.
    int failure() const { return failure_; }
    // Bytes accepted so far, buffered ones included: for the limit on output.
    std::size_t total() const { return total_; }

  private:
    static constexpr std::size_t buffer_limit = std::size_t{64} * 1024;
    int descriptor_;
    bool escapes_values_;
    bool closed_ = false;
    int failure_ = 0;
    std::size_t total_ = 0;
    std::string buffer_;
};

}  // namespace sutap::execute
