#include "suid/outcome.h"

#include <unistd.h>

#include <cerrno>

#include "policies/trusted_files.h"

namespace sutap::front_end {

void stop(Status status, std::string_view text) {
    say(STDERR_FILENO, "sutap: " + escape(text) + "\n");
    _exit(static_cast<int>(status));
}

void stop_with_error(std::string_view text) {
    stop(Status::broken, std::string(text) + ": " + policy::error_text());
}

void say(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string escape(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string escaped;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F, which terminals obey, are c2 80 to c2 9f in UTF-8.
        const bool c1 = byte >= 0x80 && byte < 0xa0 &&
                        (i == 0 || static_cast<unsigned char>(text[i - 1]) < 0x80 ||
                         static_cast<unsigned char>(text[i - 1]) == 0xc2);
        if (byte < 0x20 || byte == 0x7f || byte == '\\' || c1)
            (((escaped += "\\x") += digits[byte >> 4])) += digits[byte & 0xf];
        else
            escaped += text[i];
    }
    return escaped;
}

}  // namespace sutap::front_end
