// The one loop of a session: waits for whatever comes first, and lets the session run.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "runner/descriptor.h"
#include "runner/execute/output.h"
#include "runner/execute/session.h"
#include "runner/lifecycle/attendant.h"
#include "runner/lifecycle/kernel_side.h"
#include "runner/lifecycle/standard_input.h"
#include "runner/lifecycle/target_command.h"
#include "runner/session_end.h"

namespace sutap {

class EventLoop {
  public:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    // What takes part; none of it is owned, a null pointer stands for what there is not.
    struct Parts {
        execute::Session& session;
        execute::Output& output;
        const Descriptor& signals;
        KernelSide* kernel = nullptr;
        Attendant* attendant = nullptr;
        StandardInput* input = nullptr;
        TargetCommand* command = nullptr;
        bool has_files = false;         // -o: the attendant opens the next output file
        std::int64_t deadline = never;  // CLOCK_MONOTONIC: of -T
        std::int64_t limit = never;     // the same: of the grant
        Descriptor ready{};             // gets a byte when the begin handlers are done
    };
    // Lets the output go on in the attendant's next files: of -S after so many bytes, 0: none.
    EventLoop(Parts parts, std::uint64_t rotate_bytes);

    // Begin handlers, then events until the session ends; the end handlers are not run.
    void run();
    // The exit status, once the end handlers have run.
    int finish();
    // Why the session ended, once it has.
    SessionEnd::Reason reason() const { return reason_; }

  private:
    void begin();
    // Until something is to be done.
    void wait();
    void take_signals();
    void take_messages();
    void take(const Message& message);
    void take_input();
    void drain();
    SessionEnd::Reason find_reason() const;
    // Before anything looks at what handlers on kernel events have added up.
    void take_tallies();
    // What the script printed goes out before the commands that it starts.
    void flush();
    // Waits for the attendant's next output file; -1: there is none.
    int next_file();

    Parts parts_;
    Descriptor file_;           // a later output file
    std::deque<Message> kept_;  // messages that came while another was waited for
    std::int64_t next_refresh_ = 0;
    bool more_records_ = false;
    bool wants_end_ = false;
    bool is_interrupted_ = false;
    SessionEnd::Reason reason_ = SessionEnd::Reason::exit;
};

}  // namespace sutap
