// The sessions that run at the moment: each holds a locked file, a slot, for as long as it lives.
// There is no lock of all for one to sit on.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "policies/accounts.h"
#include "policies/descriptor.h"
#include "policies/policy.h"
#include "suid/kernel_events.h"

namespace sutap::front_end {

struct Session {
    pid_t process = 0;
    policy::UserId user = {};
    std::string script;  // the policy's name, or what stands for it
    std::string start;   // UTC, RFC 3339
};

/// Slots for this process as a session of `script` (empty: one that the policy does not know):
/// one of those of its user, and one of all users' where that is limited. To be held open by the
/// runner. Empty, with what is exhausted in `problem`, if there is none. Ends the process where
/// the slots can't be kept.
std::vector<Opened> take_slots(const std::string& script, policy::UserId user,
                               const policy::Limits& limits, std::string& problem);

/// Those of a user; root's view is of all. By their processes' numbers.
std::vector<Session> sessions_of(policy::UserId user);

/// A pidfd of the session with this number; none where there is no such session of `user`. Root's
/// may be of anybody.
policy::Descriptor find_session(policy::UserId user, pid_t process);

}  // namespace sutap::front_end
