// sutap: decides whether its caller may run a script, becomes the caller again, and executes the
// runner. Everything that comes from the caller is hostile; each step ends the process on failure.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "policies/decision.h"
#include "policies/evidence.h"
#include "policies/policy.h"
#include "policies/request.h"
#include "policies/trusted_files.h"
#include "suid/audit.h"
#include "suid/outcome.h"
#include "suid/privileges.h"
#include "suid/process_state.h"
#include "suid/runner.h"
#include "suid/script.h"
#include "suid/sessions.h"

namespace sutap::front_end {
namespace {

constexpr char policy_folder[] = SUTAP_CONFIGURATION_FOLDER "/policy.d";
constexpr char audit_log[] = SUTAP_AUDIT_LOG;

using policy::Action;
using policy::Caller;
using policy::Decision;
using policy::Descriptor;
using policy::FoundScript;
using policy::ParsedPolicy;
using policy::PolicyFiles;
using policy::Request;

bool is_root(const Caller& caller) {
    return caller.uid == policy::UserId::root;
}

// The log, for the record of the session's end.
Descriptor audit(Record record, const Caller& caller, const Request& request) {
    look_around(record);
    if (request.action == Action::why) record.action = "why";
    if (request.action == Action::show) record.action = "show";
    return write_record(audit_log, format_record(record, caller, request), record.process);
}

// One text for all that is not allowed, whatever the reason: nothing is told of other people's
// files, nor of the policy.
[[noreturn]] void refuse(const std::string& what) {
    stop(Status::refused, "not allowed: " + what);
}

[[noreturn]] void run_unprivileged(const Caller& caller, const Request& request,
                                   const Limits& limits, const Variables& variables) {
    become(caller, 0);
    forbid_new_privileges();
    restore_limits(limits);
    execute_runner(request.words, variables);
}

// A broken policy allows nobody anything; root is told, and goes on.
ParsedPolicy usable_policy(const Caller& caller, const Request& request) {
    ParsedPolicy parsed = policy::read_policy(policy_folder);
    if (parsed.errors.empty()) return parsed;
    const std::string first = describe(parsed.errors.front());
    if (is_root(caller)) {
        say(STDERR_FILENO, "sutap: " + escape(first) + "\n");
        parsed.policy = {};
        return parsed;
    }
    audit({.decision = "error", .reason = first}, caller, request);
    stop(Status::broken, "the policy is at fault; nothing runs until root has mended it");
}

policy::Accounts known_accounts() {
    std::string problem;
    std::optional<policy::Accounts> accounts = policy::read_accounts(problem);
    if (!accounts) stop(Status::broken, problem);
    return std::move(*accounts);
}

policy::Attempt attempt_of(const Request& request, const policy::Evidence& evidence) {
    utsname machine = {};
    if (uname(&machine) != 0) stop_with_error("can't read the machine's name");
    return {evidence,         request.granted,         request.arguments, !request.reason.empty(),
            machine.nodename, utc_time().substr(0, 10)};
}

Decision decide(const ParsedPolicy& parsed, const policy::Accounts& accounts, const Caller& caller,
                const Request& request, const FoundScript& script) {
    const std::string& name = script.evidence.named;
    if (!script.problem.empty()) return {.script = name, .reason = script.problem};
    if (!is_root(caller))
        return policy::decide(parsed.policy, accounts, caller,
                              attempt_of(request, script.evidence));
    const policy::Script* named = parsed.policy.find(name);
    if (named && !named->sha256.empty() && named->sha256 != script.evidence.sha256)
        return {.script = name, .reason = "its SHA-256 is not the policy's"};
    return {
        .allowed = true, .script = name, .reason = "root", .is_listed = true, .shows_source = true};
}

[[noreturn]] void list(const ParsedPolicy& parsed, const policy::Accounts& accounts,
                       const Caller& caller, const Request& request) {
    const PolicyFiles files(parsed.policy);
    std::vector<const policy::Script*> shown;
    std::size_t width = 0;
    for (const policy::Script& script : parsed.policy.scripts) {
        const FoundScript found = files.by_name(script.name);
        if (!decide(parsed, accounts, caller, request, found).is_listed) continue;
        shown.push_back(&script);
        width = std::max(width, script.name.size());
    }
    for (const policy::Script* script : shown) {
        std::string line = script->name;
        if (!script->about.empty())
            line += std::string(width - line.size() + 2, ' ') + escape(script->about);
        say(STDOUT_FILENO, line + "\n");
    }
    _exit(static_cast<int>(Status::done));
}

[[noreturn]] void list_sessions(const Caller& caller) {
    say(STDOUT_FILENO, "    PID    USER STARTED                   SCRIPT\n");
    for (const Session& session : sessions_of(caller.uid)) {
        std::array<char, 256> line = {};
        snprintf(line.data(), line.size(), "%7d %7u %-25s %s\n", session.process,
                 number(session.user), session.start.c_str(), session.script.c_str());
        say(STDOUT_FILENO, line.data());
    }
    _exit(static_cast<int>(Status::done));
}

// With the caller's own rights to send signals.
[[noreturn]] void stop_session(const Caller& caller, const Request& request) {
    const auto process = policy::parse_id(request.script).value_or(0);
    const Descriptor session = find_session(caller.uid, static_cast<pid_t>(process));
    become(caller, 0);
    if (!session || syscall(SYS_pidfd_send_signal, session.number(), SIGTERM, nullptr, 0) != 0)
        stop(Status::usage, "no session of yours: " + request.script);
    _exit(static_cast<int>(Status::done));
}

// To whom some request for this script is allowed, he may know why this one is not.
[[noreturn]] void answer(const Decision& decision, const FoundScript& script,
                         const Request& request) {
    if (request.action == Action::show && decision.is_listed && decision.shows_source) {
        say(STDOUT_FILENO, script.text);
        _exit(static_cast<int>(Status::done));
    }
    if (request.action == Action::show || !decision.is_listed) refuse(request.script);
    say(STDOUT_FILENO,
        (decision.allowed ? "allowed: " : "not allowed: ") + escape(decision.reason) + "\n");
    _exit(static_cast<int>(decision.allowed ? Status::done : Status::refused));
}

// Where there is no slot, there is no session, whatever the policy says.
std::vector<Opened> slots_for(const Request& request, const Caller& caller, Decision& decision) {
    if (!decision.allowed || request.action == Action::show) return {};
    require_trusted_runner();
    live_at_most(60);  // the caller may stop us with a slot in our hands
    std::string problem;
    std::vector<Opened> slots = take_slots(decision.script, caller.uid, decision.limits, problem);
    if (!problem.empty()) {
        decision.allowed = false;
        decision.reason = problem;
    }
    if (request.action == Action::why) slots.clear();
    return slots;
}

Record record_of(const Request& request, const FoundScript& script, const Decision& decision,
                 const Grant& grant) {
    const bool is_shown = request.action == Action::show && decision.shows_source;
    const bool runs = decision.allowed && request.action == Action::run;
    return {.decision = decision.allowed || is_shown ? "allow" : "deny",
            .rule = decision.rule,
            .reason = decision.reason,
            .script = decision.script,
            .sha256 = script.evidence.sha256,
            .capabilities = runs ? grant.capabilities : std::vector<std::string>()};
}

[[noreturn]] void turn_down(const Request& request, const Caller& caller,
                            const Decision& decision) {
    if (!is_root(caller)) refuse(request.has_text ? "<input>" : request.script);
    stop(Status::usage,
         (is_input(request, caller) ? "<input>" : request.script) + ": " + decision.reason);
}

Grant make_grant(const policy::Policy& policy, const Decision& decision, const Caller& caller,
                 const Request& request) {
    Grant grant;
    grant.script_name = is_input(request, caller) ? "<input>" : request.script;
    grant.policy_script = decision.script;
    grant.scope = decision.scope;
    grant.limits = decision.limits;
    const policy::Script* script = policy.find(decision.script);
    if (script && !is_root(caller)) grant.probes = script->probes;
    grant.kernel_addresses = is_root(caller) || (script && script->kernel_addresses &&
                                                 decision.scope == policy::Scope::system);
    grant.capabilities =
        script && !is_root(caller) ? script->capabilities : policy::Script().capabilities;
    return grant;
}

// By the policy, never by the script. Root may have the commonest event and the types of all
// modules. /proc/kallsyms tells addresses to who had CAP_SYSLOG when he opened it: backtraces need
// them, also where the runner shows nothing but names.
void open_for_runner(const Grant& grant, const Caller& caller, std::vector<Opened>& opened) {
    const std::vector<std::string> root_points = {"timer.profile", "module(*"};
    const std::vector<std::string>& points = is_root(caller) ? root_points : grant.probes;
    for (Opened& event : open_perf_events(points)) opened.push_back(std::move(event));
    for (Opened& types : open_module_types(points)) opened.push_back(std::move(types));
    if (grant.scope == policy::Scope::system)
        opened.push_back(
            {"kallsyms", "addresses", Descriptor(open("/proc/kallsyms", O_RDONLY | O_CLOEXEC))});
    make_room(opened);
}

std::vector<std::string> runner_words(const Request& request, const policy::Script* script) {
    std::vector<std::string> words = {"--grant=" + std::to_string(grant_descriptor)};
    words.insert(words.end(), request.options.begin(), request.options.end());
    words.emplace_back("--");
    if (script) words.insert(words.end(), script->preset.begin(), script->preset.end());
    words.insert(words.end(), request.arguments.begin(), request.arguments.end());
    return words;
}

[[noreturn]] void run(int argc, char** argv) {
    // What was inherited.
    if (argc < 1 || !argv[0]) _exit(static_cast<int>(Status::broken));
    fill_standard_descriptors();
    close_descriptors_from(STDERR_FILENO + 1);
    const Variables variables = take_environment();
    reset_signals_and_timers();
    const mode_t caller_umask = umask(077);
    require_privilege();
    const Limits limits = raise_limits();
    forbid_dumps();

    // Who asks for what.
    const Caller caller = who_calls();
    const Request request = policy::parse_request({argv + 1, argv + argc}, is_root(caller));
    if (request.action == Action::usage) stop(Status::usage, request.problem);
    if (request.action == Action::unprivileged)
        run_unprivileged(caller, request, limits, variables);

    // May they?
    const ParsedPolicy parsed = usable_policy(caller, request);
    const policy::Accounts accounts = known_accounts();
    if (request.action == Action::refused) {
        audit({.decision = "deny", .reason = "option " + request.problem}, caller, request);
        refuse(request.problem);
    }
    if (request.action == Action::list) list(parsed, accounts, caller, request);
    if (request.action == Action::sessions) list_sessions(caller);
    if (request.action == Action::stop) stop_session(caller, request);
    const FoundScript script = find_script(parsed.policy, caller, request);
    Descriptor text = seal("sutap-script", script.text);
    Decision decision = decide(parsed, accounts, caller, request, script);
    std::vector<Opened> opened = slots_for(request, caller, decision);
    Grant grant = make_grant(parsed.policy, decision, caller, request);
    Descriptor log = audit(record_of(request, script, decision, grant), caller, request);
    if (request.action != Action::run) answer(decision, script, request);
    if (!decision.allowed) turn_down(request, caller, decision);

    // The run.
    grant.variables = variables;
    grant.umask = caller_umask;
    opened.push_back({"audit", "", std::move(log)});
    open_for_runner(grant, caller, opened);
    Descriptor sealed_grant = seal("sutap-grant", format_grant(grant, caller, opened));
    pass_on(std::move(text), std::move(sealed_grant), opened);
    const Capabilities capabilities = capabilities_of(grant.capabilities);
    become(caller, capabilities);
    forbid_new_privileges();
    filter_system_calls();
    restore_limits(limits);
    execute_runner(runner_words(request, parsed.policy.find(decision.script)), {});
}

}  // namespace
}  // namespace sutap::front_end

int main(int argc, char** argv) {
    sutap::front_end::run(argc, argv);
}
