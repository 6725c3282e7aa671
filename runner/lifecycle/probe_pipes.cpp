#include "runner/lifecycle/probe_pipes.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

namespace sutap {

ProbePipes::ProbePipes(ProbeFolder& folder, const std::vector<ProbeFile>& files,
                       ProbeFileEvents events)
    : folder_(folder), events_(std::move(events)) {
    for (const ProbeFile& file : files) {
        folder_.expect(file.name);
        files_.push_back({file, {}});
        files_.back().pipe = make_pipe(file);
    }
}

ProbePipes::Pipe ProbePipes::make_pipe(const ProbeFile& file) {
    const std::string fresh = ProbeFolder::unpublished(file.name);
    const auto open_end = [&](int how) {
        return Descriptor(
            openat(folder_.descriptor(), fresh.c_str(), how | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    };
    unlinkat(folder_.descriptor(), fresh.c_str(), 0);
    if (mkfifoat(folder_.descriptor(), fresh.c_str(), S_IRUSR | S_IWUSR) != 0) {
        fail_at_files("make the named pipe " + file.name);
    }
    Pipe pipe;
    pipe.read_end = open_end(O_RDONLY);
    if (file.is_read) {
        pipe.write_end = open_end(O_WRONLY);
    }
    // Equal events in a row become one: what happens between two openings keeps them apart.
    const std::uint32_t events = IN_OPEN | (file.is_read ? 0 : IN_MODIFY | IN_CLOSE_WRITE);
    pipe.watch = watches_.add(folder_.path() + "/" + fresh, events);
    if (!pipe.read_end || (file.is_read && !pipe.write_end) || pipe.watch < 0 ||
        fchmod(pipe.read_end.get(), file.mode) != 0) {
        fail_at_files("make the named pipe " + file.name);
    }
    folder_.publish(file.name);
    return pipe;
}

void ProbePipes::add_waiting(std::vector<pollfd>& waiting) const {
    waiting.push_back({watches_.descriptor(), POLLIN, 0});
    for (const Peer& peer : peers_) {
        if (!files_[peer.file].file.is_read) {
            waiting.push_back({peer.pipe.read_end.get(), POLLIN, 0});
        } else if (peer.is_answered) {
            waiting.push_back({peer.pipe.write_end.get(), POLLOUT, 0});
        }
    }
}

std::int64_t ProbePipes::next_time() const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const Peer& peer : peers_) {
        if (!files_[peer.file].file.is_read && !peer.text.empty()) {
            next = std::min(next, peer.settled);
        }
    }
    return next;
}

void ProbePipes::serve(std::int64_t now) {
    watches_.take_events([&](int watch, std::uint32_t mask) {
        if ((mask & IN_OPEN) != 0) {
            opened(watch);
        }
    });
    for (auto peer = peers_.begin(); peer != peers_.end();) {
        const bool is_done =
            files_[peer->file].file.is_read ? serve_reader(*peer) : serve_writer(*peer, now);
        if (is_done) {
            release(*peer);
            peer = peers_.erase(peer);
        } else {
            ++peer;
        }
    }
}

void ProbePipes::opened(int watch) {
    for (Peer& peer : peers_) {
        // Too quick for the next pipe to be in place.
        if (peer.pipe.watch == watch) {
            ++peer.openings;
            return;
        }
    }
    const auto found = std::ranges::find(files_, watch, [](const File& f) { return f.pipe.watch; });
    if (found == files_.end()) {
        return;
    }
    Pipe next = make_pipe(found->file);
    if (peers_.size() >= most_openings) {
        release(peers_.front());
        peers_.pop_front();
    }
    Peer peer;
    peer.file = static_cast<std::size_t>(found - files_.begin());
    peer.pipe = std::exchange(found->pipe, std::move(next));
    peers_.push_back(std::move(peer));
    if (found->file.is_read) {
        peers_.back().number = events_.reading(found->file.name);
    }
}

void ProbePipes::answer(std::uint32_t number, std::string text) {
    const auto found = std::ranges::find(peers_, number, &Peer::number);
    if (found != peers_.end()) {
        found->text = std::move(text);
        found->is_answered = true;
        found->pipe.read_end.reset();
    }
}

// True once all is written, or the reader is gone.
bool ProbePipes::serve_reader(Peer& peer) {
    while (peer.is_answered && !peer.text.empty()) {
        const ssize_t size = write(peer.pipe.write_end.get(), peer.text.data(), peer.text.size());
        if (size < 0) {
            return errno != EAGAIN && errno != EINTR;
        }
        peer.text.erase(0, static_cast<std::size_t>(size));
    }
    return peer.is_answered;
}

// True once the writer has closed the file.
bool ProbePipes::serve_writer(Peer& peer, std::int64_t now) {
    std::array<char, 4096> buffer;
    while (true) {
        const ssize_t size = read(peer.pipe.read_end.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0) {
            break;
        }
        if (size == 0) {
            // Without a writer as yet this is no end: the opening may still be under way.
            pollfd state{peer.pipe.read_end.get(), POLLIN, 0};
            const bool has_ended = poll(&state, 1, 0) == 1 && (state.revents & POLLHUP) != 0;
            deliver(peer);
            return has_ended;
        }
        peer.text.append(buffer.data(), static_cast<std::size_t>(size));
        peer.settled = now + settling_time;
        if (peer.text.size() >= most_gathered) {
            deliver(peer);
        }
    }
    if (!peer.text.empty() && now >= peer.settled) {
        deliver(peer);
    }
    return false;
}

// What one writer wrote is one text. Several that were too quick to be told apart wrote lines.
void ProbePipes::deliver(Peer& peer) {
    const std::string& name = files_[peer.file].file.name;
    if (peer.openings == 1 && !peer.text.empty()) {
        events_.written(name, peer.text);
    }
    for (std::size_t at = 0; peer.openings > 1 && at < peer.text.size();) {
        const std::size_t line = peer.text.find('\n', at);
        const std::size_t end = line == std::string::npos ? peer.text.size() : line + 1;
        events_.written(name, peer.text.substr(at, end - at));
        at = end;
    }
    peer.text.clear();
}

void ProbePipes::release(Peer& peer) {
    watches_.remove(peer.pipe.watch);
}

}  // namespace sutap
