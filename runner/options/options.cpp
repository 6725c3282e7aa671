#include "runner/options/options.h"

#include <sys/utsname.h>

#include <cstddef>
#include <string_view>

#include "runner/options/command_line.h"

namespace sutap::options {

void CommandLine::apply(const Form& form, std::string_view value) {
    if (!form.refusal.empty()) {
        const std::string name =
            form.letter != 0 ? std::string("-") + form.letter : "--" + std::string(form.name);
        fail(name + ": " + std::string(form.refusal));
    } else if (form.flag != nullptr) {
        options_.*form.flag = true;
    } else if (form.take != nullptr) {
        (this->*form.take)(value);
    }
}

// -v, -gp4, -p 4: letters up to one that takes a value, which is the rest of the word or the next.
void CommandLine::parse_short(std::string_view word) {
    for (std::size_t i = 1; i < word.size() && error_.empty(); ++i) {
        const Form* form = find_form(word[i]);
        if (form == nullptr) {
            fail(std::string("invalid option -- '") + word[i] + "'");
            return;
        }
        if (form->value != Form::Value::required) {
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
    const bool has_value = equal != std::string_view::npos;
    const std::string name(word.substr(0, equal));
    const Form* form = find_form(std::string_view(name).substr(2));
    if (form == nullptr) {
        fail("unrecognized option '" + name + "'");
    } else if (form->value == Form::Value::none && has_value) {
        fail("option '" + name + "' doesn't allow an argument");
    } else if (has_value) {
        apply(*form, word.substr(equal + 1));
    } else if (form->value != Form::Value::required) {
        apply(*form, {});
    } else if (at_ < words_.size()) {
        apply(*form, words_[at_++]);
    } else {
        fail("option '" + name + "' requires an argument");
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
    utsname system{};
    if (options_.release && options_.last_pass == 5 && options_.action == Action::run &&
        uname(&system) == 0 && *options_.release != system.release) {
        fail("You can't specify -r " + *options_.release +
             " without -p4 or less: only the running kernel, " + system.release +
             ", can be traced.");
    }
    if (options_.rotate_megabytes > 0 && !options_.output_file) {
        fail("You can't specify -S without -o.");
    }
    if (options_.in_background && !options_.output_file && options_.last_pass == 5) {
        fail(
            "You can't specify -F without -o: no module stays in the kernel that could keep the "
            "output.");
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
    // These answer even where the rest makes no sense, once it could be read.
    const bool is_question = options_.action == Action::help ||
                             options_.action == Action::version ||
                             options_.action == Action::nothing;
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

OptionsResult parse_options(int argc, const char* const* argv) {
    return CommandLine(argc, argv).parse();
}

}  // namespace sutap::options
