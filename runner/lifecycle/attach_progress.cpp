#include "runner/lifecycle/attach_progress.h"

#include <string>

#include "runner/lifecycle/monotonic_clock.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

constexpr std::int64_t patience = 1'000'000'000;
constexpr std::int64_t interval = 100'000'000;
constexpr const char* to_line_start_and_clear = "\r\033[K";

}  // namespace

AttachProgress::AttachProgress(int descriptor)
    : descriptor_(descriptor), due_(monotonic() + patience) {}

void AttachProgress::operator()(std::size_t done, std::size_t all) {
    if (done == all) {
        if (is_shown_) {
            write_all(descriptor_, to_line_start_and_clear);
        }
        is_shown_ = false;
        return;
    }
    const std::int64_t now = monotonic();
    if (now < due_) {
        return;
    }
    due_ = now + interval;
    is_shown_ = true;
    write_all(descriptor_, to_line_start_and_clear + ("attaching: " + std::to_string(done) +
                                                      " of " + std::to_string(all) + " programs"));
}

}  // namespace sutap
