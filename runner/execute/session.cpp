#include "runner/execute/session.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "runner/execute/arithmetic.h"
#include "runner/execute/context.h"
#include "runner/execute/globals.h"
#include "runner/execute/interpreter.h"
#include "runner/execute/record.h"
#include "runner/execute/timers.h"

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
          timers_(static_cast<std::uint64_t>(context_.clock(CLOCK_MONOTONIC))) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    State(State&&) = delete;
    State& operator=(State&&) = delete;
    ~State() = default;

    void start(std::int64_t now);
    void record(std::span<const std::byte> bytes, std::uint64_t hits);
    std::optional<std::int64_t> next_timer() const;
    void run_timers(std::int64_t now);
    std::string read_file(std::string_view name);
    void file_written(std::string_view name, std::string_view text);
    std::vector<std::string> take_commands() { return std::exchange(context_.commands, {}); }
    bool exiting() const {
        return has_failed_ || context_.exit_requested || context_.output.closed() ||
               context_.output.is_full();
    }
    void exit() { context_.exit_requested = true; }
    int finish(std::uint64_t skipped_probes);
    std::uint64_t errors() const { return errors_; }

  private:
    // How long the runs of a handler took, in nanoseconds.
    struct Times {
        std::int64_t hits = 0;
        std::int64_t sum = 0;
        std::int64_t least = 0;
        std::int64_t most = 0;
        void add(std::int64_t time, std::uint64_t more) {
            least = hits == 0 ? time : std::min(least, time);
            most = std::max(most, time);
            sum = wrapping_add(sum, time);
            hits = wrapping_add(hits, static_cast<std::int64_t>(more));
        }
    };
    // False if it failed.
    bool run(const ir::Handler& handler, std::uint32_t max_actions, const Record* record,
             std::uint64_t hits = 1);
    // Handlers of these kinds, in the order of their sequence numbers, then of the script.
    std::vector<const ir::Handler*> in_sequence(std::initializer_list<Kind> kinds) const;
    void run_end_handlers();
    void print_unread_globals();
    void run_file_handlers(Kind kind, std::string_view name);
    void report_counts(std::uint64_t skipped_probes);
    void report_times();

    const ir::Program& program_;
    const SessionOptions options_;
    Context context_;
    std::vector<Global> globals_;
    Interpreter interpreter_;
    Record record_;
    Timers timers_;
    std::unordered_map<const ir::Handler*, Times> times_;  // -t
    std::uint64_t errors_ = 0;
    std::uint64_t malformed_records_ = 0;
    bool has_failed_ = false;  // more errors than MAXERRORS
};

bool Session::State::run(const ir::Handler& handler, std::uint32_t max_actions,
                         const Record* record, std::uint64_t hits) {
    context_.output.begin_piece(handler.point);
    const std::int64_t before = options_.measures_time ? context_.clock(CLOCK_MONOTONIC) : 0;
    const std::optional<SoftError> error = interpreter_.run(handler, max_actions, record, hits);
    if (options_.measures_time) {
        times_[&handler].add(wrapping_subtract(context_.clock(CLOCK_MONOTONIC), before), hits);
    }
    if (!error || error->is_abort || (options_.suppress_handler_errors && error->catchable)) {
        return !error;
    }
    std::string text = error->message;
    if (error->site > 0 && error->site < program_.sites.size()) {
        text.append(" near ").append(program_.sites[error->site]);
    }
    context_.print_message("ERROR", text);
    ++errors_;
    has_failed_ = has_failed_ || errors_ > options_.max_errors;
    return false;
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
    const std::int64_t before = context_.clock(CLOCK_MONOTONIC);
    for (const ir::Handler* handler : in_sequence({Kind::begin, Kind::oneshot})) {
        if (exiting()) {
            return;
        }
        run(*handler, options_.max_actions_begin, nullptr);
        if (handler->kind == Kind::oneshot) {
            exit();
        }
    }
    // As in stap, the intervals begin behind the begin handlers.
    const std::int64_t taken = wrapping_subtract(context_.clock(CLOCK_MONOTONIC), before);
    timers_.start(program_, wrapping_add(now, std::max<std::int64_t>(taken, 0)));
}

