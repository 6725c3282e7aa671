// Processes as /proc shows them, for handlers in user space. A task's handle is its pid.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sutap::execute {

struct Process {
    std::string name;         // comm
    std::int64_t group = 0;   // Tgid
    std::int64_t thread = 0;  // Pid
    std::int64_t parent = 0;  // PPid; 0 for the first process
    std::int64_t uid = 0;
    std::int64_t euid = 0;
    std::int64_t gid = 0;
    std::int64_t egid = 0;
};

class Processes {
  public:
    explicit Processes(std::string folder) : folder_(std::move(folder)) {}

    // Nothing if there is no such process or thread, or it may not be seen.
    std::optional<Process> find(std::int64_t pid) const;
    // " bash(231) sshd(230)": from `pid` upwards, ending before process 1, at most 25 entries.
    std::string ancestry(std::int64_t pid) const;

  private:
    std::string folder_;
};

}  // namespace sutap::execute
