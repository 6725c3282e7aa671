#include "runner/execute/session.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

#include "runner/execute/arithmetic.h"
#include "runner/execute/context.h"
#include "runner/execute/globals.h"
#include "runner/execute/interpreter.h"
#include "runner/execute/record.h"

namespace sutap::execute {

using Kind = ir::Handler::Kind;

class Session::State {
  public:
    State(const ir::Program& program, SessionOptions options, Output& output, Output& messages)
        : program_(program),
          options_(std::move(options)),
          context_(options_, output, messages),
          globals_(make_globals(program, options_.max_map_entries, context_.longest_string())),
          interpreter_(program, globals_, context_),
          random_(static_cast<std::minstd_rand::result_type>(context_.clock(CLOCK_MONOTONIC))) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    State(State&&) = delete;
    State& operator=(State&&) = delete;
    ~State() = default;

    void start(std::int64_t now);
    void record(std::span<const std::byte> bytes);
    std::optional<std::int64_t> next_timer() const;
    void run_timers(std::int64_t now);
    bool exiting() const {
        return has_failed_ || context_.exit_requested || context_.output.closed();
    }
    void exit() { context_.exit_requested = true; }
    int finish(std::uint64_t skipped_probes);
    std::uint64_t errors() const { return errors_; }

  private:
    struct Timer {
        const ir::Handler* handler = nullptr;
        std::int64_t due = 0;
    };
    void run(const ir::Handler& handler, std::uint32_t max_actions, const Record* record);
    // Handlers of these kinds, in the order of their sequence numbers, then of the script.
    std::vector<const ir::Handler*> in_sequence(std::initializer_list<Kind> kinds) const;
    void run_end_handlers();
    void print_unread_globals();
    std::int64_t interval(const ir::Handler& handler);
    void report_counts(std::uint64_t skipped_probes);

