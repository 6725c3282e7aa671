#include "suid/grant.h"

#include <array>
#include <cstdio>

#include "suid/outcome.h"

namespace sutap::front_end {

std::string format_grant(const Grant& grant, const policy::Caller& caller) {
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
    for (const auto& [name, value] : grant.variables) add("caller." + name, value);
    std::array<char, 8> octal{};
    snprintf(octal.data(), octal.size(), "%03o", grant.umask & 0777);
    add("caller.umask", octal.data());
    add("caller.folder_kept", "true");
    return text;
}

}  // namespace sutap::front_end
