// Output that is kept back until the script knows whether it wants it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sutap::execute {

class Speculations {
  public:
    // Bytes kept for all ids together.
    static constexpr std::size_t most_bytes = std::size_t{16} << 20U;

    // A new id, from 1.
    std::int64_t open() { return ++last_; }
    // False, and nothing is kept, if there is no more room.
    bool add(std::int64_t id, std::string_view text);
    // All that was added for `id`, in order; nothing is kept of it.
    std::string take(std::int64_t id);

  private:
    std::int64_t last_ = 0;
    std::size_t bytes_ = 0;
    std::map<std::int64_t, std::string> texts_;
};

}  // namespace sutap::execute
