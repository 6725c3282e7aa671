// A small kernel with modules, as files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/targets/kernel.h"
#include "tests/unit/targets/sample_btf.h"

namespace sutap::targets::testing {

// A kernel of sample_btf() with the modules `first` and `second`, both of sample_module_btf(),
// `bare` without types and `broken` with malformed ones; `built_in` is a part of it.
class KernelWithModules {
  public:
    explicit KernelWithModules(const std::string& symbols) {
        const std::string made = (std::filesystem::temp_directory_path() / "modules-XXXXXX");
        std::vector<char> name(made.c_str(), made.c_str() + made.size() + 1);
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        folder_ = name.data();
        for (const char* const part : {"types", "state/first", "state/bare", "state/built_in"}) {
            std::filesystem::create_directories(folder_ / part);
        }
        write("types/vmlinux", sample_btf());
        write("types/first", sample_module_btf());
        write("types/second", sample_module_btf());
        write("types/broken", "no BTF");
        write("types/not-one", sample_module_btf());
        write("state/first/initstate", "live");
        write("state/bare/initstate", "live");
        write("symbols", symbols);
    }
    KernelWithModules(const KernelWithModules&) = delete;
    KernelWithModules& operator=(const KernelWithModules&) = delete;
    ~KernelWithModules() { std::filesystem::remove_all(folder_); }
    Kernel kernel() const {
        return {folder_ / "types/vmlinux", folder_ / "symbols",
                ModuleFolders{folder_ / "types", folder_ / "state"}};
    }

  private:
    void write(const char* name, const std::string& text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    std::filesystem::path folder_;
};

}  // namespace sutap::targets::testing
