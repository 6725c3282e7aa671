// What the options do with their values.
#include <sys/resource.h>
#include <sys/utsname.h>

#include <algorithm>
#include <limits>

#include "runner/options/command_line.h"
#include "runner/options/numbers.h"

namespace sutap::options {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_identifier(std::string_view text) {
    return is_word(text) && is_letter(text.front());
}

}  // namespace

std::optional<Setting> CommandLine::setting(char letter, std::string_view value, bool needs_value) {
    const std::size_t equal = value.find('=');
    const bool has_value = equal != std::string_view::npos;
    if (!is_identifier(value.substr(0, equal)) || (needs_value && !has_value)) {
        fail(std::string("Invalid argument '").append(value) + "' of -" + letter +
             (needs_value ? " (should be NAME=VALUE)." : " (should be NAME or NAME=VALUE)."));
        return std::nullopt;
    }
    return Setting(value.substr(0, equal), has_value ? value.substr(equal + 1) : "");
}

void CommandLine::take_script_text(std::string_view value) {
    if (options_.script_text) {
        fail("Only one script can be given on the command line.");
    }
    options_.script_text = std::string(value);
}

void CommandLine::take_additional_script(std::string_view value) {
    options_.additional_scripts.emplace_back(value);
}

void CommandLine::take_pass(std::string_view value) {
    const auto pass = parse_number<int>(value, 1, 5);
    if (!pass) {
        fail("Invalid pass number (should be 1-5).");
    }
    options_.last_pass = pass.value_or(5);
}

void CommandLine::set_pattern(Action action, std::string_view pattern) {
    if (options_.list_pattern) {
        fail("Only one of -l and -L may be given, and only once.");
        return;
    }
    if (pattern.empty()) {
        fail("The probe pattern must not be empty.");
    }
    options_.list_pattern = std::string(pattern);
    set_action(action);
}

void CommandLine::take_list(std::string_view value) {
    set_pattern(Action::list_probes, value);
}

void CommandLine::take_list_with_variables(std::string_view value) {
    set_pattern(Action::list_probes_with_variables, value);
}

void CommandLine::take_global(std::string_view value) {
    if (auto found = setting('G', value, true)) {
        options_.globals.push_back(std::move(*found));
    }
}

void CommandLine::take_definition(std::string_view value) {
    if (auto found = setting('D', value, false)) {
        options_.definitions.push_back(std::move(*found));
    }
}

void CommandLine::take_output_file(std::string_view value) {
    if (value.empty()) {
        fail("The name of the output file must not be empty.");
    }
    options_.output_file = std::string(value);
}

void CommandLine::take_timeout(std::string_view value) {
    const auto seconds = parse_number<std::uint32_t>(value, 1, std::numeric_limits<int>::max());
    if (!seconds) {
        fail("Invalid timeout interval (should be a number of seconds above 0).");
    }
    options_.maximum_seconds = seconds.value_or(0);
}

void CommandLine::take_buffer_size(std::string_view value) {
    const auto size = parse_number<std::uint32_t>(value, 1, 4095);
    if (!size) {
        fail("Invalid buffer size (should be 1-4095).");
    }
    options_.buffer_megabytes = size.value_or(0);
}

// SIZE[,N]
void CommandLine::take_rotation(std::string_view value) {
    const std::size_t comma = value.find(',');
    const auto size = parse_number<std::uint64_t>(value.substr(0, comma), 1, 1U << 30U);
    const auto count = comma == std::string_view::npos
                           ? std::optional<std::uint32_t>(0)
                           : parse_number<std::uint32_t>(value.substr(comma + 1), 1, 1U << 20U);
    if (!size || !count) {
        fail("Invalid file size argument for -S (should be SIZE or SIZE,N).");
        return;
    }
    options_.rotate_megabytes = *size;
    options_.rotate_count = *count;
}

void CommandLine::take_target(std::string_view value) {
    options_.target_pid = parse_number<std::int32_t>(value, 1, 1 << 22);
    if (!options_.target_pid) {
        fail("Invalid target process ID number.");
    }
}

void CommandLine::take_command(std::string_view value) {
    if (value.find_first_not_of(" \t\n") == std::string_view::npos) {
        fail("The command of -c must not be empty.");
    }
    options_.command = std::string(value);
}

void CommandLine::take_verbosity(std::string_view /*value*/) {
    ++options_.verbosity;
}

void CommandLine::take_pass_verbosity(std::string_view value) {
    if (value.empty() || value.size() > options_.pass_verbosity.size() ||
        !std::ranges::all_of(value, is_digit)) {
        fail("Invalid argument '" + std::string(value) +
             "' of --vp (should be up to five digits, one for each pass).");
        return;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        options_.pass_verbosity.at(i) += value[i] - '0';
    }
}

void CommandLine::take_session_name(std::string_view value) {
    constexpr std::size_t longest = 50;
    if (!is_word(value) || value.size() > longest) {
        fail("Invalid module name '" + std::string(value) +
             "' of -m (should be 1 to 50 letters, digits and underscores).");
    }
    options_.session_name = std::string(value);
}

