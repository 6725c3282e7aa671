// The runner's command line: stap's letters, stap's order (options come before the script; every
// word behind it is the script's own), and the few that are ours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sutap::options {

enum class Action : std::uint8_t {
    run,  // up to Options::last_pass
    help,
    version,
    list_probes,                 // -l PATTERN
    list_probes_with_variables,  // -L PATTERN
    check,                       // --check SCRIPT: script_path holds it
    dump_probe_types,
    dump_probe_aliases,
    dump_functions,
    doctor,   // what can this machine trace?
    nothing,  // --clean-cache: there is no cache
};
enum class Format : std::uint8_t { text, json };
enum class PlaceChoice : std::uint8_t { automatic, kernel, user };

// NAME=VALUE of -G and -D; without a '=' the value is empty.
using Setting = std::pair<std::string, std::string>;

// Of setrlimit(2).
struct ResourceLimit {
    int resource = 0;
    std::uint64_t value = 0;
};

struct Options {
    Action action = Action::run;
    std::optional<std::string> script_text;  // -e
    std::optional<std::string> script_path;  // FILE, or "-" for standard input
    std::vector<std::string> arguments;      // of the script
    std::optional<std::string> list_pattern;
    std::optional<int> grant_descriptor;  // then neither script_text nor script_path is set

    int verbosity = 0;                    // -v
    std::array<int, 5> pass_verbosity{};  // --vp: on top of that
    int last_pass = 5;
    bool quiet = false;
    bool guru = false;
    bool measures_time = false;        // -t
    bool in_background = false;        // -F
    bool suppresses_warnings = false;  // -w
    bool warnings_are_errors = false;  // -W
    bool keeps_unused = false;         // -u
    bool skips_bad_variables = false;  // --skip-badvars
    bool suppresses_handler_errors = false;
    bool suppresses_time_limits = false;  // only with guru
    bool displays_globals = true;         // --no-global-var-display clears it
    std::optional<bool> uses_colour;      // --color; nullopt: on a terminal

    std::vector<Setting> globals;                 // -G
    std::vector<Setting> definitions;             // -D
    std::vector<std::string> additional_scripts;  // -E
    std::vector<std::string> tapset_folders;      // -I
    std::optional<std::string> output_file;
    std::optional<std::string> release;       // -r: what scripts are told of the kernel
    std::optional<std::string> session_name;  // -m: of the folder of procfs files
    std::uint32_t maximum_seconds = 0;        // -T; 0: none
    std::uint32_t buffer_megabytes = 0;       // -s, 1 to 4095; 0: the default
    std::uint64_t rotate_megabytes = 0;       // -S; 0: no rotation
    std::uint32_t rotate_count = 0;           // -S …,N; 0: unlimited
    std::optional<std::int32_t> target_pid;
    std::optional<std::string> command;
    std::string compatible_version;  // empty: the language of today
    Format format = Format::text;
    PlaceChoice place = PlaceChoice::automatic;

    // Else the answer is a list, or a text, about what there is.
    [[nodiscard]] bool needs_script() const {
        return action == Action::run || action == Action::check;
    }
    std::vector<ResourceLimit> limits;  // --rlimit-…

    // Of pass 1 to 5.
    int verbosity_of(std::size_t pass) const { return verbosity + pass_verbosity.at(pass - 1); }
};

struct OptionsResult {
    std::optional<Options> options;
    std::string error;    // whole lines for standard error, where `options` is empty
    int exit_status = 0;  // 1 then
};

// argv[0] is skipped. Never throws for wrong words; argc may be 0.
OptionsResult parse_options(int argc, const char* const* argv);

// Whole lines, as --help prints them.
std::string usage();
std::string version();

}  // namespace sutap::options
