#include "runner/execute/output.h"

#include <catch2/catch.hpp>

#include "runner/execute/json_line.h"
#include "tests/unit/execute/runs.h"

using namespace sutap;
using execute::JsonLine;
using execute::Output;
using sutap::tests::Pipe;

TEST_CASE("JSON strings hold any bytes") {
    const auto quoted = [](std::string_view text) {
        const std::string line = JsonLine("t", -1).add("x", text).line();
        const std::string head = R"({"type":"t","time_ns":-1,"x":")";
        REQUIRE(line.starts_with(head));
        REQUIRE(line.ends_with("\"}\n"));
        return line.substr(head.size(), line.size() - head.size() - 3);
    };
    CHECK(quoted("").empty());
    CHECK(quoted("a\"b\\c\n\t\r") == R"(a\"b\\c\n\t\u000d)");
    CHECK(quoted(std::string_view("\0\x1f\x7f", 3)) == R"(\u0000\u001f\u007f)");
    CHECK(quoted("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80") ==
          "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
    // Cut short, overlong, a surrogate, beyond the last character, a lone continuation.
    CHECK(quoted("\xc3") == R"(\u00c3)");
    CHECK(quoted("\xe2\x82") == R"(\u00e2\u0082)");
    CHECK(quoted("\xc0\x80") == R"(\u00c0\u0080)");
    CHECK(quoted("\xe0\x80\x80") == R"(\u00e0\u0080\u0080)");
    CHECK(quoted("\xed\xa0\x80") == R"(\u00ed\u00a0\u0080)");
    CHECK(quoted("\xf4\x90\x80\x80") == R"(\u00f4\u0090\u0080\u0080)");
    CHECK(quoted("\xf0\x80\x80\x80") == R"(\u00f0\u0080\u0080\u0080)");
    CHECK(quoted("\x80x") == R"(\u0080x)");
    CHECK(JsonLine("end", 5).add("n", -7).line() == R"({"type":"end","time_ns":5,"n":-7})"
                                                    "\n");
}

TEST_CASE("JSON form has an object for each handler's output") {
    Pipe pipe;
    Output output(pipe.writer(), true);
    output.use_json([] { return 3; });
    CHECK_FALSE(output.escapes_values());
    output.begin_piece("begin");
    output.append("a");
    output.append("b");
    output.begin_piece("end");
    output.append_message("error", "no");
    output.append("c");
    output.begin_piece("");
    output.append("d");
    output.append_end(1, 2, 3);
    output.flush();
    CHECK(pipe.read_all() ==
          R"({"type":"output","time_ns":3,"probe":"begin","text":"ab"})"
          "\n"
          R"({"type":"error","time_ns":3,"probe":"end","text":"no"})"
          "\n"
          R"({"type":"output","time_ns":3,"probe":"end","text":"c"})"
          "\n"
          R"({"type":"output","time_ns":3,"text":"d"})"
          "\n"
          R"({"type":"end","time_ns":3,"status":1,"errors":2,"skipped_probes":3})"
          "\n");
}

TEST_CASE("no file gets more than its share, and lines stay whole") {
    std::vector<Pipe> files(5);
    std::size_t file = 0;
    Output output(files[0].writer(), false);
    output.rotate_at(10, [&] { return files[++file].writer(); });
    output.append("123\n456\n789\n");
    output.flush();
    output.append("0\n");
    output.append("a line that is too long\n");
    output.flush();
    CHECK(files[0].read_all() == "123\n456\n");
    CHECK(files[1].read_all() == "789\n0\n");
    CHECK(files[2].read_all() == "a line tha");
    CHECK(files[3].read_all() == "t is too l");
    CHECK(files[4].read_all() == "ong\n");
}

TEST_CASE("where there is no next file, the last one grows") {
    Pipe pipe;
    Output output(pipe.writer(), false);
    int asked = 0;
    output.rotate_at(4, [&] {
        ++asked;
        return -1;
    });
    output.append("123\n456\n");
    output.flush();
    CHECK(pipe.read_all() == "123\n456\n");
    CHECK(asked == 1);
    Pipe other;
    output.redirect(other.writer());
    output.append("x");
    output.flush();
    CHECK(other.read_all() == "x");
    CHECK(asked == 1);
}

TEST_CASE("several outputs share a budget, and lines stay whole") {
    Pipe pipe;
    Pipe other;
    execute::OutputBudget budget{.limit = 10};
    Output output(pipe.writer(), false);
    Output messages(other.writer(), false);
    output.use_budget(budget);
    messages.use_budget(budget);
    output.append("abc\n");
    output.flush();
    messages.append("de\n");
    messages.flush();
    CHECK_FALSE(output.is_full());
    CHECK(budget.used == 7);
    output.append("f\nghi");
    output.flush();
    CHECK(output.is_full());
    CHECK(messages.is_full());
    CHECK(budget.used == 9);
    messages.append("\n");
    messages.flush();
    CHECK(pipe.read_all() == "abc\nf\n");
    CHECK(other.read_all() == "de\n");

    // As much as the limit is not beyond it; without a limit, bytes are counted.
    execute::OutputBudget exact{.limit = 4};
    CHECK(exact.take("abc\n") == "abc\n");
    CHECK_FALSE(exact.is_exceeded);
    CHECK(exact.take("x").empty());
    CHECK(exact.is_exceeded);
    execute::OutputBudget counting;
    CHECK(counting.take("abc") == "abc");
    CHECK(counting.used == 3);
}
