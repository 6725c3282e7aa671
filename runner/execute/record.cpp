#include "runner/execute/record.h"

#include <algorithm>
#include <cstring>

namespace sutap::execute {
namespace {

using Layout = bpf::RecordLayout;

template <typename Number>
Number read_number(std::span<const std::byte> bytes, std::size_t offset) {
    Number number{};
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

bool has_right_size(std::uint8_t kind, std::size_t size) {
    switch (kind) {
        case Layout::integer:
            return size == 8;
        case Layout::string:
        case Layout::bytes:
            return true;
        case Layout::fault:
            return size == 16;
        case Layout::error:
            return size == 8;
        case Layout::round:
            return size == 0;
        default:
            return false;
    }
}

}  // namespace

bool Record::parse(std::span<const std::byte> bytes) {
    entries_.clear();
    if (bytes.size() < Layout::header_size) {
        return false;
    }
    handler_ = read_number<std::uint32_t>(bytes, 0);
    is_cut_ = (read_number<std::uint32_t>(bytes, 4) & Layout::flag_cut) != 0;
    clock_ = read_number<std::uint64_t>(bytes, 8);
    const auto thread = read_number<std::uint64_t>(bytes, 16);
    process_ = static_cast<std::uint32_t>(thread >> 32U);
    thread_ = static_cast<std::uint32_t>(thread);
    bytes = bytes.subspan(Layout::header_size);
    while (!bytes.empty()) {
        if (bytes.size() < Layout::entry_header_size) {
            return false;
        }
        Entry entry{.site = read_number<std::uint16_t>(bytes, 0),
                    .kind = read_number<std::uint8_t>(bytes, 2),
                    .payload = {}};
        if (entry.kind == Layout::padding) {
            return true;
        }
        const std::size_t size = read_number<std::uint32_t>(bytes, 4);
        bytes = bytes.subspan(Layout::entry_header_size);
        if (size > bytes.size() || !has_right_size(entry.kind, size)) {
            return false;
        }
        entry.payload = bytes.first(size);
        entries_.push_back(entry);
        const std::size_t padded = (size + 7) / 8 * 8;
        bytes = bytes.subspan(std::min(padded, bytes.size()));
    }
    return true;
}

void Replay::begin(const Record& record) {
    record_ = &record;
    loops_.clear();
}

void Replay::enter_loop(std::uint32_t loop) {
    const Range enclosing =
        loops_.empty() ? Range{0, record_ ? record_->entries().size() : 0} : loops_.back().round;
    loops_.push_back({.number = loop,
                      .round = enclosing,
                      .enclosing = enclosing,
                      .first = enclosing.end,
                      .cursor = enclosing.begin});
}

std::size_t Replay::find_round(std::uint32_t loop, Range range, Work& work) const {
    const auto& entries = record_->entries();
    std::size_t place = range.begin;
    while (place < range.end &&
           (entries[place].kind != Layout::round || entries[place].site != loop)) {
        ++place;
    }
    work.spend(place - range.begin);
    return place;
}

bool Replay::next_round(std::uint32_t number, Work& work) {
    const auto found = std::find_if(loops_.rbegin(), loops_.rend(),
                                    [number](const Loop& loop) { return loop.number == number; });
    if (found == loops_.rend() || record_ == nullptr) {
        return false;
    }
    Loop& loop = *found;
    const std::size_t end = loop.enclosing.end;
    const std::size_t marker = find_round(number, {loop.cursor, end}, work);
    if (marker >= end) {
        return false;
    }
    loop.first = std::min(loop.first, marker);
    loop.round = {marker + 1, find_round(number, {marker + 1, end}, work)};
    loop.cursor = loop.round.end;
    return true;
}

const Record::Entry* Replay::find_within(std::uint32_t site, Range range, Work& work) const {
    const auto& entries = record_->entries();
    for (std::size_t i = range.begin; i < range.end; ++i) {
        work.spend(1);
        if (entries[i].site == site && entries[i].kind != Layout::round) {
            return &entries[i];
        }
    }
    return nullptr;
}

const Record::Entry* Replay::find(std::uint32_t site, Work& work) const {
    if (record_ == nullptr) {
        return nullptr;
    }
    Range range = {0, record_->entries().size()};
    if (!loops_.empty()) {
        range = loops_.back().round;
    }
    const Record::Entry* entry = find_within(site, range, work);
    // What does not change in a loop is captured before its first round.
    for (std::size_t i = loops_.size(); entry == nullptr && i > 0; --i) {
        const Loop& loop = loops_[i - 1];
        entry = find_within(site, {loop.enclosing.begin, loop.first}, work);
    }
    return entry;
}

}  // namespace sutap::execute
