// Checks a program that came across from the translator, so that the interpreter needs no checks.
#include <algorithm>

#include "runner/ir/patterns.h"
#include "runner/ir/program.h"

namespace sutap::ir {
namespace {

constexpr std::size_t deepest_nesting = 200;
constexpr std::size_t most_keys = 9;
constexpr std::uint32_t last_integer_extractor = 5;  // variance; histograms are no integers
constexpr std::int64_t largest_variance_shift = 62;
constexpr std::uint32_t largest_mode = 0666;  // of a procfs file
constexpr std::int64_t largest_interval = std::int64_t{1} << 61U;

constexpr ValueType integer = ValueType::integer;
constexpr ValueType string = ValueType::string;

bool is_scalar(ValueType type) {
    return type == integer || type == string;
}

bool is_literal(const FormatPiece& piece) {
    return piece.conversion == FormatPiece::Conversion::literal;
}

// %m and %M take the bytes that were read at the event; an address there is a run-time error.
bool accepts_operand(const FormatPiece& piece, ValueType type) {
    using Conversion = FormatPiece::Conversion;
    switch (piece.conversion) {
        case Conversion::memory:
        case Conversion::memory_hex:
            return is_scalar(type);
        case Conversion::string:
            return type == string;
        default:
            return type == integer;
    }
}

// One function or handler. Every look-up is safe for any index, so that checks need no order.
class BodyVerifier {
  public:
    BodyVerifier(const Program& program, Patterns& patterns,
                 const std::vector<ValueType>& registers)
        : program_(program), patterns_(patterns), registers_(registers) {}

    // Of a function.
    void allow_result(ValueType result) {
        is_function_ = true;
        result_ = result;
    }
    // Of a handler on a kernel event.
    void allow_replay(std::uint32_t sites) {
        is_deferred_ = true;
        replay_sites_ = sites;
    }

    // What is wrong, or empty.
    std::string verify(const Block& body) {
        verify_block(body);
        return problem_;
    }

  private:
    void check(bool holds, const char* problem) {
        if (!holds && problem_.empty()) {
            problem_ = problem;
        }
    }
    ValueType type(Register number) const {
        return number < registers_.size() ? registers_[number] : ValueType::unknown;
    }
    ValueType operand_type(const Instruction& instruction, std::size_t index) const {
        return index < instruction.operands.size() ? type(instruction.operands[index])
                                                   : ValueType::unknown;
    }
    void check_operands(const Instruction& instruction, std::initializer_list<ValueType> types);
    void check_result(const Instruction& instruction, ValueType wanted) {
        check(type(instruction.result) == wanted, "the result's type is wrong");
    }
    void check_optional_result(const Instruction& instruction, ValueType wanted) {
        check(instruction.result == no_register || type(instruction.result) == wanted,
              "the result's type is wrong");
    }
    void check_keys(const Instruction& instruction, const Global& global, std::size_t begin,
                    bool allows_any);

    void verify_block(const Block& block);
    void verify_enclosed(const Instruction& instruction);
    void verify_instruction(const Instruction& instruction);
    void verify_plain(const Instruction& instruction);
    void verify_structured(const Instruction& instruction);
    void verify_finish(const Instruction& instruction);
    void verify_global(const Instruction& instruction);
    void verify_element(const Instruction& instruction, const Global& global);
    void verify_statistic(const Instruction& instruction, const Global& global);
    void verify_histogram(const Instruction& instruction, const Global& global);
    void verify_foreach(const Instruction& instruction);
    void verify_call(const Instruction& instruction);
    void verify_builtin(const Instruction& instruction);
    void verify_format(const Instruction& instruction);
    void verify_replay(const Instruction& instruction);

