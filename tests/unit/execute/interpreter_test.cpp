#include <catch2/catch.hpp>
#include <limits>
#include <memory>

#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

std::string binary(Operation operation, std::int64_t left, std::int64_t right) {
    return run_begin(
        {integer, integer, integer},
        {number(0, left), number(1, right), make(operation, 2, {0, 1}, 0, 1), print_number(2)});
}

std::string compare(Operation operation, std::string left, std::string right) {
    return run_begin({text, text, integer},
                     {string(0, std::move(left)), string(1, std::move(right)),
                      make(operation, 2, {0, 1}), print_number(2)});
}

// register 0 = 0; count up to `rounds` in register 0.
Block counting(std::int64_t rounds, Block in_round = {}) {
    Block body = {number(1, rounds), make(Operation::greater_equal, 2, {0, 1}), when(2, {leave(0)}),
                  number(1, 1), make(Operation::add, 0, {0, 1})};
    body.insert(body.end(), in_round.begin(), in_round.end());
    return {loop(0, std::move(body)), print_number(0)};
}

ir::Function function(std::uint32_t parameters, std::vector<ValueType> registers, ValueType result,
                      Block body) {
    ir::Function made;
    made.name = "f";
    made.parameters = parameters;
    made.registers = std::move(registers);
    made.result = result;
    made.body = std::move(body);
    return made;
}

std::string run_with_function(ir::Function made, std::vector<ValueType> registers, Block body,
                              execute::SessionOptions options = {}) {
    ir::Program whole =
        program({handler(ir::Handler::Kind::begin, std::move(registers), std::move(body))});
    whole.functions.push_back(std::move(made));
    Run run(std::move(whole), std::move(options));
    REQUIRE(run.problem.empty());
    run.session.start(0);
    run.session.finish();
    return run.printed() + run.complained();
}

}  // namespace

TEST_CASE("integers wrap") {
    CHECK(binary(Operation::add, highest, 1) == "-9223372036854775808\n");
    CHECK(binary(Operation::subtract, lowest, 1) == "9223372036854775807\n");
    CHECK(binary(Operation::multiply, lowest, -1) == "-9223372036854775808\n");
    CHECK(binary(Operation::divide, lowest, -1) == "-9223372036854775808\n");
    CHECK(binary(Operation::modulo, lowest, -1) == "0\n");
    CHECK(binary(Operation::divide, -7, 2) == "-3\n");
    CHECK(binary(Operation::modulo, -7, 2) == "-1\n");
}

TEST_CASE("shifts") {
    CHECK(binary(Operation::shift_left, 120, -2) == "120\n");
    CHECK(binary(Operation::shift_right, 120, -2) == "120\n");
    CHECK(binary(Operation::shift_left, -4096, -3) == "-4096\n");
    CHECK(binary(Operation::shift_right, -4096, 3) == "-512\n");
    CHECK(binary(Operation::shift_left, -1, 63) == "-9223372036854775808\n");
    CHECK(binary(Operation::shift_left, 1, 64) == "0\n");
    CHECK(binary(Operation::shift_right, -1, 100) == "-1\n");
    CHECK(binary(Operation::unsigned_shift_right, -1, 60) == "15\n");
    CHECK(binary(Operation::unsigned_shift_right, -1, 64) == "0\n");
}

TEST_CASE("bits and comparisons") {
    CHECK(binary(Operation::bitwise_and, 12, 10) == "8\n");
    CHECK(binary(Operation::bitwise_or, 12, 10) == "14\n");
    CHECK(binary(Operation::bitwise_xor, 12, 10) == "6\n");
    CHECK(binary(Operation::less, lowest, highest) == "1\n");
    CHECK(binary(Operation::greater, lowest, highest) == "0\n");
    CHECK(binary(Operation::less_equal, 1, 1) == "1\n");
    CHECK(binary(Operation::greater_equal, 0, 1) == "0\n");
    CHECK(compare(Operation::less, "a", "b") == "1\n");
    CHECK(compare(Operation::less, "a", "\xff") == "1\n");
    CHECK(compare(Operation::equal, "a", "a") == "1\n");
    CHECK(compare(Operation::not_equal, "a", "ab") == "1\n");
    CHECK(run_begin({integer, integer},
                    {number(0, 5), make(Operation::logical_not, 1, {0}), print_number(1),
                     make(Operation::logical_not, 1, {1}), print_number(1),
                     make(Operation::bitwise_not, 1, {0}), print_number(1),
                     make(Operation::negate, 1, {0}), print_number(1)}) == "0\n1\n-6\n-5\n");
}

