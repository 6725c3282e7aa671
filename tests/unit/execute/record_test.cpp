#include "runner/execute/record.h"

#include <catch2/catch.hpp>
#include <random>

#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

// A session with one handler on a kernel event, and what it prints for one record.
std::string run_record(std::vector<ValueType> registers, Block body, const RecordBuilder& record) {
    Run run(program({handler(Kind::kernel, std::move(registers), std::move(body))}));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.record(record.bytes());
    return run.printed() + run.complained();
}

// for (;;) { round; if (!replay(2)) break; print(replay(3)) }
Instruction walk(std::uint32_t loop_number, Block in_round) {
    Block body = {begin_round(loop_number), replay(0, 2), make(Operation::logical_not, 0, {0}),
                  when(0, {leave(0)})};
    body.insert(body.end(), in_round.begin(), in_round.end());
    return loop(loop_number, std::move(body));
}

}  // namespace

TEST_CASE("captures are found by their site, as often as they are asked for") {
    CHECK(run_record({integer, text},
                     {replay(0, 9), print_number(0), replay(1, 4), print_text(1), replay(0, 9),
                      print_number(0), replay(1, 5), print_text(1)},
                     RecordBuilder(0).string(4, "sleep").integer(9, -7).string(5, "")) ==
          "-7\nsleep\n-7\n\n");
}

TEST_CASE("a fault is raised where the handler comes to it") {
    const RecordBuilder record = RecordBuilder(0).fault(1, 0xdead, 1).division(2, 2);
    CHECK(run_record({integer}, {say("first"), replay(0, 1, 2)}, record) ==
          "first\nERROR: read fault [man error::fault] at 0x000000000000dead near operator '/' at "
          "<input>:1:2\n");
    CHECK(run_record({integer}, {say("not asked for")}, record) == "not asked for\n");
    CHECK(
        run_record({text},
                   {with_blocks(make(Operation::try_catch, 0), {{replay(0, 1)}, {print_text(0)}})},
                   record) == "read fault [man error::fault] at 0x000000000000dead\n");
    CHECK(run_record({integer}, {replay(0, 2, 1)}, record) ==
          "ERROR: division by 0 near identifier 'x' at <input>:3:4\n");
}

TEST_CASE("rounds of a loop have their own captures") {
    const RecordBuilder record = RecordBuilder(0)
                                     .integer(1, 100)
                                     .round(0)
                                     .integer(2, 1)
                                     .string(3, "a")
                                     .round(0)
                                     .integer(2, 1)
                                     .string(3, "b")
                                     .round(0)
                                     .integer(2, 0)
                                     .integer(4, 200);
    CHECK(run_record({integer, text},
                     {replay(0, 1), print_number(0),
                      walk(0, {replay(1, 3), print_text(1), replay(0, 1), print_number(0)}),
                      replay(0, 4), print_number(0)},
                     record) == "100\na\n100\nb\n100\n200\n");
}

TEST_CASE("a capture of another round is not taken") {
    const RecordBuilder record =
        RecordBuilder(0).round(0).integer(2, 1).round(0).integer(2, 1).integer(3, 5);
    CHECK(run_record({integer}, {walk(0, {replay(0, 3, 1)})}, record) ==
          "ERROR: missing capture near operator '/' at <input>:1:2\n");
}

TEST_CASE("loops in loops") {
    const RecordBuilder record = RecordBuilder(0)
                                     .round(0)
                                     .integer(2, 1)
                                     .round(1)
                                     .integer(2, 1)
                                     .integer(3, 11)
                                     .round(1)
                                     .integer(2, 0)
                                     .round(0)
                                     .integer(2, 1)
                                     .round(1)
                                     .integer(2, 1)
                                     .integer(3, 21)
                                     .round(1)
                                     .integer(2, 1)
                                     .integer(3, 22)
                                     .round(1)
                                     .integer(2, 0)
                                     .round(0)
                                     .integer(2, 0);
    CHECK(run_record({integer}, {walk(0, {walk(1, {replay(0, 3), print_number(0)})})}, record) ==
          "11\n21\n22\n");
}