    const Program& program_;
    Patterns& patterns_;
    const std::vector<ValueType>& registers_;
    bool is_function_ = false;
    bool is_deferred_ = false;
    ValueType result_ = ValueType::unknown;
    std::uint32_t replay_sites_ = 0;
    std::size_t depth_ = 0;
    std::int64_t enclosing_ = 0;        // blocks and loops that `leave` may end
    std::vector<std::uint32_t> loops_;  // the numbers of those that are loops
    std::string problem_;
};

void BodyVerifier::check_operands(const Instruction& instruction,
                                  std::initializer_list<ValueType> types) {
    check(instruction.operands.size() == types.size(), "the number of operands is wrong");
    std::size_t index = 0;
    for (const ValueType wanted : types) {
        check(operand_type(instruction, index++) == wanted, "an operand's type is wrong");
    }
}

void BodyVerifier::verify_block(const Block& block) {
    if (depth_ >= deepest_nesting) {
        check(false, "blocks are nested too deep");
        return;
    }
    ++depth_;
    for (const Instruction& instruction : block) {
        verify_instruction(instruction);
        if (!problem_.empty()) {
            break;
        }
    }
    --depth_;
}

void BodyVerifier::verify_instruction(const Instruction& instruction) {
    check(instruction.site == 0 || instruction.site < program_.sites.size(),
          "a site is out of range");
    check(instruction.capture_site == 0, "a capture belongs to the kernel's side");
    const Operation operation = instruction.operation;
    if (operation >= Operation::if_then && operation <= Operation::finish) {
        verify_structured(instruction);
        return;
    }
    check(instruction.blocks.empty(), "an operation without structure has blocks");
    if (operation >= Operation::load_global && operation <= Operation::print_histogram) {
        verify_global(instruction);
        return;
    }
    switch (operation) {
        case Operation::step:
            break;
        case Operation::call:
            verify_call(instruction);
            break;
        case Operation::builtin:
            verify_builtin(instruction);
            break;
        case Operation::print:
        case Operation::format:
            verify_format(instruction);
            break;
        case Operation::begin_round:
        case Operation::replay:
        case Operation::hits:
            verify_replay(instruction);
            break;
        default:
            verify_plain(instruction);
            break;
    }
}

void BodyVerifier::verify_plain(const Instruction& instruction) {
    const Operation operation = instruction.operation;
    if (operation == Operation::constant_integer || operation == Operation::constant_string) {
        check_operands(instruction, {});
        check_result(instruction, operation == Operation::constant_integer ? integer : string);
    } else if (operation == Operation::move) {
        const ValueType moved = operand_type(instruction, 0);
        check_operands(instruction, {moved});
        check(is_scalar(moved), "an operand's type is wrong");
        check_result(instruction, moved);
    } else if (operation >= Operation::add && operation <= Operation::bitwise_xor) {
        check_operands(instruction, {integer, integer});
        check_result(instruction, integer);
    } else if (operation >= Operation::equal && operation <= Operation::greater_equal) {
        const ValueType compared = operand_type(instruction, 0);
        check(is_scalar(compared), "an operand's type is wrong");
        check_operands(instruction, {compared, compared});
        check_result(instruction, integer);
    } else if (operation >= Operation::negate && operation <= Operation::logical_not) {
        check_operands(instruction, {integer});
        check_result(instruction, integer);
    } else if (operation == Operation::concatenate) {
        check_operands(instruction, {string, string});
        check_result(instruction, string);
    } else if (operation == Operation::match_regex) {
        check_operands(instruction, {string});
        check_result(instruction, integer);
        const char* const problem = patterns_.add(instruction.text);
        check(problem == nullptr, problem);
    } else {
        check(false, "an operation is not one for user space");
    }
}

// The blocks of a construct that `leave` can end.
void BodyVerifier::verify_enclosed(const Instruction& instruction) {
    const bool is_loop = instruction.operation != Operation::block;
    check(instruction.blocks.size() == 1, "the number of blocks is wrong");
    ++enclosing_;
    if (is_loop) {
        loops_.push_back(instruction.extra);
    }
    for (const Block& block : instruction.blocks) {
        verify_block(block);
    }
    if (is_loop) {
        loops_.pop_back();
    }
    --enclosing_;
}

void BodyVerifier::verify_structured(const Instruction& instruction) {
    switch (instruction.operation) {
        case Operation::if_then:
        case Operation::try_catch:
            if (instruction.operation == Operation::if_then) {
                check_operands(instruction, {integer});
            } else {
                check_optional_result(instruction, string);
            }
            check(instruction.blocks.size() == 2, "the number of blocks is wrong");
            for (const Block& block : instruction.blocks) {
                verify_block(block);
            }
            break;
        case Operation::foreach_in:
            verify_foreach(instruction);
            verify_enclosed(instruction);
            break;
        case Operation::block:
        case Operation::loop:
            verify_enclosed(instruction);
            break;
        case Operation::leave:
            check(instruction.blocks.empty(), "the number of blocks is wrong");
            check(instruction.immediate >= 0 && instruction.immediate < enclosing_,
                  "a leave has nothing to end");
            break;
        default:
            verify_finish(instruction);
            break;
    }
}

void BodyVerifier::verify_finish(const Instruction& instruction) {
    check(instruction.blocks.empty(), "the number of blocks is wrong");
    if (instruction.operands.empty()) {
        return;
    }
    check(is_function_ && is_scalar(result_), "a handler returns a value");
    check_operands(instruction, {result_});
}

void BodyVerifier::check_keys(const Instruction& instruction, const Global& global,
                              std::size_t begin, bool allows_any) {
    for (std::size_t i = 0; i < global.keys.size(); ++i) {
        const std::size_t place = begin + i;
        if (allows_any && place < instruction.operands.size() &&
            instruction.operands[place] == no_register) {
            continue;
        }
        check(operand_type(instruction, place) == global.keys[i], "a key's type is wrong");
    }
}

void BodyVerifier::verify_global(const Instruction& instruction) {
    const auto index = static_cast<std::uint64_t>(instruction.immediate);
    if (index >= program_.globals.size()) {
        check(false, "a global is out of range");
        return;
    }
    const Global& global = program_.globals[index];
    switch (instruction.operation) {
        case Operation::load_global:
            check(global.keys.empty() && is_scalar(global.value), "a global is no scalar");
            check_operands(instruction, {});
            check_result(instruction, global.value);
            break;
        case Operation::store_global:
            check(global.keys.empty() && is_scalar(global.value), "a global is no scalar");
            check_operands(instruction, {global.value});
            break;
        case Operation::clear_global:
            check_operands(instruction, {});
            break;
        case Operation::aggregate:
        case Operation::extract_statistic:
            verify_statistic(instruction, global);
            break;
        case Operation::extract_bucket:
        case Operation::print_histogram:
            verify_histogram(instruction, global);
            break;
        default:
            verify_element(instruction, global);
            break;
    }
}

void BodyVerifier::verify_element(const Instruction& instruction, const Global& global) {
    const Operation operation = instruction.operation;
    const bool stores = operation == Operation::store_element;
    const bool allows_any =
        operation == Operation::delete_element || operation == Operation::contains_element;
    check(!global.keys.empty(), "a global is no array");
    check(instruction.operands.size() == global.keys.size() + (stores ? 1 : 0),
          "the number of operands is wrong");
    check_keys(instruction, global, 0, allows_any);
    if (stores) {
        check(is_scalar(global.value) &&
                  operand_type(instruction, global.keys.size()) == global.value,
              "an operand's type is wrong");
    } else if (operation == Operation::load_element) {
        check(is_scalar(global.value), "a statistic is read as a value");
        check_result(instruction, global.value);
    } else if (operation == Operation::contains_element) {
        check_result(instruction, integer);
    }
}

void BodyVerifier::verify_statistic(const Instruction& instruction, const Global& global) {
    const bool adds = instruction.operation == Operation::aggregate;
    check(global.value == ValueType::statistic, "a global is no statistic");
    check(instruction.operands.size() == global.keys.size() + (adds ? 1 : 0),
          "the number of operands is wrong");
    check_keys(instruction, global, 0, false);
    if (adds) {
        check(operand_type(instruction, global.keys.size()) == integer,
              "an operand's type is wrong");
        return;
    }
    check(instruction.extra <= last_integer_extractor, "an extractor is out of range");
    check(instruction.numbers.empty() ||
              (instruction.numbers[0] >= 0 && instruction.numbers[0] <= largest_variance_shift),
          "an extractor's parameter is out of range");
    check_result(instruction, integer);
}

void BodyVerifier::verify_histogram(const Instruction& instruction, const Global& global) {
    const std::size_t keys = global.keys.size();
    check(global.value == ValueType::statistic &&
              (global.keeps_log_histogram || !global.histogram.empty()),
          "a global has no histogram");
    check_keys(instruction, global, 0, false);
    if (instruction.operation == Operation::print_histogram) {
        check(instruction.operands.size() == keys, "the number of operands is wrong");
        check_optional_result(instruction, string);
        return;
    }
    check(instruction.operands.size() == keys + 1, "the number of operands is wrong");
    check(operand_type(instruction, keys) == integer, "an operand's type is wrong");
    check_result(instruction, integer);
}

void BodyVerifier::verify_foreach(const Instruction& instruction) {
    const auto index = static_cast<std::uint64_t>(instruction.immediate);
    if (index >= program_.globals.size() || program_.globals[index].keys.empty()) {
        check(false, "foreach is over no array");
        return;
    }
    const Global& global = program_.globals[index];
    const std::size_t keys = global.keys.size();
    const std::size_t count = instruction.operands.size();
    const bool is_sliced = count == 2 * keys + 2;
    if (count != keys + 2 && !is_sliced) {
        check(false, "the number of operands is wrong");
        return;
    }
    check_keys(instruction, global, 0, false);
    const Register value = instruction.operands[keys];
    check(value == no_register || (is_scalar(global.value) && type(value) == global.value),
          "foreach's value has the wrong type");
    const Register limit = instruction.operands[keys + 1];
    check(limit == no_register || type(limit) == integer, "foreach's limit has the wrong type");
    if (is_sliced) {
        check_keys(instruction, global, keys + 2, true);
    }
    const auto& numbers = instruction.numbers;
    if (numbers.size() != 3) {
        check(false, "foreach's ordering is incomplete");
        return;
    }
    check(numbers[0] >= -1 && numbers[0] <= 1 && numbers[1] >= 0 &&
              numbers[1] <= static_cast<std::int64_t>(keys) && numbers[2] >= -1 &&
              numbers[2] <= std::int64_t{last_integer_extractor},
          "foreach's ordering is out of range");
}

void BodyVerifier::verify_call(const Instruction& instruction) {
    const auto index = static_cast<std::uint64_t>(instruction.immediate);
    if (index >= program_.functions.size()) {
        check(false, "a function is out of range");
        return;
    }
    const Function& function = program_.functions[index];
    check(instruction.operands.size() == function.parameters &&
              function.parameters <= function.registers.size(),
          "the number of operands is wrong");
    for (std::size_t i = 0; i < instruction.operands.size() && problem_.empty(); ++i) {
        check(operand_type(instruction, i) == function.registers[i] &&
                  is_scalar(function.registers[i]),
              "an operand's type is wrong");
    }
    check(instruction.result == no_register || is_scalar(function.result),
          "a function's result is used that has none");
    check_optional_result(instruction, function.result);
}

void BodyVerifier::verify_builtin(const Instruction& instruction) {
    const auto index = static_cast<std::uint64_t>(instruction.immediate);
    if (index >= static_cast<std::uint64_t>(elaborate::Builtin::count_)) {
        check(false, "a builtin is out of range");
        return;
    }
    const elaborate::BuiltinRow& row = elaborate::row(static_cast<elaborate::Builtin>(index));
    check(row.in_user_space, "a builtin has no form in user space");
    const std::size_t count = instruction.operands.size();
    check(count >= row.required_parameters && count <= row.parameters.size(),
          "the number of operands is wrong");
    for (std::size_t i = 0; i < count && problem_.empty(); ++i) {
        check(operand_type(instruction, i) == row.parameters[i], "an operand's type is wrong");
    }
    check(instruction.result == no_register || is_scalar(row.result),
          "a function's result is used that has none");
    check_optional_result(instruction, row.result);
}

void BodyVerifier::verify_format(const Instruction& instruction) {
    std::size_t used = 0;
    for (const FormatPiece& piece : instruction.pieces) {
        check(piece.conversion <= FormatPiece::Conversion::memory_hex,
              "a conversion is out of range");
        if (is_literal(piece)) {
            continue;
        }
        const int numbers = (piece.width_argument ? 1 : 0) + (piece.precision_argument ? 1 : 0);
        for (int i = 0; i < numbers; ++i) {
            check(operand_type(instruction, used++) == integer, "an operand's type is wrong");
        }
        check(accepts_operand(piece, operand_type(instruction, used++)),
              "an operand's type is wrong");
    }
    check(used == instruction.operands.size(), "the number of operands is wrong");
    if (instruction.operation == Operation::format) {
        check_result(instruction, string);
    }
}

void BodyVerifier::verify_replay(const Instruction& instruction) {
    check(is_deferred_, "only a handler on a kernel event has a record");
    if (instruction.operation == Operation::begin_round) {
        check(std::find(loops_.begin(), loops_.end(), instruction.extra) != loops_.end(),
              "a round begins outside of its loop");
        return;
    }
    if (instruction.operation == Operation::hits) {
        check_operands(instruction, {});
        check_result(instruction, integer);
        return;
    }
    check(instruction.extra >= 1 && instruction.extra <= replay_sites_,
          "a replayed site is out of range");
    check(is_scalar(type(instruction.result)), "the result's type is wrong");
}

bool is_linear_histogram(const std::vector<std::int64_t>& parameters) {
    return parameters.size() == 3 && linear_buckets(parameters).has_value();
}

std::string verify_declaration(const Global& global) {
    if (global.keys.size() > most_keys ||
        !std::all_of(global.keys.begin(), global.keys.end(), is_scalar)) {
        return "its keys are wrong";
    }
    if (!is_scalar(global.value) && global.value != ValueType::statistic) {
        return "its type is wrong";
    }
    if (!global.histogram.empty() && !is_linear_histogram(global.histogram)) {
        return "its histogram is wrong";
    }
    return global.capacity < 0 ? "its capacity is negative" : std::string();
}

std::string verify_handler(const Program& program, Patterns& patterns, const Handler& handler) {
    if (handler.kind > Handler::Kind::kernel) {
        return "its kind is out of range";
    }
    if (handler.kind == Handler::Kind::timer &&
        (handler.interval_ns <= 0 || handler.interval_ns > largest_interval ||
         handler.randomize_ns < 0 || handler.randomize_ns > handler.interval_ns)) {
        return "its interval is out of range";
    }
    if (handler.kind == Handler::Kind::file_read || handler.kind == Handler::Kind::file_write) {
        const elaborate::ProbeFile& file = handler.file;
        if (!elaborate::is_probe_file_name(file.name) || file.mode > largest_mode ||
            file.capacity > elaborate::largest_probe_file) {
            return "its file is not one for a probe";
        }
    }
    BodyVerifier verifier(program, patterns, handler.registers);
    if (handler.kind == Handler::Kind::kernel) {
        verifier.allow_replay(handler.replay_sites);
    }
    return verifier.verify(handler.body);
}

std::string verify_function(const Program& program, Patterns& patterns, const Function& function) {
    if (function.parameters > function.registers.size()) {
        return "it has fewer registers than parameters";
    }
    BodyVerifier verifier(program, patterns, function.registers);
    verifier.allow_result(function.result);
    return verifier.verify(function.body);
}

std::string describe(const char* what, const std::string& name, const std::string& problem) {
    return std::string(what) + " " + name + ": " + problem;
}

}  // namespace

std::string verify(const Program& program) {
    Patterns patterns;
    for (const Global& global : program.globals) {
        if (const std::string problem = verify_declaration(global); !problem.empty()) {
            return describe("global", global.name, problem);
        }
    }
    for (const Function& function : program.functions) {
        if (const std::string problem = verify_function(program, patterns, function);
            !problem.empty()) {
            return describe("function", function.name, problem);
        }
    }
    for (const Handler& handler : program.handlers) {
        if (const std::string problem = verify_handler(program, patterns, handler);
            !problem.empty()) {
            return describe("probe", handler.point, problem);
        }
    }
    return {};
}

}  // namespace sutap::ir
