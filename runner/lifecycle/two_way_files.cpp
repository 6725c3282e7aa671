#include "runner/lifecycle/two_way_files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <limits>

#include "runner/lifecycle/lease_waiters.h"

namespace sutap {

namespace {

constexpr std::int64_t closing_time = 10'000'000;
constexpr int looks_after_closing = 3;
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

Descriptor receive_broken_leases() {
    sigset_t broken;
    sigemptyset(&broken);
    sigaddset(&broken, SIGIO);
    if (sigprocmask(SIG_BLOCK, &broken, nullptr) != 0) {
        return {};
    }
    return Descriptor(signalfd(-1, &broken, SFD_NONBLOCK | SFD_CLOEXEC));
}

}  // namespace

TwoWayFiles::TwoWayFiles(ProbeFolder& folder, const std::vector<ProbeFile>& files,
                         ProbeFileEvents events)
    : folder_(folder), events_(std::move(events)), signals_(receive_broken_leases()) {
    if (!signals_) {
        fail_at_files("watch the procfs files");
    }
    for (const ProbeFile& file : files) {
        folder_.expect(file.name);
        File made{file, make(file), {}};
        folder_.publish(file.name);
        made.next = make(file);
        files_.push_back(std::move(made));
    }
}

TwoWayFiles::Leased TwoWayFiles::make(const ProbeFile& file) {
    const std::string name = ProbeFolder::unpublished(file.name);
    unlinkat(folder_.descriptor(), name.c_str(), 0);
    Leased made;
    made.descriptor =
        Descriptor(openat(folder_.descriptor(), name.c_str(),
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!made.descriptor || fchmod(made.descriptor.get(), file.mode) != 0) {
        fail_at_files("make the procfs file " + file.name);
    }
    made.watch =
        watches_.add(folder_.path() + "/" + name, IN_MODIFY | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE);
    if (made.watch < 0) {
        fail_at_files("watch the procfs file " + file.name);
    }
    if (fcntl(made.descriptor.get(), F_SETLEASE, F_WRLCK) != 0) {
        fail_at_files("take a lease of " + folder_.path() + "/" + file.name +
                      ", which a procfs file that is both read and written needs");
    }
    return made;
}

void TwoWayFiles::add_waiting(std::vector<pollfd>& waiting) const {
    waiting.push_back({watches_.descriptor(), POLLIN, 0});
    waiting.push_back({signals_.get(), POLLIN, 0});
}

std::int64_t TwoWayFiles::next_time() const {
    std::int64_t next = never;
    for (const Opening& opening : openings_) {
        if (opening.has_more) {
            return 0;
        }
        if (!opening.text.empty()) {
            next = std::min(next, opening.settled);
        }
        if (opening.looks_left > 0) {
            next = std::min(next, opening.next_look);
        }
    }
    return next;
}

void TwoWayFiles::serve(std::int64_t now) {
    // What was written before somebody opens a file to read it comes first.
    watches_.take_events([&](int watch, std::uint32_t mask) { changed(watch, mask, now); });
    take_broken_leases();
    for (auto opening = openings_.begin(); opening != openings_.end();) {
        if (opening->has_more) {
            gather(*opening, now);
        }
        if (now >= opening->settled) {
            deliver(*opening);
        }
        if (is_over(*opening, now)) {
            release(*opening);
            opening = openings_.erase(opening);
        } else {
            ++opening;
        }
    }
}

void TwoWayFiles::changed(int watch, std::uint32_t mask, std::int64_t now) {
    const auto opening = std::ranges::find(
        openings_, watch, [](const Opening& candidate) { return candidate.leased.watch; });
    if (opening == openings_.end()) {
        return;
    }
    const bool is_complete = (mask & IN_CLOSE_WRITE) != 0;
    // A reader's file, too, may be written to.
    opening->is_written = opening->is_written || is_complete;
    if (opening->is_written) {
        gather(*opening, now);
    }
    if (is_complete && !opening->has_more) {
        deliver(*opening);
    }
    if (is_complete || (mask & IN_CLOSE_NOWRITE) != 0) {
        opening->looks_left = looks_after_closing;
        opening->next_look = now;
    }
}

void TwoWayFiles::take_broken_leases() {
    signalfd_siginfo information{};
    while (read(signals_.get(), &information, sizeof information) > 0) {
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
        File& file = files_[i];
        const int wanted = fcntl(file.current.descriptor.get(), F_GETLEASE);
        if (wanted == F_WRLCK) {
            continue;
        }
        folder_.publish(file.file.name);
        Opening& opening = openings_.emplace_back();
        opening.file = i;
        opening.leased = std::exchange(file.current, std::move(file.next));
        if (wanted == F_RDLCK) {
            opening.number = events_.reading(file.file.name);
        } else {
            opening.is_written = true;
            give_up_lease(opening);
        }
        if (openings_.size() > most_openings) {
            release(openings_.front());
            openings_.pop_front();
        }
        file.next = make(file.file);
    }
}

void TwoWayFiles::answer(std::uint32_t number, const std::string& text) {
    const auto opening = std::ranges::find(openings_, number, &Opening::number);
    if (opening == openings_.end()) {
        return;
    }
    opening->number = 0;
    const int file = opening->leased.descriptor.get();
    // All of it, or with the disk full nothing; there is nobody to tell if even that fails.
    [[maybe_unused]] const bool is_consistent =
        pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()) ||
        ftruncate(file, 0) == 0;
    give_up_lease(*opening);
}

void TwoWayFiles::give_up_lease(const Opening& opening) {
    const int descriptor = opening.leased.descriptor.get();
    File& file = files_[opening.file];
    struct stat status {};
    std::ifstream locks("/proc/locks");
    if (!file.was_shared && fstat(descriptor, &status) == 0) {
        const LeaseWaiters waiters = lease_waiters(locks, getpid(), status.st_ino);
        file.was_shared = waiters.writers > 0 && waiters.readers + waiters.writers > 1;
        if (file.was_shared) {
            events_.warning("procfs(\"" + file.file.name +
                            "\") was opened at the same instant by several, and not only to read: "
                            "what they write may be lost");
        }
    }
    fcntl(descriptor, F_SETLEASE, F_UNLCK);
}

// Reads what is new in the file.
void TwoWayFiles::gather(Opening& opening, std::int64_t now) {
    const int file = opening.leased.descriptor.get();
    struct stat status {};
    if (fstat(file, &status) == 0 && status.st_size < opening.taken) {
        opening.taken = 0;  // a second writer has emptied it
    }
    std::array<char, 4096> buffer;
    ssize_t size = 0;
    opening.has_more = false;
    while ((size = pread(file, buffer.data(), buffer.size(), opening.taken)) > 0) {
        opening.text.append(buffer.data(), static_cast<std::size_t>(size));
        opening.taken += size;
        opening.settled = now + settling_time;
        if (opening.text.size() >= most_gathered) {
            deliver(opening);
            fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, opening.taken);
            opening.has_more = true;
            return;
        }
    }
}

void TwoWayFiles::deliver(Opening& opening) {
    if (!opening.text.empty()) {
        events_.written(files_[opening.file].file.name, opening.text);
        opening.text.clear();
    }
}

bool TwoWayFiles::is_over(Opening& opening, std::int64_t now) {
    if (opening.looks_left == 0 || now < opening.next_look || opening.has_more) {
        return false;
    }
    --opening.looks_left;
    opening.next_look = now + closing_time;
    return opening.text.empty() && is_closed_by_all(opening);
}

// Then, and only then, there can be a lease again.
bool TwoWayFiles::is_closed_by_all(const Opening& opening) const {
    return opening.number == 0 && fcntl(opening.leased.descriptor.get(), F_SETLEASE, F_WRLCK) == 0;
}

void TwoWayFiles::release(Opening& opening) {
    watches_.remove(opening.leased.watch);
}

}  // namespace sutap
