// The SHA-256 pins of a policy file, after its scripts were edited.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

/// What a script's pin shall become.
struct Pin {
    std::string script;  // its name
    std::string sha256;
};

/// `text`, a policy file, with these pins and not another byte changed. Nothing, and `problem` set,
/// where a script is not of this file, has no pin, or has it written in a way that is not
/// `sha256 = "…"` on a line of its own.
std::optional<std::string> with_pins(const std::string& text, const std::vector<Pin>& pins,
                                     std::string& problem);

/// In the place of `path`, at once, with the owner and the mode of what was there. Empty, or what
/// went wrong; the file is as it was then.
std::string replace_file(const std::string& path, std::string_view text);

}  // namespace sutap::policy
