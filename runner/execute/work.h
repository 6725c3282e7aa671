// How much a handler may still do. MAXACTION counts statements; what no statement stands for (the
// instructions of a hostile program, a search among many elements, a long match) counts here.
#pragma once

#include <cstdint>

namespace sutap::execute {

// A unit is about what a simple instruction takes, a few nanoseconds.
class Work {
  public:
    // Beside what its statements allow.
    void begin(std::int64_t units) { left_ = units; }
    // Far more than a statement takes, so that only a program that our translator did not make
    // comes near the end.
    void allow_statement() { left_ += of_a_statement; }

    void spend(std::uint64_t units) { left_ -= static_cast<std::int64_t>(units); }
    // For one instruction; false if there was nothing left.
    bool spend_one() { return --left_ >= 0; }
    bool is_exhausted() const { return left_ < 0; }

  private:
    static constexpr std::int64_t of_a_statement = std::int64_t{1} << 14U;
    std::int64_t left_ = 0;
};

}  // namespace sutap::execute
