// Any words as a command line, ordinary users' and root's. The input: words that end with a NUL.
#include "policies/request.h"

#include <string>

#include "policies/accounts.h"
#include "tests/fuzz/inputs.h"

using namespace sutap;

namespace {

// getopt_long(3) takes what is short of an option's name for it.
bool means_grant(const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    return name.size() > 2 && std::string("--grant").rfind(name, 0) == 0;
}

void check(const policy::Request& request, bool is_root) {
    using policy::Action;
    if (request.action == Action::usage || request.action == Action::refused)
        return fuzz::require(!request.problem.empty());
    if (request.action != Action::run) return;
    for (const std::string& option : request.granted)
        fuzz::require(is_root || option == "-e" || policy::is_grantable(option));
    // Nothing but what follows the script is the script's.
    fuzz::require(request.arguments.size() <= request.words.size());
    for (std::size_t i = 0; i < request.options.size(); ++i) {
        const bool is_value = i > 0 && request.options[i - 1].size() == 2;
        fuzz::require(is_value || !means_grant(request.options[i]));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> words;
    for (const std::string_view word : policy::split(text, '\0')) words.emplace_back(word);
    check(policy::parse_request(words, false), false);
    check(policy::parse_request(words, true), true);
    return 0;
}
