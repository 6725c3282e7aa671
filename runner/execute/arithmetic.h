// The script language's integers: 64 bits that wrap, where C++ would be undefined.
#pragma once

#include <cstdint>

namespace sutap::execute {

inline std::int64_t wrapping_add(std::int64_t left, std::int64_t right) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                     static_cast<std::uint64_t>(right));
}

inline std::int64_t wrapping_subtract(std::int64_t left, std::int64_t right) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) -
                                     static_cast<std::uint64_t>(right));
}

inline std::int64_t wrapping_multiply(std::int64_t left, std::int64_t right) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) *
                                     static_cast<std::uint64_t>(right));
}

// `right` is not 0. The lowest value divided by -1 is itself.
inline std::int64_t wrapping_divide(std::int64_t left, std::int64_t right) {
    return right == -1 ? wrapping_subtract(0, left) : left / right;
}

// `right` is not 0; the sign is that of `left`.
inline std::int64_t wrapping_modulo(std::int64_t left, std::int64_t right) {
    return right == -1 ? 0 : left % right;
}

// A negative count shifts by nothing, one of 64 and more shifts everything out.
inline std::int64_t shift_left(std::int64_t value, std::int64_t count) {
    if (count <= 0) {
        return value;
    }
    return count > 63 ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << count);
}

inline std::int64_t shift_right(std::int64_t value, std::int64_t count) {
    if (count <= 0) {
        return value;
    }
    return value >> (count > 63 ? 63 : count);
}

inline std::int64_t unsigned_shift_right(std::int64_t value, std::int64_t count) {
    if (count <= 0) {
        return value;
    }
    return count > 63 ? 0 : static_cast<std::int64_t>(static_cast<std::uint64_t>(value) >> count);
}

}  // namespace sutap::execute
