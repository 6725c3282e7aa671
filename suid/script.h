// The script that a request means, read once.
#pragma once

#include <string_view>
#include <vector>

#include "policies/descriptor.h"
#include "policies/evidence.h"
#include "policies/request.h"

namespace sutap::front_end {

/// Paths are followed with the caller's rights.
policy::FoundScript find_script(const policy::Policy& policy, const policy::Caller& caller,
                                const policy::Request& request);

/// Does the request carry its text with it (-e; root's `-`)?
bool is_input(const policy::Request& request, const policy::Caller& caller);

/// A memory file at its beginning that nobody can change any more. Ends the process on failure.
policy::Descriptor seal(const char* name, std::string_view content);

}  // namespace sutap::front_end
