// The files of procfs probes: named pipes in /tmp/sutap-UID/SESSION/, made and served by the
// attendant as the caller.
//
// Each opening gets a pipe of its own: when somebody has opened the one under the name, another
// takes its place there, so that readers do not share a text, nor writers mix theirs. A pipe does
// not tell who waits to open it; so both ends are held open, nobody waits, and inotify tells.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "runner/descriptor.h"

namespace sutap {

struct PipeFile {
    std::string name;  // elaborate::is_probe_file_name()
    bool is_read = false;
    mode_t mode = 0;
    bool operator==(const PipeFile&) const = default;
};

class ProbePipes {
  public:
    struct Events {
        // Somebody opened a file to read it: answer(number, …) is expected.
        std::function<void(std::uint32_t number, const std::string& name)> reading;
        std::function<void(const std::string& name, const std::string& text)> written;
    };
    // `session` names the folder. Throws RequestError: the folder is somebody else's, a session of
    // this name runs, or the file system cannot do it.
    ProbePipes(const std::vector<PipeFile>& files, const std::string& session, Events events);
    ProbePipes(const ProbePipes&) = delete;
    ProbePipes& operator=(const ProbePipes&) = delete;
    // Removes the files and the folder.
    ~ProbePipes();

    const std::string& folder() const { return path_; }
    void add_waiting(std::vector<pollfd>& waiting) const;
    // When serve() has something to do without an event, CLOCK_MONOTONIC in ns; the largest number:
    // never.
    std::int64_t next_time() const;
    // Does what can be done without waiting.
    void serve(std::int64_t now);
    // What the reader of this number gets.
    void answer(std::uint32_t number, std::string text);

  private:
    struct Pipe {
        Descriptor read_end;
        Descriptor write_end;  // of a file that is read
        int watch = -1;
    };
    struct File {
        PipeFile file;
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

    void enter_folder(const std::string& session);
    Pipe make_pipe(const PipeFile& file);
    void take_events();
    void opened(int watch);
    bool serve_reader(Peer& peer);
    bool serve_writer(Peer& peer, std::int64_t now);
    void deliver(Peer& peer);
    void release(Peer& peer);
    void remove_all();

    Events events_;
    std::string path_;
    Descriptor common_folder_;
    Descriptor folder_;
    std::string session_;
    Descriptor watches_;
    std::vector<File> files_;
    std::list<Peer> peers_;
    std::uint32_t next_number_ = 0;
};

}  // namespace sutap
