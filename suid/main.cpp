// sutap: decides whether its caller may run a script, becomes the caller again, and executes the
// runner. Everything that comes from the caller is hostile; each step ends the process on failure.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
    return caller.uid == 0;
}

void audit(Record record, const Caller& caller, const Request& request) {
    look_around(record);
    write_record(audit_log, format_record(record, caller, request), record.process);
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

Decision decide(const policy::Policy& policy, const policy::Accounts& accounts,
                const Caller& caller, const FoundScript& script) {
    if (!script.problem.empty()) return {false, script.evidence.named, {}, script.problem};
    if (!is_root(caller)) return policy::decide(policy, accounts, caller, script.evidence);
    const policy::Script* named = policy.find(script.evidence.named);
    if (named && !named->sha256.empty() && named->sha256 != script.evidence.sha256)
        return {false, named->name, {}, "its SHA-256 is not the policy's"};
    return {true, script.evidence.named, {}, "root"};
}

void list(const policy::Policy& policy, const policy::Accounts& accounts, const Caller& caller) {
    const PolicyFiles files(policy);
    std::vector<const policy::Script*> shown;
    std::size_t width = 0;
    for (const policy::Script& script : policy.scripts) {
        const FoundScript found = files.by_name(script.name);
        if (!decide(policy, accounts, caller, found).allowed) continue;
        shown.push_back(&script);
        width = std::max(width, script.name.size());
    }
    for (const policy::Script* script : shown) {
        std::string line = script->name;
        if (!script->about.empty())
            line += std::string(width - line.size() + 2, ' ') + escape(script->about);
        say(STDOUT_FILENO, line + "\n");
    }
}

Grant make_grant(const policy::Policy& policy, const Decision& decision, const Caller& caller,
                 const Request& request) {
    Grant grant;
    grant.script_name = is_input(request, caller) ? "<input>" : request.script;
    const policy::Script* script = policy.find(decision.script);
    if (script && !is_root(caller)) grant.probes = script->probes;
    grant.kernel_addresses = is_root(caller) || (script && script->kernel_addresses);
    grant.capabilities = names_of(tracing_capabilities);
    return grant;
}

// By the policy, never by the script. Root may have the commonest event and the types of all
// modules. /proc/kallsyms tells addresses to who had CAP_SYSLOG when he opened it: backtraces need
// them, also where the runner shows nothing but names.
std::vector<Opened> open_for_runner(const Grant& grant, const Caller& caller) {
    const std::vector<std::string> root_points = {"timer.profile", "module(*"};
    const std::vector<std::string>& points = is_root(caller) ? root_points : grant.probes;
    std::vector<Opened> opened = open_perf_events(points);
    for (Opened& types : open_module_types(points)) opened.push_back(std::move(types));
    opened.push_back(
        {"kallsyms", "addresses", Descriptor(open("/proc/kallsyms", O_RDONLY | O_CLOEXEC))});
    make_room(opened);
    return opened;
}

std::vector<std::string> runner_words(const Request& request) {
    std::vector<std::string> words = {"--grant=" + std::to_string(grant_descriptor)};
    words.insert(words.end(), request.options.begin(), request.options.end());
    words.emplace_back("--");
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
    if (request.action == Action::list) {
        list(parsed.policy, accounts, caller);
        _exit(static_cast<int>(Status::done));
    }
    const FoundScript script = find_script(parsed.policy, caller, request);
    Descriptor text = seal("sutap-script", script.text);
    const Decision decision = decide(parsed.policy, accounts, caller, script);
    if (decision.allowed) require_trusted_runner();
    const Capabilities capabilities = decision.allowed ? tracing_capabilities : 0;
    audit({decision.allowed ? "allow" : "deny", decision.rule, decision.reason, decision.script,
           script.evidence.sha256, names_of(capabilities)},
          caller, request);
    if (!decision.allowed && is_root(caller))
        stop(Status::usage,
             (is_input(request, caller) ? "<input>" : request.script) + ": " + decision.reason);
    if (!decision.allowed) refuse(request.script);

    // The run.
    Grant grant = make_grant(parsed.policy, decision, caller, request);
    grant.variables = variables;
    grant.umask = caller_umask;
    const std::vector<Opened> opened = open_for_runner(grant, caller);
    Descriptor sealed_grant = seal("sutap-grant", format_grant(grant, caller, opened));
    pass_on(std::move(text), std::move(sealed_grant), opened);
    become(caller, capabilities);
    forbid_new_privileges();
    filter_system_calls();
    restore_limits(limits);
    execute_runner(runner_words(request), {});
}

}  // namespace
}  // namespace sutap::front_end

int main(int argc, char** argv) {
    sutap::front_end::run(argc, argv);
}
