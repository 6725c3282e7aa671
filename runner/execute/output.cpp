#include "runner/execute/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <utility>

#include "runner/execute/json_line.h"

namespace sutap::execute {

std::string_view OutputBudget::take(std::string_view text) {
    if (is_exceeded) {
        return {};
    }
    const std::uint64_t room = limit - used;
    if (limit > 0 && text.size() > room) {
        is_exceeded = true;
        text = text.substr(0, static_cast<std::size_t>(room));
        text = text.substr(0, text.rfind('\n') + 1);  // none: npos + 1
    }
    used += text.size();
    return text;
}

Output::Output(int descriptor, bool escapes_values)
    : descriptor_(descriptor), escapes_values_(escapes_values) {}

Output Output::for_descriptor(int descriptor) {
    return Output(descriptor, isatty(descriptor) == 1);
}

void Output::use_json(std::function<std::int64_t()> clock) {
    clock_ = std::move(clock);
    escapes_values_ = false;  // JSON has escapes of its own
}

void Output::begin_piece(std::string_view point) {
    if (is_json()) {
        wrap_piece();
        point_ = point;
    }
}

void Output::append_message(std::string_view type, std::string_view text) {
    wrap_piece();
    JsonLine line(type, clock_());
    if (!point_.empty()) {
        line.add("probe", point_);
    }
    buffer_ += line.add("text", text).line();
}

void Output::append_end(int status, std::uint64_t errors, std::uint64_t skipped_probes) {
    wrap_piece();
    buffer_ += JsonLine("end", clock_())
                   .add("status", status)
                   .add("errors", static_cast<std::int64_t>(errors))
                   .add("skipped_probes", static_cast<std::int64_t>(skipped_probes))
                   .line();
}

void Output::wrap_piece() {
    if (!piece_.empty()) {
        JsonLine line("output", clock_());
        if (!point_.empty()) {
            line.add("probe", point_);
        }
        buffer_ += line.add("text", std::exchange(piece_, {})).line();
    }
}

void Output::rotate_at(std::uint64_t limit, std::function<int()> next) {
    limit_ = limit;
    next_ = std::move(next);
}

void Output::switch_file() {
    flush();
    const int next = next_ ? next_() : -1;
    if (next >= 0) {
        redirect(next);
    }
}

void Output::redirect(int descriptor) {
    descriptor_ = descriptor;
    written_ = 0;
}

void Output::append(std::string_view text) {
    if (closed_ || is_full()) {
        return;
    }
    total_ += text.size();
    (is_json() ? piece_ : buffer_).append(text);
    if (buffer_.size() + piece_.size() >= buffer_limit) {
        flush();
    }
}

// As many bytes as the file of now takes: whole lines, or everything if it is empty and the line
// fits into no file.
std::size_t Output::part_for_this_file(std::string_view text) const {
    const std::uint64_t room = limit_ > written_ ? limit_ - written_ : 0;
    if (limit_ == 0 || text.size() <= room) {
        return text.size();
    }
    const auto newline = room == 0 ? std::string_view::npos : text.rfind('\n', room - 1);
    if (newline != std::string_view::npos) {
        return newline + 1;
    }
    return written_ == 0 ? static_cast<std::size_t>(room) : 0;
}

void Output::flush() {
    wrap_piece();
    const std::string text = std::exchange(buffer_, {});
    std::string_view rest = budget_ != nullptr ? budget_->take(text) : text;
    while (!rest.empty() && !closed_) {
        std::size_t part = part_for_this_file(rest);
        if (part < rest.size() && part == 0) {
            const int next = next_();
            if (next >= 0) {
                redirect(next);
                continue;
            }
            written_ = 0;  // no other file: this one grows, and the next is asked for later
            part = rest.size();
        }
        write_all(rest.substr(0, part));
        written_ += part;
        rest.remove_prefix(part);
    }
}

// The descriptor, which is the caller's, may be non-blocking.
void Output::wait_for_reader() {
    const bool would_block = errno == EAGAIN;
    std::timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    if (std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec >= last_wait_) {
        closed_ = true;
        failure_ = EPIPE;
    } else if (would_block) {
        pollfd wait{.fd = descriptor_, .events = POLLOUT, .revents = 0};
        (void)::poll(&wait, 1, -1);
    }
}

void Output::write_all(std::string_view text) {
    while (!text.empty() && !closed_) {
        const ssize_t written = ::write(descriptor_, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN || errno == EINTR) {
            wait_for_reader();
        } else {
            closed_ = true;
            failure_ = errno;
        }
    }
}

}  // namespace sutap::execute
