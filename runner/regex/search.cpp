// Runs the automaton with all its threads at once, byte by byte: a state is entered at most once
// for each byte, by the thread that comes first, so nothing is ever tried twice.
#include <algorithm>
#include <utility>

#include "runner/regex/syntax.h"

namespace sutap::regex {
namespace {

// A set of states in the order in which threads entered them, with the places that each has marked.
struct Threads {
    Threads(std::size_t states, std::size_t slot_count)
        : position(states, 0), slots(states * slot_count, none) {
        order.reserve(states);
    }
    bool contains(std::uint32_t state) const {
        return position[state] < order.size() && order[position[state]] == state;
    }
    void insert(std::uint32_t state) {
        position[state] = static_cast<std::uint32_t>(order.size());
        order.push_back(state);
    }

    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> position;  // by state, within `order`
    std::vector<std::size_t> slots;       // by state
};

class Search {
  public:
    Search(const std::vector<State>& states, const std::vector<ByteSet>& sets, std::size_t groups,
           std::string_view text)
        : states_(states),
          sets_(sets),
          slot_count_(2 * groups),
          text_(text),
          now_(states.size(), slot_count_),
          next_(states.size(), slot_count_),
          slots_(slot_count_, none) {}

    // What the search took.
    [[nodiscard]] std::uint64_t steps() const {
        constexpr std::uint64_t to_begin = 400;  // memory for the threads
        return to_begin + (states_.size() + entered_) * (2 + slot_count_ / 8);
    }

    std::optional<std::vector<Span>> run() {
        for (std::size_t place = 0;; ++place) {
            if (best_.empty()) {
                slots_.assign(slot_count_, none);
                enter(0, place, now_);
            }
            if (now_.order.empty()) {
                break;
            }
            step(place);
            std::swap(now_, next_);
            next_.order.clear();
            if (place >= text_.size()) {
                break;
            }
        }
        if (best_.empty()) {
            return std::nullopt;
        }
        std::vector<Span> spans;
        for (std::size_t slot = 0; slot < slot_count_; slot += 2) {
            const bool is_set = best_[slot] != none && best_[slot + 1] != none;
            spans.push_back(is_set ? Span{best_[slot], best_[slot + 1]} : Span{});
        }
        return spans;
    }

  private:
    bool is_word(std::size_t place) const {
        return place < text_.size() && word_bytes()[static_cast<unsigned char>(text_[place])];
    }

    bool holds(State::Kind assertion, std::size_t place) const {
        const bool before = place > 0 && is_word(place - 1);
        const bool after = is_word(place);
        switch (assertion) {
            case State::Kind::text_begin:
                return place == 0;
            case State::Kind::text_end:
                return place == text_.size();
            case State::Kind::word_boundary:
                return before != after;
            case State::Kind::no_word_boundary:
                return before == after;
            case State::Kind::word_begin:
                return !before && after;
            default:
                return before && !after;
        }
    }

    // Enters `state` and all that it leads to without a byte, with the places in slots_.
    void enter(std::uint32_t state, std::size_t place, Threads& threads) {
        struct Task {
            std::uint32_t state = 0;
            bool is_undo = false;  // put `value` back into slot `state`
            std::size_t value = none;
        };
        std::vector<Task> tasks = {{state}};
        while (!tasks.empty()) {
            const Task task = tasks.back();
            tasks.pop_back();
            ++entered_;
            if (task.is_undo) {
                slots_[task.state] = task.value;
                continue;
            }
            if (threads.contains(task.state)) {
                continue;
            }
            threads.insert(task.state);
            const State& entered = states_[task.state];
            switch (entered.kind) {
                case State::Kind::jump:
                    tasks.push_back({entered.next});
                    break;
                case State::Kind::fork:
                    tasks.push_back({entered.alternative});
                    tasks.push_back({entered.next});
                    break;
                case State::Kind::mark:
                    tasks.push_back({entered.index, true, slots_[entered.index]});
                    slots_[entered.index] = place;
                    tasks.push_back({entered.next});
                    break;
                case State::Kind::bytes:
                case State::Kind::match:
                    std::copy(slots_.begin(), slots_.end(),
                              threads.slots.begin() +
                                  static_cast<std::ptrdiff_t>(task.state * slot_count_));
                    break;
                default:
                    if (holds(entered.kind, place)) {
                        tasks.push_back({entered.next});
                    }
                    break;
            }
        }
    }

    // Moves every thread over the byte at `place`, the end of the text included.
    void step(std::size_t place) {
        for (const std::uint32_t state : now_.order) {
            const State& present = states_[state];
            if (present.kind != State::Kind::bytes && present.kind != State::Kind::match) {
                continue;
            }
            const auto begin =
                now_.slots.begin() + static_cast<std::ptrdiff_t>(state * slot_count_);
            if (!best_.empty() && *begin > best_[0]) {
                continue;  // began further right than a match
            }
            if (present.kind == State::Kind::match) {
                if (best_.empty() || *begin < best_[0] || place > best_[1]) {
                    best_.assign(begin, begin + static_cast<std::ptrdiff_t>(slot_count_));
                }
            } else if (place < text_.size() &&
                       sets_[present.index][static_cast<unsigned char>(text_[place])]) {
                slots_.assign(begin, begin + static_cast<std::ptrdiff_t>(slot_count_));
                enter(present.next, place + 1, next_);
            }
        }
    }

    const std::vector<State>& states_;
    const std::vector<ByteSet>& sets_;
    std::size_t slot_count_;
    std::string_view text_;
    Threads now_;
    Threads next_;
    std::vector<std::size_t> slots_;
    std::vector<std::size_t> best_;
    std::uint64_t entered_ = 0;
};

}  // namespace

std::optional<std::vector<Span>> Regex::search(std::string_view text, std::uint64_t& steps) const {
    Search search(states_, sets_, groups_, text);
    std::optional<std::vector<Span>> found = search.run();
    steps += search.steps();
    return found;
}

}  // namespace sutap::regex
