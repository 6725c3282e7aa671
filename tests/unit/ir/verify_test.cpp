#include <catch2/catch.hpp>
#include <functional>
#include <limits>

#include "tests/unit/execute/programs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

ir::Program base(Block body, Kind kind = Kind::begin) {
    return sample_program(std::move(body), kind);
}

bool accepts(Block body, Kind kind = Kind::begin) {
    return ir::verify(base(std::move(body), kind)).empty();
}
bool accepts(Instruction instruction, Kind kind = Kind::begin) {
    return accepts(Block{std::move(instruction)}, kind);
}

Instruction foreach_array(std::vector<Register> operands, std::vector<std::int64_t> numbers) {
    Instruction made = make(Operation::foreach_in, no_register, std::move(operands), 2);
    made.numbers = std::move(numbers);
    return with_blocks(std::move(made), {{}});
}

Instruction extract(std::uint32_t extractor, std::vector<std::int64_t> numbers = {}) {
    Instruction made = make(Operation::extract_statistic, 0, {}, 3);
    made.extra = extractor;
    made.numbers = std::move(numbers);
    return made;
}

}  // namespace

TEST_CASE("a program with one of each operation is accepted") {
    Instruction format = make(Operation::format, 2, {0, 2});
    format.pieces = {piece(Conversion::hex), literal("x"), piece(Conversion::string)};
    CHECK(ir::verify(base({number(0, 1),
                           string(2, "x"),
                           make(Operation::move, 3, {2}),
                           make(Operation::divide, 0, {0, 1}, 0, 2),
                           make(Operation::less, 0, {2, 3}),
                           make(Operation::negate, 0, {1}),
                           make(Operation::concatenate, 2, {2, 3}),
                           make(Operation::load_global, 2, {}, 1),
                           make(Operation::store_global, no_register, {0}),
                           make(Operation::clear_global, no_register, {}, 4),
                           make(Operation::load_element, 0, {0, 2}, 2),
                           make(Operation::store_element, no_register, {0, 2, 1}, 2),
                           make(Operation::delete_element, no_register, {no_register, 2}, 2),
                           make(Operation::contains_element, 1, {0, no_register}, 2),
                           make(Operation::aggregate, no_register, {0}, 3),
                           make(Operation::aggregate, no_register, {0, 1}, 4),
                           extract(5, {10}),
                           when(0, {say("a")}, {say("b")}),
                           with_blocks(make(Operation::block), {{leave(0)}}),
                           loop(1, {leave(0)}),
                           foreach_array({0, 2, 1, no_register}, {1, 2, -1}),
                           foreach_array({0, 2, no_register, 1, no_register, 3}, {0, 0, -1}),
                           with_blocks(make(Operation::try_catch, 2), {{}, {}}),
                           make(Operation::step),
                           make(Operation::call, 2, {0}),
                           call_builtin(Builtin::strlen, 0, {2}),
                           format,
                           make(Operation::finish)})) == "");
    CHECK(accepts(loop(3, {begin_round(3), replay(0, 1), leave(0)}), Kind::kernel));
}

TEST_CASE("registers out of range or of the wrong type are refused") {
    CHECK_FALSE(accepts(number(4, 1)));
    CHECK_FALSE(accepts(number(no_register, 1)));
    CHECK_FALSE(accepts(number(2, 1)));
    CHECK_FALSE(accepts(string(0, "x")));
    CHECK_FALSE(accepts(make(Operation::move, 0, {2})));
    CHECK_FALSE(accepts(make(Operation::move, 0, {})));
    CHECK_FALSE(accepts(make(Operation::move, 9, {9})));
    CHECK_FALSE(accepts(make(Operation::add, 0, {0})));
    CHECK_FALSE(accepts(make(Operation::add, 0, {0, 2})));
    CHECK_FALSE(accepts(make(Operation::add, 0, {0, 1, 1})));
    CHECK_FALSE(accepts(make(Operation::equal, 0, {0, 2})));
    CHECK_FALSE(accepts(make(Operation::equal, 2, {0, 1})));
    CHECK_FALSE(accepts(make(Operation::negate, 0, {})));
    CHECK_FALSE(accepts(make(Operation::concatenate, 2, {2, 0})));
    CHECK_FALSE(accepts(when(2, {})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::try_catch, 0), {{}, {}})));
}

