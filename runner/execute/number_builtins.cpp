// Builtins that compute numbers: random ones, and IEEE doubles whose bits are the script's
// integers.
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "runner/execute/builtin_call.h"

namespace sutap::execute {

using elaborate::Builtin;

namespace {

double number(const BuiltinCall& call, std::size_t index) {
    return std::bit_cast<double>(call.integer(index));
}
Value make_number(double value) {
    return make_integer(std::bit_cast<std::int64_t>(value));
}

// The modes of the Berkeley SoftFloat library, which SystemTap uses.
double rounded(double value, std::int64_t mode) {
    const double below = std::floor(value);
    switch (mode) {
        case 1:
            return std::trunc(value);
        case 2:
            return below;
        case 3:
            return std::ceil(value);
        case 4:
            return std::round(value);
        case 6:  // to the odd of the two neighbours
            return value == below ? value : std::fmod(below, 2) == 0 ? below + 1 : below;
        default:  // to the nearest, of two to the even one
            return std::nearbyint(value);
    }
}

// What does not fit becomes the nearest that does; what is no number the largest.
std::int64_t whole(double value) {
    constexpr double limit = 9223372036854775808.0;
    if (std::isnan(value) || value >= limit) {
        return std::numeric_limits<std::int64_t>::max();
    }
    if (value < -limit) {
        return std::numeric_limits<std::int64_t>::min();
    }
    return static_cast<std::int64_t>(value);
}

std::string decimal(double value, std::int64_t digits, std::size_t longest) {
    const int shown =
        static_cast<int>(std::clamp<std::int64_t>(digits, 0, static_cast<std::int64_t>(longest)));
    std::string text(400 + longest, '\0');
    const int length = std::snprintf(text.data(), text.size(), "%.*f", shown, value);
    text.resize(static_cast<std::size_t>(std::max(length, 0)));
    return text;
}

// The number that `text` begins with, 0 if it begins with none.
double parse_decimal(std::string_view text) {
    const bool has_plus = text.starts_with('+') && !text.starts_with("+-");
    text.remove_prefix(has_plus ? 1 : 0);
    double value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        const bool is_negative = text.starts_with('-');
        const bool is_small =
            std::string_view(text.data(), result.ptr).find("e-") != std::string_view::npos;
        const double nearest = is_small ? 0 : std::numeric_limits<double>::infinity();
        return is_negative ? -nearest : nearest;
    }
    return result.ec == std::errc() ? value : 0;
}

std::int64_t random_below(const BuiltinCall& call) {
    constexpr std::int64_t most = std::int64_t{1} << 20U;
    const std::int64_t end = std::min(call.integer(0), most);
    if (end <= 1) {
        return 0;
    }
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(call.context.random);
}

}  // namespace

Value number_function(const BuiltinCall& call) {
    switch (call.builtin) {
        case Builtin::randint:
            return make_integer(random_below(call));
        case Builtin::fp_add:
            return make_number(number(call, 0) + number(call, 1));
        case Builtin::fp_sub:
            return make_number(number(call, 0) - number(call, 1));
        case Builtin::fp_mul:
            return make_number(number(call, 0) * number(call, 1));
        case Builtin::fp_div:
            return make_number(number(call, 0) / number(call, 1));
        case Builtin::fp_rem:
            return make_number(std::remainder(number(call, 0), number(call, 1)));
        case Builtin::fp_sqrt:
            return make_number(std::sqrt(number(call, 0)));
        case Builtin::fp_eq:
            return make_integer(number(call, 0) == number(call, 1) ? 1 : 0);
        case Builtin::fp_le:
            return make_integer(number(call, 0) <= number(call, 1) ? 1 : 0);
        case Builtin::fp_lt:
            return make_integer(number(call, 0) < number(call, 1) ? 1 : 0);
        case Builtin::fp_to_long:
            return make_integer(whole(rounded(number(call, 0), call.integer(1))));
        case Builtin::fp_to_string:
            return make_text(
                decimal(number(call, 0), call.integer(1), call.context.longest_string()));
        case Builtin::long_to_fp:
            return make_number(static_cast<double>(call.integer(0)));
        case Builtin::string_to_fp:
            return make_number(parse_decimal(call.text(0)));
        default:  // fp32_to_fp64
            return make_number(std::bit_cast<float>(static_cast<std::uint32_t>(call.integer(0))));
    }
}

}  // namespace sutap::execute
