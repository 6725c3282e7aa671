// Programs that count kill(): what they print must not depend on where they are run.
#include <array>
#include <random>
#include <string_view>

#include "tests/generate/generator.h"

namespace sutap::generate {
namespace {

constexpr std::array<std::string_view, 6> numbers = {"sig",       "uid()", "($arg2 & 255)",
                                                     "pid() % 7", "level", "strlen(name)"};
constexpr std::array<std::string_view, 4> numbers_at_return = {"$return", "uid()",
                                                               "@entry($arg2 & 255)", "level"};
constexpr std::array<std::string_view, 4> words = {"execname()", "name", "pp()", "ppfunc()"};
constexpr std::array<std::string_view, 7> operators = {"+", "-", "*", "&", "|", ">", "=="};
constexpr std::array<std::string_view, 4> additions = {"+=", "-=", "+=", "<<<"};

class CountingGenerator {
  public:
    CountingGenerator(std::uint64_t seed, std::uint32_t number)
        : random_(seed * 7919 + number), prefix_("c" + std::to_string(number) + "_") {}

    Program generate() {
        Program made;
        made.declarations = "global " + name("plain") + ", " + name("keyed") + ", " +
                            name("statistic") + ", " + name("statistics") + "\n";
        const std::uint64_t handlers = 1 + below(3);
        for (std::uint64_t left = handlers; left > 0; --left) {
            is_return_ = one_in(3);
            made.handler += std::string("probe syscall.kill") + (is_return_ ? ".return" : "") +
                            " {\n    if (execname() != \"counted\") next\n" + statements(2, 3) +
                            "}\n";
        }
        made.handler += "probe end {\n" + report() + "}\n";
        return made;
    }

  private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
    bool one_in(std::uint64_t bound) { return below(bound) == 0; }
    template <typename List>
    std::string pick(const List& list) {
        return std::string(list[below(list.size())]);
    }
    std::string name(const std::string& stem) const { return prefix_ + stem; }

    std::string number(int depth) {
        if (depth == 0 || one_in(3)) {
            return one_in(3) ? std::to_string(below(40))
                             : (is_return_ ? pick(numbers_at_return) : pick(numbers));
        }
        if (one_in(5)) {
            return "(" + number(depth - 1) + " ? " + number(depth - 1) + " : " + number(depth - 1) +
                   ")";
        }
        // A division by zero is an error of one event among those alike.
        return "(" + number(depth - 1) + " " + (one_in(8) ? "/" : pick(operators)) + " " +
               number(depth - 1) + ")";
    }

    std::string word(int depth) {
        if (depth == 0 || one_in(2)) {
            return one_in(4) ? "\"" + std::to_string(below(5)) + "\"" : pick(words);
        }
        if (one_in(2)) {
            return "sprintf(\"%s:%d\", " + word(depth - 1) + ", " + number(depth - 1) + ")";
        }
        return "substr(" + word(depth - 1) + ", " + std::to_string(below(3)) + ", 9)";
    }

    std::string addition() {
        const std::string operation = pick(additions);
        if (operation == "<<<") {
            return one_in(2) ? name("statistic") + " <<< " + number(2)
                             : name("statistics") + "[" + word(1) + "] <<< " + number(2);
        }
        const std::string target =
            one_in(2) ? name("plain") : name("keyed") + "[" + word(2) + ", " + number(1) + "]";
        return one_in(2) ? target + (one_in(2) ? "++" : "--")
                         : target + " " + operation + " " + number(2);
    }

    std::string statements(int depth, std::uint64_t most) {
        std::string made;
        for (std::uint64_t left = 1 + below(most); left > 0; --left) {
            made += statement(depth);
        }
        return made;
    }

    std::string statement(int depth) {
        if (depth > 0 && one_in(3)) {
            return "if (" + number(2) + ") {\n" + statements(depth - 1, 2) + "} else {\n" +
                   statements(depth - 1, 2) + "}\n";
        }
        if (depth > 0 && one_in(6)) {
            return "try {\n" + statements(depth - 1, 2) + name("plain") + " += kernel_int(" +
                   std::to_string(below(40)) + ")\n} catch {\n" + statements(depth - 1, 1) + "}\n";
        }
        // Now and then what cannot be counted: a sum that is looked at.
        return one_in(15) ? "if (" + name("plain") + "++ > 3) " + name("plain") + " -= 2\n"
                          : addition() + "\n";
    }

    std::string report() const {
        const std::string statistic = name("statistic");
        const std::string statistics = name("statistics");
        return "printf(\"" + prefix_ + " %d\\n\", " + name("plain") +
               ")\nforeach ([word, number] in " + name("keyed") +
               ") printf(\"%s, %d: %d\\n\", word, number, " + name("keyed") +
               "[word, number])\nif (@count(" + statistic +
               ")) {\nprintf(\"%d %d %d %d\\n\", @count(" + statistic + "), @sum(" + statistic +
               "), @min(" + statistic + "), @max(" + statistic + "))\nprint(@hist_log(" +
               statistic + "))\n}\nforeach (word in " + statistics +
               ") printf(\"%s: %d %d\\n\", word, @count(" + statistics + "[word]), @avg(" +
               statistics + "[word]))\n";
    }

    std::minstd_rand random_;
    std::string prefix_;
    bool is_return_ = false;
};

}  // namespace

Program generate_counting(std::uint64_t seed, std::uint32_t number) {
    return CountingGenerator(seed, number).generate();
}

}  // namespace sutap::generate
