#include "runner/execute/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace sutap::execute {

Output::Output(int descriptor, bool escapes_values)
    : descriptor_(descriptor), escapes_values_(escapes_values) {}

Output Output::for_descriptor(int descriptor) {
    return Output(descriptor, isatty(descriptor) == 1);
}

void Output::append(std::string_view text) {
    if (closed_) {
        return;
    }
    total_ += text.size();
    buffer_.append(text);
    if (buffer_.size() >= buffer_limit) {
        flush();
    }
}

void Output::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty() && !closed_) {
        const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            // The caller's descriptor may be non-blocking: wait until its reader has read.
            pollfd wait{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            (void)::poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            closed_ = true;
            failure_ = errno;
        }
    }
    buffer_.clear();
}

}  // namespace sutap::execute
