// Any text as a policy: its errors have a place and a text, and what is without errors can be
// asked.
#include "policies/policy.h"

#include <string>

#include "policies/arguments.h"
#include "policies/decision.h"
#include "tests/fuzz/inputs.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const policy::ParsedPolicy parsed = policy::parse_policy({{"f", text}});
    for (const policy::PolicyError& error : parsed.errors)
        fuzz::require(!error.text.empty() && error.place.file == "f" &&
                      error.place.column <= size + 1);
    if (!parsed.errors.empty()) return 0;
    const policy::Accounts accounts = {policy::parse_accounts("ana:x:1000:1000:\n"),
                                       policy::parse_accounts("devs:x:50:ana\n")};
    for (const policy::Script& script : parsed.policy.scripts) {
        fuzz::require(!script.name.empty() && (!script.path.empty() || !script.sha256.empty()));
        // The policy's own words are as good as any.
        const policy::Attempt attempt{
            {script.sha256.empty() ? std::string(64, 'a') : script.sha256, script.name, {}, {}},
            script.options,
            script.preset,
            true,
            "host",
            "2026-06-01"};
        const policy::Decision decision = policy::decide(
            parsed.policy, accounts,
            {policy::UserId{1000}, policy::GroupId{1000}, {policy::GroupId{50}}}, attempt);
        fuzz::require(!decision.allowed || decision.is_listed);
        fuzz::require(!decision.reason.empty());
    }
    for (const policy::Rule& rule : parsed.policy.rules)
        fuzz::require(!rule.scripts.empty() || rule.scope == policy::Scope::own);
    return 0;
}
