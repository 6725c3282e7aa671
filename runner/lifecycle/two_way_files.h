// The procfs files that are both read and written: plain files of ours with a lease each.
//
// Who opens a file with a lease (fcntl(2), F_SETLEASE) waits in open() until the lease is given up,
// and the kernel tells whether to read or to write. So a reader finds the answer in the file that
// it opens, and what a writer wrote is there when it has closed the file. As with pipes, each
// opening gets a file of its own, for another one takes its place at once. Those who open it in the
// instant before that share it: readers the answer, but writers overwrite each other, as in any
// file, and a warning says so.
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

class TwoWayFiles {
  public:
    // The folder lives as long. Throws RequestError: the file system knows no leases. SIGIO is
    // blocked from then on.
    TwoWayFiles(ProbeFolder& folder, const std::vector<ProbeFile>& files, ProbeFileEvents events);
    TwoWayFiles(const TwoWayFiles&) = delete;
    TwoWayFiles& operator=(const TwoWayFiles&) = delete;
    ~TwoWayFiles() = default;

    // As in ProbePipes.
    void add_waiting(std::vector<pollfd>& waiting) const;
    std::int64_t next_time() const;
    void serve(std::int64_t now);
    void answer(std::uint32_t number, const std::string& text);

  private:
    struct Leased {
        Descriptor descriptor;
        int watch = -1;
    };
    struct File {
        ProbeFile file;
        Leased current;  // the one under the name
        Leased next;     // made beforehand, because changing them has to be quick
        bool was_shared = false;
    };
    // A file that was opened, out of the way.
    struct Opening {
        Leased leased;
        std::size_t file = 0;
        std::uint32_t number = 0;  // of the answer that is waited for; 0: none
        bool is_written = false;
        std::string text;          // what was written and not handed on
        off_t taken = 0;           // as many bytes of the file are in the text, or handed on
        bool has_more = false;     // than was taken at once
        std::int64_t settled = 0;  // when the text counts as complete
        // Somebody closed it: have all? It counts as closed a moment after that is reported.
        int looks_left = 0;
        std::int64_t next_look = 0;
    };

    Leased make(const ProbeFile& file);
    void changed(int watch, std::uint32_t mask, std::int64_t now);
    void take_broken_leases();
    void give_up_lease(const Opening& opening);
    void gather(Opening& opening, std::int64_t now);
    void deliver(Opening& opening);
    bool is_over(Opening& opening, std::int64_t now);
    bool is_closed_by_all(const Opening& opening) const;
    void release(Opening& opening);

    ProbeFolder& folder_;
    ProbeFileEvents events_;
    FileWatches watches_;
    Descriptor signals_;
    std::vector<File> files_;
    std::list<Opening> openings_;
};

}  // namespace sutap
