#include "runner/lifecycle/caller_process.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "runner/privileges.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

constexpr int not_executed = 127;  // as a shell's status

// What the runner and the attendant changed for themselves: other dispositions are the caller's.
void restore_signals() {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (std::string& word : words) {
        list.push_back(word.data());
    }
    list.push_back(nullptr);
    return list;
}

}  // namespace

std::vector<std::string> caller_environment(const std::optional<options::Grant>& grant) {
    std::vector<std::string> words;
    if (!grant) {
        for (char** word = environ; word != nullptr && *word != nullptr; ++word) {
            words.emplace_back(*word);
        }
        return words;
    }
    const options::Caller& caller = grant->caller;
    words.push_back("PATH=" + caller.path.value_or("/usr/local/bin:/usr/bin:/bin"));
    const auto add = [&](const char* name, const std::optional<std::string>& value) {
        if (value) {
            words.push_back(name + *value);
        }
    };
    add("TERM=", caller.terminal);
    add("TZ=", caller.time_zone);
    add("LANG=", caller.language);
    add("COLUMNS=", caller.columns);
    return words;
}

void become_plain(const std::vector<int>& kept) {
    std::vector<int> sorted = kept;
    std::ranges::sort(sorted);
    auto next = static_cast<unsigned>(STDERR_FILENO) + 1;
    const auto close_below = [&](unsigned end) {
        if (end > next && syscall(SYS_close_range, next, end - 1, 0U) != 0) {
            throw privileges::PrivilegeError{"cannot close the descriptors"};
        }
    };
    for (const int descriptor : sorted) {
        close_below(static_cast<unsigned>(descriptor));
        next = static_cast<unsigned>(descriptor) + 1;
    }
    if (syscall(SYS_close_range, next, ~0U, 0U) != 0) {
        throw privileges::PrivilegeError{"cannot close the descriptors"};
    }
    privileges::drop_all();
}

void execute_command(const std::vector<std::string>& words,
                     const std::vector<std::string>& environment) {
    restore_signals();
    std::vector<std::string> arguments = words;
    std::vector<std::string> variables = environment;
    std::vector<char*> variable_pointers = pointers(variables);
    environ = variable_pointers.data();  // whose PATH execvp looks at
    execvp(arguments.front().c_str(), pointers(arguments).data());
    complain("cannot run " + words.front() + ": " + std::strerror(errno));
    _exit(not_executed);
}

std::vector<std::string> command_words(const std::string& command) {
    constexpr const char* meaningful = "|&;<>()$`\\\"'*?[]#~=%{}!\n";
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = command.find_first_not_of(" \t", at)) != std::string::npos) {
        const std::size_t end = std::min(command.find_first_of(" \t", at), command.size());
        words.push_back(command.substr(at, end - at));
        at = end;
    }
    if (words.empty() || command.find_first_of(meaningful) != std::string::npos) {
        return {"/bin/sh", "-c", command};
    }
    return words;
}

}  // namespace sutap
