// The command line of `sutap` as a value. Pure: no file is looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

enum class Action {
    run,           // a script, with privilege
    list,          // --list
    why,           // --why: a script is not run, but decided on
    show,          // --show: a script's source
    sessions,      // --ps
    stop,          // --stop: `script` is a process's number
    unprivileged,  // -l -L -p1..-p4 --check --help --version --dump-*: the runner does it with none
    refused,       // an option that the caller may not add: `problem` holds it
    usage,         // no sense in it: `problem` says why
};

struct Request {
    Action action = Action::usage;
    std::vector<std::string> options;    // for the runner, with their values
    std::vector<std::string> granted;    // by name: those of them that a policy has to grant
    std::string reason;                  // -m
    bool has_text = false;               // -e: `script` is the text itself
    std::string script;                  // a name, a path or "-"
    std::vector<std::string> arguments;  // of the script
    std::vector<std::string> words;      // the command line, after splitting
    std::string problem;
};

/// Understands `words`, the command line without the program's name. Options stand before the
/// script; those that no policy can grant are refused unless the caller is root. A first word of
/// several, as a `#!` line passes it, is split in the manner of `env -S`.
Request parse_request(std::vector<std::string> words, bool caller_is_root);

/// May a script's `options` hold this one? They never bring text or files of the caller into it.
bool is_grantable(std::string_view option);

/// May everybody add this one to a script of his own that sees his own processes alone?
bool is_harmless_for_own_scripts(std::string_view option);

/// Splits as `env -S` does: blanks, '…', "…", \ and # for a comment. Variables are not expanded:
/// false for ${…}, for an open quotation and for an unknown escape.
bool split_words(std::string_view text, std::vector<std::string>& words);

}  // namespace sutap::policy