TEST_CASE("division by zero ends the handler") {
    CHECK(binary(Operation::divide, 1, 0) ==
          "ERROR: division by 0 near operator '/' at <input>:1:2\n"
          "WARNING: Number of errors: 1, skipped probes: 0\n");
    CHECK(binary(Operation::modulo, 1, 0).starts_with("ERROR: division by 0 near"));
}

TEST_CASE("strings are cut to their size") {
    const std::string long_text(300, 'x');
    CHECK(run_begin({text, text, integer},
                    {string(0, long_text), call_builtin(Builtin::strlen, 2, {0}), print_number(2),
                     make(Operation::concatenate, 1, {0, 0}), call_builtin(Builtin::strlen, 2, {1}),
                     print_number(2), make(Operation::concatenate, 0, {0, 1}),
                     call_builtin(Builtin::strlen, 2, {0}), print_number(2)}) == "127\n127\n127\n");
    execute::SessionOptions options;
    options.string_size = 4;
    Instruction format = make(Operation::format, 1, {0});
    format.pieces = {literal("ab"), piece(Conversion::string)};
    CHECK(run_begin({text, text}, {string(0, "xyz123"), print_text(0), format, print_text(1)}, {},
                    options) == "xyz\nabx\n");
}

TEST_CASE("a string of sprintf ends at its NUL") {
    Instruction format = make(Operation::format, 1, {0});
    format.pieces = {literal("ab"), piece(Conversion::character), literal("cd")};
    CHECK(run_begin({integer, text}, {number(0, 0), format, print_text(1)}) == "ab\n");
}

TEST_CASE("concatenation into an operand") {
    CHECK(run_begin({text, text},
                    {string(0, "a"), string(1, "b"), make(Operation::concatenate, 1, {0, 1}),
                     print_text(1), make(Operation::concatenate, 0, {0, 1}), print_text(0)}) ==
          "ab\naab\n");
}

TEST_CASE("loops, leaving several levels") {
    CHECK(run_begin({integer, integer, integer}, counting(5)) == "5\n");
    // block { loop { block { loop { leave 3 } } say } } : out of all four
    CHECK(run_begin(
              {},
              {with_blocks(make(Operation::block),
                           {{loop(0, {with_blocks(make(Operation::block), {{loop(1, {leave(3)})}}),
                                      say("not here")}),
                             say("nor here")}}),
               say("here")}) == "here\n");
    // continue: leave of the block inside the loop
    CHECK(run_begin({integer, integer, integer},
                    {loop(0, {number(1, 1), make(Operation::add, 0, {0, 1}), number(1, 3),
                              make(Operation::equal, 2, {0, 1}), when(2, {leave(0)}),
                              with_blocks(make(Operation::block), {{leave(0), say("skipped")}}),
                              say("round")}),
                     say("end")}) == "round\nround\nend\n");
}

TEST_CASE("MAXACTION cannot be caught") {
    Block body = counting(2000, {make(Operation::step, no_register, {}, 0, 2)});
    const Block caught = {with_blocks(make(Operation::try_catch), {body, {say("caught")}})};
    execute::SessionOptions options;
    options.max_actions_begin = 1000;
    CHECK(run_begin({integer, integer, integer}, caught, {}, options) ==
          "ERROR: MAXACTION exceeded near identifier 'x' at <input>:3:4\n"
          "WARNING: Number of errors: 1, skipped probes: 0\n");
    options.max_actions_begin = 2000;
    CHECK(run_begin({integer, integer, integer}, caught, {}, options) == "2000\n");
}

