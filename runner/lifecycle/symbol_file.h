// The kernel's symbols, read while the runner still may see their addresses.
#pragma once

#include <memory>
#include <optional>

#include "runner/execute/symbols.h"

namespace sutap {

// From `granted`, a descriptor of /proc/kallsyms that stays open, else from the file itself with
// CAP_SYSLOG if it is permitted. What can't be read is empty: addresses have no names then.
std::shared_ptr<const execute::Symbols> read_symbols(std::optional<int> granted);

}  // namespace sutap
