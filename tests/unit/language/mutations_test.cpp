// Damaged scripts: whatever is done to an example script, it parses or is refused, and what parses
// prints to text that parses to the same tree. The sequence of mutations is always the same.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"
#include "runner/language/printer.h"
#include "tests/unit/language/tree_dump.h"

namespace {

using namespace sutap::language;

constexpr int rounds = 1'000;
constexpr std::size_t longest = 8'000;

constexpr std::array<std::string_view, 52> pieces = {
    "%(",        "%)",      "%?",       "%:",         "@define x(a) %( ",
    "@x(",       "@x",      "$1",       "@1",         "$#",
    "@#",        "$9",      "{",        "}",          "(",
    ")",         "[",       "]",        "\"",         "/*",
    "*/",        "#",       "%{",       "%}",         "probe ",
    "function ", "global ", "private ", "if (",       "foreach (",
    "in ",       "limit ",  ",",        ";",          "?",
    "!",         ".",       "->",       "&",          "=",
    "+=",        "<<<",     "@cast(",   "@entry(",    "@hist_log(",
    "try {",     "catch",   "return ",  "delete a[*", "99999999999999999999",
    "\\",        "1 == 1 "};

class Mutator {
  public:
    Mutator() {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 "/usr/share/systemtap/examples/general")) {
            if (entry.path().extension() == ".stp") {
                std::ifstream file(entry.path(), std::ios::binary);
                scripts_.emplace_back(std::istreambuf_iterator<char>(file),
                                      std::istreambuf_iterator<char>());
                scripts_.back().resize(std::min(scripts_.back().size(), longest));
            }
        }
        REQUIRE(scripts_.size() > 10);
    }

    std::string next() {
        std::string text = scripts_[below(scripts_.size())];
        if (below(4) == 0) {
            text = text.substr(below(text.size() + 1), below(300));
        }
        for (std::size_t i = 0; i < 1 + below(6); ++i) {
            mutate(text);
        }
        return text;
    }

  private:
    std::size_t below(std::size_t bound) { return random_() % bound; }
    void mutate(std::string& text) {
        const std::size_t at = below(text.size() + 1);
        const std::string piece(pieces[below(pieces.size())]);
        switch (below(5)) {
            case 0:
                text.insert(at, piece);
                break;
            case 1:
                text.erase(at, below(20));
                break;
            case 2:
                text.insert(at, 1, static_cast<char>(static_cast<unsigned char>(below(256))));
                break;
            case 3: {
                const std::string& other = scripts_[below(scripts_.size())];
                text.insert(at, other.substr(below(other.size() + 1), below(80)));
                break;
            }
            default:
                for (std::size_t count = below(300); count > 0; --count) {
                    text.insert(at, piece);
                }
        }
    }

    std::vector<std::string> scripts_;
    std::mt19937 random_{20221103};
};

}  // namespace

TEST_CASE("damaged scripts neither crash nor hang, and print as they are") {
    Mutator mutator;
    int succeeded = 0;
    for (int round = 0; round < rounds; ++round) {
        SourceMap sources;
        const std::string text = mutator.next();
        const std::uint32_t source = sources.add("<input>", text);
        ParseContext context;
        context.kernel_release = "6.1.0";
        context.arguments = {"5 + a", "\"x\" @define y %( 1 %)"};
        const auto start = std::chrono::steady_clock::now();
        const ParseResult result = parse(sources, source, context);
        const auto time = std::chrono::steady_clock::now() - start;
        INFO(text);
        CHECK(time < std::chrono::seconds(2));
        for (const Diagnostic& diagnostic : result.diagnostics) {
            CHECK_FALSE(render(diagnostic, sources, true).empty());
        }
        if (!result.succeeded()) {
            continue;
        }
        ++succeeded;
        const std::uint32_t printed = sources.add("printed", print(result.script));
        const ParseResult again = parse(sources, printed, {});
        CHECK(again.succeeded());
        CHECK((dump(again.script) == dump(result.script)));
    }
    // Both ways are taken often enough to mean something.
    CHECK(succeeded > rounds / 50);
    CHECK(succeeded < rounds * 9 / 10);
}
