#include "runner/lifecycle/output_file.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <array>

namespace sutap {

namespace {

std::string name_of_now(const std::string& pattern) {
    std::array<char, 4096> name{};
    const time_t now = time(nullptr);
    tm local{};
    localtime_r(&now, &local);
    const bool has_directives = pattern.find('%') != std::string::npos;
    return has_directives && strftime(name.data(), name.size(), pattern.c_str(), &local) > 0
               ? std::string(name.data())
               : pattern;
}

}  // namespace

Descriptor OutputFiles::open_next() {
    name_ = name_of_now(options_.pattern);
    if (options_.rotates) {
        name_ += "." + std::to_string(opened_);
    }
    const int begin = options_.rotates || opened_ == 0 ? O_TRUNC : 0;
    Descriptor file(
        open(name_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC | begin, 0666));
    if (!file) {
        return file;
    }
    ++opened_;
    if (options_.rotates) {
        names_.push_back(name_);
    }
    if (options_.kept > 0 && names_.size() > options_.kept) {
        unlink(names_.front().c_str());
        names_.pop_front();
    }
    return file;
}

}  // namespace sutap
