// The sessions that run at the moment: each holds a locked file, a slot, for as long as it lives.
// There is no lock of all for one to sit on.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "policies/descriptor.h"
#include "policies/policy.h"
#include "suid/kernel_events.h"

namespace sutap::front_end {

struct Session {
    pid_t process = 0;
    uid_t user = 0;
    std::string script;  // the policy's name, or what stands for it
    std::string start;   // UTC, RFC 3339
};

/// Slots for this process as a session of `script` (empty: one that the policy does not know):
/// one of those of its user, and one of all users' where that is limited. To be held open by the
/// runner. Empty, with what is exhausted in `problem`, if there is none. Ends the process where
/// the slots can't be kept.
std::vector<Opened> take_slots(const std::string& script, uid_t user, const policy::Limits& limits,
                               std::string& problem);

/// Those of a user; root's view is of all. By their processes' numbers.
std::vector<Session> sessions_of(uid_t user);

/// A pidfd of the session with this number; none where there is no such session of `user`. Root's
/// may be of anybody.
policy::Descriptor find_session(uid_t user, pid_t process);

}  // namespace sutap::front_end