TEST_CASE("globals are used as what they are") {
    CHECK_FALSE(accepts(make(Operation::load_global, 0, {}, 5)));
    CHECK_FALSE(accepts(make(Operation::load_global, 0, {}, -1)));
    CHECK_FALSE(accepts(make(Operation::load_global, 0, {}, 1)));
    CHECK_FALSE(accepts(make(Operation::load_global, 0, {}, 2)));
    CHECK_FALSE(accepts(make(Operation::load_global, 0, {}, 3)));
    CHECK_FALSE(accepts(make(Operation::store_global, no_register, {2}, 0)));
    CHECK_FALSE(accepts(make(Operation::store_global, no_register, {0}, 3)));
    CHECK_FALSE(accepts(make(Operation::load_element, 0, {0}, 2)));
    CHECK_FALSE(accepts(make(Operation::load_element, 0, {0, no_register}, 2)));
    CHECK_FALSE(accepts(make(Operation::load_element, 0, {2, 2}, 2)));
    CHECK_FALSE(accepts(make(Operation::load_element, 0, {}, 0)));
    CHECK_FALSE(accepts(make(Operation::load_element, 0, {0}, 4)));
    CHECK_FALSE(accepts(make(Operation::store_element, no_register, {0, 2}, 2)));
    CHECK_FALSE(accepts(make(Operation::store_element, no_register, {0, 2, 2}, 2)));
    CHECK_FALSE(accepts(make(Operation::contains_element, no_register, {0, 2}, 2)));
    CHECK_FALSE(accepts(make(Operation::aggregate, no_register, {0}, 0)));
    CHECK_FALSE(accepts(make(Operation::aggregate, no_register, {2}, 3)));
    CHECK_FALSE(accepts(extract(6)));
    CHECK_FALSE(accepts(extract(5, {63})));
    CHECK_FALSE(accepts(extract(5, {-1})));
}

TEST_CASE("foreach is complete") {
    CHECK_FALSE(accepts(foreach_array({0, 2}, {0, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 1, 0}, {0, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({no_register, 2, 1, 1}, {0, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 2, 1}, {0, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 2}, {0, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 1}, {0, 0})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 1}, {2, 0, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 1}, {1, 3, -1})));
    CHECK_FALSE(accepts(foreach_array({0, 2, 1, 1}, {1, 0, 6})));
    Instruction scalar = foreach_array({0, 1, 1}, {0, 0, -1});
    scalar.immediate = 0;
    CHECK_FALSE(accepts(scalar));
    Instruction statistics = foreach_array({0, 1, no_register}, {0, 0, 1});
    statistics.immediate = 4;
    CHECK_FALSE(accepts(statistics));
    statistics.operands[1] = no_register;
    CHECK(accepts(statistics));
}

TEST_CASE("structure holds together") {
    CHECK_FALSE(accepts(leave(0)));
    CHECK_FALSE(accepts(loop(0, {leave(1)})));
    CHECK_FALSE(accepts(loop(0, {leave(-1)})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::loop), {})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::block), {{}, {}})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::if_then, no_register, {0}), {{}})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::try_catch), {{}})));
    CHECK_FALSE(accepts(with_blocks(make(Operation::step), {{}})));
    CHECK_FALSE(accepts(make(Operation::finish, no_register, {0})));
    CHECK_FALSE(accepts(make(static_cast<Operation>(9999))));
    const auto nested = [](int depth) {
        Block body;
        for (int i = 0; i < depth; ++i) {
            Block outer;
            outer.push_back(with_blocks(make(Operation::block), {std::move(body)}));
            body = std::move(outer);
        }
        return body;
    };
    CHECK(accepts(nested(199)));
    CHECK_FALSE(accepts(nested(200)));
}

