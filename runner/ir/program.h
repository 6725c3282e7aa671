// The handler IR: typed three-address code over registers, in structured form (blocks, loops and
// branches nest; there is no jump but `leave`). One form for both back ends: the BPF emitter runs
// what placement gave to the kernel, the interpreter the rest.
//
// It is also what crosses from the translator to the loader inside the Image, so it holds only
// plain values, and verify() checks every index before anything runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/elaborate/builtins.h"
#include "runner/elaborate/format.h"
#include "runner/elaborate/histograms.h"
#include "runner/elaborate/program.h"

namespace sutap::ir {

using elaborate::FormatPiece;
using elaborate::linear_buckets;
using elaborate::log_buckets;
using elaborate::ValueType;

// An index into the register list of the function or handler.
using Register = std::uint32_t;
inline constexpr Register no_register = 0xffffffff;

enum class Operation : std::uint16_t {
    // result = immediate / text / operand 0
    constant_integer,
    constant_string,
    move,
    // result = operand 0 OP operand 1; 64-bit wrapping; divide and modulo may raise
    add,
    subtract,
    multiply,
    divide,
    modulo,
    shift_left,
    shift_right,
    unsigned_shift_right,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    // result = 0 or 1; both operands of one type
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    // result = OP operand 0
    negate,
    bitwise_not,
    logical_not,  // 0 or 1
    // strings
    concatenate,
    match_regex,  // result = 0 or 1: is the pattern `text` in operand 0; matched() tells where
    // globals: immediate = index
    load_global,
    store_global,       // operand 0 = value
    clear_global,       // scalar to 0 or "", array to empty, statistic to none
    load_element,       // operands = keys
    store_element,      // operands = keys…, value; may raise (array full)
    delete_element,     // operands = keys; no_register: every value of that key
    contains_element,   // result; operands = keys; no_register: every value of that key
    aggregate,          // operands = keys…, value; may raise (array full)
    extract_statistic,  // result; operands = keys; extra = extractor; numbers = its parameters; may
                        // raise
    extract_bucket,     // result; operands = keys…, number of a histogram's bucket; may raise
    print_histogram,    // result = the table, or no_register: to the output; operands = keys; may
                        // raise
    // structure
    if_then,  // operand 0; blocks[0], blocks[1] (may be empty)
    block,    // blocks[0]; leave goes behind it
    loop,     // blocks[0], again and again until left; extra = loop number, unique in the handler
    foreach_in,  // immediate = global; operands = key registers…, value register or no_register,
                 // limit register or no_register, slice registers (as many as keys, or none;
                 // no_register: any); numbers = {sort direction 0/1/-1, column, extractor or -1};
                 // extra = loop number
    leave,       // ends the immediate-th enclosing block, loop or foreach (0: the innermost)
    try_catch,   // blocks[0], on a soft error blocks[1]; result = the message or no_register
    finish,      // ends the handler (next) or, in a function, returns operand 0 (or nothing)
    step,        // one statement: counted against MAXACTION
    // calls
    call,     // result or no_register = function `immediate`(operands)
    builtin,  // result or no_register = row `immediate`(operands); may raise
    print,    // pieces; operands; to the output
    format,   // pieces; operands; result = the string
    // the event (kernel side only)
    context_argument,  // result = slot `immediate`, extra = size | signed << 8 | the bits in
                       // lower.h
    read_memory,       // result = *(operand 0 + immediate); extra = size | signed << 8 | user << 9
    entry_value,       // result = @entry value `immediate`
    region,            // blocks[0] is run by the kernel as a whole and leaves `result`: what
                       // happens within is no business of user space
    // put in by placement
    must_post,    // kernel: something with an effect was passed, so the record must be posted
    begin_round,  // kernel: a round of loop `extra` begins; user: the same, advances the replay
    replay,       // user: result = the record's value at site `extra`; a fault there is raised
    hits,         // user: result = for how many events alike this run of the handler stands
};

struct Instruction {
    Operation operation{};
    Register result = no_register;
    std::uint32_t extra = 0;
    // Index into Program::sites for what can raise; 0: cannot.
    std::uint32_t site = 0;
    // Kernel side only (never in an Image): the result, or the fault instead of it, goes to the
    // record under this number; 0: it does not.
    std::uint32_t capture_site = 0;
    std::int64_t immediate = 0;
    std::vector<Register> operands;
    std::vector<std::int64_t> numbers;
    std::string text;
    std::vector<FormatPiece> pieces;
    std::vector<std::vector<Instruction>> blocks;
};
using Block = std::vector<Instruction>;

struct Function {
    std::string name;
    std::uint32_t parameters = 0;  // the first so many registers
    std::vector<ValueType> registers;
    ValueType result = ValueType::unknown;
    Block body;
};

struct Handler {
    enum class Kind : std::uint8_t {
        begin,
        end,
        error,
        oneshot,
        timer,
        file_read,
        file_write,
        kernel
    };
    Kind kind = Kind::begin;
    std::string point;       // pp()
    std::string definition;  // as the script names it
    bool is_return = false;  // is_return()
    std::int64_t sequence = 0;
    std::int64_t interval_ns = 0;
    std::int64_t randomize_ns = 0;
    elaborate::ProbeFile file;  // of file_read and file_write
    std::vector<ValueType> registers;
    Block body;
    std::uint32_t replay_sites = 0;  // kernel handlers: replay sites are 1 … replay_sites
    bool is_tallied = false;         // events alike may be counted instead of posted (ir/tally.h)
};

struct Global {
    std::string name;
    std::vector<ValueType> keys;  // empty: scalar
    ValueType value = ValueType::integer;
    std::int64_t capacity = 0;  // 0: MAXMAPENTRIES
    bool is_sized = false;      // name[N]: the overflow message says so
    bool wraps = false;
    std::int64_t initial_integer = 0;
    std::string initial_string;
    bool print_at_exit = false;  // written, never read
    bool is_pointer = false;
    std::vector<std::int64_t> histogram;  // @hist_linear: low, high, width; or empty
    bool keeps_log_histogram = false;
};

// What user space runs.
struct Program {
    std::vector<Global> globals;
    std::vector<Function> functions;
    std::vector<Handler> handlers;  // in script order
    // "operator '/' at kill.stp:3:10": what "near" says in a run-time error. Entry 0 is unused.
    std::vector<std::string> sites;
};

// Empty if every index is in range, every register has the type that its use needs, and nesting is
// at most 200 deep; else what is wrong, for the log: a program that fails this did not come from
// our translator.
std::string verify(const Program& program);

}  // namespace sutap::ir