void Session::State::record(std::span<const std::byte> bytes, std::uint64_t hits) {
    if (exiting()) {
        return;
    }
    if (!record_.parse(bytes) || record_.handler() >= program_.handlers.size() ||
        program_.handlers[record_.handler()].kind != Kind::kernel) {
        ++malformed_records_;
        return;
    }
    const ir::Handler& handler = program_.handlers[record_.handler()];
    // If the first does not fail, no other does; if it does, none may come behind the one that ends
    // the session.
    while (hits > 0 && !exiting()) {
        const bool succeeds = run(handler, options_.max_actions, &record_);
        --hits;
        if (succeeds && hits > 0) {
            run(handler, options_.max_actions, &record_, hits);
            hits = 0;
        }
    }
}

std::optional<std::int64_t> Session::State::next_timer() const {
    return exiting() ? std::nullopt : timers_.next();
}

void Session::State::run_timers(std::int64_t now) {
    if (exiting()) {
        return;
    }
    timers_.run_due({now,
                     [&](const ir::Handler& handler) {
                         run(handler, options_.max_actions, nullptr);
                         return !exiting();
                     },
                     [&] { return context_.clock(CLOCK_MONOTONIC); }});
}

void Session::State::run_file_handlers(Kind kind, std::string_view name) {
    for (const ir::Handler& handler : program_.handlers) {
        if (handler.kind != kind || handler.file.name != name || exiting()) {
            continue;
        }
        const std::uint32_t own = handler.file.capacity;
        const std::uint32_t common =
            options_.file_capacity > 0 ? options_.file_capacity : options_.string_size;
        context_.longest_file_value = (own > 0 ? own : common) - 1;
        run(handler, options_.max_actions, nullptr);
    }
}

std::string Session::State::read_file(std::string_view name) {
    context_.file_value.clear();
    run_file_handlers(Kind::file_read, name);
    return std::move(context_.file_value);
}

void Session::State::file_written(std::string_view name, std::string_view text) {
    do {
        const std::size_t size = std::min(text.size(), context_.longest_string());
        context_.file_value = text.substr(0, size);
        run_file_handlers(Kind::file_write, name);
        text.remove_prefix(size);
    } while (!text.empty() && !exiting());
}

void Session::State::print_unread_globals() {
    if (!options_.print_globals_at_exit) {
        return;
    }
    std::string text;
    append_unread_globals(text, globals_);
    context_.output.begin_piece("");
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
    context_.output.begin_piece("");
    context_.output.flush();
    report_counts(skipped_probes);
    report_times();
    return errors_ > 0 ? 1 : 0;
}

void Session::State::report_times() {
    if (!options_.measures_time) {
        return;
    }
    std::string text = "----- probe hit report:\n";
    for (const ir::Handler& handler : program_.handlers) {
        if (const auto found = times_.find(&handler); found != times_.end()) {
            const Times& times = found->second;
            text += handler.point + ", hits: " + std::to_string(times.hits) +
                    ", ns: " + std::to_string(times.least) + "min/" +
                    std::to_string(times.sum / times.hits) + "avg/" + std::to_string(times.most) +
                    "max, from: " + handler.definition + "\n";
        }
    }
    context_.messages.append(text);
    context_.messages.flush();
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
    if (timers_.skipped() > 0) {
        context_.print_message("WARNING",
                               "Number of timer runs given up, because their handlers "
                               "take longer than the interval: " +
                                   std::to_string(timers_.skipped()));
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
    state_->record(bytes, 1);
}
void Session::tally(std::span<const std::byte> bytes, std::uint64_t hits) {
    state_->record(bytes, hits);
}
std::optional<std::int64_t> Session::next_timer() const {
    return state_->next_timer();
}
void Session::run_timers(std::int64_t now) {
    state_->run_timers(now);
}
std::string Session::read_file(std::string_view name) {
    return state_->read_file(name);
}
void Session::file_written(std::string_view name, std::string_view text) {
    state_->file_written(name, text);
}
std::vector<std::string> Session::take_commands() {
    return state_->take_commands();
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