TEST_CASE("functions have their own registers and return values") {
    // f(a, b) { if (a) return a . b } called with ("x", "y"); then with ("", "y")
    Block body = {make(Operation::concatenate, 2, {0, 1}), string(3, ""),
                  make(Operation::not_equal, 4, {0, 3}),
                  when(4, {make(Operation::finish, no_register, {2})})};
    const auto made = function(2, {text, text, text, text, integer}, text, body);
    CHECK(run_with_function(
              made, {text, text, text, text},
              {string(0, "x"), string(1, "y"), make(Operation::call, 2, {0, 1}), print_text(2),
               make(Operation::call, 2, {3, 1}), print_text(2), print_text(0)}) == "xy\n\nx\n");
}

TEST_CASE("recursion is possible and bounded") {
    // f(n) { if (n < 2) return n; return f(n - 1) + n }
    const Block body = {number(1, 2),
                        make(Operation::less, 2, {0, 1}),
                        when(2, {make(Operation::finish, no_register, {0})}),
                        number(1, 1),
                        make(Operation::subtract, 1, {0, 1}),
                        make(Operation::call, 2, {1}, 0, 2),
                        make(Operation::add, 2, {2, 0}),
                        make(Operation::finish, no_register, {2})};
    const auto made = function(1, {integer, integer, integer}, integer, body);
    const auto run = [&made](std::int64_t n) {
        return run_with_function(
            made, {integer, integer},
            {number(0, n), make(Operation::call, 1, {0}, 0, 2), print_number(1)});
    };
    CHECK(run(5) == "15\n");
    CHECK(run(1000).starts_with("ERROR: MAXNESTING exceeded near identifier 'x'"));
    execute::SessionOptions options;
    options.max_nesting = 100000;
    options.max_actions_begin = 1000000;
    CHECK(run_with_function(made, {integer, integer},
                            {number(0, 3000), make(Operation::call, 1, {0}, 0, 2), print_number(1)},
                            options) == "4501500\n");
    CHECK(run_with_function(made, {integer, integer},
                            {number(0, 1 << 30), make(Operation::call, 1, {0}, 0, 2)}, options)
              .starts_with("ERROR: MAXNESTING exceeded"));
}

TEST_CASE("catch takes errors out of functions and loops") {
    const Block failing = {
        loop(0, {string(0, "boom"), call_builtin(Builtin::error, no_register, {0}, 1)})};
    const auto made = function(0, {text}, ValueType::unknown, failing);
    const Block body = {
        loop(0,
             {with_blocks(make(Operation::try_catch, 0),
                          {{make(Operation::call), say("not here")}, {print_text(0), leave(0)}})}),
        with_blocks(make(Operation::try_catch),
                    {{with_blocks(make(Operation::try_catch, 0),
                                  {{make(Operation::call)}, {make(Operation::call)}})},
                     {say("outer")}}),
        print_text(0)};
    CHECK(run_with_function(made, {text}, body) == "boom\nouter\nboom\n");
}

TEST_CASE("finish ends a handler from within") {
    CHECK(run_begin({}, {loop(0, {with_blocks(make(Operation::block),
                                              {{say("once"), make(Operation::finish)}})}),
                         say("never")}) == "once\n");
}

TEST_CASE("string functions by the table") {
    CHECK(run_begin({text, integer, integer, text}, {string(0, "hello"),
                                                     number(1, 1),
                                                     number(2, 3),
                                                     call_builtin(Builtin::substr, 3, {0, 1, 2}),
                                                     print_text(3),
                                                     call_builtin(Builtin::stringat, 1, {0, 2}),
                                                     print_number(1),
                                                     number(1, 100),
                                                     call_builtin(Builtin::stringat, 1, {0, 1}),
                                                     print_number(1),
                                                     number(1, 2),
                                                     call_builtin(Builtin::errno_str, 3, {1}),
                                                     print_text(3),
                                                     number(1, 15),
                                                     call_builtin(Builtin::signal_name, 3, {1}),
                                                     print_text(3),
                                                     number(1, 0),
                                                     call_builtin(Builtin::ctime, 3, {1}),
                                                     print_text(3),
                                                     call_builtin(Builtin::tokenize, 3, {0, 0}),
                                                     print_text(3),
                                                     call_builtin(Builtin::isinstr, 1, {0, 0}),
                                                     print_number(1)}) ==
          "ell\n108\n0\nENOENT\nSIGTERM\nThu Jan  1 00:00:00 1970\n\n1\n");
    CHECK(run_begin({text, integer}, {number(1, -1), call_builtin(Builtin::stringat, 1, {0, 1})})
              .starts_with("ERROR: string position -1 out of bounds"));
    CHECK(run_begin({text, integer}, {number(1, highest), call_builtin(Builtin::ctime, 0, {1})})
              .starts_with("ERROR: ctime: time too far in the future"));
}