TEST_CASE("calls match their callees") {
    CHECK_FALSE(accepts(make(Operation::call, 2, {})));
    CHECK_FALSE(accepts(make(Operation::call, 2, {2})));
    CHECK_FALSE(accepts(make(Operation::call, 0, {0})));
    CHECK_FALSE(accepts(make(Operation::call, 2, {0}, 1)));
    CHECK_FALSE(accepts(make(Operation::call, 2, {0}, -1)));
    CHECK_FALSE(accepts(call_builtin(Builtin::strlen, 0, {})));
    CHECK_FALSE(accepts(call_builtin(Builtin::strlen, 0, {0})));
    CHECK_FALSE(accepts(call_builtin(Builtin::strlen, 2, {2})));
    CHECK_FALSE(accepts(call_builtin(Builtin::exit_session, 0, {})));
    CHECK_FALSE(accepts(call_builtin(Builtin::kernel_string, 2, {0})));
    CHECK_FALSE(accepts(call_builtin(Builtin::count_)));
    CHECK_FALSE(accepts(make(Operation::builtin, no_register, {}, -1)));
    ir::Program few = base({});
    few.functions[0].parameters = 3;
    CHECK_FALSE(ir::verify(few).empty());
    ir::Program wrong = base({});
    wrong.functions[0].body = {make(Operation::finish, no_register, {0})};
    CHECK_FALSE(ir::verify(wrong).empty());
}

TEST_CASE("formats match their operands") {
    CHECK_FALSE(accepts(print({piece(Conversion::string)}, {0})));
    CHECK_FALSE(accepts(print({piece(Conversion::octal)}, {2})));
    CHECK_FALSE(accepts(print({piece(Conversion::octal)})));
    CHECK_FALSE(accepts(print({literal("x")}, {0})));
    CHECK_FALSE(accepts(print({piece(static_cast<Conversion>(77))}, {0})));
    FormatPiece star = piece(Conversion::string);
    star.width_argument = true;
    CHECK(accepts(print({star}, {0, 2})));
    CHECK_FALSE(accepts(print({star}, {2, 2})));
}

TEST_CASE("what belongs to the kernel's side is refused") {
    for (const Operation operation :
         {Operation::context_argument, Operation::read_memory, Operation::entry_value,
          Operation::region, Operation::must_post}) {
        CHECK_FALSE(accepts(make(operation, 0), Kind::kernel));
    }
    Instruction captured = number(0, 1);
    captured.capture_site = 1;
    CHECK_FALSE(accepts(captured, Kind::kernel));
    CHECK_FALSE(accepts(replay(0, 1)));
    CHECK_FALSE(accepts(replay(0, 0), Kind::kernel));
    CHECK_FALSE(accepts(replay(0, 101), Kind::kernel));
    CHECK_FALSE(accepts(begin_round(0), Kind::kernel));
    CHECK_FALSE(accepts(loop(1, {begin_round(0)}), Kind::kernel));
    ir::Program in_function = base({});
    in_function.functions[0].body = {replay(0, 1)};
    CHECK_FALSE(ir::verify(in_function).empty());
}

TEST_CASE("declarations are in range") {
    const auto refuses = [](const std::function<void(ir::Program&)>& change) {
        ir::Program made = base({}, Kind::timer);
        REQUIRE(ir::verify(made).empty());
        change(made);
        return !ir::verify(made).empty();
    };
    CHECK(refuses([](ir::Program& made) { made.globals[0].capacity = -1; }));
    CHECK(refuses([](ir::Program& made) { made.globals[0].value = ValueType::unknown; }));
    CHECK(refuses([](ir::Program& made) { made.globals[0].keys.assign(10, integer); }));
    CHECK(refuses([](ir::Program& made) { made.globals[0].keys = {ValueType::statistic}; }));
    CHECK(refuses([](ir::Program& made) { made.handlers[0].interval_ns = 0; }));
    CHECK(refuses([](ir::Program& made) { made.handlers[0].randomize_ns = 1001; }));
    CHECK(refuses([](ir::Program& made) { made.handlers[0].kind = static_cast<Kind>(77); }));
    CHECK_FALSE(accepts(make(Operation::divide, 0, {0, 1}, 0, 3)));
}

