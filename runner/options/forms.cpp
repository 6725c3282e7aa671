// The table of the options.
#include <algorithm>
#include <array>

#include "runner/options/command_line.h"

namespace sutap::options {
namespace {

using Value = Form::Value;

constexpr Form flag(char letter, std::string_view name, bool Options::*member) {
    return {.letter = letter, .name = name, .flag = member};
}
constexpr Form action(char letter, std::string_view name,
                      void (CommandLine::*take)(std::string_view)) {
    return {.letter = letter, .name = name, .take = take};
}
constexpr Form value(char letter, std::string_view name,
                     void (CommandLine::*take)(std::string_view), Value kind = Value::required) {
    return {.letter = letter, .name = name, .value = kind, .take = take};
}
// For what a compiler or a kernel module would need.
constexpr Form without_effect(char letter, std::string_view name, Value kind = Value::none) {
    return {.letter = letter, .name = name, .value = kind};
}
constexpr Form refused(char letter, std::string_view name, Value kind, std::string_view why) {
    return {.letter = letter, .name = name, .value = kind, .refusal = why};
}

constexpr std::string_view no_server =
    "scripts are translated on this machine; no compile server is needed";
constexpr std::string_view no_remote = "scripts run on this machine only; start it there, with ssh";
constexpr std::string_view no_levels =
    "who may run which script is the policy's to say (/etc/sutap/policy.d)";
constexpr std::string_view no_screen =
    "there is no interactive screen; print what is of interest from a timer probe";

constexpr std::array forms = {
    value('e', "", &CommandLine::take_script_text),
    value('E', "", &CommandLine::take_additional_script),
    action('v', "", &CommandLine::take_verbosity),
    value(0, "vp", &CommandLine::take_pass_verbosity),
    flag('q', "", &Options::quiet),
    value('p', "", &CommandLine::take_pass),
    value('l', "", &CommandLine::take_list),
    value('L', "", &CommandLine::take_list_with_variables),
    flag('g', "", &Options::guru),
    value('G', "", &CommandLine::take_global),
    value('D', "", &CommandLine::take_definition),
    value('o', "", &CommandLine::take_output_file),
    value('T', "", &CommandLine::take_timeout),
    value('s', "", &CommandLine::take_buffer_size),
    value('S', "", &CommandLine::take_rotation),
    value('x', "", &CommandLine::take_target),
    value('c', "", &CommandLine::take_command),
    value('m', "", &CommandLine::take_session_name),
    value('I', "", &CommandLine::take_tapset_folder),
    value('r', "", &CommandLine::take_release),
    value('a', "", &CommandLine::take_architecture),
    flag('w', "", &Options::suppresses_warnings),
    flag('W', "", &Options::warnings_are_errors),
    flag('u', "", &Options::keeps_unused),
    flag('t', "", &Options::measures_time),
    flag('F', "", &Options::in_background),
    action('h', "help", &CommandLine::take_help),
    action('V', "version", &CommandLine::take_version),
    value(0, "format", &CommandLine::take_format),
    value(0, "place", &CommandLine::take_place),
    value(0, "check", &CommandLine::take_check),
    value(0, "grant", &CommandLine::take_grant),
    value(0, "compatible", &CommandLine::take_compatible),
    value(0, "color", &CommandLine::take_colour, Value::optional),
    value(0, "colour", &CommandLine::take_colour, Value::optional),
    value(0, "prologue-searching", &CommandLine::take_prologue_searching, Value::optional),
    value(0, "runtime", &CommandLine::take_run_time),
    value(0, "rlimit-as", &CommandLine::take_limit_as),
    value(0, "rlimit-cpu", &CommandLine::take_limit_cpu),
    value(0, "rlimit-nproc", &CommandLine::take_limit_nproc),
    value(0, "rlimit-stack", &CommandLine::take_limit_stack),
    value(0, "rlimit-fsize", &CommandLine::take_limit_fsize),
    action(0, "dump-probe-types", &CommandLine::take_probe_types),
    action(0, "dump-probe-aliases", &CommandLine::take_probe_aliases),
    action(0, "dump-functions", &CommandLine::take_functions),
    action(0, "doctor", &CommandLine::take_doctor),
    action(0, "no-global-var-display", &CommandLine::take_global_display),
    action(0, "clean-cache", &CommandLine::take_nothing),
    flag(0, "skip-badvars", &Options::skips_bad_variables),
    flag(0, "suppress-handler-errors", &Options::suppresses_handler_errors),
    flag(0, "suppress-time-limits", &Options::suppresses_time_limits),

    without_effect('k', ""),
    without_effect('P', ""),
    without_effect('d', "", Value::required),
    without_effect('B', "", Value::required),
    without_effect('R', "", Value::required),
    without_effect(0, "ldd"),
    without_effect(0, "all-modules"),
    without_effect(0, "modinfo", Value::required),
    without_effect(0, "bpf"),
    without_effect(0, "save-uprobes"),
    without_effect(0, "sign-module", Value::optional),
    without_effect(0, "disable-cache"),
    without_effect(0, "poison-cache"),
    without_effect(0, "check-version"),
    without_effect(0, "download-debuginfo", Value::optional),

    refused('b', "", Value::none,
            "there is one stream of output, in order; files per processor "
            "would lose the order"),
    refused('i', "interactive", Value::none, no_screen),
    refused(0, "monitor", Value::optional, no_screen),
    refused(0, "dyninst", Value::none, "the run-time is always bpf"),
    refused(0, "privilege", Value::optional, no_levels),
    refused(0, "unprivileged", Value::none, no_levels),
    refused(0, "use-server", Value::optional, no_server),
    refused(0, "use-server-on-error", Value::optional, no_server),
    refused(0, "list-servers", Value::optional, no_server),
    refused(0, "trust-servers", Value::optional, no_server),
    refused(0, "remote", Value::required, no_remote),
    refused(0, "remote-prefix", Value::none, no_remote),
    refused(0, "sysroot", Value::required, no_remote),
    refused(0, "sysenv", Value::required, no_remote),
    refused(0, "target-namespaces", Value::required,
            "process numbers are those of the process that was hit, in its own namespace"),
    refused(0, "example", Value::none, "name the script by its path"),
};

}  // namespace

const Form* find_form(char letter) {
    const auto* const found = std::ranges::find(forms, letter, &Form::letter);
    return letter == 0 || found == forms.end() ? nullptr : found;
}

const Form* find_form(std::string_view name) {
    const auto* const found = std::ranges::find(forms, name, &Form::name);
    return name.empty() || found == forms.end() ? nullptr : found;
}

}  // namespace sutap::options
