// The command of -c, in a child process that waits until the probes are at work.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/descriptor.h"

namespace sutap {

class TargetCommand {
  public:
    // Forks. Throws RequestError.
    TargetCommand(const std::string& command, const std::vector<std::string>& environment);
    TargetCommand(const TargetCommand&) = delete;
    TargetCommand& operator=(const TargetCommand&) = delete;
    // Ends the child if it was not started. A started one goes on by itself.
    ~TargetCommand();

    pid_t process() const { return process_; }
    // Readable once it has ended.
    int descriptor() const { return end_.get(); }
    void start();
    // Takes its status if it has ended.
    void collect();
    bool has_ended() const { return status_.has_value(); }
    // "Child process exited with status 3"; empty if it is still running or ended well.
    std::string complaint() const;

  private:
    pid_t process_ = -1;
    Descriptor go_;
    Descriptor end_;
    std::optional<int> status_;
};

}  // namespace sutap
