// Which handlers only count, and what becomes of them.
#include "runner/ir/tally.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/unit/execute/programs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

namespace {

// Registers 0 … 3 are integers, 4 a string; globals 0 and 1 integers, 2 an array by integer, 3 a
// statistic; function 0 adds to global 1, function 1 ends the session.
ir::Lowered lowered(std::vector<Block> kernel_bodies, Block timer_body = {}) {
    const std::vector<ValueType> registers{integer, integer, integer, integer, text};
    std::vector<ir::Handler> handlers;
    for (Block& body : kernel_bodies) {
        handlers.push_back(handler(Kind::kernel, registers, std::move(body)));
    }
    handlers.push_back(handler(Kind::timer, registers, std::move(timer_body)));
    ir::Lowered made;
    made.user = program(std::move(handlers));
    made.user.globals.resize(4);
    made.user.globals[2].keys = {integer};
    made.user.globals[3].value = ValueType::statistic;
    for (std::uint32_t index = 0; index < kernel_bodies.size(); ++index) {
        made.kernel.emplace_back().handler = index;
    }
    ir::Function adds;
    adds.registers = {integer, integer, integer};
    adds.body = {make(Operation::load_global, 0, {}, 1), number(1, 1),
                 make(Operation::add, 2, {0, 1}),
                 make(Operation::store_global, no_register, {2}, 1)};
    ir::Function ends;
    ends.body = {call_builtin(Builtin::exit_session)};
    made.user.functions = {adds, ends};
    return made;
}

// global++
Block step_up(std::int64_t global) {
    return {make(Operation::load_global, 0, {}, global), number(1, 1),
            make(Operation::add, 2, {0, 1}),
            make(Operation::store_global, no_register, {2}, global)};
}

// array[capture 1] -= capture 2
Block take_from_element() {
    return {replay(0, 1), replay(1, 2), make(Operation::load_element, 2, {0}, 2),
            make(Operation::subtract, 3, {2, 1}),
            make(Operation::store_element, no_register, {0, 3}, 2)};
}

Block joined(Block first, const Block& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Of each handler on a kernel event.
std::vector<bool> tallied(ir::Lowered made) {
    find_tallies(made);
    REQUIRE(ir::verify(made.user).empty());
    std::vector<bool> found;
    for (const ir::KernelHandler& kernel : made.kernel) {
        found.push_back(kernel.is_tallied);
    }
    return found;
}

using Found = std::vector<bool>;

}  // namespace

TEST_CASE("additions to globals are counted, as often as there were events") {
    ir::Lowered made = lowered({step_up(0), take_from_element()}, step_up(0));
    find_tallies(made);
    CHECK(made.kernel[0].is_tallied);
    CHECK(made.kernel[1].is_tallied);
    const Block& up = made.user.handlers[0].body;
    REQUIRE(up.size() == 6);
    CHECK(up[2].operation == Operation::hits);
    CHECK(up[3].operation == Operation::multiply);
    CHECK(up[3].operands == std::vector<Register>{1, up[2].result});
    CHECK(up[4].operands == std::vector<Register>{0, up[3].result});
    const Block& down = made.user.handlers[1].body;
    REQUIRE(down.size() == 7);
    CHECK(down[5].operation == Operation::subtract);
    CHECK(down[5].operands == std::vector<Register>{2, down[4].result});
    CHECK(ir::verify(made.user).empty());
    CHECK(made.user.handlers[2].body.size() == 4);  // the timer's own
}

TEST_CASE("statistics are counted, and so is what branches on captures decide") {
    const Block add = {replay(3, 1), make(Operation::aggregate, no_register, {3}, 3)};
    CHECK(tallied(lowered({add})) == Found{true});
    CHECK(tallied(lowered({joined({replay(3, 1)}, {when(3, step_up(0), add)})})) == Found{true});
    CHECK(tallied(lowered({joined({call_builtin(Builtin::pp, 4)}, step_up(0))})) == Found{true});
}

TEST_CASE("what a handler on a kernel event reads or sets is not counted") {
    const Block reads = {make(Operation::load_global, 3, {}, 0), print_number(3)};
    CHECK(tallied(lowered({step_up(0), reads})) == Found{false, false});
    CHECK(tallied(lowered({step_up(0), step_up(1), reads})) == Found{false, true, false});
    CHECK(tallied(lowered({step_up(0)}, reads)) == Found{true});
    const Block sets = {number(0, 1), make(Operation::store_global, no_register, {0}, 0)};
    CHECK(tallied(lowered({step_up(0), sets})) == Found{false, false});
    CHECK(tallied(lowered({step_up(0)}, sets)) == Found{true});
    const Block deletes = {make(Operation::clear_global, no_register, {}, 0)};
    CHECK(tallied(lowered({joined(step_up(0), deletes)})) == Found{false});
    Block walks = {with_blocks(
        make(Operation::foreach_in, no_register, {3, no_register, no_register}, 2), {{}})};
    walks[0].numbers = {0, 0, -1};
    CHECK(tallied(lowered({take_from_element(), walks})) == Found{false, false});
}

TEST_CASE("an array is added to by those who count alone, or by those who do not") {
    const Block prints = joined(take_from_element(), {say("x")});
    CHECK(tallied(lowered({take_from_element(), take_from_element()})) == Found{true, true});
    CHECK(tallied(lowered({take_from_element(), step_up(0), prints})) == Found{false, true, false});
    // One that is posted for its array takes others with it.
    Block other = take_from_element();
    other[2].immediate = other[4].immediate = 4;
    Block both = joined(take_from_element(), other);
    for (std::size_t place = 5; place < both.size(); ++place) {
        const auto renamed = [](Register reg) { return reg == no_register ? reg : reg + 5; };
        both[place].result = renamed(both[place].result);
        for (Register& operand : both[place].operands) operand = renamed(operand);
    }
    ir::Lowered chain = lowered({other, both, prints});
    chain.user.globals.emplace_back().keys = {integer};
    for (ir::Handler& each : chain.user.handlers) {
        each.registers.resize(10, integer);
    }
    CHECK(tallied(chain) == Found{false, false, false});
}

TEST_CASE("a value that decides must not come from what is counted") {
    const Block decides = joined({make(Operation::load_global, 3, {}, 1)}, {when(3, step_up(0))});
    CHECK(tallied(lowered({decides})) == Found{true});
    CHECK(tallied(lowered({decides, step_up(1)})) == Found{false, false});
    CHECK(tallied(lowered({decides}, step_up(1))) == Found{true});
}

TEST_CASE("a sum that is used otherwise is no addition") {
    Block old = step_up(0);
    old.push_back(make(Operation::move, 3, {0}));
    CHECK(tallied(lowered({old})) == Found{false});
    Block sum = step_up(0);
    sum.push_back(make(Operation::move, 3, {2}));
    CHECK(tallied(lowered({sum})) == Found{false});
    Block twice = step_up(0);
    twice[2].operands = {0, 0};
    CHECK(tallied(lowered({twice})) == Found{false});
    Block elsewhere = step_up(0);
    elsewhere[3].immediate = 1;
    CHECK(tallied(lowered({elsewhere})) == Found{false});
    Block other_key = take_from_element();
    other_key[4].operands = {1, 3};
    CHECK(tallied(lowered({other_key})) == Found{false});
    Block product = step_up(0);
    product[2].operation = Operation::multiply;
    CHECK(tallied(lowered({product})) == Found{false});
}

TEST_CASE("effects and chance are not counted") {
    CHECK(tallied(lowered({joined(step_up(0), {say("x")})})) == Found{false});
    CHECK(tallied(lowered({joined({number(3, 9), call_builtin(Builtin::randint, 3, {3})},
                                  step_up(0))})) == Found{false});
    CHECK(tallied(lowered({Block{}})) == Found{false});  // there is nothing to add
}

TEST_CASE("functions count as those who call them") {
    const Block call_adds = {make(Operation::call, no_register, {}, 0)};
    CHECK(tallied(lowered({call_adds, step_up(1), step_up(0)})) == Found{false, false, true});
    CHECK(tallied(lowered({step_up(1)}, call_adds)) == Found{true});
}

TEST_CASE("nothing is counted where a handler on a kernel event ends the session") {
    CHECK(tallied(lowered({step_up(0), {call_builtin(Builtin::exit_session)}})) ==
          Found{false, false});
    CHECK(tallied(lowered({step_up(0), {make(Operation::call, no_register, {}, 1)}})) ==
          Found{false, false});
    CHECK(tallied(lowered({step_up(0)}, {call_builtin(Builtin::exit_session)})) == Found{true});
}
