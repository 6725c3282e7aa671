// Child processes that run what the caller wants: the command of -c, those of system(), and the
// attendant. They are forked before anything is raised and have nothing of the runner's: no
// capability (and no way to one: set-user-ID programs do not work in them), no descriptor but the
// standard streams, the caller's own environment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/options/grant.h"

namespace sutap {

// `NAME=VALUE` words: what the front end kept of the caller's, or, without a grant, our own.
std::vector<std::string> caller_environment(const std::optional<options::Grant>& grant);

// In a forked child: gives up everything; keeps the standard streams and the descriptors `kept`.
// Throws privileges::PrivilegeError.
void become_plain(const std::vector<int>& kept);

// Executes the words, found by PATH of the environment, with default signal dispositions. Says on
// standard error why it cannot, and exits with 127 then.
[[noreturn]] void execute_command(const std::vector<std::string>& words,
                                  const std::vector<std::string>& environment);

// The words of a command line: split at blanks, or given to /bin/sh where it holds more than plain
// words (stap does the same with -c).
std::vector<std::string> command_words(const std::string& command);

}  // namespace sutap
