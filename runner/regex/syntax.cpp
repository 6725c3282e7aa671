#include "runner/regex/syntax.h"

#include <array>
#include <optional>
#include <utility>

namespace sutap::regex {
namespace {

constexpr int most_repetitions = 255;  // RE_DUP_MAX of POSIX
constexpr int deepest_nesting = 100;
constexpr std::uint32_t most_groups = 100;

constexpr unsigned byte_of(char character) {
    return static_cast<unsigned char>(character);
}

bool in(unsigned byte, char first, char last) {
    return byte >= byte_of(first) && byte <= byte_of(last);
}

// Of the C locale: a script means the same everywhere.
bool has_class(unsigned byte, std::string_view name) {
    const bool is_digit = in(byte, '0', '9');
    const bool is_upper = in(byte, 'A', 'Z');
    const bool is_lower = in(byte, 'a', 'z');
    const bool is_graphic = in(byte, '!', '~');
    if (name == "alpha") {
        return is_upper || is_lower;
    }
    if (name == "digit") {
        return is_digit;
    }
    if (name == "alnum") {
        return is_upper || is_lower || is_digit;
    }
    if (name == "upper") {
        return is_upper;
    }
    if (name == "lower") {
        return is_lower;
    }
    if (name == "space") {
        return byte == ' ' || (byte >= 9 && byte <= 13);
    }
    if (name == "blank") {
        return byte == ' ' || byte == '\t';
    }
    if (name == "punct") {
        return is_graphic && !is_upper && !is_lower && !is_digit;
    }
    if (name == "print") {
        return is_graphic || byte == ' ';
    }
    if (name == "graph") {
        return is_graphic;
    }
    if (name == "cntrl") {
        return byte < 32 || byte == 127;
    }
    return is_digit || in(byte, 'A', 'F') || in(byte, 'a', 'f');  // xdigit
}

bool is_class_name(std::string_view name) {
    static constexpr std::array<std::string_view, 12> names = {"alpha", "digit", "alnum", "upper",
                                                               "lower", "space", "blank", "punct",
                                                               "print", "graph", "cntrl", "xdigit"};
    for (const std::string_view known : names) {
        if (known == name) {
            return true;
        }
    }
    return false;
}

ByteSet class_bytes(std::string_view name) {
    ByteSet set;
    for (unsigned byte = 0; byte < 256; ++byte) {
        set[byte] = has_class(byte, name);
    }
    return set;
}

class Parser {
  public:
    explicit Parser(std::string_view pattern) : pattern_(pattern) {}

    std::variant<Syntax, SyntaxError> run() {
        Syntax syntax;
        try {
            syntax.root = alternatives();
            if (!at_end()) {
                fail("')' without '('");
            }
        } catch (SyntaxError& error) {
            return std::move(error);
        }
        syntax.groups = groups_;
        return syntax;
    }

  private:
    bool at_end() const { return position_ >= pattern_.size(); }
    bool at(char character) const { return !at_end() && pattern_[position_] == character; }
    bool accept(char character) {
        const bool found = at(character);
        position_ += found ? 1 : 0;
        return found;
    }
    char next() { return pattern_[position_++]; }
    [[noreturn]] void fail(std::string message) const { fail_at(position_, std::move(message)); }
    [[noreturn]] static void fail_at(std::size_t position, std::string message) {
        throw SyntaxError{std::move(message), position};
    }

    Node alternatives() {
        if (++depth_ > deepest_nesting) {
            fail("parentheses are nested too deep (at most 100)");
        }
        Node made{.kind = Node::Kind::alternatives};
        do {
            made.parts.push_back(sequence());
        } while (accept('|'));
        --depth_;
        if (made.parts.size() == 1) {
            Node only = std::move(made.parts.front());
            return only;
        }
        return made;
    }

    Node sequence() {
        Node made{.kind = Node::Kind::sequence};
        while (!at_end() && !at('|') && !at(')')) {
            made.parts.push_back(repeated(piece()));
        }
        return made;
    }

    Node piece() {
        const std::size_t start = position_;
        const char character = next();
        switch (character) {
            case '(':
                return group(start);
            case '[':
                return {.kind = Node::Kind::bytes, .set = bracket(start)};
            case '.':
                return {.kind = Node::Kind::bytes, .set = ByteSet().set()};
            case '^':
                return assertion(State::Kind::text_begin);
            case '$':
                return assertion(State::Kind::text_end);
            case '\\':
                return escape(start);
            case '*':
            case '+':
            case '?':
                fail_at(start, std::string("'") + character + "' repeats nothing");
            default:
                if (character == '{' && is_interval(start)) {
                    fail_at(start, "'{' repeats nothing");
                }
                return literal(character);
        }
    }

    static Node literal(char character) {
        Node made{.kind = Node::Kind::bytes};
        made.set.set(byte_of(character));
        return made;
    }
    static Node assertion(State::Kind kind) {
        return {.kind = Node::Kind::assertion, .assertion = kind};
    }

    Node group(std::size_t start) {
        Node made{.kind = Node::Kind::group};
        made.number = ++groups_;
        if (groups_ > most_groups) {
            fail_at(start, "too many groups (at most 100)");
        }
        made.parts.push_back(alternatives());
        if (!accept(')')) {
            fail_at(start, "'(' without ')'");
        }
        return made;
    }

