// The files that a process has mapped into its memory: what a user-space address is told by. Their
// symbol tables are not read: whoever starts a program chooses its bytes, and those are parsed only
// where there is nothing to gain, in the translator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::execute {

struct UserModule {
    std::string path;  // or a name of the kernel's, as [vdso]
    std::uint64_t start = 0;
    std::uint64_t end = 0;  // of all its mappings together

    // The last component of the path.
    std::string_view name() const;
};

class UserModules {
  public:
    UserModules() = default;
    // `text` as in /proc/PID/maps. Lines of other form, and memory without a name, are left out.
    explicit UserModules(std::string_view text);
    // Those of the process, now; none if it is gone, or not to be seen. `folder` is that of /proc.
    static UserModules of_process(const std::string& folder, std::int64_t pid);

    // The one that the address is in, valid while this object is; nullptr if there is none.
    const UserModule* find(std::uint64_t address) const;

  private:
    std::vector<UserModule> modules_;
};

}  // namespace sutap::execute
