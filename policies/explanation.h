// Which rules had a say in a decision, for the administrator.
#pragma once

#include <string>
#include <vector>

#include "policies/decision.h"

namespace sutap::policy {

/// A line for each rule of the policy, in its order: `FILE:LINE:COLUMN: rule NAME (allow): ` and
/// what it does to this request, or why it does not concern it. By deciding again with that rule
/// alone.
std::vector<std::string> explain_rules(const Policy& policy, const Accounts& accounts,
                                       const Caller& caller, const Attempt& attempt);

}  // namespace sutap::policy
