#include "runner/lifecycle/event_loop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "runner/elaborate/program.h"
#include "runner/lifecycle/monotonic_clock.h"
#include "runner/text_output.h"

namespace sutap {

EventLoop::EventLoop(Parts parts, std::uint64_t rotate_bytes) : parts_(std::move(parts)) {
    if (parts_.has_files) {
        parts_.output.rotate_at(rotate_bytes, [this] { return next_file(); });
    }
}

void EventLoop::run() {
    begin();
    while (!parts_.session.exiting()) {
        wait();
        const std::int64_t now = monotonic();
        if (parts_.kernel != nullptr && now >= next_refresh_) {
            parts_.kernel->refresh_clock();
            next_refresh_ = now + second;
            take_tallies();  // an array that is full is an error now, not at the end
        }
        more_records_ = parts_.kernel != nullptr && parts_.kernel->consume();
        if (parts_.kernel != nullptr && parts_.kernel->holds_many()) {
            take_tallies();
        }
        if (parts_.session.next_timer().value_or(never) <= now) {
            take_tallies();
        }
        parts_.session.run_timers(now);
        if (wants_end_ || now >= std::min(parts_.deadline, parts_.limit)) {
            drain();
            parts_.session.exit();
        }
        flush();
    }
    if (parts_.kernel != nullptr) {
        parts_.kernel->stop();
    }
    reason_ = find_reason();
}

// Before the end handlers, whose failures the exit status tells.
SessionEnd::Reason EventLoop::find_reason() const {
    using Reason = SessionEnd::Reason;
    const execute::Output& output = parts_.output;
    if (output.is_full()) {
        return Reason::output_limit;
    }
    if (parts_.session.errors() > 0 || (output.failure() != 0 && output.failure() != EPIPE)) {
        return Reason::error;
    }
    if (monotonic() >= parts_.limit) {
        return Reason::time_limit;
    }
    return is_interrupted_ || output.closed() ? Reason::interrupted : Reason::exit;
}

void EventLoop::begin() {
    parts_.session.start(monotonic());
    const bool goes_on = !parts_.session.exiting();
    if (parts_.kernel != nullptr && goes_on) {
        // As in stap, what happens before the begin handlers are done is not seen; who reads their
        // output may count on the probes.
        parts_.kernel->start();
    }
    flush();
    if (parts_.command != nullptr && goes_on) {
        parts_.command->start();
    }
    if (parts_.ready) {
        write_all(parts_.ready.get(), "r");
        parts_.ready.reset();
        // Whoever waits for our standard error to be closed need not wait any longer.
        dup2(STDOUT_FILENO, STDERR_FILENO);
    }
    next_refresh_ = monotonic() + second;
}

int EventLoop::finish() {
    const std::uint64_t lost = parts_.kernel != nullptr ? parts_.kernel->skipped_probes() : 0;
    int status = parts_.session.finish(lost);
    flush();
    if (parts_.output.is_full()) {
        reason_ = SessionEnd::Reason::output_limit;
        status = 1;  // what was printed is not all
    }
    if (parts_.command != nullptr) {
        parts_.command->collect();
        if (const std::string complaint = parts_.command->complaint(); !complaint.empty()) {
            status = 1;
            if (parts_.output.is_json()) {
                parts_.output.append_message("warning", complaint);
            } else {
                write_all(STDERR_FILENO, "WARNING: " + complaint + "\n");
            }
        }
    }
    if (parts_.output.is_json()) {
        parts_.output.append_end(status, parts_.session.errors(), lost);
        parts_.output.flush();
    }
    return status;
}

void EventLoop::wait() {
    std::int64_t until = std::min(parts_.deadline, parts_.limit);
    if (const auto timer = parts_.session.next_timer()) {
        until = std::min(until, *timer);
    }
    if (parts_.kernel != nullptr) {
        until = std::min(until, next_refresh_);
    }
    const bool is_busy = more_records_ || !kept_.empty();
    const std::int64_t left = is_busy ? 0 : std::max<std::int64_t>(until - monotonic(), 0);
    const timespec timeout{left / second, left % second};
    const auto descriptor = [](const auto* part) {
        return part == nullptr ? -1 : part->descriptor();
    };
    std::array<pollfd, 6> waiting{
        pollfd{parts_.signals.get(), POLLIN, 0},
        pollfd{parts_.output.descriptor(), 0, 0},  // tells of a reader that went away
        pollfd{descriptor(parts_.kernel), POLLIN, 0},
        pollfd{descriptor(parts_.attendant), POLLIN, 0},
        pollfd{descriptor(parts_.input), POLLIN, 0},
        pollfd{descriptor(parts_.command), POLLIN, 0}};
    ppoll(waiting.data(), waiting.size(), until == never && !is_busy ? nullptr : &timeout, nullptr);
    if (waiting[0].revents != 0) {
        take_signals();
    }
    is_interrupted_ = is_interrupted_ || (waiting[1].revents & POLLERR) != 0;
    wants_end_ = wants_end_ || is_interrupted_ || waiting[5].revents != 0;
    if (waiting[3].revents != 0 || !kept_.empty()) {
        take_messages();
    }
    if (waiting[4].revents != 0) {
        take_input();
    }
}

void EventLoop::take_signals() {
    signalfd_siginfo signal{};
    while (read(parts_.signals.get(), &signal, sizeof signal) ==
           static_cast<ssize_t>(sizeof signal)) {
        if (signal.ssi_signo != SIGUSR2) {
            is_interrupted_ = true;
        } else {
            parts_.output.switch_file();
        }
    }
}

void EventLoop::take_messages() {
    if (kept_.empty()) {
        if (std::optional<Message> message = parts_.attendant->receive()) {
            take(*message);
        } else {
            take({Message::Kind::warning,
                  0,
                  "the attendant process has ended: no more commands, procfs files and output "
                  "files",
                  {}});
        }
    } else {
        const Message message = std::move(kept_.front());
        kept_.pop_front();
        take(message);
    }
}

void EventLoop::take(const Message& message) {
    if (message.kind == Message::Kind::reading) {
        take_tallies();
        std::string value = parts_.session.read_file(message.text);
        flush();
        parts_.attendant->send({Message::Kind::value, message.number, std::move(value), {}});
    } else if (message.kind == Message::Kind::written) {
        const auto end = message.text.find('\0');
        if (end != std::string::npos) {
            take_tallies();
            parts_.session.file_written(std::string_view(message.text).substr(0, end),
                                        std::string_view(message.text).substr(end + 1));
        }
    } else if (message.kind == Message::Kind::warning) {
        write_all(STDERR_FILENO, "WARNING: " + message.text + "\n");
    }
}

void EventLoop::take_input() {
    take_tallies();
    for (const char character : parts_.input->read_some()) {
        parts_.session.file_written(elaborate::input_characters_name, {&character, 1});
        if (const auto line = parts_.input->complete_line(character)) {
            parts_.session.file_written(elaborate::input_lines_name, *line);
        }
    }
}

// All that happened before now, and nothing after it.
void EventLoop::drain() {
    if (parts_.kernel != nullptr) {
        parts_.kernel->stop();
        while (parts_.kernel->consume() && !parts_.session.exiting()) {
        }
        take_tallies();
    }
}

void EventLoop::take_tallies() {
    if (parts_.kernel == nullptr) {
        return;
    }
    for (const bpf::Tally& tally : parts_.kernel->take_tallies()) {
        parts_.session.tally(tally.record, tally.hits);
    }
}

void EventLoop::flush() {
    parts_.output.flush();
    for (std::string& command : parts_.session.take_commands()) {
        if (parts_.attendant != nullptr) {
            parts_.attendant->send({Message::Kind::command, 0, std::move(command), {}});
        }
    }
}

int EventLoop::next_file() {
    if (parts_.attendant == nullptr) {
        return -1;
    }
    parts_.attendant->send({Message::Kind::next_file, 0, {}, {}});
    while (std::optional<Message> message = parts_.attendant->receive()) {
        if (message->kind == Message::Kind::switched && message->descriptor) {
            file_ = std::move(message->descriptor);
            return file_.get();
        }
        if (message->kind == Message::Kind::warning) {
            take(*message);
            return -1;
        }
        kept_.push_back(std::move(*message));
    }
    return -1;
}

}  // namespace sutap
