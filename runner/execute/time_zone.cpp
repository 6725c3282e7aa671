#include "runner/execute/time_zone.h"

#include <ctime>

namespace sutap::execute {

TimeZone TimeZone::local() {
    TimeZone zone;
    ::tzset();
    const std::time_t now = std::time(nullptr);
    std::tm fields{};
    if (::localtime_r(&now, &fields) != nullptr && fields.tm_zone != nullptr) {
        zone.seconds_west = -fields.tm_gmtoff;
        zone.name = fields.tm_zone;
    }
    return zone;
}

}  // namespace sutap::execute
