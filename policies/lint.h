// What of a policy is allowed by its form and yet is likely not what its author means.
#pragma once

#include <string>
#include <vector>

#include "policies/accounts.h"
#include "policies/policy.h"

namespace sutap::policy {

/// Warnings, in the order of the policy: rules that can't matter (a rule denies or allows all of it
/// already, or it has expired), limits of a rule beyond a script's, which have no effect, scripts
/// that no rule allows, names of users and groups that the account files don't know.
/// `day`: today, "2026-12-31", UTC.
std::vector<PolicyError> lint(const Policy& policy, const Accounts& accounts,
                              const std::string& day);

}  // namespace sutap::policy