    Node escape(std::size_t start) {
        if (at_end()) {
            fail_at(start, "a backslash at the end");
        }
        const char character = next();
        switch (character) {
            case 'w':
                return {.kind = Node::Kind::bytes, .set = word_bytes()};
            case 'W':
                return {.kind = Node::Kind::bytes, .set = ~word_bytes()};
            case 's':
                return {.kind = Node::Kind::bytes, .set = class_bytes("space")};
            case 'S':
                return {.kind = Node::Kind::bytes, .set = ~class_bytes("space")};
            case 'b':
                return assertion(State::Kind::word_boundary);
            case 'B':
                return assertion(State::Kind::no_word_boundary);
            case '<':
                return assertion(State::Kind::word_begin);
            case '>':
                return assertion(State::Kind::word_end);
            default:
                if (character >= '1' && character <= '9') {
                    fail_at(start, "back-references are not supported");
                }
                return literal(character);
        }
    }

    // Is what stands at `start` {m}, {m,}, {,n} or {m,n}? Other braces mean themselves.
    bool is_interval(std::size_t start) const {
        std::size_t at = start + 1;
        std::size_t digits = 0;
        bool has_comma = false;
        for (; at < pattern_.size() && pattern_[at] != '}'; ++at) {
            const bool is_comma = pattern_[at] == ',';
            if (!(in(byte_of(pattern_[at]), '0', '9') || (is_comma && !has_comma))) {
                return false;
            }
            has_comma = has_comma || is_comma;
            digits += is_comma ? 0 : 1;
        }
        return at < pattern_.size() && digits > 0;
    }

    std::optional<int> bound(std::size_t start) {
        std::optional<int> value;
        while (!at_end() && in(byte_of(pattern_[position_]), '0', '9')) {
            value = value.value_or(0) * 10 + (next() - '0');
            if (*value > most_repetitions) {
                fail_at(start, "too many repetitions (at most 255)");
            }
        }
        return value;
    }

    Node repeated(Node what) {
        while (true) {
            const std::size_t start = position_;
            int least = 0;
            int most = unbounded;
            if (accept('*')) {
            } else if (accept('+')) {
                least = 1;
            } else if (accept('?')) {
                most = 1;
            } else if (at('{') && is_interval(start)) {
                ++position_;
                const std::optional<int> first = bound(start);
                const bool is_range = accept(',');
                const std::optional<int> second = is_range ? bound(start) : first;
                ++position_;
                least = first.value_or(0);
                most = second.value_or(unbounded);
                if (most != unbounded && most < least) {
                    fail_at(start, "the repetitions are the wrong way round");
                }
            } else {
                return what;
            }
            if (++repetitions_ > deepest_nesting) {
                fail_at(start, "too many repetition operators (at most 100)");
            }
            Node made{.kind = Node::Kind::repetition, .least = least, .most = most};
            made.parts.push_back(std::move(what));
            what = std::move(made);
        }
    }

    // The name in [:name:], [=x=] or [.x.]; the cursor stands behind the opening.
    std::string_view bracket_name(char mark, std::size_t start) {
        const std::string end = {mark, ']'};
        const std::size_t close = pattern_.find(end, position_);
        if (close == std::string_view::npos) {
            fail_at(start, "'[' without ']'");
        }
        const std::string_view name = pattern_.substr(position_, close - position_);
        position_ = close + 2;
        return name;
    }

    // One byte of a bracket, which a range may begin or end with.
    unsigned bracket_byte(std::size_t start) {
        if (at_end()) {
            fail_at(start, "'[' without ']'");
        }
        const std::size_t here = position_;
        const char character = next();
        if (character != '[' || !(at('.') || at('='))) {
            return byte_of(character);
        }
        const std::string_view name = bracket_name(next(), start);
        if (name.size() != 1) {
            fail_at(here, "unknown collating element");
        }
        return byte_of(name[0]);
    }

    ByteSet bracket(std::size_t start) {
        ByteSet set;
        const bool is_negated = accept('^');
        for (bool is_first = true; is_first || !at(']'); is_first = false) {
            const std::size_t here = position_;
            if (at('[') && pattern_.substr(position_).starts_with("[:")) {
                position_ += 2;
                const std::string_view name = bracket_name(':', start);
                if (!is_class_name(name)) {
                    fail_at(here, "unknown character class '" + std::string(name) + "'");
                }
                set |= class_bytes(name);
                continue;
            }
            const unsigned first = bracket_byte(start);
            unsigned last = first;
            if (at('-') && position_ + 1 < pattern_.size() && pattern_[position_ + 1] != ']') {
                ++position_;
                last = bracket_byte(start);
                if (last < first) {
                    fail_at(here, "a range of characters is the wrong way round");
                }
            }
            for (unsigned byte = first; byte <= last; ++byte) {
                set.set(byte);
            }
        }
        ++position_;
        return is_negated ? ~set : set;
    }

    std::string_view pattern_;
    std::size_t position_ = 0;
    int depth_ = 0;
    int repetitions_ = 0;
    std::uint32_t groups_ = 0;
};

}  // namespace

const ByteSet& word_bytes() {
    static const ByteSet set = [] {
        ByteSet made = class_bytes("alnum");
        made.set(byte_of('_'));
        return made;
    }();
    return set;
}

std::variant<Syntax, SyntaxError> parse(std::string_view pattern) {
    return Parser(pattern).run();
}

}  // namespace sutap::regex
