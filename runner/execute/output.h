// Buffered text to a descriptor: the script's own output, and the messages on standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

namespace sutap::execute {

// What a session has written, and may write, through all of its outputs.
struct OutputBudget {
    std::uint64_t limit = 0;  // bytes; 0: none
    std::uint64_t used = 0;
    bool is_exceeded = false;  // more was to be written: nothing further is

    // What of the text may be written: all, or as many whole lines as fit.
    std::string_view take(std::string_view text);
};

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

    // Counts what is written; beyond the limit it is discarded. `budget` outlives the output.
    void use_budget(OutputBudget& budget) { budget_ = &budget; }
    bool is_full() const { return budget_ != nullptr && budget_->is_exceeded; }
    // A write that waits and is interrupted after this time (CLOCK_MONOTONIC, ns) is given up, as
    // if the reader had gone away.
    void give_up_after(std::int64_t time) { last_wait_ = time; }

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
    // Bytes accepted so far, buffered ones included.
    std::size_t total() const { return total_; }

  private:
    static constexpr std::size_t buffer_limit = std::size_t{64} * 1024;
    void wrap_piece();
    void write_all(std::string_view text);
    void wait_for_reader();
    std::size_t part_for_this_file(std::string_view text) const;

    int descriptor_;
    bool escapes_values_;
    bool closed_ = false;
    int failure_ = 0;
    std::size_t total_ = 0;
    OutputBudget* budget_ = nullptr;
    std::int64_t last_wait_ = std::numeric_limits<std::int64_t>::max();
    std::string buffer_;
    std::function<std::int64_t()> clock_;
    std::string point_;
    std::string piece_;  // JSON form: text that is still to be wrapped
    std::uint64_t limit_ = 0;
    std::uint64_t written_ = 0;  // to the file of now
    std::function<int()> next_;
};

}  // namespace sutap::execute
