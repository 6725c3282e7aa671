#include "runner/text_output.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace sutap {

namespace {

// The timer of a deadline interrupts what waits for a reader, again and again; one signal alone may
// be anybody's.
constexpr int most_interruptions = 3;

}  // namespace

void write_all(int descriptor, std::string_view text) {
    int interruptions = 0;
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written > 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR || ++interruptions == most_interruptions) {
            return;
        }
    }
}

void complain(std::string_view sentence) {
    write_all(STDERR_FILENO, std::string("sutap-runner: ").append(sentence).append("\n"));
}

}  // namespace sutap
