#include "runner/lifecycle/attendant.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <limits>

#include "runner/lifecycle/caller_process.h"
#include "runner/limits.h"
#include "runner/privileges.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::size_t most_unsent = 64;

std::int64_t monotonic() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * second + time.tv_nsec;
}

// The child.
class Servant {
  public:
    Servant(AttendantTasks tasks, Descriptor socket)
        : tasks_(std::move(tasks)), socket_(std::move(socket)) {}

    void run() {
        become_plain({socket_.get()});
        prctl(PR_SET_NAME, "sutap-attendant", 0, 0, 0);
        signal(SIGPIPE, SIG_IGN);
        signal(SIGCHLD, SIG_IGN);  // nobody waits for the commands
        // A session that waits for its output must not make us wait, nor we it.
        fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
        try {
            if (!tasks_.files.empty()) {
                files_.emplace(tasks_.files, tasks_.session_name, events());
            }
        } catch (const RequestError& error) {
            say(Message::Kind::failed, error.message);
            return;
        }
        say(Message::Kind::ready, files_ ? files_->folder() : "");
        while (!is_over_) {
            step();
        }
    }

  private:
    ProbeFileEvents events() {
        return {[this](const std::string& name) {
                    say(Message::Kind::reading, name, ++last_number_);
                    return last_number_;
                },
                [this](const std::string& name, const std::string& text) {
                    say(Message::Kind::written, name + '\0' + text);
                },
                [this](const std::string& sentence) { say(Message::Kind::warning, sentence); }};
    }

    void say(Message::Kind kind, std::string text, std::uint32_t number = 0) {
        unsent_.push_back({kind, number, std::move(text), {}});
        send_what_fits();
    }

    void send_what_fits() {
        while (!unsent_.empty()) {
            if (!send_message(socket_, unsent_.front())) {
                // EPIPE: the session has ended, and what it had sent is still to be received.
                if (errno != EAGAIN) {
                    unsent_.clear();
                }
                return;
            }
            unsent_.pop_front();
        }
    }

    void step() {
        std::vector<pollfd> waiting{
            {socket_.get(), static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT), 0}};
        std::int64_t until = std::numeric_limits<std::int64_t>::max();
        // Who writes faster than the session reads has to wait.
        const bool serves_files = files_ && unsent_.size() < most_unsent;
        if (serves_files) {
            files_->add_waiting(waiting);
            until = files_->next_time();
        }
        const std::int64_t left = std::max<std::int64_t>(until - monotonic(), 0);
        const timespec timeout{left / second, left % second};
        const bool forever = until == std::numeric_limits<std::int64_t>::max();
        ppoll(waiting.data(), waiting.size(), forever ? nullptr : &timeout, nullptr);
        send_what_fits();
        receive_all();
        if (serves_files) {
            try {
                files_->serve(monotonic());
            } catch (const RequestError& error) {
                say(Message::Kind::warning, error.message);
            }
        }
    }

    void receive_all() {
        while (std::optional<Message> message = receive_message(socket_)) {
            switch (message->kind) {
                case Message::Kind::command:
                    start(message->text);
                    break;
                case Message::Kind::value:
                    if (files_) {
                        files_->answer(message->number, message->text);
                    }
                    break;
                case Message::Kind::next_file:
                    switch_file();
                    break;
                default:
                    break;
            }
        }
        is_over_ = errno != EAGAIN;
    }

    void start(const std::string& command) {
        const pid_t child = fork();
        if (child == 0) {
            execute_command({"/bin/sh", "-c", command}, tasks_.environment);
        }
        if (child < 0) {
            say(Message::Kind::warning,
                std::string("system: cannot fork: ") + strerrordesc_np(errno));
        }
    }

    void switch_file() {
        if (!tasks_.output) {
            return;
        }
        Descriptor file = tasks_.output->open_next();
        if (!file) {
            say(Message::Kind::warning,
                "cannot write to " + tasks_.output->name() + ": " + strerrordesc_np(errno));
            return;
        }
        dup2(file.get(), STDOUT_FILENO);
        unsent_.push_back({Message::Kind::switched, 0, {}, std::move(file)});
        send_what_fits();
    }

    AttendantTasks tasks_;
    Descriptor socket_;
    std::optional<ProbeFiles> files_;
    std::uint32_t last_number_ = 0;  // of a reader
    std::deque<Message> unsent_;
    bool is_over_ = false;
};

[[noreturn]] void be_the_attendant(AttendantTasks tasks, Descriptor socket) {
    try {
        if (tasks.is_in_background) {
            dup2(STDOUT_FILENO, STDERR_FILENO);
        }
        if (tasks.output_descriptor >= 0) {
            dup2(tasks.output_descriptor, STDOUT_FILENO);
        }
        Servant(std::move(tasks), std::move(socket)).run();
    } catch (const privileges::PrivilegeError& error) {
        complain(error.message);
    } catch (const std::exception& error) {
        complain(error.what());
    }
    _exit(0);
}

}  // namespace

Attendant::Attendant(AttendantTasks tasks) {
    auto [ours, theirs] = make_message_channel();
    socket_ = std::move(ours);
    process_ = fork();
    if (process_ < 0) {
        throw RequestError{std::string("sutap-runner: cannot fork: ") + strerrordesc_np(errno) +
                           "\n"};
    }
    if (process_ == 0) {
        socket_.reset();
        be_the_attendant(std::move(tasks), std::move(theirs));
    }
    theirs.reset();
    const std::optional<Message> first = receive_message(socket_);
    if (!first || first->kind != Message::Kind::ready) {
        socket_.reset();
        waitpid(process_, nullptr, 0);
        throw RequestError{first ? first->text : "sutap-runner: the attendant has ended\n"};
    }
    folder_ = first->text;
}

Attendant::~Attendant() {
    socket_.reset();
    while (process_ > 0 && waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

std::optional<Message> Attendant::receive() {
    std::optional<Message> message = receive_message(socket_);
    if (!message) {
        socket_.reset();
    }
    return message;
}

void Attendant::send(const Message& message) {
    if (socket_) {
        send_message(socket_, message);
    }
}

}  // namespace sutap
