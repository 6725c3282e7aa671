// Runs text through the parser and elaboration, on the kernel of this machine.
#pragma once

#include <string>

#include "runner/elaborate/elaborate.h"

namespace sutap::elaborate::test {

struct Outcome {
    Elaborated elaborated;
    std::string messages;  // every diagnostic's first line, without the source lines
    std::string causes;    // what is chained behind the first lines, likewise
    std::string rendered;  // every diagnostic as it is shown
    std::string text;      // the program, if there is one
};

const targets::Kernel& this_kernel();

// Requires that the text parses.
Outcome elaborate_text(const std::string& text, const ElaborateOptions& options = {},
                       const targets::Kernel& kernel = this_kernel());

}  // namespace sutap::elaborate::test
