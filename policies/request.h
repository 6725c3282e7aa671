// The command line of `sutap` as a value. Pure: no file is looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

enum class Action {
    run,           // a script, with privilege
    list,          // --list
    unprivileged,  // -l -L -p1..-p4 --check --help --version --dump-*: the runner does it with none
    refused,       // an option that the caller may not add: `problem` holds it
    usage,         // no sense in it: `problem` says why
};

struct Request {
    Action action = Action::usage;
    std::vector<std::string> options;    // for the runner, each one accepted
    bool has_text = false;               // -e: `script` is the text itself
    std::string script;                  // a name, a path or "-"
    std::vector<std::string> arguments;  // of the script
    std::vector<std::string> words;      // the command line, after splitting
    std::string problem;
};

/// Understands `words`, the command line without the program's name. Options stand before the
/// script; all others than -v -q -o -T --format are refused unless the caller is root. A first
/// word of several, as a `#!` line passes it, is split in the manner of `env -S`.
Request parse_request(std::vector<std::string> words, bool caller_is_root);

/// Splits as `env -S` does: blanks, '…', "…", \ and # for a comment. Variables are not expanded:
/// false for ${…}, for an open quotation and for an unknown escape.
bool split_words(std::string_view text, std::vector<std::string>& words);

}  // namespace sutap::policy
