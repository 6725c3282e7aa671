// What the kernel is given of a deferred handler, and what user space keeps.
#include "runner/ir/place.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sutap::ir;
using sutap::elaborate::Builtin;

namespace {

constexpr auto integer = ValueType::integer;

Instruction make(Operation operation, Register result, std::vector<Register> operands,
                 std::int64_t immediate = 0) {
    Instruction made;
    made.operation = operation;
    made.result = result;
    made.operands = std::move(operands);
    made.immediate = immediate;
    return made;
}
Instruction constant(Register result, std::int64_t value) {
    return make(Operation::constant_integer, result, {}, value);
}
Instruction pid(Register result) {
    return make(Operation::builtin, result, {}, static_cast<std::int64_t>(Builtin::pid));
}
Instruction print(std::vector<Register> operands) {
    return make(Operation::print, no_register, std::move(operands));
}
Instruction branch(Register condition, Block when_true, Block when_false = {}) {
    Instruction made = make(Operation::if_then, no_register, {condition});
    made.blocks = {std::move(when_true), std::move(when_false)};
    return made;
}
Instruction around(Operation operation, Block body) {
    Instruction made = make(operation, no_register, {});
    made.blocks = {std::move(body)};
    return made;
}
Instruction leave(std::int64_t depth) {
    return make(Operation::leave, no_register, {}, depth);
}

// Every operation of the block and below, in order.
void flatten(const Block& block, std::vector<Operation>& into) {
    for (const Instruction& instruction : block) {
        into.push_back(instruction.operation);
        for (const Block& below : instruction.blocks) {
            flatten(below, into);
        }
    }
}
std::size_t count(const Block& block, Operation operation) {
    std::vector<Operation> all;
    flatten(block, all);
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), operation));
}
const Instruction* find(const Block& block, Operation operation) {
    for (const Instruction& instruction : block) {
        if (instruction.operation == operation) {
            return &instruction;
        }
        for (const Block& below : instruction.blocks) {
            if (const Instruction* found = find(below, operation)) {
                return found;
            }
        }
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a context value is captured by the kernel and replayed by user space") {
    const Block body = {pid(0), print({0})};
    const Placed placed = place(body, {integer});
    REQUIRE(placed.kernel.size() == 2);
    CHECK(placed.kernel[0].operation == Operation::builtin);
    CHECK(placed.kernel[0].capture_site == 1);
    CHECK(placed.kernel[1].operation == Operation::must_post);
    REQUIRE(placed.user.size() == 2);
    CHECK(placed.user[0].operation == Operation::replay);
    CHECK(placed.user[0].extra == 1);
    CHECK(placed.sites == 1);
}

TEST_CASE("what nobody needs is neither captured nor computed") {
    const Block body = {pid(0), constant(1, 7), print({1})};
    const Placed placed = place(body, {integer, integer});
    CHECK(placed.sites == 0);
    CHECK(count(placed.kernel, Operation::builtin) == 0);
    CHECK(count(placed.user, Operation::replay) == 0);
}

TEST_CASE("a guard that the kernel can decide saves the record") {
    const Block body = {pid(0), branch(0, {print({})})};
    const Placed placed = place(body, {integer});
    const Instruction* guard = find(placed.kernel, Operation::if_then);
    REQUIRE(guard != nullptr);
    REQUIRE(guard->blocks[0].size() == 1);
    CHECK(guard->blocks[0][0].operation == Operation::must_post);
    CHECK(count(placed.kernel, Operation::must_post) == 1);
}

TEST_CASE("a branch on a global is taken on both arms, and faults stay within") {
    const Block body = {make(Operation::load_global, 0, {}, 0),
                        branch(0, {pid(1), print({1})}, {pid(2), print({2})})};
    const Placed placed = place(body, {integer, integer, integer});
    CHECK(placed.refusals.empty());
    CHECK(placed.sites == 2);
    CHECK(count(placed.kernel, Operation::if_then) == 0);
    CHECK(count(placed.kernel, Operation::load_global) == 0);
    CHECK(count(placed.kernel, Operation::try_catch) == 2);
    CHECK(count(placed.user, Operation::if_then) == 1);
}

TEST_CASE("what depends on a global cannot be asked of the kernel") {
    Instruction read = make(Operation::read_memory, 1, {0});
    read.extra = 8;
    read.site = 1;
    const Block body = {make(Operation::load_global, 0, {}, 0), read, print({1})};
    const Placed placed = place(body, {integer, integer});
    REQUIRE(placed.refusals.size() == 1);
    CHECK(placed.refusals[0].site == 1);
}

TEST_CASE("a value assigned on one arm of a branch on a global is not known afterwards") {
    Instruction read = make(Operation::read_memory, 2, {1});
    read.extra = 8;
    read.site = 3;
    const Block body = {make(Operation::load_global, 0, {}, 0), constant(1, 16),
                        branch(0, {constant(1, 32)}), read, print({2})};
    const Placed placed = place(body, {integer, integer, integer});
    REQUIRE(placed.refusals.size() == 1);
}

TEST_CASE("a loop that the kernel steers is sliced, with a marker for each round") {
    // p = pid(); while (p) { p = *p; print(p) }
    Instruction read = make(Operation::read_memory, 0, {0});
    read.extra = 8;
    const Block body = {pid(0),
                        around(Operation::loop, {branch(0, {}, {leave(0)}), read, print({0})})};
    const Placed placed = place(body, {integer});
    CHECK(placed.refusals.empty());
    const Instruction* kernel_loop = find(placed.kernel, Operation::loop);
    REQUIRE(kernel_loop != nullptr);
    CHECK(kernel_loop->blocks[0][0].operation == Operation::begin_round);
    const Instruction* user_loop = find(placed.user, Operation::loop);
    REQUIRE(user_loop != nullptr);
    CHECK(user_loop->blocks[0][0].operation == Operation::begin_round);
}

TEST_CASE("in a loop over an array, what does not depend on the round is captured once") {
    Instruction each = make(Operation::foreach_in, no_register, {0, no_register, no_register}, 0);
    each.numbers = {0, 0, -1};
    each.blocks = {{pid(1), print({0, 1})}};
    const Placed placed = place({each}, {integer, integer});
    CHECK(placed.refusals.empty());
    CHECK(placed.sites == 1);
    CHECK(count(placed.kernel, Operation::foreach_in) == 0);
    CHECK(count(placed.kernel, Operation::builtin) == 1);
    CHECK(count(placed.user, Operation::begin_round) == 0);
}

TEST_CASE("in a loop over an array, what depends on the key is refused") {
    Instruction each = make(Operation::foreach_in, no_register, {0, no_register, no_register}, 0);
    each.numbers = {0, 0, -1};
    Instruction read = make(Operation::read_memory, 1, {0});
    read.extra = 8;
    each.blocks = {{read, print({1})}};
    const Placed placed = place({each}, {integer, integer});
    CHECK(placed.refusals.size() == 1);
}

TEST_CASE("a loop in user space alone costs the kernel nothing") {
    // for (i = 0; i < 10; i++) print(i)
    const Block body = {
        constant(0, 0), constant(1, 10), constant(2, 1),
        around(Operation::loop, {make(Operation::less, 3, {0, 1}), branch(3, {}, {leave(0)}),
                                 print({0}), make(Operation::add, 0, {0, 2})})};
    const Placed placed = place(body, {integer, integer, integer, integer});
    CHECK(count(placed.kernel, Operation::loop) == 0);
    CHECK(count(placed.kernel, Operation::must_post) == 1);
    CHECK(count(placed.user, Operation::loop) == 1);
}

TEST_CASE("next under a guard ends the kernel's part as well") {
    const Block body = {pid(0), branch(0, {make(Operation::finish, no_register, {})}), print({})};
    const Placed placed = place(body, {integer});
    CHECK(count(placed.kernel, Operation::finish) == 1);
    const Block steered = {make(Operation::load_global, 0, {}, 0),
                           branch(0, {make(Operation::finish, no_register, {})}), pid(1),
                           print({1})};
    const Placed both = place(steered, {integer, integer});
    CHECK(count(both.kernel, Operation::finish) == 0);
    CHECK(count(both.kernel, Operation::builtin) == 1);
}

TEST_CASE("a read that only the kernel uses is told to user space, since it may fault") {
    // print(region(*p))
    Instruction argument = make(Operation::context_argument, 0, {}, 0);
    argument.extra = 8;
    Instruction read = make(Operation::read_memory, 1, {0});
    read.extra = 8;
    Instruction whole = around(Operation::region, {make(Operation::move, 2, {1})});
    whole.result = 2;
    whole.operands = {1};
    const Placed placed = place({argument, read, whole, print({2})}, {integer, integer, integer});
    CHECK(placed.refusals.empty());
    CHECK(placed.sites == 2);
    CHECK(placed.kernel[0].capture_site == 0);
    CHECK(placed.kernel[1].capture_site != 0);
    CHECK(placed.kernel[2].capture_site != 0);
}

TEST_CASE("after a try block that user space may leave early, the handler is captured as well") {
    Instruction attempt = make(Operation::try_catch, no_register, {});
    attempt.blocks = {{make(Operation::store_element, no_register, {0, 0}, 0)},
                      {pid(1), print({1})}};
    const Placed placed = place({constant(0, 1), attempt}, {integer, integer});
    CHECK(placed.refusals.empty());
    CHECK(count(placed.kernel, Operation::builtin) == 1);
    CHECK(placed.sites == 1);
}

TEST_CASE("an entry value must be known at the entry") {
    const Block good = {pid(0)};
    CHECK(place_entry(good, {integer}, {0}).refusals.empty());
    const Block bad = {make(Operation::load_global, 0, {}, 0)};
    CHECK(place_entry(bad, {integer}, {0}).refusals.size() == 1);
}

TEST_CASE("a match is user space's, on what the kernel captured") {
    // 0 = execname(); 1 = 0 =~ "a"; if (1) print(2 = pid())
    Instruction match = make(Operation::match_regex, 1, {0});
    match.text = "a";
    const Block body = {
        make(Operation::builtin, 0, {}, static_cast<std::int64_t>(Builtin::execname)), match,
        branch(1, {pid(2), print({2})})};
    const Placed placed = place(body, {ValueType::string, integer, integer});
    CHECK(placed.refusals.empty());
    CHECK(placed.sites == 2);
    CHECK(count(placed.user, Operation::match_regex) == 1);
    CHECK(count(placed.kernel, Operation::match_regex) == 0);
    CHECK(count(placed.kernel, Operation::builtin) == 2);
}