TEST_CASE("the file of a procfs handler stays within its folder") {
    const auto accepts_file = [](const std::string& name, std::uint32_t mode = 0600,
                                 std::uint32_t capacity = 0) {
        ir::Program made = base({}, Kind::file_read);
        made.handlers[0].file = {name, mode, capacity};
        return ir::verify(made).empty();
    };
    CHECK(accepts_file("a"));
    CHECK(accepts_file("a/b.c/d-e"));
    CHECK(accepts_file("..."));
    CHECK(accepts_file("a", 0666, 65536));
    CHECK(accepts_file(std::string(200, 'x')));
    for (const char* name : {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a b",
                             "a\nb", "\x7f", "\xc3\xa4"}) {
        INFO(name);
        CHECK_FALSE(accepts_file(name));
    }
    CHECK_FALSE(accepts_file(std::string(201, 'x')));
    CHECK_FALSE(accepts_file(std::string("a\0b", 3)));
    CHECK_FALSE(accepts_file("a", 01666));
    CHECK_FALSE(accepts_file("a", 0777));
    CHECK_FALSE(accepts_file("a", 0600, 65537));
}

TEST_CASE("regular expressions and histograms are checked") {
    const auto match = [](Register result, std::vector<Register> operands, std::string pattern) {
        Instruction made = make(Operation::match_regex, result, std::move(operands));
        made.text = std::move(pattern);
        return made;
    };
    CHECK(accepts(match(0, {2}, "a(b)*")));
    CHECK_FALSE(accepts(match(0, {2}, "a(b")));
    CHECK_FALSE(accepts(match(0, {2}, "((a{255}){255}){255}")));
    CHECK_FALSE(accepts(match(0, {1}, "a")));
    // Many at once: the same one is no more than one.
    Block patterns(300, match(0, {2}, "(a{255}){70}"));
    CHECK(accepts(patterns));
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        patterns[i].text += std::to_string(i);
    }
    CHECK(ir::verify(base(patterns)).ends_with("the regular expressions are too large"));
    CHECK_FALSE(accepts(match(2, {2}, "a")));
    CHECK_FALSE(accepts(match(0, {}, "a")));

    const auto problem = [](Instruction instruction, std::vector<std::int64_t> histogram) {
        ir::Program made = base({std::move(instruction)});
        made.globals[4].histogram = std::move(histogram);
        return ir::verify(made);
    };
    const std::vector<std::int64_t> linear = {0, 10, 1};
    CHECK(problem(make(Operation::extract_bucket, 0, {0, 1}, 4), linear).empty());
    CHECK(problem(make(Operation::print_histogram, 2, {0}, 4), linear).empty());
    CHECK(problem(make(Operation::print_histogram, no_register, {0}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::extract_bucket, 0, {0, 1}, 4), {}).empty());
    CHECK_FALSE(problem(make(Operation::extract_bucket, 0, {0}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::extract_bucket, 2, {0, 1}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::extract_bucket, 0, {0, 2}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::print_histogram, 0, {0}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::print_histogram, 2, {0, 1}, 4), linear).empty());
    CHECK_FALSE(problem(make(Operation::print_histogram, 2, {}, 2), linear).empty());
    CHECK_FALSE(problem(say("x"), {0, 10}).empty());
    CHECK_FALSE(problem(say("x"), {0, 10, 0}).empty());
    CHECK_FALSE(problem(say("x"), {10, 0, 1}).empty());
    CHECK_FALSE(problem(say("x"), {0, 126, 1}).empty());
    CHECK_FALSE(problem(say("x"), {std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max(), 1})
                    .empty());
}
