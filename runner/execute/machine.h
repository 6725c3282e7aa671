// The state that instructions work on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/execute/builtins.h"
#include "runner/execute/code.h"
#include "runner/execute/context.h"
#include "runner/execute/format.h"
#include "runner/execute/globals.h"
#include "runner/execute/record.h"
#include "runner/execute/soft_error.h"
#include "runner/execute/work.h"

namespace sutap::execute {

// A handler or a function on its way.
struct Frame {
    const Code* return_to = nullptr;
    const Routine* routine = nullptr;
    std::size_t integers = 0;  // where its registers begin in the machine's
    std::size_t texts = 0;
    std::size_t iterators = 0;
};

// A foreach on its way.
struct Iterator {
    std::vector<Array::Slot> slots;
    std::size_t next = 0;
};

struct Machine {
    const Compiled& compiled;
    std::span<Global> globals;
    Context& context;
    std::size_t longest_string = 0;
    std::uint32_t max_nesting = 0;

    std::int64_t* integers = nullptr;  // of the present frame
    std::string* texts = nullptr;
    std::uint32_t actions_left = 0;
    Work work{};             // of the present handler
    std::uint64_t hits = 1;  // how many events it stands for
    std::vector<Frame> frames{};
    std::vector<std::int64_t> all_integers{};
    std::vector<std::string> all_texts{};
    std::vector<Iterator> iterators{};
    Replay replay{};

    // Kept between instructions so that their memory is.
    std::array<KeyPart, 9> key{};
    std::vector<Argument> arguments{};
    std::vector<FormatArgument> format_arguments{};
    std::string text_buffer{};

    // Makes a frame of unset registers behind the present one. False if there is no room.
    bool push_frame(const Routine& routine, const Code* return_to);
    // Makes the first `count` frames all there are.
    void unwind_frames(std::size_t count);

    // For text that was made to be printed or kept.
    void spend_for_text(std::size_t bytes) { work.spend(bytes / 16); }

    const std::string& text(std::uint32_t place) const {
        return place < first_constant ? texts[place] : compiled.constants[place - first_constant];
    }
    void set_text(std::uint32_t place, std::string_view value) {
        texts[place].assign(value.substr(0, longest_string));
    }
    const Detail& detail(std::uint32_t index) const { return compiled.details[index]; }
};

[[noreturn]] inline void raise(std::string message, const Code& code) {
    throw SoftError{.message = std::move(message), .site = code.site};
}

// MAXACTION and its like: no catch takes them.
[[noreturn]] inline void raise_limit(std::string message, const Code& code) {
    throw SoftError{.message = std::move(message), .site = code.site, .catchable = false};
}

}  // namespace sutap::execute
