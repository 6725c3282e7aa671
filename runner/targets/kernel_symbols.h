// The names in the kernel's symbol table, which everybody may read (addresses need privilege).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace sutap::targets {

// vmlinux only, but for the one question: symbols of modules, and what the kernel lists in brackets
// like them, are left out.
class KernelSymbols {
  public:
    // Reads a file in the format of /proc/kallsyms: "ADDRESS TYPE NAME[<tab>[MODULE]]". Lines of
    // another form are skipped. Throws TargetError if the file can't be read.
    explicit KernelSymbols(const std::string& path);

    bool contains(std::string_view name) const { return names_.contains(name); }
    // Has this module a symbol of this name?
    bool contains(const std::string& name, const std::string& module) const {
        return names_.contains(name + "\t[" + module + "]");
    }
    // Functions (types t, T, w, W), sorted, each once.
    std::vector<std::string> functions(std::string_view glob) const;

  private:
    std::vector<char> text_;  // the views' memory; does not move with the object
    std::unordered_set<std::string_view> names_;  // a module's with what follows them
    std::vector<std::string_view> functions_;
};

// Those of the names that a function in the kernel has now: BTF also names functions that were
// dropped after the start (between _sinittext and _einittext: the file is in the order of
// addresses, also for readers who are told none), and those of which only parts are left
// (NAME.isra.0). All of them if the file does not say; the same file, and errors, as above.
std::vector<std::string> present_functions(const std::string& path, std::vector<std::string> names);

// The addresses of the variables with this name, sorted, each once; 0 where the reader is not told
// (sysctl kernel.kptr_restrict). The same file, and errors, as above.
std::vector<std::uint64_t> variable_addresses(const std::string& path, std::string_view name);

}  // namespace sutap::targets
