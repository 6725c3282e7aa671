// A run-time error of a script, on its way to the try/catch or the handler's end that takes it.
// It never leaves this room.
#pragma once

#include <cstdint>
#include <string>

namespace sutap::execute {

struct SoftError {
    // As a catch block sees it, without the place.
    std::string message;
    // Index into ir::Program::sites of the place that "near" names; 0: none.
    std::uint32_t site = 0;
    // MAXACTION and MAXNESTING cannot be caught: the handler ends.
    bool catchable = true;
    // abort(): the handler ends, and nothing is wrong.
    bool is_abort = false;
};

}  // namespace sutap::execute
