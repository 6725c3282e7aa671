#include "runner/lifecycle/probe_files.h"

#include <algorithm>
#include <limits>

namespace sutap {

ProbeFiles::ProbeFiles(const std::vector<ProbeFile>& files, const std::string& session,
                       const ProbeFileEvents& events)
    : folder_(session) {
    std::vector<ProbeFile> one_way;
    std::vector<ProbeFile> two_way;
    for (const ProbeFile& file : files) {
        (file.is_read && file.is_written ? two_way : one_way).push_back(file);
    }
    if (!one_way.empty()) {
        pipes_.emplace(folder_, one_way, events);
    }
    if (!two_way.empty()) {
        two_way_.emplace(folder_, two_way, events);
    }
}

void ProbeFiles::add_waiting(std::vector<pollfd>& waiting) const {
    if (pipes_) {
        pipes_->add_waiting(waiting);
    }
    if (two_way_) {
        two_way_->add_waiting(waiting);
    }
}

std::int64_t ProbeFiles::next_time() const {
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    return std::min(pipes_ ? pipes_->next_time() : never, two_way_ ? two_way_->next_time() : never);
}

void ProbeFiles::serve(std::int64_t now) {
    if (pipes_) {
        pipes_->serve(now);
    }
    if (two_way_) {
        two_way_->serve(now);
    }
}

void ProbeFiles::answer(std::uint32_t number, const std::string& text) {
    if (pipes_) {
        pipes_->answer(number, text);
    }
    if (two_way_) {
        two_way_->answer(number, text);
    }
}

}  // namespace sutap
