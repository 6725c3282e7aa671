// Inside the room: the words of a command line on their way to Options.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/options.h"

namespace sutap::options {

class CommandLine;

// An option: what it is called, and what it does. One that has neither `flag` nor `take` nor
// `refusal` is accepted and has no effect here (README, "Options").
struct Form {
    enum class Value : std::uint8_t { none, required, optional };  // optional: --name=VALUE alone
    char letter = 0;                                               // 0: none
    std::string_view name = {};
    Value value = Value::none;
    bool Options::*flag = nullptr;
    void (CommandLine::*take)(std::string_view value) = nullptr;
    std::string_view refusal = {};  // why there is no such thing here, and what to do instead
};

const Form* find_form(char letter);
const Form* find_form(std::string_view name);

class CommandLine {
  public:
    CommandLine(int argc, const char* const* argv) {
        for (int i = 1; i < argc; ++i) {
            words_.emplace_back(argv[i]);
        }
    }
    OptionsResult parse();

    // What the forms do with a value.
    void take_script_text(std::string_view value);
    void take_additional_script(std::string_view value);
    void take_pass(std::string_view value);
    void take_list(std::string_view value);
    void take_list_with_variables(std::string_view value);
    void take_global(std::string_view value);
    void take_definition(std::string_view value);
    void take_output_file(std::string_view value);
    void take_timeout(std::string_view value);
    void take_buffer_size(std::string_view value);
    void take_rotation(std::string_view value);
    void take_target(std::string_view value);
    void take_command(std::string_view value);
    void take_verbosity(std::string_view value);
    void take_pass_verbosity(std::string_view value);
    void take_session_name(std::string_view value);
    void take_tapset_folder(std::string_view value);
    void take_release(std::string_view value);
    void take_architecture(std::string_view value);
    void take_help(std::string_view value);
    void take_version(std::string_view value);
    void take_nothing(std::string_view value);
    void take_probe_types(std::string_view value);
    void take_probe_aliases(std::string_view value);
    void take_functions(std::string_view value);
    void take_doctor(std::string_view value);
    void take_check(std::string_view value);
    void take_format(std::string_view value);
    void take_place(std::string_view value);
    void take_grant(std::string_view value);
    void take_compatible(std::string_view value);
    void take_global_display(std::string_view value);
    void take_colour(std::string_view value);
    void take_prologue_searching(std::string_view value);
    void take_run_time(std::string_view value);
    void take_limit_as(std::string_view value);
    void take_limit_cpu(std::string_view value);
    void take_limit_nproc(std::string_view value);
    void take_limit_stack(std::string_view value);
    void take_limit_fsize(std::string_view value);

  private:
    void fail(std::string message) {
        if (error_.empty()) {
            error_ = std::move(message);
        }
    }
    void parse_short(std::string_view word);
    void parse_long(std::string_view word);
    void apply(const Form& form, std::string_view value);
    void set_action(Action action) {
        if (options_.action == Action::run) {
            options_.action = action;
        }
    }
    void set_pattern(Action action, std::string_view pattern);
    void set_limit(int resource, const char* name, std::string_view value);
    std::optional<Setting> setting(char letter, std::string_view value, bool needs_value);
    void take_words();
    void check();

    std::vector<std::string_view> words_;
    std::size_t at_ = 0;
    Options options_;
    std::string error_;
};

}  // namespace sutap::options
