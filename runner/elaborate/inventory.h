// What there is to be used in scripts, as text: --dump-probe-types, --dump-probe-aliases,
// --dump-functions. One line each, sorted.
#pragma once

#include <string>

#include "runner/targets/kernel.h"

namespace sutap::elaborate {

std::string list_probe_types();

// The tapset's aliases and those of the system calls, without the ones that are for it alone.
std::string list_probe_aliases();

// "NAME:TYPE (PARAMETER:TYPE, …)" of each public function. "unknown" is the type of one that gives
// no value, or of what only its use would tell; the parameters of a builtin have no names.
std::string list_functions(const targets::Kernel& kernel);

}  // namespace sutap::elaborate
