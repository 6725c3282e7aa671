#include "policies/arguments.h"

#include <algorithm>
#include <bitset>
#include <charconv>
#include <cstddef>

namespace sutap::policy {
namespace {

constexpr std::size_t most_repetitions = 65535;

// One sign of a pattern, and how often it may stand.
struct Element {
    std::bitset<256> signs;
    std::size_t least = 1;
    std::size_t most = 1;
};

class PatternReader {
  public:
    explicit PatternReader(std::string_view text) : text_(text) {}

    std::vector<Element> read() {
        std::vector<Element> elements;
        while (at_ < text_.size() && problem.empty()) {
            Element element;
            read_signs(element.signs);
            read_count(element);
            elements.push_back(element);
        }
        return elements;
    }

    std::string problem;

  private:
    bool accept(char c) {
        const bool is_next = at_ < text_.size() && text_[at_] == c;
        at_ += is_next ? 1 : 0;
        return is_next;
    }

    // 0 at the end, which is reported.
    unsigned char next() {
        accept('\\');
        if (at_ < text_.size()) return static_cast<unsigned char>(text_[at_++]);
        problem = "it ends too early";
        return 0;
    }

    void read_signs(std::bitset<256>& signs) {
        constexpr std::string_view special = "?*+{}()|]^$";
        if (accept('.')) {
            signs.set();
        } else if (accept('[')) {
            read_set(signs);
        } else if (special.find(text_[at_]) != special.npos) {
            problem = std::string("write \\") + text_[at_] + " for the sign " + text_[at_];
        } else {
            signs.set(next());
        }
    }

    void read_set(std::bitset<256>& signs) {
        const bool is_inverse = accept('^');
        do {
            const unsigned char first = next();
            // A - at the end stands for itself.
            const bool is_range =
                at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']' && accept('-');
            const unsigned char last = is_range ? next() : first;
            if (last < first) problem = "a range goes from the lesser sign to the greater one";
            for (unsigned sign = first; sign <= last; ++sign) signs.set(sign);
        } while (problem.empty() && !accept(']'));
        if (is_inverse) signs.flip();
    }

    void read_count(Element& element) {
        if (accept('?')) {
            element.least = 0;
        } else if (accept('*')) {
            element = {element.signs, 0, most_repetitions};
        } else if (accept('+')) {
            element.most = most_repetitions;
        } else if (accept('{')) {
            element.least = element.most = read_number();
            if (accept(','))
                element.most = text_.substr(at_, 1) == "}" ? most_repetitions : read_number();
            if (!accept('}') || element.least > element.most)
                problem = "a count is {2}, {1,15} or {1,}";
        }
    }

    std::size_t read_number() {
        const std::size_t begin = at_;
        at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
        const auto number = parse_number(text_.substr(begin, at_ - begin));
        if (!number || *number > static_cast<std::int64_t>(most_repetitions))
            problem = "a count is a number up to 65535";
        return problem.empty() ? static_cast<std::size_t>(*number) : 0;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string problem_of(const Argument& argument, const std::string& word) {
    const auto number = parse_number(word);
    switch (argument.type) {
        case Argument::Type::integer:
            // As it would be printed: the script's language reads 010 as 8.
            if (number && *number >= argument.min && *number <= argument.max &&
                std::to_string(*number) == word)
                return {};
            return "is no whole number from " + std::to_string(argument.min) + " to " +
                   std::to_string(argument.max);
        case Argument::Type::choice: {
            std::string all;
            for (const std::string& each : argument.of) {
                if (each == word) return {};
                all += (all.empty() ? "" : ", ") + each;
            }
            return "is none of: " + all;
        }
        case Argument::Type::text:
            break;
    }
    return argument.match.empty() || matches(argument.match, word)
               ? std::string()
               : "does not match " + argument.match;
}

}  // namespace

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string pattern_problem(std::string_view pattern) {
    PatternReader reader(pattern);
    reader.read();
    return reader.problem;
}

bool matches(std::string_view pattern, std::string_view text) {
    PatternReader reader(pattern);
    const std::vector<Element> elements = reader.read();
    if (!reader.problem.empty() || text.size() > most_repetitions) return false;
    std::vector<bool> reached(text.size() + 1, false);  // the places where the rest may begin
    reached[0] = true;
    for (const Element& element : elements) {
        std::vector<std::ptrdiff_t> change(text.size() + 2, 0);
        std::size_t run = 0;  // of signs of this element, from `at` on
        for (std::size_t at = text.size() + 1; at-- > 0;) {
            const bool fits =
                at < text.size() && element.signs[static_cast<unsigned char>(text[at])];
            run = fits ? run + 1 : 0;
            if (!reached[at] || run < element.least) continue;
            ++change[at + element.least];
            --change[at + std::min(run, element.most) + 1];
        }
        std::ptrdiff_t ways = 0;
        for (std::size_t at = 0; at <= text.size(); ++at) reached[at] = (ways += change[at]) > 0;
    }
    return reached[text.size()];
}

std::string argument_problem(const Script& script, const std::vector<std::string>& words) {
    if (script.takes_any) return {};
    for (std::size_t i = 0; i < script.arguments.size(); ++i) {
        const Argument& argument = script.arguments[i];
        const std::string name = "argument " + std::to_string(i + 1) + " (" + argument.name + ") ";
        if (i >= words.size()) return argument.is_optional ? "" : name + "is missing";
        const std::string problem = problem_of(argument, words[i]);
        if (!problem.empty()) return name + problem;
    }
    return words.size() <= script.arguments.size()
               ? std::string()
               : "it takes at most " + std::to_string(script.arguments.size()) + " arguments";
}

}  // namespace sutap::policy
