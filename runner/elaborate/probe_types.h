// The probe points that are built in, by their form: one list for messages and for
// --dump-probe-types.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/syntax_tree.h"

namespace sutap::elaborate {

// "begin", "timer.s(number).randomize(number)", "kernel.function(string).call", ….
std::span<const std::string_view> probe_types();

// The forms that a component at `index` may have behind the components before it: "s(number)".
std::vector<std::string> component_forms(const std::vector<language::ProbeComponent>& components,
                                         std::size_t index);

// The forms that wildcards in the names of components stand for, with the components' own
// arguments: procfs("x").* for procfs("x").read and procfs("x").write.
std::vector<std::vector<language::ProbeComponent>> matching_forms(
    const std::vector<language::ProbeComponent>& components);

}  // namespace sutap::elaborate
