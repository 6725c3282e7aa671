// A record of the ring buffer, taken apart once, and the way through it that its handler goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/execute/work.h"

namespace sutap::execute {

class Record {
  public:
    struct Entry {
        std::uint16_t site = 0;
        std::uint8_t kind = 0;               // bpf::RecordLayout::EntryKind
        std::span<const std::byte> payload;  // within the bytes given to parse()
    };

    // Takes `bytes` apart in place, dropping what was there; they must stay while the record is
    // used. False if they are not a whole record: nothing of it may be used then.
    bool parse(std::span<const std::byte> bytes);

    std::uint32_t handler() const { return handler_; }
    bool is_cut() const { return is_cut_; }
    std::uint64_t clock() const { return clock_; }
    std::uint32_t process() const { return process_; }
    std::uint32_t thread() const { return thread_; }
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    std::uint32_t handler_ = 0;
    bool is_cut_ = false;
    std::uint64_t clock_ = 0;
    std::uint32_t process_ = 0;
    std::uint32_t thread_ = 0;
    std::vector<Entry> entries_;
};

// Where the handler is in its record: in the whole, and within the present round of each loop that
// it is in. Each entry that is looked at is spent `work` for.
class Replay {
  public:
    // Begins anew; `record` must stay.
    void begin(const Record& record);

    void enter_loop(std::uint32_t loop);
    void leave_loop() { loops_.pop_back(); }
    std::size_t depth() const { return loops_.size(); }
    // Leaves loops until `depth` are left, for a leave or an error out of several.
    void unwind(std::size_t depth) { loops_.resize(depth); }

    // Moves the innermost loop `loop` to its next round; false if the kernel recorded no more.
    bool next_round(std::uint32_t loop, Work& work);

    // The capture at `site` in the present rounds, or before those loops; nullptr if there is none.
    const Record::Entry* find(std::uint32_t site, Work& work) const;

  private:
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    struct Loop {
        std::uint32_t number = 0;
        Range round;             // the present one; before the first, the enclosing range
        Range enclosing;         // where its rounds are
        std::size_t first = 0;   // end of what is before the first round
        std::size_t cursor = 0;  // where the next round is looked for
    };
    std::size_t find_round(std::uint32_t loop, Range range, Work& work) const;
    const Record::Entry* find_within(std::uint32_t site, Range range, Work& work) const;

    const Record* record_ = nullptr;
    std::vector<Loop> loops_;
};

}  // namespace sutap::execute
