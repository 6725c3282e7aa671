// What a script does not use is dropped, as stap does: functions nobody calls, locals nobody reads,
// globals nobody names, statements without effect.
#pragma once

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// Drops statements and assignments without effect, then functions and globals.
void drop_unused(Session& session);

// Sets is_read and is_written of the globals.
void find_global_uses(Session& session);

// Reports reads of locals that nothing assigns to, in the script's own text.
void warn_of_unassigned(Session& session);

// Reports arrays that are changed while a foreach goes over them.
void check_foreach_bodies(Session& session);

}  // namespace sutap::elaborate
