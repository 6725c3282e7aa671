#include "runner/options/options.h"

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

#include "runner/options/numbers.h"

namespace sutap::options {
namespace {

// A letter's or long name's row: `takes_value` as getopt's ':'.
struct Form {
    char letter;  // 0: none
    std::string_view name;
    bool takes_value;
};

constexpr std::array<Form, 35> forms = {{
    {'e', "", true},
    {'v', "", false},
    {'q', "", false},
    {'p', "", true},
    {'l', "", true},
    {'L', "", true},
    {'g', "", false},
    {'G', "", true},
    {'D', "", true},
    {'o', "", true},
    {'T', "", true},
    {'s', "", true},
    {'x', "", true},
    {'c', "", true},
    {'w', "", false},
    {'W', "", false},
    {'u', "", false},
    {'k', "", false},
    {'t', "", false},
    {'F', "", false},
    {'S', "", true},
    {'h', "help", false},
    {'V', "version", false},
    {0, "format", true},
    {0, "place", true},
    {0, "check", true},
    {0, "grant", true},
    {0, "dump-probe-types", false},
    {0, "dump-probe-aliases", false},
    {0, "dump-functions", false},
    {0, "skip-badvars", false},
    {0, "suppress-handler-errors", false},
    {0, "suppress-time-limits", false},
    {0, "no-global-var-display", false},
    {0, "compatible", true},
}};

const Form* find_form(char letter) {
    for (const Form& form : forms) {
        if (form.letter == letter) {
            return &form;
        }
    }
    return nullptr;
}

const Form* find_form(std::string_view name) {
    for (const Form& form : forms) {
        if (!form.name.empty() && form.name == name) {
            return &form;
        }
    }
    return nullptr;
}

bool is_identifier(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    if (text.empty() || !is_letter(text.front())) {
        return false;
    }
    for (const char c : text) {
        if (!is_letter(c) && !(c >= '0' && c <= '9')) {
            return false;
        }
    }
    return true;
}

class CommandLine {
  public:
    CommandLine(int argc, const char* const* argv) {
        for (int i = 1; i < argc; ++i) {
            words_.emplace_back(argv[i]);
        }
    }
    OptionsResult parse();

  private:
    void fail(std::string message) {
        if (error_.empty()) {
            error_ = std::move(message);
        }
    }
    void parse_short(std::string_view word);
    void parse_long(std::string_view word);
    void apply(const Form& form, std::string_view value);
    void apply_letter(char letter, std::string_view value);
    void apply_flag(char letter);
    void apply_name(std::string_view name, std::string_view value);
    void set_action(Action action) {
        if (options_.action == Action::run) {
            options_.action = action;
        }
    }
    void set_pattern(Action action, std::string_view pattern);
    void set_rotation(std::string_view value);
    std::optional<Setting> setting(char letter, std::string_view value, bool needs_value);
    void take_words();
    void check();

