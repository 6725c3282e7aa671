#include "runner/targets/kernel_configuration.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace sutap::targets {
namespace {

// Kernels' are a quarter of a megabyte.
constexpr std::size_t largest_text = std::size_t{4} << 20U;

struct CloseFile {
    void operator()(gzFile file) const { gzclose(file); }
};

// zlib passes plain text through. Empty if the file cannot be read.
std::string read_text(const std::string& path) {
    const std::unique_ptr<gzFile_s, CloseFile> file(gzopen(path.c_str(), "rbe"));
    std::string text;
    if (!file) {
        return text;
    }
    char buffer[65536];
    int size = 0;
    while (text.size() < largest_text && (size = gzread(file.get(), buffer, sizeof buffer)) > 0) {
        text.append(buffer, static_cast<std::size_t>(size));
    }
    return size == 0 ? text : std::string();
}

}  // namespace

std::vector<std::string> KernelConfiguration::usual_paths(const std::string& kernel_release) {
    return {"/proc/config.gz", "/boot/config-" + kernel_release};
}

void KernelConfiguration::read() {
    std::string text;
    for (const std::string& path : paths_) {
        text = read_text(path);
        if (!text.empty()) {
            break;
        }
    }
    std::string_view rest(text);
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const std::size_t equals = line.find('=');
        if (line.starts_with("CONFIG_") && equals != std::string_view::npos) {
            values_.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
    }
}

std::optional<std::string> KernelConfiguration::value(const std::string& name) {
    if (!is_read_) {
        is_read_ = true;
        read();
    }
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace sutap::targets
