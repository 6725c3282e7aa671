// The procfs files that are either read or written: named pipes.
//
// Each opening gets a pipe of its own: when somebody has opened the one under the name, another
// takes its place there, so that readers do not share a text, nor writers mix theirs. A pipe does
// not tell who waits to open it; so both ends are held open, nobody waits, and inotify tells.
#pragma once

#include <poll.h>

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "runner/descriptor.h"
#include "runner/lifecycle/file_watches.h"
#include "runner/lifecycle/probe_folder.h"

namespace sutap {

class ProbePipes {
  public:
    // The folder lives as long. Throws RequestError: the file system cannot do it.
    ProbePipes(ProbeFolder& folder, const std::vector<ProbeFile>& files, ProbeFileEvents events);
    ProbePipes(const ProbePipes&) = delete;
    ProbePipes& operator=(const ProbePipes&) = delete;
    ~ProbePipes() = default;

    void add_waiting(std::vector<pollfd>& waiting) const;
    // When serve() has something to do without an event, CLOCK_MONOTONIC in ns; the largest number:
    // never.
    std::int64_t next_time() const;
    // Does what can be done without waiting.
    void serve(std::int64_t now);
    // What the reader of this number gets; numbers of others are no matter.
    void answer(std::uint32_t number, std::string text);

  private:
    struct Pipe {
        Descriptor read_end;
        Descriptor write_end;  // of a file that is read
        int watch = -1;
    };
    struct File {
        ProbeFile file;
        Pipe pipe;  // the one under the name
    };
    // An opened pipe, out of the way.
    struct Peer {
        Pipe pipe;
        std::size_t file = 0;
        std::uint32_t number = 0;
        int openings = 1;
        bool is_answered = false;
        std::string text;          // to be written, or what was read so far
        std::int64_t settled = 0;  // when what was read counts as complete
    };

    Pipe make_pipe(const ProbeFile& file);
    void opened(int watch);
    bool serve_reader(Peer& peer);
    bool serve_writer(Peer& peer, std::int64_t now);
    void deliver(Peer& peer);
    void release(Peer& peer);

    ProbeFolder& folder_;
    ProbeFileEvents events_;
    FileWatches watches_;
    std::vector<File> files_;
    std::list<Peer> peers_;
};

}  // namespace sutap
