// What a running handler sees of its session beside the globals.
#pragma once

#include <cstdint>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "runner/execute/matching.h"
#include "runner/execute/output.h"
#include "runner/execute/processes.h"
#include "runner/execute/record.h"
#include "runner/execute/session.h"
#include "runner/execute/speculations.h"
#include "runner/execute/symbols.h"
#include "runner/execute/text.h"
#include "runner/execute/time_zone.h"

namespace sutap::execute {

struct Context {
    Context(const SessionOptions& session_options, Output& script_output, Output& error_output)
        : options(session_options),
          symbols(options.symbols ? *options.symbols : no_symbols),
          output(script_output),
          messages(error_output),
          processes(session_options.process_folder),
          random(static_cast<std::minstd_rand::result_type>(clock(CLOCK_MONOTONIC))) {}

    const SessionOptions& options;
    const Symbols no_symbols;
    const Symbols& symbols;
    Output& output;
    Output& messages;
    Processes processes;
    Tokenizer tokenizer;
    Matching matching;
    Speculations speculations;
    TimeZone time_zone = TimeZone::local();
    std::minstd_rand random;
    const ir::Handler* handler = nullptr;  // the one that runs
    const Record* record = nullptr;        // of a deferred handler
    bool exit_requested = false;
    std::string file_value;              // $value of the procfs probe that runs
    std::size_t longest_file_value = 0;  // in bytes
    std::vector<std::string> commands;   // of system(), to be started

    // Nanoseconds of the clock.
    std::int64_t clock(clockid_t id) const;
    // `PREFIX: text` as a line of its own on standard error, after what the script printed so far.
    void print_message(std::string_view prefix, std::string_view text);
    // Longest string that a variable keeps, in bytes.
    std::size_t longest_string() const {
        return options.string_size > 0 ? options.string_size - 1 : 0;
    }
};

}  // namespace sutap::execute
