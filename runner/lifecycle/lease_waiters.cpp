#include "runner/lifecycle/lease_waiters.h"

#include <sstream>
#include <string>

namespace sutap {

LeaseWaiters lease_waiters(std::istream& locks, pid_t process, ino_t inode) {
    LeaseWaiters waiters;
    bool is_below = false;
    std::string line;
    while (std::getline(locks, line)) {
        std::istringstream words(line);
        std::string number;
        std::string kind;
        std::string state;
        std::string access;
        std::string holder;
        std::string file;
        words >> number >> kind;
        if (kind == "->") {
            words >> kind >> state >> access;
            if (is_below) {
                ++(access == "READ" ? waiters.readers : waiters.writers);
            }
            continue;
        }
        words >> state >> access >> holder >> file;
        is_below = kind == "LEASE" && holder == std::to_string(process) &&
                   file.ends_with(":" + std::to_string(inode));
    }
    return waiters;
}

}  // namespace sutap
