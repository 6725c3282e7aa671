// The names in the kernel's symbol table, which everybody may read (addresses need privilege).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sutap::targets {

// vmlinux only: symbols of modules, and what the kernel lists in brackets like them, are left out.
class KernelSymbols {
  public:
    // Reads a file in the format of /proc/kallsyms: "ADDRESS TYPE NAME[<tab>[MODULE]]". Lines of
    // another form are skipped. Throws TargetError if the file can't be read.
    explicit KernelSymbols(const std::string& path);

    bool contains(std::string_view name) const { return names_.contains(name); }
    // Functions (types t, T, w, W), sorted, each once.
    std::vector<std::string> functions(std::string_view glob) const;

  private:
    void add_line(std::string_view line);

    std::vector<char> text_;  // the views' memory; does not move with the object
    std::unordered_set<std::string_view> names_;
    std::vector<std::string_view> functions_;
};

}  // namespace sutap::targets
