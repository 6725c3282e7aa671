#include "policies/request.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace sutap::policy {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_words = 256;
constexpr std::size_t most_bytes = 32768;  // of all but a text: the audit record holds them
constexpr std::string_view too_long = "the command line is too long";

// Single letters as stap(1) has them: without and with a value.
constexpr std::string_view flag_letters = "vqgkuwWtFhVPbi";
constexpr std::string_view value_letters = "oTexcGDdsSmrBalLpEIR";
constexpr std::size_t most_reason = 256;
constexpr std::array<std::string_view, 6> always_allowed = {"-v", "-q", "-o",
                                                            "-T", "-m", "--format"};
constexpr std::array<std::string_view, 13> grantable = {"-b", "-c", "-F", "-g", "-G", "-k", "-s",
                                                        "-S", "-t", "-u", "-w", "-W", "-x"};
constexpr std::array<std::string_view, 10> own_scripts_options = {"-c", "-e", "-G", "-k", "-s",
                                                                  "-t", "-u", "-w", "-W", "-x"};
constexpr std::array<std::pair<std::string_view, Action>, 5> own_actions = {
    {{"--list", Action::list},
     {"--why", Action::why},
     {"--show", Action::show},
     {"--ps", Action::sessions},
     {"--stop", Action::stop}}};
constexpr std::array<std::string_view, 8> without_privilege = {
    "-h", "-V", "-l", "-L", "--help", "--version", "--check", "--doctor"};

struct Option {
    std::string name;   // "-T", "--format"; of another long one all of it, "--place=user"
    std::string value;  // empty without
    bool is_understood = true;
};

template <typename Set, typename Element>
bool has(const Set& set, const Element& element) {
    return std::find(set.begin(), set.end(), element) != set.end();
}

bool consists_of(std::string_view text, std::string_view signs, std::size_t most) {
    return !text.empty() && text.size() <= most && text.find_first_not_of(signs) == text.npos;
}

bool is_word(std::string_view text) {
    return consists_of(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
                       most_reason);
}

// How the runner is told of a grant: no caller says it, in no abbreviation.
bool means_grant(const Option& option) {
    const std::string name = option.name.substr(0, option.name.find('='));
    return name.size() > 1 && name == std::string_view("--grant").substr(0, name.size());
}

bool needs_no_privilege(const Option& option) {
    return has(without_privilege, option.name) || option.name.substr(0, 7) == "--dump-" ||
           (option.name == "-p" && consists_of(option.value, "1234", 1));
}

// Why the value can't be meant; empty if it can.
std::string misuse(const Option& option) {
    if (option.name == "-T" &&
        (!consists_of(option.value, "0123456789", 9) || option.value[0] == '0'))
        return "-T is followed by a number of seconds";
    if (option.name == "-p" && option.value != "5") return "-p is followed by 1, 2, 3, 4 or 5";
    if (option.name == "-m" && option.value.size() > most_reason)
        return "-m is followed by at most 256 bytes";
    if (option.name == "--format" &&
        !consists_of(option.value, "abcdefghijklmnopqrstuvwxyz0123456789-", 32))
        return "--format is followed by a format's name";
    return option.is_understood ? "" : "unknown option, or no value: " + option.name;
}

// The options of one word, which may take the next one for a value.
void read_options(const std::vector<std::string>& words, std::size_t& next,
                  std::vector<Option>& options) {
    const std::string& word = words[next++];
    const auto add_with_value = [&](const std::string& name, std::string_view glued) {
        const std::string value = !glued.empty()        ? std::string(glued)
                                  : next < words.size() ? words[next++]
                                                        : "";
        options.push_back({name, value, !value.empty()});
    };
    if (word == "--format" || word.substr(0, 9) == "--format=")
        return add_with_value("--format",
                              std::string_view(word).substr(std::min<std::size_t>(9, word.size())));
    if (word[1] == '-') return options.push_back({word, {}, true});
    for (std::size_t i = 1; i < word.size(); ++i) {
        const std::string name = {'-', word[i]};
        if (has(value_letters, word[i]))
            return add_with_value(name, std::string_view(word).substr(i + 1));
        options.push_back({name, {}, has(flag_letters, word[i])});
    }
}

// A `#!` line passes all its words as one, and the script's path as the next. After -e blanks are
// part of a script's text.
bool is_interpreter_line(const std::vector<std::string>& words) {
    return words.size() >= 2 && words[0].size() > 1 && words[0][0] == '-' &&
           words[0].substr(0, 2) != "-e" && words[0].find_first_of(blanks) != std::string::npos;
}

