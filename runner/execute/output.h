// Buffered text to a descriptor: the script's own output, and the messages on standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

    // From now on the text is wrapped into JSON objects, one for what each handler prints.
    // `clock`: nanoseconds since 1970.
    void use_json(std::function<std::int64_t()> clock);
    bool is_json() const { return static_cast<bool>(clock_); }
    // The text that follows is of this probe point; "": of none. What came before is complete.
    void begin_piece(std::string_view point);
    // As an object of its own: {"type":TYPE,…,"text":TEXT}. In JSON form only.
    void append_message(std::string_view type, std::string_view text);
    void append_end(int status, std::uint64_t errors, std::uint64_t skipped_probes);

    // No file gets more than `limit` bytes (0: any number) if it can be helped: `next` gives the
    // descriptor of the next one, or -1: none, go on. Lines stay whole.
    void rotate_at(std::uint64_t limit, std::function<int()> next);
    // What follows goes to the next file, if there is one.
    void switch_file();
    // To this one from now on, what is buffered included.
    void redirect(int descriptor);

    // Buffers; writes when 64 KiB are there.
    void append(std::string_view text);
    // Writes all that is buffered, waiting for a slow reader.
    void flush();

    int descriptor() const { return descriptor_; }
    bool escapes_values() const { return escapes_values_; }
    // The reader is gone (EPIPE), or writing failed: everything further is dropped.
    bool closed() const { return closed_; }
    // errno of the failure; 0 while none, EPIPE for a reader that went away.
    int failure() const { return failure_; }
    // Bytes accepted so far, buffered ones included: for the limit on output.
    std::size_t total() const { return total_; }

  private:
    static constexpr std::size_t buffer_limit = std::size_t{64} * 1024;
    void wrap_piece();
    void write_all(std::string_view text);
    std::size_t part_for_this_file(std::string_view text) const;

    int descriptor_;
    bool escapes_values_;
    bool closed_ = false;
    int failure_ = 0;
    std::size_t total_ = 0;
    std::string buffer_;
    std::function<std::int64_t()> clock_;
    std::string point_;
    std::string piece_;  // JSON form: text that is still to be wrapped
    std::uint64_t limit_ = 0;
    std::uint64_t written_ = 0;  // to the file of now
    std::function<int()> next_;
};

}  // namespace sutap::execute
