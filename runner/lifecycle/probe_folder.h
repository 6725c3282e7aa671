// The folder of a session's procfs files, /tmp/sutap-UID/SESSION/, and what all kinds of files in
// it have in common. The attendant makes it, as the caller.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runner/descriptor.h"

namespace sutap {

struct ProbeFile {
    std::string name;  // elaborate::is_probe_file_name()
    bool is_read = false;
    bool is_written = false;
    mode_t mode = 0;
    bool operator==(const ProbeFile&) const = default;
};

// What those who open the files want.
struct ProbeFileEvents {
    // Somebody opened a file to read it: the result is the number under which the answer comes.
    std::function<std::uint32_t(const std::string& name)> reading;
    std::function<void(const std::string& name, const std::string& text)> written;
    std::function<void(const std::string& sentence)> warning;
};

// As much of one writer's text is gathered before it is handed on.
inline constexpr std::size_t most_gathered = 65536;
// A writer that keeps its file open has said what it wanted when this long nothing came, in ns.
inline constexpr std::int64_t settling_time = 100'000'000;
// Of one kind of file; beyond, the one that is open longest is let go.
inline constexpr std::size_t most_openings = 256;

// Throws the RequestError "cannot WHAT", with errno.
[[noreturn]] void fail_at_files(const std::string& what);

class ProbeFolder {
  public:
    // Throws RequestError: the folder is somebody else's, or a session of this name runs.
    explicit ProbeFolder(const std::string& session);
    ProbeFolder(const ProbeFolder&) = delete;
    ProbeFolder& operator=(const ProbeFolder&) = delete;
    // Removes the files and the folder.
    ~ProbeFolder();

    const std::string& path() const { return path_; }
    int descriptor() const { return folder_.get(); }
    // Makes the folders on the way to a file of this name. Throws RequestError.
    void expect(const std::string& name);
    // Where a file is until publish(); nobody else has such a name, which has a blank.
    static std::string unpublished(const std::string& name) { return name + " new"; }
    // In the place of what had the name before, in one step. Throws RequestError.
    void publish(const std::string& name);

  private:
    std::string path_;
    Descriptor common_folder_;
    Descriptor folder_;
    std::string session_;
    std::vector<std::string> names_;
};

}  // namespace sutap
