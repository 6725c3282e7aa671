// The attendant: a child process that does for a session, as the caller and without any
// capability, what the session itself gave up the right to do. It starts the commands of
// system(), serves the files of procfs probes and opens the next output file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/lifecycle/message_channel.h"
#include "runner/lifecycle/output_file.h"
#include "runner/lifecycle/probe_files.h"

namespace sutap {

struct AttendantTasks {
    std::vector<ProbeFile> files;
    std::string session_name;  // of the folder of the files
    std::optional<OutputFiles> output;
    std::vector<std::string> environment;
    int output_descriptor = -1;     // the first output file; the standard output of commands
    bool is_in_background = false;  // standard output is /dev/null: standard error becomes it, too
};

class Attendant {
  public:
    // Forks, and waits until the files are there. Signals that end the session are blocked by now:
    // the attendant ends with the session alone. Throws RequestError.
    explicit Attendant(AttendantTasks tasks);
    Attendant(const Attendant&) = delete;
    Attendant& operator=(const Attendant&) = delete;
    // Waits until the commands are started and the files are removed.
    ~Attendant();

    // Readable when receive() has something.
    int descriptor() const { return socket_.get(); }
    // nullopt at its end, which takes everything of it away.
    std::optional<Message> receive();
    void send(const Message& message);
    // Where the procfs files are; empty if there are none.
    const std::string& folder() const { return folder_; }

  private:
    pid_t process_ = -1;
    Descriptor socket_;
    std::string folder_;
};

}  // namespace sutap
