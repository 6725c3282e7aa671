// One run of a script's user-space part: its globals, its handlers, its errors and its end.
//
// The order of a run, for the main program (each step may make exiting() true):
//     Session session(image.user, options, output, messages);
//     session.start(now);                // begin and oneshot handlers
//     output.flush();
//     while (!session.exiting()) {
//         wait until a record, session.next_timer(), or a signal;
//         session.record(bytes);         // for each record, in the order of the ring buffer
//         session.run_timers(now);
//         output.flush();                // once a tick
//     }
//     return session.finish(skipped);    // end or error handlers, exit status 0 or 1
// After exit() (a script's exit(), SIGINT, -T) record() does nothing, so SIGINT's "drain the buffer
// first" is: consume, then session.exit(). Nothing here throws or blocks but for writing output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/execute/output.h"
#include "runner/execute/symbols.h"
#include "runner/ir/program.h"

namespace sutap::execute {

struct SessionOptions {
    std::uint32_t string_size = 128;          // MAXSTRINGLEN, with the terminating NUL
    std::uint32_t max_actions = 1000;         // MAXACTION: handlers on kernel events and timers
    std::uint32_t max_actions_begin = 10000;  // begin, end, error, oneshot
    std::uint32_t max_nesting = 0;            // MAXNESTING of calls; 0: from the program
    // What a handler may do beside what its statements stand for, in units of Work: a fraction of a
    // second, which sorting the largest array or matching the largest pattern is far from.
    std::int64_t work_without_statement = std::int64_t{1} << 26U;
    std::uint32_t max_errors = 0;          // MAXERRORS
    std::uint32_t max_map_entries = 2048;  // MAXMAPENTRIES
    std::uint32_t file_capacity = 0;       // STP_PROCFS_BUFSIZE; 0: MAXSTRINGLEN
    std::int64_t histogram_elision = 2;    // HIST_ELISION
    std::int64_t target = 0;               // target(): of -x or -c
    std::string module_name;               // -m; empty: made up
    std::vector<std::string> arguments;    // of the script: argv[1] …
    int kernel_log = -1;                   // /dev/kmsg, for printk(); -1: not open
    int trace_marker = -1;                 // of tracefs, for ftrace(); -1: drop its messages
    bool suppress_handler_errors = false;  // --suppress-handler-errors
    bool suppress_warnings = false;        // -w: warn() is silent
    bool print_globals_at_exit = true;     // --no-global-var-display clears it
    bool hides_addresses = false;          // of the kernel: "(address)" stands for each
    bool measures_time = false;            // -t: finish() reports how long the handlers took
    // The world around, replaceable for tests. The clock gives nanoseconds; empty: clock_gettime.
    std::function<std::int64_t(clockid_t)> clock;
    std::string process_folder = "/proc";
    std::shared_ptr<const Symbols> symbols;  // of the kernel; may be none
};

class Session {
  public:
    // `program` must have passed ir::verify() and outlive the session, as must both outputs.
    // `messages` is standard error; each message is flushed at once, after what `output` holds.
    Session(const ir::Program& program, SessionOptions options, Output& output, Output& messages);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    // Runs the begin handlers in the order of their sequence numbers, oneshot among them, and
    // starts the timers. `now`: CLOCK_MONOTONIC in nanoseconds, as everywhere below.
    void start(std::int64_t now);

    // One record of the ring buffer (bpf::RecordLayout): runs its handler with what was captured.
    // A malformed record is counted, and finish() reports the count.
    void record(std::span<const std::byte> bytes);
    // The same for `hits` events alike that were counted instead of posted (ir/tally.h).
    void tally(std::span<const std::byte> bytes, std::uint64_t hits);

    // When the next timer is due, CLOCK_MONOTONIC; nothing without timers, or when exiting.
    std::optional<std::int64_t> next_timer() const;
    // Runs the timers that are due, as often as they are (see Timers::run_due).
    void run_timers(std::int64_t now);

    // Somebody reads the procfs file of this name: runs its handlers, and gives what they assigned
    // to $value, cut to the file's size.
    std::string read_file(std::string_view name);
    // Somebody wrote this text to it: runs its handlers, once for each MAXSTRINGLEN - 1 bytes.
    void file_written(std::string_view name, std::string_view text);
    // The commands of system() since the last call, in order: to be started once what the script
    // printed before is written.
    std::vector<std::string> take_commands();

    // exit() was called, errors exceeded MAXERRORS, or the output's reader is gone.
    bool exiting() const;
    // As the script's exit(): SIGINT, SIGTERM, -T, the end of the -c command.
    void exit();

    // Runs the end handlers, or after too many errors the error handlers; prints globals that were
    // written and never read, and the counts of errors and `skipped_probes`; flushes both outputs.
    // The exit status: 1 after any error, else 0. Call it once.
    int finish(std::uint64_t skipped_probes = 0);

    // Errors so far that no catch took.
    std::uint64_t errors() const;

  private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace sutap::execute
