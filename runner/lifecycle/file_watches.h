// inotify(7) as the procfs files use it: what happens to files of ours.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "runner/descriptor.h"

namespace sutap {

class FileWatches {
  public:
    // Throws RequestError: the kernel gives no inotify descriptor.
    FileWatches();

    // The number of the watch, -1: errno tells why there is none.
    int add(const std::string& path, std::uint32_t events) const;
    void remove(int watch) const;
    // Readable when there are events.
    int descriptor() const { return descriptor_.get(); }
    // Calls with the watch and the mask of each event that has come, without waiting.
    void take_events(const std::function<void(int, std::uint32_t)>& handle) const;

  private:
    Descriptor descriptor_;
};

}  // namespace sutap