void CommandLine::take_tapset_folder(std::string_view value) {
    if (value.empty()) {
        fail("The folder of -I must not be empty.");
    }
    options_.tapset_folders.emplace_back(value);
}

void CommandLine::take_release(std::string_view value) {
    constexpr std::string_view before = "/lib/modules/";
    constexpr std::string_view behind = "/build";
    std::string_view release = value;
    if (release.starts_with(before) && release.ends_with(behind)) {
        release.remove_prefix(before.size());
        release.remove_suffix(behind.size());
    }
    if (release.empty() || release.find('/') != std::string_view::npos) {
        fail("Invalid release '" + std::string(value) + "' of -r.");
    }
    options_.release = std::string(release);
}

void CommandLine::take_architecture(std::string_view value) {
    utsname system{};
    uname(&system);
    if (value != system.machine) {
        fail("Invalid architecture '" + std::string(value) + "' of -a: this machine is " +
             system.machine + ".");
    }
}

void CommandLine::take_help(std::string_view /*value*/) {
    set_action(Action::help);
}

void CommandLine::take_version(std::string_view /*value*/) {
    set_action(Action::version);
}

void CommandLine::take_nothing(std::string_view /*value*/) {
    set_action(Action::nothing);
}

void CommandLine::take_probe_types(std::string_view /*value*/) {
    set_action(Action::dump_probe_types);
}

void CommandLine::take_probe_aliases(std::string_view /*value*/) {
    set_action(Action::dump_probe_aliases);
}

void CommandLine::take_functions(std::string_view /*value*/) {
    set_action(Action::dump_functions);
}

void CommandLine::take_doctor(std::string_view /*value*/) {
    set_action(Action::doctor);
}

void CommandLine::take_check(std::string_view value) {
    set_action(Action::check);
    if (options_.script_path || value.empty()) {
        fail(value.empty() ? "--check needs the name of a script."
                           : "Only one script can be given on the command line.");
    }
    options_.script_path = std::string(value);
}

void CommandLine::take_format(std::string_view value) {
    if (value != "text" && value != "json") {
        fail("Invalid format (should be text or json).");
    }
    options_.format = value == "json" ? Format::json : Format::text;
}

void CommandLine::take_place(std::string_view value) {
    if (value != "kernel" && value != "user" && value != "auto") {
        fail("Invalid place (should be kernel, user or auto).");
    }
    options_.place = value == "kernel" ? PlaceChoice::kernel
                     : value == "user" ? PlaceChoice::user
                                       : PlaceChoice::automatic;
}

void CommandLine::take_grant(std::string_view value) {
    options_.grant_descriptor = parse_number<int>(value, 3, 1023);
    if (!options_.grant_descriptor) {
        fail("Invalid descriptor of the grant.");
    }
}

void CommandLine::take_compatible(std::string_view value) {
    const bool is_version = !value.empty() && value.size() < 20 &&
                            value.find_first_not_of("0123456789.") == std::string_view::npos &&
                            value.front() != '.' && value.back() != '.';
    if (!is_version) {
        fail("Invalid version number of --compatible (should be like 4.2).");
    }
    options_.compatible_version = std::string(value);
}

void CommandLine::take_global_display(std::string_view /*value*/) {
    options_.displays_globals = false;
}

void CommandLine::take_colour(std::string_view value) {
    if (value == "auto") {
        options_.uses_colour = std::nullopt;
    } else if (value.empty() || value == "always" || value == "never") {
        options_.uses_colour = value != "never";
    } else {
        fail("Invalid argument '" + std::string(value) +
             "' of --color (should be never, auto or always).");
    }
}

void CommandLine::take_prologue_searching(std::string_view value) {
    if (!value.empty() && value != "never" && value != "auto" && value != "always") {
        fail("Invalid argument '" + std::string(value) +
             "' of --prologue-searching (should be never, auto or always).");
    }
}

void CommandLine::take_run_time(std::string_view value) {
    if (value != "bpf" && value != "kernel") {
        fail("Invalid runtime '" + std::string(value) + "': it is always bpf.");
    }
}

void CommandLine::set_limit(int resource, const char* name, std::string_view value) {
    const auto number =
        parse_number<std::uint64_t>(value, 0, std::numeric_limits<std::int64_t>::max());
    if (!number) {
        fail("Unable to convert resource limit '" + std::string(value) + "' of --rlimit-" + name +
             ".");
        return;
    }
    options_.limits.push_back({resource, *number});
}

void CommandLine::take_limit_as(std::string_view value) {
    set_limit(RLIMIT_AS, "as", value);
}

void CommandLine::take_limit_cpu(std::string_view value) {
    set_limit(RLIMIT_CPU, "cpu", value);
}

void CommandLine::take_limit_nproc(std::string_view value) {
    set_limit(RLIMIT_NPROC, "nproc", value);
}

void CommandLine::take_limit_stack(std::string_view value) {
    set_limit(RLIMIT_STACK, "stack", value);
}

void CommandLine::take_limit_fsize(std::string_view value) {
    set_limit(RLIMIT_FSIZE, "fsize", value);
}

}  // namespace sutap::options