Action judge(const std::vector<Option>& options, bool caller_is_root, Request& request) {
    Action action = Action::run;
    if (std::none_of(options.begin(), options.end(), means_grant) &&
        std::any_of(options.begin(), options.end(), needs_no_privilege))
        return Action::unprivileged;
    for (const Option& option : options) {
        request.problem = option.name;
        const auto own = std::find_if(own_actions.begin(), own_actions.end(),
                                      [&](const auto& pair) { return pair.first == option.name; });
        const bool is_for_all = own != own_actions.end() || has(always_allowed, option.name);
        if (means_grant(option) ||
            (!caller_is_root && !is_for_all && option.name != "-e" && !has(grantable, option.name)))
            return Action::refused;
        request.problem = misuse(option);
        if (option.name == "-e" && request.has_text) request.problem = "a second -e";
        if (!request.problem.empty()) return Action::usage;
        if (own != own_actions.end()) {
            action = own->second;
            continue;
        }
        if (!is_for_all) request.granted.push_back(option.name);
        if (option.name == "-e") {
            request.has_text = true;
            request.script = option.value;
        } else if (option.name == "--format") {
            request.options.push_back("--format=" + option.value);
        } else if (option.name == "-m") {
            request.reason = option.value;
            // To the runner it is the session's name, where it can be one; root's to choose.
            if (caller_is_root && is_word(option.value))
                request.options.insert(request.options.end(), {"-m", option.value});
        } else {
            request.options.push_back(option.name);
            if (!option.value.empty()) request.options.push_back(option.value);
        }
    }
    return action;
}

// `free_bytes`: not counted (the text of -e).
bool is_too_long(const std::vector<std::string>& words, std::size_t free_bytes) {
    std::size_t bytes = 0;
    for (const std::string& word : words) bytes += word.size();
    return words.size() > most_words || bytes > most_bytes + free_bytes;
}

std::string take_script(std::size_t next, Request& request) {
    if (!request.has_text) {
        if (next == request.words.size())
            return "which script? (sutap --list shows what you may run)";
        request.script = request.words[next++];
    }
    const auto first = request.words.begin() + static_cast<std::ptrdiff_t>(next);
    request.arguments.assign(first, request.words.end());
    return is_too_long(request.words, request.has_text ? request.script.size() : 0)
               ? std::string(too_long)
               : std::string();
}

}  // namespace

bool is_grantable(std::string_view option) {
    return has(grantable, option) || has(always_allowed, option);
}

bool is_harmless_for_own_scripts(std::string_view option) {
    return has(own_scripts_options, option);
}

bool split_words(std::string_view text, std::vector<std::string>& words) {
    constexpr std::string_view letters = "fnrtv_#$\"'\\";
    constexpr std::string_view meanings = "\f\n\r\t\v #$\"'\\";
    char quote = 0;
    bool in_word = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        const bool is_literal = quote == '\'';
        const bool is_quote = quote ? c == quote : c == '\'' || c == '"';
        if (!quote && has(blanks, c)) {
            in_word = false;
            continue;
        }
        if (!in_word && c == '#') return true;
        if (c == '$' && !is_literal) return false;
        if (!in_word) words.emplace_back();
        in_word = true;
        if (is_quote) {
            quote = quote ? '\0' : c;
            continue;
        }
        if (c == '\\' && !is_literal) {
            const std::size_t letter = ++i < text.size() ? letters.find(text[i]) : letters.npos;
            if (letter == letters.npos) return false;
            c = meanings[letter];
        }
        words.back() += c;
    }
    return !quote;
}

Request parse_request(std::vector<std::string> words, bool caller_is_root) {
    Request request;
    if (is_interpreter_line(words)) {
        if (!split_words(words[0], request.words)) {
            request.problem = "the #! line's words can't be split: no variables, closed quotations";
            return request;
        }
        words.erase(words.begin());
    }
    request.words.insert(request.words.end(), words.begin(), words.end());
    if (request.words == std::vector<std::string>{"doctor"}) request.words = {"--doctor"};
    // Before anything of it can come into an audit record.
    if (!caller_is_root && is_too_long(request.words, 0)) {
        request.problem = too_long;
        return request;
    }

    std::vector<Option> options;
    std::size_t next = 0;
    while (next < request.words.size()) {
        const std::string& word = request.words[next];
        if (word.size() < 2 || word[0] != '-') break;
        if (word == "--") {
            ++next;
            break;
        }
        read_options(request.words, next, options);
    }
    request.action = judge(options, caller_is_root, request);
    const bool takes_script = request.action == Action::run || request.action == Action::why ||
                              request.action == Action::show || request.action == Action::stop;
    if (takes_script && !(request.problem = take_script(next, request)).empty())
        request.action = Action::usage;
    return request;
}

}  // namespace sutap::policy
