// A file with a given content, for what reads one by its path.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sutap::tests {

// Gone at the end of the scope.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view content)
        : path_((std::filesystem::temp_directory_path() / "sutap-test-XXXXXX").string()) {
        const int descriptor = ::mkstemp(path_.data());
        if (descriptor < 0) {
            throw std::runtime_error("no temporary file");
        }
        const bool is_written = ::write(descriptor, content.data(), content.size()) ==
                                static_cast<ssize_t>(content.size());
        ::close(descriptor);
        if (!is_written) {
            ::unlink(path_.c_str());
            throw std::runtime_error("the temporary file can't be written");
        }
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace sutap::tests
