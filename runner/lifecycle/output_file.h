// The files of -o and -S.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "runner/descriptor.h"

namespace sutap {

struct OutputFileOptions {
    std::string pattern;     // with strftime(3)'s directives
    bool rotates = false;    // -S: files are NAME.0, NAME.1, …
    std::uint32_t kept = 0;  // most of them; 0: all
};

// One after the other, under the names that the options give.
class OutputFiles {
  public:
    explicit OutputFiles(OutputFileOptions options) : options_(std::move(options)) {}

    // The first begins empty. A later one of -S does, too, and the oldest of too many is removed;
    // without -S the name is opened anew (it may stand for another file by now) and added to.
    // Empty, with errno, if it cannot be opened.
    Descriptor open_next();
    // The name of the last call's.
    const std::string& name() const { return name_; }

  private:
    OutputFileOptions options_;
    std::string name_;
    std::uint32_t opened_ = 0;
    std::deque<std::string> names_;
};

}  // namespace sutap
