// The files of a session's procfs probes, served by the attendant as the caller.
#pragma once

#include <poll.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/lifecycle/probe_folder.h"
#include "runner/lifecycle/probe_pipes.h"
#include "runner/lifecycle/two_way_files.h"

namespace sutap {

class ProbeFiles {
  public:
    // `session` names the folder. Throws RequestError: the folder is somebody else's, a session of
    // this name runs, or the file system cannot do it.
    ProbeFiles(const std::vector<ProbeFile>& files, const std::string& session,
               const ProbeFileEvents& events);

    const std::string& folder() const { return folder_.path(); }
    void add_waiting(std::vector<pollfd>& waiting) const;
    // When serve() has something to do without an event, CLOCK_MONOTONIC in ns; the largest number:
    // never.
    std::int64_t next_time() const;
    // Does what can be done without waiting. Throws RequestError: a file could not be replaced.
    void serve(std::int64_t now);
    // What the reader of this number gets.
    void answer(std::uint32_t number, const std::string& text);

  private:
    ProbeFolder folder_;
    std::optional<ProbePipes> pipes_;
    std::optional<TwoWayFiles> two_way_;
};

}  // namespace sutap
