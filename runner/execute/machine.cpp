#include "runner/execute/machine.h"

#include <algorithm>

namespace sutap::execute {
namespace {

// Only a program that our translator did not make, or one with limits out of all proportion, comes
// near them.
constexpr std::size_t most_registers = std::size_t{1} << 20U;
constexpr std::size_t most_frames = std::size_t{1} << 20U;

template <typename Value>
void make_room(std::vector<Value>& values, std::size_t count) {
    if (values.size() < count) {
        values.resize(std::max(count, values.size() * 2));
    }
}

}  // namespace

bool Machine::push_frame(const Routine& routine, const Code* return_to) {
    Frame made{.return_to = return_to, .routine = &routine};
    if (!frames.empty()) {
        const Frame& caller = frames.back();
        made.integers = caller.integers + caller.routine->integers;
        made.texts = caller.texts + caller.routine->texts;
        made.iterators = caller.iterators + caller.routine->iterators;
    }
    const std::size_t integers_end = made.integers + routine.integers;
    const std::size_t texts_end = made.texts + routine.texts;
    if (frames.size() >= most_frames || integers_end + texts_end > most_registers) {
        return false;
    }
    work.spend((routine.integers + routine.texts) / 8);
    make_room(all_integers, integers_end);
    make_room(all_texts, texts_end);
    frames.push_back(made);
    integers = all_integers.data() + made.integers;
    texts = all_texts.data() + made.texts;
    std::fill_n(integers, routine.integers, 0);
    std::for_each_n(texts, routine.texts, [](std::string& text) { text.clear(); });
    return true;
}

void Machine::unwind_frames(std::size_t count) {
    frames.resize(count);
    integers = all_integers.data() + frames.back().integers;
    texts = all_texts.data() + frames.back().texts;
}

}  // namespace sutap::execute
