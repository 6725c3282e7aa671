// A pattern's tree as an automaton: one state a byte set or decision, repetitions written out.
#include <unordered_map>
#include <utility>

#include "runner/regex/syntax.h"

namespace sutap::regex {
namespace {

// Bounds the time of a search for each byte of the text: (a{255}){255} is no pattern to wait for.
constexpr std::size_t most_states = 20000;

}  // namespace

class Compiler {
  public:
    std::variant<Regex, SyntaxError> run(const Syntax& syntax) {
        regex_.groups_ = syntax.groups + 1;
        try {
            mark(0);
            node(syntax.root);
            mark(1);
            add({.kind = State::Kind::match});
        } catch (SyntaxError& error) {
            return std::move(error);
        }
        return std::move(regex_);
    }

  private:
    std::uint32_t here() const { return static_cast<std::uint32_t>(regex_.states_.size()); }

    // A state that goes on to the one behind it.
    std::uint32_t add(State state) {
        if (regex_.states_.size() >= most_states) {
            throw SyntaxError{"the regular expression is too large", 0};
        }
        const std::uint32_t number = here();
        state.next = number + 1;
        regex_.states_.push_back(state);
        return number;
    }
    void mark(std::uint32_t slot) { add({.kind = State::Kind::mark, .index = slot}); }

    void node(const Node& what) {
        switch (what.kind) {
            case Node::Kind::sequence:
                for (const Node& part : what.parts) {
                    node(part);
                }
                break;
            case Node::Kind::alternatives:
                alternatives(what);
                break;
            case Node::Kind::repetition:
                repetition(what);
                break;
            case Node::Kind::group:
                mark(2 * what.number);
                node(what.parts[0]);
                mark(2 * what.number + 1);
                break;
            case Node::Kind::bytes:
                add({.kind = State::Kind::bytes, .index = set_number(what.set)});
                break;
            case Node::Kind::assertion:
                add({.kind = what.assertion});
                break;
        }
    }

    std::uint32_t set_number(const ByteSet& set) {
        const auto [known, is_new] =
            numbers_.try_emplace(set, static_cast<std::uint32_t>(regex_.sets_.size()));
        if (is_new) {
            regex_.sets_.push_back(set);
        }
        return known->second;
    }

    void alternatives(const Node& what) {
        std::vector<std::uint32_t> ends;
        for (std::size_t index = 0; index < what.parts.size(); ++index) {
            const bool is_last = index + 1 == what.parts.size();
            const std::uint32_t fork = is_last ? 0 : add({.kind = State::Kind::fork});
            node(what.parts[index]);
            if (!is_last) {
                ends.push_back(add({.kind = State::Kind::jump}));
                regex_.states_[fork].alternative = here();
            }
        }
        for (const std::uint32_t end : ends) {
            regex_.states_[end].next = here();
        }
    }

    void repetition(const Node& what) {
        const Node& part = what.parts[0];
        std::uint32_t last = here();
        for (int count = 0; count < what.least; ++count) {
            last = here();
            node(part);
        }
        if (what.most == unbounded) {
            // x* is (x+)?, so that a round that matches nothing still counts as one.
            std::optional<std::uint32_t> skip;
            if (what.least == 0) {
                skip = add({.kind = State::Kind::fork});
                last = here();
                node(part);
            }
            const std::uint32_t again = add({.kind = State::Kind::fork});
            regex_.states_[again].next = last;
            regex_.states_[again].alternative = here();
            if (skip) {
                regex_.states_[*skip].alternative = here();
            }
            return;
        }
        std::vector<std::uint32_t> skips;
        for (int count = what.least; count < what.most; ++count) {
            skips.push_back(add({.kind = State::Kind::fork}));
            node(part);
        }
        for (const std::uint32_t skip : skips) {
            regex_.states_[skip].alternative = here();
        }
    }

    Regex regex_;
    std::unordered_map<ByteSet, std::uint32_t> numbers_;  // in sets_
};

std::variant<Regex, SyntaxError> Regex::compile(std::string_view pattern) {
    auto parsed = parse(pattern);
    if (auto* error = std::get_if<SyntaxError>(&parsed)) {
        return std::move(*error);
    }
    return Compiler().run(std::get<Syntax>(parsed));
}

}  // namespace sutap::regex
