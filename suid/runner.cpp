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
    struct stat status = {};
    if (!runner.descriptor) stop(Status::broken, std::string(runner_path) + ": " + runner.problem);
    if (fstat(runner.descriptor.number(), &status) != 0) stop_with_error(runner_path);
    if ((status.st_mode & 07777) != 0711)
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
    add("uid", std::to_string(caller.uid));
    add("gid", std::to_string(caller.gid));
    for (const std::string& probe : grant.probes) add("probe", probe);
    for (const std::string& capability : grant.capabilities) add("capability", capability);
    add("max_seconds", "0");
    add("kernel_addresses", grant.kernel_addresses ? "true" : "false");
    for (int number = first_opened_descriptor; const Opened& one : opened)
        add("descriptor", one.kind + " " + std::to_string(number++) + " " + one.name);
    for (const auto& [name, value] : grant.variables) add("caller." + name, value);
    std::array<char, 8> octal{};
    snprintf(octal.data(), octal.size(), "%03o", grant.umask & 0777);
    add("caller.umask", octal.data());
    add("caller.folder_kept", "true");
    return text;
}

void pass_on(policy::Descriptor script, policy::Descriptor grant, std::vector<Opened> opened) {
    opened.insert(opened.begin(), {"", "", std::move(grant)});
    opened.insert(opened.begin(), {"", "", std::move(script)});
    const int above = script_descriptor + static_cast<int>(opened.size());
    // Out of the way first: one may sit on another's number.
    for (Opened& one : opened)
        one.descriptor = policy::Descriptor(fcntl(one.descriptor.number(), F_DUPFD_CLOEXEC, above));
    for (int number = script_descriptor; const Opened& one : opened)
        if (dup2(one.descriptor.number(), number++) < 0)
            stop_with_error("can't pass the script on");
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