    const ir::Program& program_;
    const SessionOptions options_;
    Context context_;
    std::vector<Global> globals_;
    Interpreter interpreter_;
    Record record_;
    std::vector<Timer> timers_;
    std::minstd_rand random_;
    std::uint64_t errors_ = 0;
    std::uint64_t malformed_records_ = 0;
    bool has_failed_ = false;  // more errors than MAXERRORS
};

void Session::State::run(const ir::Handler& handler, std::uint32_t max_actions,
                         const Record* record) {
    const std::optional<SoftError> error = interpreter_.run(handler, max_actions, record);
    if (!error || (options_.suppress_handler_errors && error->catchable)) {
        return;
    }
    std::string text = error->message;
    if (error->site > 0 && error->site < program_.sites.size()) {
        text.append(" near ").append(program_.sites[error->site]);
    }
    context_.print_message("ERROR", text);
    ++errors_;
    has_failed_ = has_failed_ || errors_ > options_.max_errors;
}

std::vector<const ir::Handler*> Session::State::in_sequence(
    std::initializer_list<Kind> kinds) const {
    std::vector<const ir::Handler*> found;
    for (const ir::Handler& handler : program_.handlers) {
        if (std::find(kinds.begin(), kinds.end(), handler.kind) != kinds.end()) {
            found.push_back(&handler);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const ir::Handler* left, const ir::Handler* right) {
                         return left->sequence < right->sequence;
                     });
    return found;
}

void Session::State::start(std::int64_t now) {
    for (const ir::Handler* handler : in_sequence({Kind::begin, Kind::oneshot})) {
        if (exiting()) {
            return;
        }
        run(*handler, options_.max_actions_begin, nullptr);
        if (handler->kind == Kind::oneshot) {
            exit();
        }
    }
    for (const ir::Handler& handler : program_.handlers) {
        if (handler.kind == Kind::timer) {
            timers_.push_back({&handler, wrapping_add(now, interval(handler))});
        }
    }
}

void Session::State::record(std::span<const std::byte> bytes) {
    if (exiting()) {
        return;
    }
    if (!record_.parse(bytes) || record_.handler() >= program_.handlers.size() ||
        program_.handlers[record_.handler()].kind != Kind::kernel) {
        ++malformed_records_;
        return;
    }
    run(program_.handlers[record_.handler()], options_.max_actions, &record_);
}

// The time to the next run, at least 1 ns.
std::int64_t Session::State::interval(const ir::Handler& handler) {
    std::int64_t length = handler.interval_ns;
    if (handler.randomize_ns > 0) {
        std::uniform_int_distribution<std::int64_t> spread(-handler.randomize_ns,
                                                           handler.randomize_ns);
        length = wrapping_add(length, spread(random_));
    }
    return std::max<std::int64_t>(length, 1);
}

std::optional<std::int64_t> Session::State::next_timer() const {
    if (timers_.empty() || exiting()) {
        return std::nullopt;
    }
    return std::min_element(
               timers_.begin(), timers_.end(),
               [](const Timer& left, const Timer& right) { return left.due < right.due; })
        ->due;
}

void Session::State::run_timers(std::int64_t now) {
    std::vector<std::pair<std::int64_t, Timer*>> due;
    for (Timer& timer : timers_) {
        if (timer.due <= now) {
            due.emplace_back(timer.due, &timer);
        }
    }
    std::stable_sort(due.begin(), due.end(),
                     [](const auto& left, const auto& right) { return left.first < right.first; });
    for (const auto& [time, timer] : due) {
        if (exiting()) {
            return;
        }
        run(*timer->handler, options_.max_actions, nullptr);
        const std::int64_t length = interval(*timer->handler);
        // Stays on the grid of whole intervals from the start, past those that were missed.
        const std::int64_t missed = wrapping_subtract(now, time) / length;
        timer->due = wrapping_add(time, wrapping_multiply(wrapping_add(missed, 1), length));
    }
}

void Session::State::print_unread_globals() {
    if (!options_.print_globals_at_exit) {
        return;
    }
    std::string text;
    append_unread_globals(text, globals_);
    context_.output.append(text);
}

void Session::State::run_end_handlers() {
    bool globals_printed = false;
    for (const ir::Handler* handler : in_sequence({Kind::end})) {
        if (has_failed_) {
            break;
        }
        // The printing of globals is an end handler itself: of sequence 0, after the script's own.
        if (handler->sequence > 0 && !globals_printed) {
            print_unread_globals();
            globals_printed = true;
        }
        run(*handler, options_.max_actions_begin, nullptr);
    }
    if (!has_failed_ && !globals_printed) {
        print_unread_globals();
    }
}

int Session::State::finish(std::uint64_t skipped_probes) {
    if (!has_failed_) {
        run_end_handlers();
    }
    if (has_failed_) {
        for (const ir::Handler* handler : in_sequence({Kind::error})) {
            run(*handler, options_.max_actions_begin, nullptr);
        }
    }
    context_.output.flush();
    report_counts(skipped_probes);
    return errors_ > 0 ? 1 : 0;
}

void Session::State::report_counts(std::uint64_t skipped_probes) {
    const int failure = context_.output.failure();
    if (failure != 0 && failure != EPIPE) {
        context_.print_message("ERROR",
                               std::string("cannot write the output: ") + strerrordesc_np(failure));
        ++errors_;
    }
    if (malformed_records_ > 0) {
        context_.print_message(
            "WARNING", "Number of malformed records: " + std::to_string(malformed_records_));
    }
    if (errors_ > 0 || skipped_probes > 0) {
        context_.print_message("WARNING",
                               "Number of errors: " + std::to_string(errors_) +
                                   ", skipped probes: " + std::to_string(skipped_probes));
    }
}

Session::Session(const ir::Program& program, SessionOptions options, Output& output,
                 Output& messages)
    : state_(std::make_unique<State>(program, std::move(options), output, messages)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

void Session::start(std::int64_t now) {
    state_->start(now);
}
void Session::record(std::span<const std::byte> bytes) {
    state_->record(bytes);
}
std::optional<std::int64_t> Session::next_timer() const {
    return state_->next_timer();
}
void Session::run_timers(std::int64_t now) {
    state_->run_timers(now);
}
bool Session::exiting() const {
    return state_->exiting();
}
void Session::exit() {
    state_->exit();
}
int Session::finish(std::uint64_t skipped_probes) {
    return state_->finish(skipped_probes);
}
std::uint64_t Session::errors() const {
    return state_->errors();
}

}  // namespace sutap::execute
