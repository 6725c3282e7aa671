// The elaborated program as text, in the form of `stap -p2`.
#pragma once

#include <string>

#include "runner/elaborate/program.h"

namespace sutap::elaborate {

// "# globals", "# functions" and "# probes", each section only if it has something.
// stap shows `with_bodies` only with -v.
std::string dump(const Program& program, bool with_bodies);

}  // namespace sutap::elaborate
