// Runs of a handler that stand for many events.
#include <catch2/catch.hpp>

#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

Instruction hits(Register result) {
    return make(Operation::hits, result);
}

// Adds capture 1 to global 3 of sample_program(), a statistic.
const Block aggregate = {replay(0, 1), make(Operation::aggregate, no_register, {0}, 3)};

Instruction extract(Register result, std::uint32_t extractor) {
    Instruction made = make(Operation::extract_statistic, result, {}, 3, 1);
    made.extra = extractor;
    return made;
}

// What the statistic is after each of these: value, times.
std::string statistic_after(const std::vector<std::pair<std::int64_t, std::uint64_t>>& added) {
    ir::Program made = sample_program(aggregate, Kind::kernel);
    made.globals[3].histogram = {0, 20, 10};
    Block shows;
    for (std::uint32_t extractor = 0; extractor < 6; ++extractor) {
        shows.push_back(extract(0, extractor));
        shows.push_back(print_number(0));
    }
    shows.push_back(number(0, 2));  // of values from 10 to 19
    shows.push_back(make(Operation::extract_bucket, 1, {0}, 3, 1));
    shows.push_back(print_number(1));
    made.handlers.push_back(handler(Kind::end, {integer, integer, text, text}, shows));
    Run run(std::move(made));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    for (const auto& [value, times] : added) {
        run.session.tally(RecordBuilder(0).integer(1, value).bytes(), times);
    }
    run.session.finish();
    return run.printed() + run.complained();
}

}  // namespace

TEST_CASE("a handler knows for how many events it stands") {
    Run run(program({handler(Kind::kernel, {integer}, {hits(0), print_number(0)})}));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.tally(RecordBuilder(0).bytes(), 12345678901);  // the first by itself
    run.session.record(RecordBuilder(0).bytes());
    CHECK(run.printed() == "1\n12345678900\n1\n");
}

TEST_CASE("only a handler on a kernel event stands for events") {
    Run run(program({handler(Kind::begin, {integer}, {hits(0)})}));
    CHECK(run.problem.find("record") != std::string::npos);
}

TEST_CASE("a statistic takes a value many times at once as it does one by one") {
    const std::string at_once = statistic_after({{5, 3}, {15, 1000}, {-1, 1}});
    CHECK(at_once.starts_with("1004\n15014\n-1\n15\n14\n"));
    CHECK(at_once.ends_with("\n1000\n"));
    std::vector<std::pair<std::int64_t, std::uint64_t>> singly(3, {5, 1});
    singly.insert(singly.end(), 1000, {15, 1});
    singly.emplace_back(-1, 1);
    CHECK(statistic_after(singly) == at_once);
}

TEST_CASE("padding ends a record") {
    Run run(program({handler(Kind::kernel, {integer}, {replay(0, 1), print_number(0)})}));
    run.session.start(0);
    std::vector<std::byte> padded = RecordBuilder(0).integer(1, 42).bytes();
    padded.resize(padded.size() + 48);
    run.session.tally(padded, 1);
    padded.resize(padded.size() + 3);
    run.session.tally(padded, 1);
    CHECK(run.printed() == "42\n42\n");
    run.session.finish();
    CHECK(run.complained().empty());
}

TEST_CASE("each of the events alike fails, until one ends the session") {
    execute::SessionOptions options;
    options.max_errors = 2;
    Run run(program({handler(Kind::kernel, {text},
                             {string(0, "boom"), call_builtin(Builtin::error, no_register, {0})})}),
            options);
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.tally(RecordBuilder(0).bytes(), 2);
    CHECK_FALSE(run.session.exiting());
    CHECK(run.complained() == "ERROR: boom\nERROR: boom\n");
    run.session.tally(RecordBuilder(0).bytes(), 1000000);
    CHECK(run.session.exiting());
    CHECK(run.complained() == "ERROR: boom\n");
}
