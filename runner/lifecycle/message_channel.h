// The messages between a session and its attendant: packets over a socket pair.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "runner/descriptor.h"

namespace sutap {

struct Message {
    enum class Kind : char {
        // of the attendant
        ready = 'r',     // text: the folder of the procfs files, if there are any
        failed = 'f',    // it cannot go on; text: a sentence
        reading = 'o',   // somebody opened a procfs file to read it: number, text: its name
        written = 'w',   // text: its name, NUL, what was written
        switched = 's',  // with the descriptor of the next output file
        warning = 'n',   // text: a sentence
        // of the session
        command = 'c',  // text: to be started by a shell
        value = 'v',    // number, text: what the reader of that number gets
        next_file = 'x',
    };
    Kind kind = Kind::failed;
    std::uint32_t number = 0;
    std::string text;
    Descriptor descriptor;
};

// Longer texts than this do not arrive.
inline constexpr std::size_t largest_message = 80000;

// Two connected sockets, closed on exec. Throws RequestError.
std::pair<Descriptor, Descriptor> make_message_channel();
// False, with errno, if it cannot be sent; EAGAIN on a non-blocking socket that is full.
bool send_message(const Descriptor& socket, const Message& message);
// nullopt with errno; 0 at the end of the other side.
std::optional<Message> receive_message(const Descriptor& socket);

}  // namespace sutap