TEST_CASE("a loop that the kernel stopped") {
    const RecordBuilder record = RecordBuilder(0).round(0).integer(2, 1);
    CHECK(run_record({integer}, {with_blocks(make(Operation::try_catch), {{walk(0, {})}, {}})},
                     record) == "ERROR: MAXACTION exceeded\n");
}

TEST_CASE("a record that was cut") {
    CHECK(run_record({integer}, {say("first"), replay(0, 1, 1)}, RecordBuilder(0, 1)) ==
          "first\nERROR: record too large near operator '/' at <input>:1:2\n");
    CHECK(run_record({integer}, {walk(0, {})}, RecordBuilder(0, 1)) == "ERROR: record too large\n");
}

TEST_CASE("a capture of another type is none") {
    CHECK(run_record({text}, {replay(0, 1)}, RecordBuilder(0).integer(1, 5)) ==
          "ERROR: missing capture\n");
    CHECK(run_record({integer}, {replay(0, 1)}, RecordBuilder(0).string(1, "x")) ==
          "ERROR: missing capture\n");
}

TEST_CASE("strings from the kernel are cut to their size") {
    CHECK(run_record({text, integer},
                     {replay(0, 1), call_builtin(Builtin::strlen, 1, {0}), print_number(1)},
                     RecordBuilder(0).string(1, std::string(500, 'y'))) == "127\n");
}

TEST_CASE("a deferred handler lives at the time of its event") {
    execute::SessionOptions options;
    options.clock = [](clockid_t id) {
        return id == CLOCK_REALTIME ? std::int64_t{1'000'000'000'000} : std::int64_t{7'000'000'000};
    };
    Run run(program({handler(Kind::kernel, {integer},
                             {call_builtin(Builtin::gettimeofday_s, 0), print_number(0),
                              call_builtin(Builtin::pid, 0), print_number(0),
                              call_builtin(Builtin::tid, 0), print_number(0)})}),
            options);
    run.session.start(0);
    run.session.record(RecordBuilder(0).bytes());
    CHECK(run.printed() == "998\n77\n78\n");
}

TEST_CASE("malformed records are counted, not run") {
    Run run(program({handler(Kind::kernel, {}, {say("ran")}), handler(Kind::end, {}, {})}));
    run.session.start(0);
    auto bytes = RecordBuilder(0).string(1, "abc").integer(2, 3).bytes();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        if (length != 24 && length != 40) {  // whole entries
            run.session.record(std::span(bytes).first(length));
        }
    }
    run.session.record(RecordBuilder(1).bytes());  // no kernel event
    run.session.record(RecordBuilder(99).bytes());
    CHECK(run.session.finish() == 0);
    // The padding may be missing at the very end of a record: 5 lengths.
    CHECK(run.complained() == "WARNING: Number of malformed records: 51\n");
    CHECK(run.printed() == "ran\nran\nran\nran\nran\n");
}

TEST_CASE("random bytes do no harm") {
    std::minstd_rand random(1);
    execute::SessionOptions options;
    options.max_errors = 1'000'000;
    Run run(program({handler(Kind::kernel, {integer, text},
                             {walk(0, {walk(1, {replay(0, 3), replay(1, 4)})}), replay(1, 5)})}),
            options);
    const auto valid = RecordBuilder(0)
                           .round(0)
                           .integer(2, 1)
                           .round(1)
                           .integer(2, 1)
                           .integer(3, 4)
                           .string(4, "text")
                           .fault(5, 1, 2)
                           .bytes();
    run.session.start(0);
    for (int i = 0; i < 20000; ++i) {
        auto bytes = valid;
        if (i % 2 == 0) {
            for (int flips = 0; flips < 3; ++flips) {
                bytes[random() % bytes.size()] = static_cast<std::byte>(random());
            }
        } else {
            bytes.resize(random() % 200);
            for (std::byte& byte : bytes) {
                byte = static_cast<std::byte>(random());
            }
        }
        run.session.record(bytes);
        run.messages_pipe.read_all();
    }
    CHECK(run.session.errors() > 0);
}
