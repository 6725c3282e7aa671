// sutap-policy: shows the administrator what the policy says. It has no privilege of its own and
// uses the front end's own reading, finding and deciding.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/audit_table.h"
#include "policies/decision.h"
#include "policies/evidence.h"
#include "policies/explanation.h"
#include "policies/lint.h"
#include "policies/pins.h"
#include "policies/policy.h"
#include "policies/request.h"
#include "policies/sha256.h"
#include "policies/suggestion.h"
#include "policies/trusted_files.h"

namespace sutap::policy {
namespace {

constexpr char installed_folder[] = SUTAP_CONFIGURATION_FOLDER "/policy.d";
constexpr std::size_t most_log_bytes = std::size_t{1} << 30;

constexpr char usage_text[] =
    "usage: sutap-policy check [DIR]                        all mistakes, and the [[test]]s\n"
    "       sutap-policy list [--user U] [--policy DIR]     the scripts, or what U may run\n"
    "       sutap-policy explain --user U [--groups G,...] [--policy DIR] REQUEST...\n"
    "                                                       what `sutap REQUEST...` would do,\n"
    "                                                       and what each rule says of it\n"
    "       sutap-policy suggest SCRIPT [ARGUMENT...]       a [[script]] with what SCRIPT needs, "
    "and why\n"
    "       sutap-policy hash FILE...                       SHA-256, as a script's pin\n"
    "       sutap-policy hash --update POLICY [NAME...]     writes the pins of edited scripts "
    "anew\n"
    "       sutap-policy log [--user U] [--decision allow|deny|error|end] [--script NAME]\n"
    "                        [--since TIME] [FILE...]       the audit log as a table, newest last\n"
    "U is a name or #UID, G a name or #GID, for groups that the account files don't have. DIR "
    "is " SUTAP_CONFIGURATION_FOLDER
    "/policy.d unless said otherwise.\n"
    "TIME is 2026-11-23T21:40, in UTC, or the beginning of such a time.\n";

void print(std::FILE* stream, const std::string& line) {
    std::fprintf(stream, "%s\n", line.c_str());
}

struct Options {
    std::optional<std::string> user;
    std::optional<std::string> groups;
    std::string folder = installed_folder;
    std::vector<std::string> words;
    bool understood = true;
};

// Options stand before the first word that is none, so that a request keeps its own.
Options parse_options(const std::vector<std::string>& words) {
    Options options;
    std::size_t i = 0;
    const auto is_option = [&] {
        return words[i] == "--user" || words[i] == "--groups" || words[i] == "--policy";
    };
    for (; i + 1 < words.size() && is_option(); i += 2) {
        if (words[i] == "--user")
            options.user = words[i + 1];
        else if (words[i] == "--groups")
            options.groups = words[i + 1];
        else
            options.folder = words[i + 1];
    }
    options.understood = i == words.size() || !is_option();
    options.words.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    return options;
}

// The kernel's list of a process's groups is made of these when its user logs in.
std::optional<Caller> find_caller(const Accounts& accounts, const std::string& user) {
    const bool is_number = !user.empty() && user[0] == '#';
    const auto id =
        is_number ? parse_id(std::string_view(user).substr(1)) : id_of(accounts.users, user);
    if (!id) return std::nullopt;
    Caller caller{UserId{*id}, GroupId{*id}, {}};
    std::string name;
    for (const Account& account : accounts.users) {
        if (is_number ? account.id != *id : account.name != user) continue;
        caller.gid = GroupId{parse_id(account.fourth).value_or(*id)};
        name = account.name;
        break;
    }
    for (const Account& group : accounts.groups) {
        const std::vector<std::string_view> members = split(group.fourth, ',');
        if (!name.empty() && std::find(members.begin(), members.end(), name) != members.end())
            caller.groups.push_back(GroupId{group.id});
    }
    return caller;
}

// Those of --groups instead of the account files'. False, and told, if one is unknown.
bool set_groups(const Accounts& accounts, const std::string& groups, Caller& caller) {
    caller.groups.clear();
    for (const std::string_view group : split(groups, ',')) {
        const auto id =
            group.substr(0, 1) == "#" ? parse_id(group.substr(1)) : id_of(accounts.groups, group);
        if (!id) {
            print(stderr, "sutap-policy: no group '" + std::string(group) + "'");
            return false;
        }
        caller.groups.push_back(GroupId{*id});
    }
    return true;
}

std::string host_name() {
    utsname machine = {};
    return uname(&machine) == 0 ? machine.nodename : "";
}

// As rules have it: "2026-12-31", UTC.
std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts = {};
    char text[16] = "";
    if (gmtime_r(&now, &parts)) std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return text;
}

struct Verdict {
    bool allowed = false;
    std::string text;
    bool is_listed = false;               // some such request would be allowed
    std::vector<std::string> rules = {};  // what each of them says
};

Verdict judge(const Policy& policy, const Accounts& accounts, const Caller& caller,
              const std::vector<std::string>& words) {
    const Request request = parse_request(words, caller.uid == UserId::root);
    switch (request.action) {
        case Action::usage:
            return {false, "refused: " + request.problem};
        case Action::refused:
            return {false,
                    "refused: the option " + request.problem + " is not the caller's to add"};
        case Action::list:
        case Action::sessions:
        case Action::stop:
        case Action::unprivileged:
            return {true, "allowed: it needs no privilege"};
        case Action::why:
        case Action::show:
        case Action::run:
            break;
    }
    if (caller.uid == UserId::root) return {true, "allowed: root"};
    const FoundScript found = request.has_text ? PolicyFiles(policy).by_text(request.script)
                                               : find_script(policy, request.script, false, follow);
    const Attempt attempt{found.evidence,          request.granted, request.arguments,
                          !request.reason.empty(), host_name(),     today()};
    Decision decision{.script = found.evidence.named, .reason = found.problem};
    if (found.problem.empty()) decision = decide(policy, accounts, caller, attempt);
    std::string text = (decision.allowed ? "allowed: " : "refused: ") + decision.reason;
    if (!decision.rule.empty()) text += "; rule " + decision.rule;
    if (!decision.script.empty()) text += "; script " + decision.script;
    if (!found.evidence.sha256.empty()) text += "; SHA-256 " + found.evidence.sha256;
    return {decision.allowed, text, decision.is_listed,
            explain_rules(policy, accounts, caller, attempt)};
}

std::optional<Accounts> known_accounts() {
    std::string problem;
    std::optional<Accounts> accounts = read_accounts(problem);
    if (!accounts) print(stderr, "sutap-policy: " + problem);
    return accounts;
}

bool report(const ParsedPolicy& parsed) {
    for (const PolicyError& error : parsed.errors) print(stderr, describe(error));
    return parsed.errors.empty();
}

// The installed folder as the front end reads it; any other is a draft, and may be anybody's.
ParsedPolicy read(const std::string& folder) {
    if (folder == installed_folder) return read_policy(folder);
    ParsedPolicy broken;
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(opendir(folder.c_str()), closedir);
    if (!stream) broken.errors.push_back({{folder}, error_text()});
    std::vector<std::string> names;
    while (const dirent* entry = stream ? readdir(stream.get()) : nullptr)
        if (is_policy_name(entry->d_name)) names.push_back(folder + "/" + entry->d_name);
    std::sort(names.begin(), names.end());
    std::vector<PolicyText> texts;
    for (const std::string& name : names) {
        const Claim claim = follow(name);
        const auto text =
            claim.readable ? read_all(claim.readable, most_policy_bytes) : std::nullopt;
        if (text)
            texts.push_back({name, *text});
        else
            broken.errors.push_back(
                {{name}, claim.problem.empty() ? "longer than 1 MiB" : claim.problem});
    }
    ParsedPolicy parsed = parse_policy(texts);
    parsed.errors.insert(parsed.errors.end(), broken.errors.begin(), broken.errors.end());
    return parsed;
}

int run_tests(const Policy& policy, const Accounts& accounts) {
    int failed = 0;
    for (const Test& test : policy.tests) {
        const std::optional<Caller> caller = find_caller(accounts, test.user);
        Verdict verdict{false, "this machine has no user '" + test.user + "'"};
        if (caller) verdict = judge(policy, accounts, *caller, test.run);
        if (caller && verdict.allowed == (test.expect == Effect::allow)) continue;
        ++failed;
        print(stderr, describe({test.place, "the test failed: " + verdict.text}));
    }
    return failed;
}

// A pin says which content counts, whoever may write the file.
std::string why_anybody_may_edit(const Script& script) {
    if (script.path.empty() || !script.sha256.empty()) return {};
    return open_trusted_file(script.path).problem;
}

int check(const Options& options) {
    if (options.words.size() > 1) return -1;
    const std::string folder = options.words.empty() ? options.folder : options.words[0];
    const ParsedPolicy parsed = read(folder);
    const std::optional<Accounts> accounts = known_accounts();
    if (!report(parsed) || !accounts) return 1;
    const PolicyFiles files(parsed.policy);
    for (const Script& script : parsed.policy.scripts) {
        const FoundScript found = files.by_name(script.name);
        if (!script.path.empty() && !found.problem.empty())
            print(stderr, "warning: script " + script.name + " can't run: " + found.problem);
        else if (const std::string problem = why_anybody_may_edit(script); !problem.empty())
            print(stderr, describe({script.place, "warning: script " + script.name + ": " +
                                                      script.path + ": " + problem}));
    }
    for (PolicyError warning : lint(parsed.policy, *accounts, today())) {
        warning.text.insert(0, "warning: ");
        print(stderr, describe(warning));
    }
    const int failed = run_tests(parsed.policy, *accounts);
    std::printf("%zu scripts, %zu rules, %zu tests, %d failed\n", parsed.policy.scripts.size(),
                parsed.policy.rules.size(), parsed.policy.tests.size(), failed);
    return failed ? 1 : 0;
}

int list(const Options& options) {
    if (!options.words.empty()) return -1;
    const ParsedPolicy parsed = read(options.folder);
    const std::optional<Accounts> accounts = known_accounts();
    if (!report(parsed) || !accounts) return 1;
    std::optional<Caller> caller;
    if (options.user && !(caller = find_caller(*accounts, *options.user))) {
        print(stderr, "sutap-policy: no user '" + *options.user + "'");
        return 1;
    }
    for (const Script& script : parsed.policy.scripts) {
        if (caller && caller->uid != UserId::root &&
            !judge(parsed.policy, *accounts, *caller, {script.name}).is_listed)
            continue;
        std::printf("%-24s  %s\n", script.name.c_str(), script.about.c_str());
    }
    return 0;
}

int explain(const Options& options) {
    if (!options.user || options.words.empty()) return -1;
    const ParsedPolicy parsed = read(options.folder);
    const std::optional<Accounts> accounts = known_accounts();
    if (!report(parsed) || !accounts) return 1;
    std::optional<Caller> caller = find_caller(*accounts, *options.user);
    if (!caller) {
        print(stderr, "sutap-policy: no user '" + *options.user + "'");
        return 1;
    }
    if (options.groups && !set_groups(*accounts, *options.groups, *caller)) return 1;
    const Verdict verdict = judge(parsed.policy, *accounts, *caller, options.words);
    print(stdout, verdict.text);
    for (const std::string& rule : verdict.rules) print(stdout, "  " + rule);
    return verdict.allowed ? 0 : 1;
}

// What the runner's --check says of a script; nothing if it fails, which it has told.
std::optional<std::string> needs_of(const std::string& path, const Options& options) {
    std::vector<std::string> words = {"sutap-runner", "--check", path};
    words.insert(words.end(), options.words.begin() + 1, options.words.end());
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    const pid_t child = fork();
    if (child == 0) {
        if (dup2(writer.number(), STDOUT_FILENO) == STDOUT_FILENO)
            execv(SUTAP_RUNNER_PATH, arguments.data());
        print(stderr, "sutap-policy: can't execute " SUTAP_RUNNER_PATH ": " + error_text());
        _exit(1);
    }
    writer = Descriptor();
    std::string text;
    char part[4096];
    for (ssize_t size = 0; (size = ::read(reader.number(), part, sizeof part)) > 0;)
        text.append(part, static_cast<std::size_t>(size));
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return std::nullopt;
    return text;
}

int suggest_script(const Options& options) {
    if (options.words.empty()) return -1;
    const std::unique_ptr<char, decltype(&std::free)> path(
        realpath(options.words[0].c_str(), nullptr), std::free);
    const Claim claim = follow(path ? path.get() : options.words[0]);
    std::optional<std::string> text;
    if (claim.readable) text = read_all(claim.readable, most_script_bytes);
    if (!path || !text) {
        print(stderr, "sutap-policy: " + options.words[0] + ": " +
                          (claim.problem.empty() ? "longer than 1 MiB" : claim.problem));
        return 1;
    }
    const std::optional<std::string> needs = needs_of(path.get(), options);
    if (needs) std::fputs(suggest(*needs, path.get(), sha256(*text)).c_str(), stdout);
    return needs ? 0 : 1;
}

// The pins of these scripts, of all that have one where none is named; nothing after an error.
std::optional<std::vector<Pin>> pins_of(const Policy& policy, std::vector<std::string> names) {
    if (names.empty())
        for (const Script& script : policy.scripts)
            if (!script.sha256.empty() && !script.path.empty()) names.push_back(script.name);
    std::vector<Pin> pins;
    for (const std::string& name : names) {
        const Script* script = policy.find(name);
        const Claim claim = follow(script ? script->path : "");
        const auto text =
            claim.readable ? read_all(claim.readable, most_script_bytes) : std::nullopt;
        if (!script || !text) {
            print(stderr, "sutap-policy: script " + name + ": " +
                              (!script ? "not of this file"
                                       : script->path + ": " +
                                             (claim.problem.empty() ? "longer than 1 MiB"
                                                                    : claim.problem)));
            return std::nullopt;
        }
        pins.push_back({name, sha256(*text)});
    }
    return pins;
}

int update_hashes(const std::vector<std::string>& words) {
    if (words.empty()) return -1;
    const std::string& path = words[0];
    const Claim claim = follow(path);
    const auto text = claim.readable ? read_all(claim.readable, most_policy_bytes) : std::nullopt;
    if (!text) {
        print(stderr, "sutap-policy: " + path + ": " +
                          (claim.problem.empty() ? "longer than 1 MiB" : claim.problem));
        return 1;
    }
    const ParsedPolicy parsed = parse_policy({{path, *text}});
    const auto pins = pins_of(parsed.policy, {words.begin() + 1, words.end()});
    std::string problem;
    const auto changed = pins ? with_pins(*text, *pins, problem) : std::nullopt;
    if (changed && *changed != *text) problem = replace_file(path, *changed);
    if (!problem.empty()) print(stderr, "sutap-policy: " + path + ": " + problem);
    if (!changed || !problem.empty()) return 1;
    for (const Pin& pin : *pins)
        std::printf("%s  %s%s\n", pin.sha256.c_str(), pin.script.c_str(),
                    parsed.policy.find(pin.script)->sha256 == pin.sha256 ? " (as it was)" : "");
    return 0;
}

// The log and what logrotate made of it: audit.log.1 is the youngest of those.
std::vector<std::string> log_files() {
    std::vector<std::string> files = {SUTAP_AUDIT_LOG};
    for (int number = 1; number < 1000; ++number) {
        const std::string name = SUTAP_AUDIT_LOG "." + std::to_string(number);
        if (access(name.c_str(), F_OK) == 0) files.push_back(name);
    }
    std::reverse(files.begin(), files.end());
    return files;
}

int show_log(const std::vector<std::string>& words) {
    RecordFilter filter;
    std::size_t i = 0;
    for (; i < words.size() && words[i].starts_with("--"); i += 2) {
        std::string* const wanted = words[i] == "--user"       ? &filter.user
                                    : words[i] == "--decision" ? &filter.decision
                                    : words[i] == "--script"   ? &filter.script
                                    : words[i] == "--since"    ? &filter.since
                                                               : nullptr;
        if (!wanted || i + 1 == words.size()) return -1;
        *wanted = words[i + 1];
    }
    std::vector<std::string> files(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    if (files.empty()) files = log_files();
    const std::optional<Accounts> accounts = known_accounts();
    std::vector<std::string> texts;
    bool is_complete = accounts.has_value();
    for (const std::string& name : files) {
        const Claim claim = follow(name);
        auto text = claim.readable ? read_all(claim.readable, most_log_bytes) : std::nullopt;
        if (!text)
            print(stderr, "sutap-policy: " + name + ": " +
                              (claim.problem.empty() ? "longer than 1 GiB" : claim.problem));
        is_complete = is_complete && text;
        texts.push_back(std::move(text).value_or(""));
    }
    const AuditTable table = format_table(texts, filter, accounts.value_or(Accounts{}));
    std::fputs(table.text.c_str(), stdout);
    if (table.unread > 0)
        print(stderr, "warning: " + std::to_string(table.unread) + " lines are no records");
    return is_complete ? 0 : 1;
}

int hash(const Options& options) {
    if (options.words.empty()) return -1;
    if (options.words[0] == "--update")
        return update_hashes({options.words.begin() + 1, options.words.end()});
    for (const std::string& path : options.words) {
        const Claim claim = follow(path);
        std::optional<std::string> text;
        if (claim.readable) text = read_all(claim.readable, most_script_bytes);
        if (!text) {
            print(stderr, "sutap-policy: " + path + ": " +
                              (claim.problem.empty() ? "longer than 1 MiB" : claim.problem));
            return 1;
        }
        print(stdout, sha256(*text) + "  " + path);
    }
    return 0;
}

int run(const std::vector<std::string>& words) {
    int status = -1;
    if (!words.empty()) {
        const Options options = parse_options({words.begin() + 1, words.end()});
        if (words[0] == "--help" || words[0] == "-h") return std::fputs(usage_text, stdout) < 0;
        if (words[0] == "log")
            status = show_log({words.begin() + 1, words.end()});
        else if (!options.understood)
            status = -1;
        else if (words[0] == "check")
            status = check(options);
        else if (words[0] == "list")
            status = list(options);
        else if (words[0] == "explain")
            status = explain(options);
        else if (words[0] == "suggest")
            status = suggest_script(options);
        else if (words[0] == "hash")
            status = hash(options);
    }
    if (status < 0) std::fputs(usage_text, stderr);
    return status < 0 ? 2 : status;
}

}  // namespace
}  // namespace sutap::policy

int main(int argc, char** argv) {
    if (argc < 1) return 2;
    return sutap::policy::run({argv + 1, argv + argc});
}
