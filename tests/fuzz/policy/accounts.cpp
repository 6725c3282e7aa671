// Any bytes as /etc/passwd and /etc/group: no account without a name, none that is nobody's number.
#include "policies/accounts.h"

#include <string>

#include "tests/fuzz/inputs.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::vector<policy::Account> accounts = policy::parse_accounts(text);
    for (const policy::Account& account : accounts) {
        fuzz::require(!account.name.empty() && account.name.find('\n') == std::string::npos &&
                      account.name.find(':') == std::string::npos);
        fuzz::require(account.name[0] != '+' && account.id != UINT32_MAX);
        fuzz::require(policy::id_of(accounts, account.name).has_value());
    }
    return 0;
}
