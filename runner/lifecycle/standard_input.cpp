#include "runner/lifecycle/standard_input.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace sutap {

StandardInput::StandardInput(bool by_character, std::size_t longest_line)
    : longest_line_(longest_line) {
    termios mode{};
    // A process in the background would be stopped for changing the terminal.
    if (!by_character || tcgetattr(STDIN_FILENO, &mode) != 0 ||
        tcgetpgrp(STDIN_FILENO) != getpgrp()) {
        return;
    }
    terminal_ = mode;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

StandardInput::~StandardInput() {
    if (terminal_) {
        tcsetattr(STDIN_FILENO, TCSANOW, &*terminal_);
    }
}

int StandardInput::descriptor() const {
    return has_ended_ ? -1 : STDIN_FILENO;
}

std::optional<std::string> StandardInput::complete_line(char character) {
    if (line_.size() < longest_line_) {
        line_ += character;
    }
    return character == '\n' ? std::optional(std::exchange(line_, {})) : std::nullopt;
}

std::string StandardInput::read_some() {
    std::array<char, 4096> buffer{};
    const ssize_t size = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size > 0) {
        return {buffer.data(), static_cast<std::size_t>(size)};
    }
    has_ended_ = size == 0 || (errno != EAGAIN && errno != EINTR);
    return {};
}

}  // namespace sutap
