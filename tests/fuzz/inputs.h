// What the fuzzers of the front half have in common.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "runner/language/parser.h"
#include "runner/language/source_map.h"

namespace sutap::fuzz {

// Ends the run with a finding.
inline void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

// Three arguments to paste, a kernel, and one library macro.
inline language::ParseContext parse_context(language::SourceMap& sources) {
    language::ParseContext context;
    context.arguments = {"1", "some text", "$1 @2 \"x\" { @half(3)"};
    context.kernel_release = "6.1.0-35-amd64";
    context.kernel_configuration = [](const std::string& name) {
        return name == "CONFIG_BPF" ? std::optional<std::string>("y") : std::nullopt;
    };
    context.library_macro = [&sources](std::string_view name) -> std::optional<std::uint32_t> {
        if (name != "half") {
            return std::nullopt;
        }
        return sources.add("macros.stpm", "@define half(a) %( ((@a) / 2) %)");
    };
    return context;
}

}  // namespace sutap::fuzz
