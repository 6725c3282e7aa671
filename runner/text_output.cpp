#include "runner/text_output.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace sutap {

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written > 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return;
        }
    }
}

void complain(std::string_view sentence) {
    write_all(STDERR_FILENO, std::string("sutap-runner: ").append(sentence).append("\n"));
}

}  // namespace sutap
