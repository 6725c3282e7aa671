// How far attaching is, as a line on a terminal that goes away again.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sutap {

// Silent for the first second; then the line is renewed ten times a second.
class AttachProgress {
  public:
    explicit AttachProgress(int descriptor);  // of the terminal; not owned
    void operator()(std::size_t done, std::size_t all);

  private:
    int descriptor_;
    std::int64_t due_;  // CLOCK_MONOTONIC, ns: when to write next
    bool is_shown_ = false;
};

}  // namespace sutap