TEST_CASE("memory cannot be read afterwards") {
    CHECK(run_begin({integer}, {number(0, 0x1000), print({piece(Conversion::memory)}, {0})}) ==
          "ERROR: kernel memory cannot be read outside a kernel event\n"
          "WARNING: Number of errors: 1, skipped probes: 0\n");
}

TEST_CASE(
    "Addresses of the kernel are hidden where the session says so, those of processes are not") {
    using elaborate::Builtin;
    execute::SessionOptions options;
    options.symbols = std::make_shared<const execute::Symbols>(
        "ffffffff81000000 T _text\nffffffff81000100 T known\nffffffff81000200 T _etext\n");
    const auto address = static_cast<std::int64_t>(0xffffffff81000105);
    const auto unknown = static_cast<std::int64_t>(0xffff888001234567);
    const Block body = {
        number(0, address),
        number(1, unknown),
        number(4, 0x1234),
        string(3, "0xffffffff81000105 0xffff888001234567 0x1234 0xffffffff8cc"),
        call_builtin(Builtin::address_text, 2, {1}),
        print_text(2),
        call_builtin(Builtin::address_text, 2, {4}),
        print_text(2),
        call_builtin(Builtin::symbol_name, 2, {0}),
        print_text(2),
        call_builtin(Builtin::symbol_name, 2, {1}),
        print_text(2),
        call_builtin(Builtin::symbol_description, 2, {1}),
        print_text(2),
        call_builtin(Builtin::user_symbol_description, 2, {1}),
        print_text(2),
        call_builtin(Builtin::address_symbols, 2, {3}),
        print_text(2),
        call_builtin(Builtin::print_addresses, no_register, {3}),
        call_builtin(Builtin::print_user_addresses, no_register, {3}),
        call_builtin(Builtin::symbol_module, 2, {1}, 1),
    };
    const std::vector<ValueType> registers = {integer, integer, text, text, integer};
    options.hides_addresses = true;
    const std::string hidden = run_begin(registers, body, {}, options);
    CHECK(hidden.starts_with(
        "(address)\n0x1234\nknown\n(address)\n(address)\n(address)\n"
        "known+0x5/0x100 [kernel]\n(address)\n0x1234\n(address)\n\n"
        " known+0x5/0x100 [kernel]\n (address)\n 0x1234\n (address)\n"
        " (address)\n (address)\n 0x1234\n (address)\nERROR: no module is known at "
        "(address) near"));
    options.hides_addresses = false;
    const std::string open = run_begin(registers, body, {}, options);
    CHECK(open.starts_with("0xffff888001234567\n0x1234\nknown\n0xffff888001234567\n"));
    CHECK(open.find(" 0xffffffff81000105 : known+0x5/0x100 [kernel]\n 0xffff888001234567\n") !=
          std::string::npos);
    CHECK(open.find("no module is known at 0xffff888001234567 near") != std::string::npos);
    CHECK(open.find("(address)") == std::string::npos);
}

TEST_CASE("A fault in the kernel's memory tells its address to those who may know it") {
    for (const bool hides_addresses : {false, true}) {
        for (const std::uint64_t address : {0xffff888001234567UL, 0x10UL}) {
            execute::SessionOptions options;
            options.hides_addresses = hides_addresses;
            Run run(program({handler(ir::Handler::Kind::kernel, {integer}, {replay(0, 1, 2)})}),
                    options);
            run.session.start(0);
            run.session.record(RecordBuilder(0).fault(1, address, 2).bytes());
            const bool is_hidden = hides_addresses && address > 0x10;
            CHECK(run.complained().starts_with("ERROR: read fault [man error::fault] at " +
                                               std::string(is_hidden       ? "(address)"
                                                           : address == 16 ? "0x0000000000000010"
                                                                           : "0xffff888001234567") +
                                               " near"));
        }
    }
}
