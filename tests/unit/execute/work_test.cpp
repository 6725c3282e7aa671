// What no statement stands for has an end as well: each loop here would go on for ever.
#include <catch2/catch.hpp>

#include "runner/descriptor.h"
#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

constexpr std::uint64_t little_work = std::uint64_t{1} << 20U;

ir::Global array_of(ValueType key, std::int64_t capacity) {
    ir::Global made;
    made.keys = {key};
    made.capacity = capacity;
    return made;
}

// A handler that does `before` and then `round` again and again; one that does `first` ran before.
struct Endless {
    Block round;
    Block before{};
    Block first{};
    std::vector<ir::Global> globals{};
    std::vector<ir::Function> functions{};
    const RecordBuilder* record = nullptr;

    // How many rounds it gets to do. Registers 0 to 3: integers; 4, 5: strings.
    std::uint64_t rounds() const {
        const std::vector<ValueType> registers = {integer, integer, integer, integer, text, text};
        ir::Global counter;
        counter.value = ValueType::statistic;
        counter.name = "rounds";
        counter.print_at_exit = true;
        Block counted = {make(Operation::aggregate, no_register, {0},
                              static_cast<std::int64_t>(globals.size()))};
        counted.insert(counted.end(), round.begin(), round.end());
        Block body = before;
        body.push_back(loop(0, std::move(counted)));
        ir::Program made = program(
            {handler(record != nullptr ? Kind::kernel : Kind::begin, registers, std::move(body)),
             handler(Kind::begin, registers, first)});
        made.handlers[1].sequence = -1;
        made.globals = globals;
        made.globals.push_back(counter);
        made.functions = functions;
        execute::SessionOptions options;
        options.work_without_statement = little_work;
        options.max_errors = 1;
        Run run(std::move(made), options);
        REQUIRE(run.problem.empty());
        const Descriptor nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        run.output.redirect(nowhere.get());
        run.session.start(0);
        if (record != nullptr) {
            run.session.record(record->bytes());
        }
        run.output.flush();
        run.output.redirect(run.output_pipe.writer());
        run.session.finish();
        const std::string error = run.complained();
        INFO(error);
        CHECK(error.starts_with("ERROR: MAXACTION exceeded"));
        const std::string printed = run.printed();
        REQUIRE(printed.starts_with("rounds @count="));
        return std::stoull(printed.substr(14));
    }
};

std::uint64_t rounds(Instruction instruction) {
    return Endless{.round = {std::move(instruction)}}.rounds();
}

elaborate::FormatPiece wide_piece() {
    elaborate::FormatPiece wide = piece(Conversion::signed_decimal);
    wide.width = 8192;
    return wide;
}

}  // namespace

TEST_CASE("a loop without statements ends, too") {
    const std::uint64_t short_rounds = rounds(number(1, 1));
    CHECK(short_rounds > little_work / 8);
    // A round counts as what it is long.
    const Block body(1000, make(Operation::negate, 1, {1}));
    CHECK(Endless{.round = body}.rounds() < short_rounds / 100);
}

TEST_CASE("errors that are caught and calls count") {
    const Instruction caught = with_blocks(make(Operation::try_catch),
                                           {{call_builtin(Builtin::error, no_register, {4})}, {}});
    CHECK(rounds(caught) < little_work / 500);
    // Where an error goes is looked for among all that catch one.
    const Block others(5000, with_blocks(make(Operation::try_catch), {{}, {}}));
    const Endless among_others{.round = {caught}, .before = others};
    CHECK(among_others.rounds() < little_work / 4000);
    ir::Function function;
    function.registers.assign(8000, integer);
    for (Register i = 0; i < 8000; ++i) {
        function.body.push_back(make(Operation::move, i, {i}));
    }
    function.body.insert(function.body.begin(), make(Operation::finish));
    const Endless calls{.round = {make(Operation::call)}, .functions = {function}};
    CHECK(calls.rounds() < little_work / 500);
}

TEST_CASE("the end cannot be caught") {
    const Instruction caught = with_blocks(make(Operation::try_catch), {{loop(1, {})}, {}});
    CHECK(rounds(caught) == 1);
    // Nor is it hidden behind an error that comes with it.
    execute::SessionOptions options;
    options.work_without_statement = 2;
    CHECK(run_begin({text}, {string(0, "x"), call_builtin(Builtin::error, no_register, {0})}, {},
                    options)
              .starts_with("ERROR: MAXACTION exceeded"));
}

TEST_CASE("statements allow for work") {
    // 50 rounds of a megabyte each.
    Instruction format = make(Operation::format, 2, std::vector<Register>(128, 0));
    format.pieces.assign(128, wide_piece());
    const auto run = [&format](std::size_t statements) {
        Block round = {make(Operation::add, 0, {0, 1}), number(4, 50),
                       make(Operation::greater, 3, {0, 4}), when(3, {leave(0)}), format};
        round.insert(round.end(), statements, make(Operation::step));
        execute::SessionOptions options;
        options.work_without_statement = little_work;
        return run_begin({integer, integer, text, integer, integer},
                         {number(1, 1), loop(0, std::move(round)), print_number(0)}, {}, options);
    };
    CHECK(run(0).starts_with("ERROR: MAXACTION exceeded"));
    CHECK(run(5) == "51\n");
}

