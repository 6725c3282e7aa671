#include <catch2/catch.hpp>
#include <functional>
#include <random>

#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;
using Kind = ir::Handler::Kind;

TEST_CASE("any program that is accepted runs safely") {
    std::minstd_rand random(7);
    const auto pick = [&random](std::uint64_t bound) { return random() % bound; };
    const std::function<Block(int)> make_block = [&](int depth) {
        Block block;
        for (std::uint64_t i = pick(6); i > 0; --i) {
            Instruction made = make(static_cast<Operation>(pick(56)));
            made.result = pick(8) == 0 ? no_register : static_cast<Register>(pick(4));
            made.extra = static_cast<std::uint32_t>(pick(7));
            made.site = static_cast<std::uint32_t>(pick(3));
            made.immediate = static_cast<std::int64_t>(pick(5));
            if (made.operation == Operation::builtin) {
                made.immediate = static_cast<std::int64_t>(pick(60));
            }
            for (std::uint64_t operand = pick(4); operand > 0; --operand) {
                made.operands.push_back(pick(6) == 0 ? no_register
                                                     : static_cast<Register>(pick(4)));
            }
            if (made.operation == Operation::foreach_in) {
                made.numbers = {0, static_cast<std::int64_t>(pick(3)), -1};
            }
            const bool is_structured =
                made.operation >= Operation::if_then && made.operation <= Operation::finish;
            for (std::uint64_t blocks = is_structured && depth < 4 ? pick(3) : 0; blocks > 0;
                 --blocks) {
                made.blocks.push_back(make_block(depth + 1));
            }
            Block alone = {made};
            block.push_back(ir::verify(sample_program(alone, Kind::kernel)).empty() ? made
                                                                                    : number(0, 3));
        }
        return block;
    };
    int accepted = 0;
    for (int i = 0; i < 400; ++i) {
        ir::Program made = sample_program(make_block(0), Kind::kernel);
        if (!ir::verify(made).empty()) {
            continue;
        }
        ++accepted;
        execute::SessionOptions options;
        options.max_actions = 50;
        options.work_without_statement = 100'000;
        Run run(std::move(made), options);
        run.session.start(0);
        run.session.record(RecordBuilder(0).round(1).integer(1, 5).string(2, "x").bytes());
        run.session.finish();
    }
    CHECK(accepted > 30);
}
