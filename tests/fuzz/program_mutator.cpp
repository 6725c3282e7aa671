#include "tests/fuzz/program_mutator.h"

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <utility>

#include "runner/elaborate/builtins.h"

namespace sutap::fuzz {
namespace {

using ir::Block;
using ir::FormatPiece;
using ir::Instruction;
using ir::Operation;
using ir::Register;
using ir::ValueType;

constexpr ValueType integer = ValueType::integer;
constexpr ValueType string = ValueType::string;
constexpr std::size_t most_instructions = 2000;

// A function or handler.
struct Body {
    std::vector<ValueType>* registers;
    Block* block;
};

class Mutator {
  public:
    Mutator(ir::Program& program, std::uint32_t seed) : program_(program), random_(seed) {}

    void mutate_once() {
        if (pick(6) == 0) {
            change_declarations();
            return;
        }
        if (!choose_body()) {
            return;
        }
        Block& block = *blocks_[pick(blocks_.size())];
        switch (pick(8)) {
            case 0:
                erase_from(block);
                break;
            case 1:
                copy_into(block);
                break;
            case 2:
                wrap(block);
                break;
            case 3:
            case 4:
                change_in(block);
                break;
            default:
                block.insert(place_in(block), valid_instruction());
                break;
        }
    }

  private:
    std::size_t pick(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
    Block::iterator place_in(Block& block) {
        return block.begin() + static_cast<std::ptrdiff_t>(pick(block.size() + 1));
    }

    bool choose_body() {
        const std::size_t functions = program_.functions.size();
        const std::size_t count = functions + program_.handlers.size();
        if (count == 0) {
            return false;
        }
        const std::size_t number = pick(count);
        if (number < functions) {
            ir::Function& function = program_.functions[number];
            body_ = {&function.registers, &function.body};
        } else {
            ir::Handler& handler = program_.handlers[number - functions];
            body_ = {&handler.registers, &handler.body};
        }
        blocks_.clear();
        instructions_ = 0;
        collect(*body_.block);
        return instructions_ < most_instructions;
    }
    void collect(Block& block) {
        blocks_.push_back(&block);
        instructions_ += block.size();
        for (Instruction& instruction : block) {
            for (Block& inner : instruction.blocks) {
                collect(inner);
            }
        }
    }

    // ---- values -----------------------------------------------------------------------------

    // A register of the type, made if need be.
    Register a_register(ValueType type) {
        std::vector<ValueType>& registers = *body_.registers;
        const std::size_t start = pick(registers.size());
        for (std::size_t i = 0; i < registers.size() && pick(20) != 0; ++i) {
            const std::size_t number = (start + i) % registers.size();
            if (registers[number] == type) {
                return static_cast<Register>(number);
            }
        }
        registers.push_back(type);
        return static_cast<Register>(registers.size() - 1);
    }
    ValueType a_type() { return pick(2) == 0 ? integer : string; }
    std::int64_t a_number() {
        constexpr std::array<std::int64_t, 12> usual = {0,  1,   2,   -1,  10,   63,
                                                        64, 127, 255, 300, 8192, 65536};
        switch (pick(4)) {
            case 0:
                return static_cast<std::int64_t>(std::uint64_t{random_()} << pick(34U));
            case 1:
                return pick(2) == 0 ? std::numeric_limits<std::int64_t>::min()
                                    : std::numeric_limits<std::int64_t>::max();
            default:
                return usual.at(pick(usual.size()));
        }
    }
    std::string a_text() {
        static constexpr std::array<const char*, 10> usual = {
            "",   "x", "0x1f",    "-12", "a b\tc", "\x1b[1m\xff", "kernel.function(\"a@b\")",
            "%d", "E", "\xc3\xa9"};
        std::string text = usual.at(pick(usual.size()));
        return pick(8) == 0 ? std::string(pick(300), 'y') + text : text;
    }
    std::string a_pattern() {
        static constexpr std::array<const char*, 8> usual = {
            "a",          "^[a-z]+$", "(x|y)*z?", "((a{1,9})b){3}",
            "[^ ]\\w\\b", ".*(.).*",  "",         "(a{255}){20}"};
        return usual.at(pick(usual.size()));
    }

    // ---- instructions -------------------------------------------------------------------------

    Instruction valid_instruction() {
        Instruction made;
        made.site = static_cast<std::uint32_t>(pick(program_.sites.size()));
        switch (pick(12)) {
            case 0:
            case 1:
                constant(made);
                break;
            case 2:
            case 3:
                computation(made);
                break;
            case 4:
            case 5:
                global_access(made);
                break;
            case 6:
                builtin(made);
                break;
            case 7:
            case 8:
                formatted(made);
                break;
            case 9:
                call(made);
                break;
            case 10:
                replay(made);
                break;
            default:
                structure(made);
                break;
        }
        return made;
    }

    void constant(Instruction& made) {
        const ValueType type = a_type();
        made.operation = type == integer ? Operation::constant_integer : Operation::constant_string;
        made.result = a_register(type);
        made.immediate = type == integer ? a_number() : 0;
        made.text = type == string ? a_text() : std::string();
    }
    static Operation shifted(Operation from, std::size_t by) {
        return static_cast<Operation>(static_cast<std::size_t>(from) + by);
    }
    void computation(Instruction& made) {
        made.result = a_register(integer);
        switch (pick(6)) {
            case 0:
                made.operation = shifted(Operation::add, pick(11));
                made.operands = {a_register(integer), a_register(integer)};
                break;
            case 1: {
                const ValueType type = a_type();
                made.operation = shifted(Operation::equal, pick(6));
                made.operands = {a_register(type), a_register(type)};
                break;
            }
            case 2:
                made.operation = shifted(Operation::negate, pick(3));
                made.operands = {a_register(integer)};
                break;
            case 3:
                made.operation = Operation::match_regex;
                made.operands = {a_register(string)};
                made.text = a_pattern();
                break;
            case 4:
                made.operation = Operation::concatenate;
                made.result = a_register(string);
                made.operands = {a_register(string), a_register(string)};
                break;
            default: {
                const ValueType type = a_type();
                made.operation = Operation::move;
                made.result = a_register(type);
                made.operands = {a_register(type)};
                break;
            }
        }
    }
    void add_keys(Instruction& made, const ir::Global& global, bool allows_any) {
        for (const ValueType key : global.keys) {
            const bool is_any = allows_any && pick(4) == 0;
            made.operands.push_back(is_any ? ir::no_register : a_register(key));
        }
    }
    void global_access(Instruction& made) {
        if (program_.globals.empty()) {
            return constant(made);
        }
        const std::size_t number = pick(program_.globals.size());
        const ir::Global& global = program_.globals[number];
        made.immediate = static_cast<std::int64_t>(number);
        made.operation = shifted(Operation::load_global, pick(10));
        if (made.operation == Operation::clear_global) {
            return;
        }
        const bool allows_any = made.operation == Operation::delete_element ||
                                made.operation == Operation::contains_element;
        add_keys(made, global, allows_any);
        switch (made.operation) {
            case Operation::store_global:
            case Operation::store_element:
                made.operands.push_back(a_register(global.value));
                break;
            case Operation::aggregate:
            case Operation::extract_bucket:
                made.operands.push_back(a_register(integer));
                break;
            default:
                break;
        }
        const bool has_value =
            made.operation == Operation::load_global || made.operation == Operation::load_element;
        if (made.operation == Operation::print_histogram) {
            made.result = pick(2) == 0 ? ir::no_register : a_register(string);
        } else {
            made.result = a_register(has_value ? global.value : integer);
        }
        if (made.operation == Operation::extract_statistic) {
            made.extra = static_cast<std::uint32_t>(pick(6));
            made.numbers.assign(pick(2), static_cast<std::int64_t>(pick(63)));
        }
    }
    void builtin(Instruction& made) {
        const std::size_t number = pick(static_cast<std::size_t>(elaborate::Builtin::count_));
        const elaborate::BuiltinRow& row = elaborate::row(static_cast<elaborate::Builtin>(number));
        made.operation = Operation::builtin;
        made.immediate = static_cast<std::int64_t>(number);
        const std::size_t optional = row.parameters.size() - row.required_parameters;
        const std::size_t count = row.required_parameters + pick(optional + 1);
        for (std::size_t i = 0; i < count; ++i) {
            made.operands.push_back(a_register(row.parameters[i]));
        }
        const bool has_result = row.result != ValueType::unknown && pick(5) != 0;
        made.result = has_result ? a_register(row.result) : ir::no_register;
    }
    void formatted(Instruction& made) {
        made.operation = pick(2) == 0 ? Operation::print : Operation::format;
        made.result = made.operation == Operation::format ? a_register(string) : ir::no_register;
        for (std::size_t count = pick(5); count > 0; --count) {
            FormatPiece piece;
            piece.conversion = static_cast<FormatPiece::Conversion>(pick(12));
            if (piece.conversion == FormatPiece::Conversion::literal) {
                piece.text = a_text();
                made.pieces.push_back(piece);
                continue;
            }
            const std::size_t flags = pick(32);
            piece.left = (flags & 1U) != 0;
            piece.plus = (flags & 2U) != 0;
            piece.space = (flags & 4U) != 0;
            piece.alternate = (flags & 8U) != 0;
            piece.zero = (flags & 16U) != 0;
            piece.width = static_cast<std::int32_t>(a_number());
            piece.precision = static_cast<std::int32_t>(a_number());
            piece.width_argument = pick(3) == 0;
            piece.precision_argument = pick(3) == 0;
            const std::size_t stars =
                (piece.width_argument ? 1U : 0U) + (piece.precision_argument ? 1U : 0U);
            for (std::size_t i = 0; i < stars; ++i) {
                made.operands.push_back(a_register(integer));
            }
            const bool is_memory = piece.conversion >= FormatPiece::Conversion::memory;
            const bool is_text = piece.conversion == FormatPiece::Conversion::string;
            made.operands.push_back(
                a_register(is_text || (is_memory && pick(4) != 0) ? string : integer));
            made.pieces.push_back(piece);
        }
    }
    void call(Instruction& made) {
        if (program_.functions.empty()) {
            return constant(made);
        }
        const std::size_t number = pick(program_.functions.size());
        const ir::Function& function = program_.functions[number];
        made.operation = Operation::call;
        made.immediate = static_cast<std::int64_t>(number);
        // Copies: a register may be added to the very function.
        const std::vector<ValueType> types = function.registers;
        for (std::size_t i = 0; i < std::min<std::size_t>(function.parameters, types.size()); ++i) {
            made.operands.push_back(a_register(types[i]));
        }
        if (function.result != ValueType::unknown && pick(4) != 0) {
            made.result = a_register(function.result);
        }
    }
    void replay(Instruction& made) {
        made.operation = pick(3) == 0 ? Operation::begin_round : Operation::replay;
        made.extra = static_cast<std::uint32_t>(pick(6));
        if (made.operation == Operation::replay) {
            made.result = a_register(a_type());
        }
    }
    void structure(Instruction& made) {
        switch (pick(6)) {
            case 0:
                made.operation = Operation::leave;
                made.immediate = static_cast<std::int64_t>(pick(3));
                break;
            case 1:
                made.operation = Operation::finish;
                break;
            case 2:
                made.operation = Operation::step;
                break;
            default:
                enclose(made, {valid_instruction()});
                break;
        }
    }
    // A structure with `block` in it.
    void enclose(Instruction& made, Block block) {
        made.operation = shifted(Operation::if_then, pick(4));
        made.extra = static_cast<std::uint32_t>(pick(4));
        if (pick(4) == 0) {
            made.operation = Operation::try_catch;
        }
        if (made.operation == Operation::foreach_in) {
            foreach_head(made);
        } else if (made.operation == Operation::if_then) {
            made.operands = {a_register(integer)};
        } else if (made.operation == Operation::try_catch && pick(2) == 0) {
            made.result = a_register(string);
        }
        made.blocks = {std::move(block)};
        if (made.operation == Operation::if_then || made.operation == Operation::try_catch) {
            made.blocks.emplace_back();
        }
    }
    void foreach_head(Instruction& made) {
        const std::size_t number = pick(program_.globals.size());
        if (program_.globals.empty() || program_.globals[number].keys.empty()) {
            made.operation = Operation::loop;
            return;
        }
        const ir::Global& global = program_.globals[number];
        made.immediate = static_cast<std::int64_t>(number);
        add_keys(made, global, false);
        const bool has_value = global.value != ValueType::statistic && pick(2) == 0;
        made.operands.push_back(has_value ? a_register(global.value) : ir::no_register);
        made.operands.push_back(pick(2) == 0 ? a_register(integer) : ir::no_register);
        if (pick(2) == 0) {
            add_keys(made, global, true);
        }
        made.numbers = {static_cast<std::int64_t>(pick(3)) - 1,
                        static_cast<std::int64_t>(pick(global.keys.size() + 1)),
                        static_cast<std::int64_t>(pick(7)) - 1};
    }

    // ---- changes ------------------------------------------------------------------------------

    void erase_from(Block& block) {
        if (!block.empty()) {
            block.erase(block.begin() + static_cast<std::ptrdiff_t>(pick(block.size())));
        }
    }
    void copy_into(Block& block) {
        const Block& from = *blocks_[pick(blocks_.size())];
        if (!from.empty()) {
            Instruction copy = from[pick(from.size())];
            block.insert(place_in(block), std::move(copy));
        }
    }
    void wrap(Block& block) {
        Instruction made;
        enclose(made, {});
        made.blocks[0] = std::exchange(block, {});
        block.push_back(std::move(made));
    }
    void change_in(Block& block) {
        if (block.empty()) {
            return;
        }
        Instruction& changed = block[pick(block.size())];
        switch (pick(8)) {
            case 0:
                changed.operation =
                    static_cast<Operation>(pick(static_cast<std::size_t>(Operation::replay) + 1));
                break;
            case 1:
                changed.result = a_register(a_type());
                break;
            case 2:
                changed.extra = static_cast<std::uint32_t>(a_number());
                break;
            case 3:
                changed.immediate = a_number();
                break;
            case 4:
                changed.text = a_text();
                break;
            case 5:
                if (!changed.numbers.empty()) {
                    changed.numbers[pick(changed.numbers.size())] = a_number();
                }
                break;
            default:
                if (!changed.operands.empty()) {
                    Register& operand = changed.operands[pick(changed.operands.size())];
                    const bool is_known = operand < body_.registers->size();
                    operand = a_register(is_known ? (*body_.registers)[operand] : a_type());
                }
                break;
        }
    }
    void change_declarations() {
        switch (pick(4)) {
            case 0:
                add_global();
                break;
            case 1:
                if (program_.functions.size() < 20) {
                    ir::Function made;
                    made.registers.assign(pick(4), a_type());
                    made.parameters = static_cast<std::uint32_t>(made.registers.size());
                    made.result = static_cast<ValueType>(pick(3));
                    program_.functions.push_back(std::move(made));
                }
                break;
            case 2:
                if (!program_.handlers.empty() && program_.handlers.size() < 8) {
                    ir::Handler copy = program_.handlers[pick(program_.handlers.size())];
                    program_.handlers.push_back(std::move(copy));
                }
                break;
            default:
                if (!program_.handlers.empty()) {
                    ir::Handler& handler = program_.handlers[pick(program_.handlers.size())];
                    handler.kind = static_cast<ir::Handler::Kind>(pick(8));
                    handler.interval_ns = std::max<std::int64_t>(1, handler.interval_ns);
                    handler.replay_sites = 5;
                    handler.file.name = "f";
                }
                break;
        }
    }
    void add_global() {
        if (program_.globals.size() >= 20) {
            return;
        }
        ir::Global made;
        made.name = "g" + std::to_string(program_.globals.size());
        made.keys.assign(pick(4), a_type());
        made.value = static_cast<ValueType>(1 + pick(3));
        made.capacity = static_cast<std::int64_t>(pick(3) * 5);
        made.is_sized = made.capacity > 0;
        made.wraps = pick(2) == 0;
        made.print_at_exit = pick(2) == 0;
        if (made.value == ValueType::statistic) {
            made.keeps_log_histogram = pick(3) == 0;
            if (!made.keeps_log_histogram && pick(2) == 0) {
                made.histogram = {a_number(), a_number(), a_number()};
            }
        }
        program_.globals.push_back(std::move(made));
    }

    ir::Program& program_;
    std::minstd_rand random_;
    Body body_{};
    std::vector<Block*> blocks_;  // of the body
    std::size_t instructions_ = 0;
};

}  // namespace

void mutate(ir::Program& program, std::uint32_t seed) {
    Mutator mutator(program, seed);
    for (std::uint32_t changes = seed % 5; changes < 5; ++changes) {
        mutator.mutate_once();
    }
}

}  // namespace sutap::fuzz