TEST_CASE("what is printed counts, and what builtins ask for") {
    CHECK(rounds(print({wide_piece()}, {0})) < little_work / 500);
    Instruction empty = make(Operation::format, 4);
    empty.pieces.assign(1000, literal(""));
    CHECK(rounds(empty) < little_work / 1000);
    CHECK(rounds(call_builtin(Builtin::execname, 4)) < little_work / 500);
    CHECK(rounds(call_builtin(Builtin::ftrace, no_register, {4})) < little_work / 500);
    const Endless commits{.round = {call_builtin(Builtin::commit, no_register, {0}),
                                    call_builtin(Builtin::log, no_register, {4})},
                          .before = {string(4, std::string(127, 'x'))}};
    CHECK(commits.rounds() < little_work / 32);
    ir::Global measured;
    measured.value = ValueType::statistic;
    measured.histogram = {0, 100, 10};
    const Endless histograms{.round = {make(Operation::print_histogram)},
                             .first = {make(Operation::aggregate, no_register, {0})},
                             .globals = {measured}};
    CHECK(histograms.rounds() < little_work / 16);
}

TEST_CASE("one print has an end") {
    Instruction format = make(Operation::format, 1, std::vector<Register>(5000, 0), 0, 2);
    format.pieces.assign(5000, wide_piece());
    const std::string error = "ERROR: too much output at once (at most 16 MiB) near identifier 'x'";
    CHECK(run_begin({integer, text}, {format}).starts_with(error));
    format.operation = Operation::print;
    format.result = no_register;
    CHECK(run_begin({integer, text}, {format}).starts_with(error));
}

TEST_CASE("searches count the elements that they look at") {
    const Block fill = {number(1, 1), number(2, 5000),
                        loop(1, {make(Operation::greater_equal, 3, {0, 2}), when(3, {leave(0)}),
                                 make(Operation::add, 0, {0, 1}),
                                 make(Operation::store_element, no_register, {0, 0})})};
    const auto searches = [&fill](Instruction instruction) {
        return Endless{.round = {std::move(instruction)},
                       .before = {number(1, 1)},
                       .first = fill,
                       .globals = {array_of(integer, 5000)}}
            .rounds();
    };
    const auto foreach_in = [](std::int64_t direction, Register limit) {
        Instruction made = make(Operation::foreach_in, no_register, {3, no_register, limit});
        made.numbers = {direction, 0, -1};
        return with_blocks(std::move(made), {{leave(0)}});
    };
    const std::uint64_t cheap = searches(make(Operation::contains_element, 3, {1}));
    CHECK(searches(make(Operation::contains_element, 3, {no_register})) > cheap / 2);
    CHECK(searches(foreach_in(0, 1)) > cheap / 4);
    const std::uint64_t through_all = searches(foreach_in(0, no_register));
    CHECK(through_all < cheap / 100);
    // To sort takes longer than to go through them.
    CHECK(searches(foreach_in(1, no_register)) < through_all * 2 / 3);
    CHECK(searches(foreach_in(1, 1)) < cheap / 1000);
}

TEST_CASE("keys that were made to collide count") {
    // The table takes the upper bits of the key times this.
    constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15U;
    std::uint64_t inverse = multiplier;
    for (int i = 0; i < 5; ++i) {
        inverse *= 2 - multiplier * inverse;
    }
    REQUIRE(inverse * multiplier == 1);
    const auto stores = [](std::uint64_t step) {
        ir::Global wraps = array_of(integer, 3000);
        wraps.wraps = true;
        return Endless{.round = {make(Operation::add, 0, {0, 1}),
                                 make(Operation::store_element, no_register, {0, 0})},
                       .before = {number(1, static_cast<std::int64_t>(step))},
                       .globals = {wraps}}
            .rounds();
    };
    CHECK(stores(1) > little_work / 16);
    CHECK(stores(inverse) < 3000);
}

TEST_CASE("matching counts what pattern and text take") {
    const auto matches = [](std::string pattern, std::string text = std::string(20, 'a')) {
        Instruction match = make(Operation::match_regex, 1, {4});
        match.text = std::move(pattern);
        return Endless{.round = {match}, .before = {string(4, std::move(text))}}.rounds();
    };
    CHECK(matches("a") > little_work / 500);
    // To begin takes its time, however short the rest is.
    CHECK(matches("", "") < little_work / 50);
    CHECK(matches("(a{0,255}){35}") < 100);
}

TEST_CASE("looking for what was captured counts") {
    RecordBuilder record(0);
    record.integer(1, 1);
    for (int i = 0; i < 10000; ++i) {
        record.integer(2, i);
    }
    record.integer(3, 1);
    const auto replays = [&record](std::uint32_t site) {
        return Endless{.round = {replay(1, site)}, .record = &record}.rounds();
    };
    CHECK(replays(1) > little_work / 16);
    CHECK(replays(3) < little_work / 5000);
    // A round that comes after all of them, looked for from the beginning again and again.
    record.round(1);
    const Endless rounds{.round = {loop(1, {begin_round(1), leave(0)})}, .record = &record};
    CHECK(rounds.rounds() < little_work / 5000);
}
