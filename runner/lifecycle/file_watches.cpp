#include "runner/lifecycle/file_watches.h"

#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "runner/lifecycle/probe_folder.h"

namespace sutap {

FileWatches::FileWatches() : descriptor_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!descriptor_) {
        fail_at_files("watch the procfs files");
    }
}

int FileWatches::add(const std::string& path, std::uint32_t events) const {
    return inotify_add_watch(descriptor_.get(), path.c_str(), events);
}

void FileWatches::remove(int watch) const {
    inotify_rm_watch(descriptor_.get(), watch);
}

void FileWatches::take_events(const std::function<void(int, std::uint32_t)>& handle) const {
    alignas(inotify_event) std::array<char, 4096> buffer;
    ssize_t size = 0;
    while ((size = read(descriptor_.get(), buffer.data(), buffer.size())) > 0) {
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            inotify_event event{};
            memcpy(&event, buffer.data() + at, sizeof event);
            at += sizeof event + event.len;
            handle(event.wd, event.mask);
        }
    }
}

}  // namespace sutap
