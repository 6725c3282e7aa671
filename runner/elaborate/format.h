// A printf format, taken apart once at elaboration and applied at run time.
#pragma once

#include <cstdint>
#include <string>

namespace sutap::elaborate {

// One piece of a format: literal text, or one conversion with what precedes it.
struct FormatPiece {
    enum class Conversion : std::uint8_t {
        literal,           // `text`
        signed_decimal,    // %d %i
        unsigned_decimal,  // %u
        octal,             // %o
        hex,               // %x
        upper_hex,         // %X
        pointer,           // %p
        string,            // %s
        character,         // %c
        binary,            // %b
        memory,            // %m
        memory_hex,        // %M
    } conversion = Conversion::literal;
    std::string text;
    bool left = false;        // -
    bool plus = false;        // +
    bool space = false;       // blank
    bool alternate = false;   // #
    bool zero = false;        // 0
    std::int32_t width = -1;  // -1: none
    std::int32_t precision = -1;
    bool width_argument = false;      // *: an argument before the value
    bool precision_argument = false;  // .*
};

}  // namespace sutap::elaborate
