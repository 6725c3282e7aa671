#include "suid/runner.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "policies/trusted_files.h"
#include "suid/outcome.h"

namespace sutap::front_end {
namespace {

constexpr char runner_path[] = SUTAP_RUNNER_PATH;

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

}  // namespace

void require_trusted_runner() {
    const policy::Opened runner = policy::open_trusted_file(runner_path);
    if (!runner.descriptor) stop(Status::broken, std::string(runner_path) + ": " + runner.problem);
    if ((runner.status.st_mode & 07777) != 0711)
        stop(Status::broken, std::string(runner_path) + ": its mode is not 0711");
}

std::string format_grant(const Grant& grant, const policy::Caller& caller,
                         const std::vector<Opened>& opened) {
    std::string text = "sutap-grant 1\n";
    const auto add = [&](const std::string& key, const std::string& value) {
        text += key + " = " + escape(value) + "\n";
    };
    add("script_descriptor", std::to_string(script_descriptor));
    add("script_name", grant.script_name);
    add("uid", std::to_string(number(caller.uid)));
    add("gid", std::to_string(number(caller.gid)));
    for (const std::string& probe : grant.probes) add("probe", probe);
    for (const std::string& capability : grant.capabilities) add("capability", capability);
    if (!grant.policy_script.empty()) add("policy_script", grant.policy_script);
    add("scope", grant.scope == policy::Scope::own ? "own" : "system");
    add("max_seconds", std::to_string(grant.limits.seconds));
    add("max_output", std::to_string(grant.limits.output));
    add("max_memory", std::to_string(grant.limits.memory));
    add("max_probes", std::to_string(grant.limits.probes));
    add("kernel_addresses", grant.kernel_addresses ? "true" : "false");
    for (const Opened& one : opened)
        add("descriptor", one.kind + " " + std::to_string(one.descriptor.number()) +
                              (one.name.empty() ? "" : " " + one.name));
    for (const auto& [name, value] : grant.variables) add("caller." + name, value);
    std::array<char, 8> octal{};
    snprintf(octal.data(), octal.size(), "%03o", grant.umask & 0777);
    add("caller.umask", octal.data());
    add("caller.folder_kept", "true");
    return text;
}

void make_room(std::vector<Opened>& opened) {
    for (Opened& one : opened) {
        if (one.descriptor.number() < first_opened_descriptor)
            one.descriptor = policy::Descriptor(
                fcntl(one.descriptor.number(), F_DUPFD_CLOEXEC, first_opened_descriptor));
        if (!one.descriptor) stop_with_error("can't open what the rule's probes need");
    }
}

void pass_on(policy::Descriptor script, policy::Descriptor grant,
             const std::vector<Opened>& opened) {
    // Out of the way first: one may sit on the other's number.
    script = policy::Descriptor(fcntl(script.number(), F_DUPFD_CLOEXEC, grant_descriptor + 1));
    grant = policy::Descriptor(fcntl(grant.number(), F_DUPFD_CLOEXEC, grant_descriptor + 1));
    bool is_done = dup2(script.number(), script_descriptor) == script_descriptor &&
                   dup2(grant.number(), grant_descriptor) == grant_descriptor;
    for (const Opened& one : opened)
        is_done = is_done && fcntl(one.descriptor.number(), F_SETFD, 0) == 0;
    if (!is_done) stop_with_error("can't pass the script on");
}

void execute_runner(const std::vector<std::string>& words, const Variables& variables) {
    std::vector<std::string> arguments = {"sutap-runner"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    std::vector<std::string> environment;
    for (const auto& [name, value] : variables) environment.push_back(name + "=" + value);
    execve(runner_path, pointers(arguments).data(), pointers(environment).data());
    stop_with_error(std::string("can't execute ") + runner_path);
}

}  // namespace sutap::front_end
