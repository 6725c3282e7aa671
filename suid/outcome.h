// How a run of the front end ends when it does not end in the runner.
#pragma once

#include <string>
#include <string_view>

namespace sutap::front_end {

enum class Status : int {
    done = 0,
    usage = 1,
    broken = 125,   // the installation or the system is at fault
    refused = 126,  // the caller may not
};

/// Writes `sutap: TEXT` as one line to standard error, control bytes escaped, and ends the process
/// at once: no destructor, no exit handler.
[[noreturn]] void stop(Status status, std::string_view text);

/// The same, with what errno says appended.
[[noreturn]] void stop_with_error(std::string_view text);

/// Writes to a descriptor of the caller's; what can't be written is lost.
void say(int descriptor, std::string_view text);

/// `text` with the bytes below 0x20, 0x7f, those of C1 and, for the grant's sake, `\` as \xHH.
std::string escape(std::string_view text);

}  // namespace sutap::front_end
