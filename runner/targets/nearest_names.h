// "Did you mean": names that look like another one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sutap::targets {

// The up to `most` names of `candidates` that look most like `name` (edit distance, common parts
// between underscores), best first, each once; empty if none is near.
std::vector<std::string> nearest_names(const std::string& name,
                                       const std::vector<std::string>& candidates,
                                       std::size_t most = 5);

}  // namespace sutap::targets
