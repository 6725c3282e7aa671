// The lines of -v: what a pass did, in how much memory and time.
#pragma once

#include <cstdint>
#include <string>

namespace sutap {

// The time of one pass, from construction or restart().
class PassClock {
  public:
    PassClock() { restart(); }
    void restart();
    // "10usr/0sys/12real ms", as stap writes it.
    std::string times() const;
    // "using 27644virt/17232res/7260shr/9876data kb, in 10usr/0sys/12real ms."
    std::string memory_and_times() const;

  private:
    struct Times {
        std::int64_t user_us = 0;
        std::int64_t system_us = 0;
        std::int64_t real_us = 0;
    };
    static Times now();
    Times start_;
};

}  // namespace sutap