    std::vector<std::string_view> words_;
    std::size_t at_ = 0;
    Options options_;
    std::string error_;
};

// -v, -gp4, -p 4: letters up to one that takes a value, which is the rest of the word or the next.
void CommandLine::parse_short(std::string_view word) {
    for (std::size_t i = 1; i < word.size() && error_.empty(); ++i) {
        const Form* form = find_form(word[i]);
        if (!form) {
            fail(std::string("invalid option -- '") + word[i] + "'");
            return;
        }
        if (!form->takes_value) {
            apply(*form, {});
            continue;
        }
        if (i + 1 < word.size()) {
            apply(*form, word.substr(i + 1));
        } else if (at_ < words_.size()) {
            apply(*form, words_[at_++]);
        } else {
            fail(std::string("option requires an argument -- '") + word[i] + "'");
        }
        return;
    }
}

void CommandLine::parse_long(std::string_view word) {
    const std::size_t equal = word.find('=');
    const std::string name(word.substr(0, equal));
    const Form* form = find_form(std::string_view(name).substr(2));
    if (!form) {
        fail("unrecognized option '" + name + "'");
    } else if (!form->takes_value && equal != std::string_view::npos) {
        fail("option '" + name + "' doesn't allow an argument");
    } else if (!form->takes_value) {
        apply(*form, {});
    } else if (equal != std::string_view::npos) {
        apply(*form, word.substr(equal + 1));
    } else if (at_ < words_.size()) {
        apply(*form, words_[at_++]);
    } else {
        fail("option '" + name + "' requires an argument");
    }
}

void CommandLine::apply(const Form& form, std::string_view value) {
    if (!form.name.empty()) {
        apply_name(form.name, value);
    } else if (form.takes_value) {
        apply_letter(form.letter, value);
    } else {
        apply_flag(form.letter);
    }
}

void CommandLine::apply_flag(char letter) {
    switch (letter) {
        case 'v':
            ++options_.verbosity;
            break;
        case 'q':
            options_.quiet = true;
            break;
        case 'g':
            options_.guru = true;
            break;
        case 'w':
            options_.suppresses_warnings = true;
            break;
        case 'W':
            options_.warnings_are_errors = true;
            break;
        case 'u':
            options_.keeps_unused = true;
            break;
        case 'k':
            options_.keeps_files = true;
            break;
        case 't':
            options_.measures_time = true;
            break;
        default:
            options_.in_background = true;
    }
}

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

// SIZE[,N]
void CommandLine::set_rotation(std::string_view value) {
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

void CommandLine::apply_letter(char letter, std::string_view value) {
    if (letter == 'e') {
        if (options_.script_text) {
            fail("Only one script can be given on the command line.");
        }
        options_.script_text = std::string(value);
    } else if (letter == 'p') {
        const auto pass = parse_number<int>(value, 1, 5);
        if (!pass) {
            fail("Invalid pass number (should be 1-5).");
        }
        options_.last_pass = pass.value_or(5);
    } else if (letter == 'l' || letter == 'L') {
        set_pattern(letter == 'l' ? Action::list_probes : Action::list_probes_with_variables,
                    value);
    } else if (letter == 'G' || letter == 'D') {
        if (auto found = setting(letter, value, letter == 'G')) {
            (letter == 'G' ? options_.globals : options_.definitions).push_back(std::move(*found));
        }
    } else if (letter == 'o') {
        if (value.empty()) {
            fail("The name of the output file must not be empty.");
        }
        options_.output_file = std::string(value);
    } else if (letter == 'T') {
        const auto seconds = parse_number<std::uint32_t>(value, 1, std::numeric_limits<int>::max());
        if (!seconds) {
            fail("Invalid timeout interval (should be a number of seconds above 0).");
        }
        options_.maximum_seconds = seconds.value_or(0);
    } else if (letter == 's') {
        const auto size = parse_number<std::uint32_t>(value, 1, 4095);
        if (!size) {
            fail("Invalid buffer size (should be 1-4095).");
        }
        options_.buffer_megabytes = size.value_or(0);
    } else if (letter == 'x') {
        options_.target_pid = parse_number<std::int32_t>(value, 1, 1 << 22);
        if (!options_.target_pid) {
            fail("Invalid target process ID number.");
        }
    } else if (letter == 'c') {
        if (value.empty()) {
            fail("The command of -c must not be empty.");
        }
        options_.command = std::string(value);
    } else {
        set_rotation(value);
    }
}

void CommandLine::apply_name(std::string_view name, std::string_view value) {
    if (name == "help") {
        set_action(Action::help);
    } else if (name == "version") {
        set_action(Action::version);
    } else if (name == "dump-probe-types") {
        set_action(Action::dump_probe_types);
    } else if (name == "dump-probe-aliases") {
        set_action(Action::dump_probe_aliases);
    } else if (name == "dump-functions") {
        set_action(Action::dump_functions);
    } else if (name == "check") {
        set_action(Action::check);
        if (options_.script_path || value.empty()) {
            fail(value.empty() ? "--check needs the name of a script."
                               : "Only one script can be given on the command line.");
        }
        options_.script_path = std::string(value);
    } else if (name == "format") {
        if (value != "text" && value != "json") {
            fail("Invalid format (should be text or json).");
        }
        options_.format = value == "json" ? Format::json : Format::text;
    } else if (name == "place") {
        if (value != "kernel" && value != "user" && value != "auto") {
            fail("Invalid place (should be kernel, user or auto).");
        }
        options_.place = value == "kernel" ? PlaceChoice::kernel
                         : value == "user" ? PlaceChoice::user
                                           : PlaceChoice::automatic;
    } else if (name == "grant") {
        options_.grant_descriptor = parse_number<int>(value, 3, 1023);
        if (!options_.grant_descriptor) {
            fail("Invalid descriptor of the grant.");
        }
    } else if (name == "skip-badvars") {
        options_.skips_bad_variables = true;
    } else if (name == "suppress-handler-errors") {
        options_.suppresses_handler_errors = true;
    } else if (name == "suppress-time-limits") {
        options_.suppresses_time_limits = true;
    } else if (name == "no-global-var-display") {
        options_.displays_globals = false;
    } else {
        const bool is_version = !value.empty() && value.size() < 20 &&
                                value.find_first_not_of("0123456789.") == std::string_view::npos &&
                                value.front() != '.' && value.back() != '.';
        if (!is_version) {
            fail("Invalid version number of --compatible (should be like 4.2).");
        }
        options_.compatible_version = std::string(value);
    }
}

// What stands behind the options: the script, if none is given yet, and its arguments.
void CommandLine::take_words() {
    const bool takes_script =
        options_.action == Action::run && !options_.script_text && !options_.grant_descriptor;
    if (takes_script && at_ < words_.size()) {
        options_.script_path = std::string(words_[at_++]);
    }
    options_.arguments.assign(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
}

// What only the whole line shows.
void CommandLine::check() {
    const bool has_script = options_.script_text || options_.script_path;
    if (options_.grant_descriptor && has_script) {
        fail("A grant names the script; none can be given on the command line.");
    }
    if (options_.action == Action::run && !has_script && !options_.grant_descriptor) {
        fail("A script must be specified.");
    }
    if (options_.script_path && options_.script_path->empty()) {
        fail("The name of the script must not be empty.");
    }
    if (options_.command && options_.target_pid) {
        fail("You can't specify -c and -x together.");
    }
    if (options_.suppresses_time_limits && !options_.guru) {
        fail("You can't specify --suppress-time-limits without -g.");
    }
    if (options_.rotate_megabytes > 0 && !options_.output_file) {
        fail("You can't specify -S without -o.");
    }
}

OptionsResult CommandLine::parse() {
    if (words_.empty()) {
        return {std::nullopt, usage(), 1};
    }
    while (at_ < words_.size() && error_.empty()) {
        const std::string_view word = words_[at_];
        if (word.size() < 2 || word.front() != '-') {
            break;
        }
        ++at_;
        if (word == "--") {
            break;
        }
        if (word.starts_with("--")) {
            parse_long(word);
        } else {
            parse_short(word);
        }
    }
    // --help and --version answer even where the rest makes no sense, once it could be read.
    const bool is_question = options_.action == Action::help || options_.action == Action::version;
    if (error_.empty()) {
        take_words();
    }
    if (error_.empty() && !is_question) {
        check();
    }
    if (!error_.empty()) {
        return {std::nullopt, "sutap: " + error_ + "\nTry '--help' for more information.\n", 1};
    }
    return {std::move(options_), {}, 0};
}

}  // namespace

OptionsResult parse_options(int argc, const char* const* argv) {
    return CommandLine(argc, argv).parse();
}

std::string version() {
    return "sutap 0.1 (the SystemTap language 5.2, runtime bpf)\n"
           "This is free software under the MIT licence; there is NO WARRANTY.\n";
}

std::string usage() {
    return R"(Usage: sutap [OPTIONS] FILE [ARGUMENTS]     run the script in FILE
   or: sutap [OPTIONS] - [ARGUMENTS]        run the script on standard input
   or: sutap [OPTIONS] -e TEXT [ARGUMENTS]  run the script TEXT
   or: sutap [OPTIONS] -l PATTERN           list the probe points that match
   or: sutap [OPTIONS] -L PATTERN           the same, with their variables

Options:
   -c CMD             run CMD, and end when it ends; target() is its process ID
   -D NAME[=VALUE]    override a limit, for example MAXACTION
   -e TEXT            run this script
   -F                 run in the background
   -g                 guru mode: allow what can do harm
   -G NAME=VALUE      set a global variable
   -h, --help         show this text
   -k                 keep temporary files
   -l, -L PATTERN     list probe points; -L with their variables
   -o FILE            write the output into FILE
   -p NUM             stop after pass NUM: 1 parse, 2 elaborate, 3 translate, 4 build, 5 run
   -q                 say less
   -s NUM             megabytes of buffer (1-4095)
   -S SIZE[,N]        begin a new output file every SIZE megabytes, keep N
   -t                 measure the time that each probe takes
   -T SECONDS         end after so many seconds
   -u                 keep unused functions and variables
   -v                 say more; may be repeated
   -V, --version      show the version
   -w, -W             no warnings; warnings are errors
   -x PID             target() is PID
   --check SCRIPT     say what the script needs, and run nothing
   --compatible=VERSION          language of an older SystemTap
   --dump-functions, --dump-probe-aliases, --dump-probe-types
   --format text|json            json: one object a line
   --no-global-var-display       print no unread global variables at the end
   --place kernel|user|auto      where handlers run
   --skip-badvars                unknown context variables are 0
   --suppress-handler-errors     run-time errors do not end the session
   --suppress-time-limits        no limit on a handler's steps (with -g)
)";
}

}  // namespace sutap::options
