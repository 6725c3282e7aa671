// What a script does not use is dropped, as stap does: functions nobody calls, locals nobody reads,
// globals nobody names, statements without effect.
#pragma once

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// Drops statements and assignments without effect, then probes, functions and globals. Before the
// types are known the branches stay that a constant condition excludes: they tell types, too.
void drop_unused(Session& session, bool types_are_known);

// Sets is_read and is_written of the globals.
void find_global_uses(Session& session);

// Reports variables of the script's own text that are read, but that nothing assigns to.
void warn_of_unassigned(Session& session);

// Reports arrays that are changed while a foreach goes over them.
void check_foreach_bodies(Session& session);

}  // namespace sutap::elaborate
