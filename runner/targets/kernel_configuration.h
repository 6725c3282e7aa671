// With what options the running kernel was built.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sutap::targets {

// The files are read at the first question, /proc/config.gz and /boot/config-RELEASE: the first
// that can be read.
class KernelConfiguration {
  public:
    explicit KernelConfiguration(std::vector<std::string> paths) : paths_(std::move(paths)) {}
    static std::vector<std::string> usual_paths(const std::string& kernel_release);

    // What stands behind "CONFIG_name="; nullopt: not set, or no file can be read.
    std::optional<std::string> value(const std::string& name);

  private:
    void read();

    std::vector<std::string> paths_;
    bool is_read_ = false;
    std::unordered_map<std::string, std::string> values_;
};

}  // namespace sutap::targets
