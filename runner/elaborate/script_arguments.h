// argc and argv[], the script's arguments as variables: stapvars(3stap).
#pragma once

#include <string>

#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// To be called when everything is bound. As long as the script only reads its arguments, the reads
// become constants of the run, which the kernel's part of a handler may use too. Once it writes
// them, tests membership in argv or iterates over it, they are ordinary globals; the result is the
// text of the probe that sets them then, else it is empty. Warns of arguments that argv leaves out.
std::string settle_script_arguments(Session& session);

}  // namespace sutap::elaborate
