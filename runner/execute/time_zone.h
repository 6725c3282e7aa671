// The local time zone, as it is when the session starts.
#pragma once

#include <cstdint>
#include <string>

namespace sutap::execute {

struct TimeZone {
    std::int64_t seconds_west = 0;  // of UTC
    std::string name = "UTC";       // "CEST"

    // By the environment's TZ, or the system's file.
    static TimeZone local();
};

}  // namespace sutap::execute
