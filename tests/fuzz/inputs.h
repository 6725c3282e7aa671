// What the fuzzers have in common.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

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

// An input taken apart line by line; empty ones come behind its end.
class Lines {
  public:
    Lines(const std::uint8_t* data, std::size_t size) : rest_(text_of(data, size)) {}

    bool at_end() const { return position_ >= rest_.size(); }
    std::string_view line() {
        const std::size_t start = std::min(position_, rest_.size());
        const std::size_t end = std::min(rest_.find('\n', start), rest_.size());
        position_ = end + 1;
        return std::string_view(rest_).substr(start, end - start);
    }
    // A decimal number, 0 for none, wrapping.
    std::int64_t number() {
        const std::string_view text = line();
        std::uint64_t value = 0;
        for (const char digit : text) {
            value = digit >= '0' && digit <= '9' ? value * 10 + static_cast<unsigned>(digit - '0')
                                                 : value;
        }
        return static_cast<std::int64_t>(text.starts_with('-') ? 0 - value : value);
    }

  private:
    std::string rest_;
    std::size_t position_ = 0;
};

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
