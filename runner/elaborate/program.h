// What elaboration gives: every name bound, every expression typed, every probe point resolved.
// Plain values; indexes instead of pointers. Knows nothing of BPF.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/elaborate/builtins.h"
#include "runner/elaborate/c_type.h"
#include "runner/elaborate/format.h"
#include "runner/elaborate/perf_event.h"
#include "runner/language/box.h"
#include "runner/language/syntax_tree.h"

namespace sutap::elaborate {

using language::BinaryOperator;
using language::Place;
using language::StatisticExtractor;
using language::UnaryOperator;

struct Expression;
struct Statement;
using ExpressionBox = Box<Expression>;
using StatementBox = Box<Statement>;

// ---- expressions ----------------------------------------------------------------------------

struct IntegerConstant {
    std::int64_t value = 0;
};
struct StringConstant {
    std::string value;
};
struct LocalRead {  // index into the function's or handler's locals (parameters come first)
    std::uint32_t local = 0;
};
struct GlobalRead {
    std::uint32_t global = 0;
};
struct ArrayRead {
    std::uint32_t global = 0;
    std::vector<ExpressionBox> keys;
};
struct FunctionCall {
    std::uint32_t function = 0;
    std::vector<ExpressionBox> arguments;
    bool is_next = false;  // by `next`, to an overload: it need not have a result
};
struct BuiltinCall {
    Builtin builtin{};
    std::vector<ExpressionBox> arguments;
};
// print, printf, println, printd, printdln, and sprint… (to_string) reduced to one form.
struct FormatCall {
    bool to_string = false;
    std::vector<FormatPiece> pieces;
    std::vector<ExpressionBox> arguments;  // in the order in which the pieces use them
};
struct UnaryOperation {
    UnaryOperator operation{};
    ExpressionBox operand;
};
// Both operands have the same type; logical_and and logical_or short-circuit.
struct BinaryOperation {
    BinaryOperator operation{};
    ExpressionBox left;
    ExpressionBox right;
};
struct ConditionalOperation {
    ExpressionBox condition;
    ExpressionBox when_true;
    ExpressionBox when_false;
};
// Where a value may be stored.
struct Target {
    enum class Kind { local, global, element } kind = Kind::local;
    std::uint32_t index = 0;  // of the local or global
    std::vector<ExpressionBox> keys;
};
// target = value, target op= value; its value is the new one.
struct AssignmentOperation {
    Target target;
    std::optional<BinaryOperator> operation;  // of op=
    ExpressionBox value;
};
struct StepOperation {
    Target target;
    bool increments = true;
    bool prefix = true;
};
struct AggregateOperation {  // statistic <<< value
    Target target;           // a global or an element
    ExpressionBox value;
};
struct StatisticRead {
    std::uint32_t global = 0;
    std::vector<ExpressionBox> keys;
    StatisticExtractor extractor{};
    std::vector<std::int64_t> parameters;
};
// A histogram's table, printed or as a string, with a newline behind it if `ends_line`.
struct HistogramText {
    std::uint32_t global = 0;
    std::vector<ExpressionBox> keys;
    StatisticExtractor extractor{};
    std::vector<std::int64_t> parameters;
    bool to_string = false;
    bool ends_line = false;
};
struct HistogramBucket {  // @hist_log(s)[index]
    std::uint32_t global = 0;
    std::vector<ExpressionBox> keys;
    StatisticExtractor extractor{};
    std::vector<std::int64_t> parameters;
    ExpressionBox index;
};
struct RegexMatch {  // subject =~ "pattern"; `pattern` is valid
    ExpressionBox subject;
    std::string pattern;
    bool is_negated = false;
};
struct MembershipTest {
    std::uint32_t global = 0;
    std::vector<std::optional<ExpressionBox>> keys;  // empty: *
};

inline constexpr std::size_t most_symbols = 256;

// The probe's context. An argument is the raw 64-bit register at the event, sign- or zero-extended
// from `size` bytes.
struct ContextArgument {
    enum class Source {
        function_argument,    // `index`th parameter of the probed function
        function_result,      // of a .return probe
        tracepoint_argument,  // `index`th argument of the tracepoint
        machine_argument,     // the register at `index` in struct pt_regs; size 0: are there any?
        constant,             // a substitute's fixed value: `value`
        symbol_address,       // of the `index`th of Program::symbols
        processor_variable,   // the address of the one that this processor has; `index`: BTF id
    } source = Source::function_argument;
    std::uint32_t index = 0;
    std::uint32_t size = 8;
    bool is_signed = false;
    std::int64_t value = 0;
    // Substituted functions (do_fsync by __x64_sys_fsync): the argument is in the struct pt_regs
    // that parameter 0 points to, at this byte offset.
    std::optional<std::uint32_t> registers_offset;
    bool is_address = false;  // of the kernel, by its type or name
    // A pointer to what the BPF verifier has no type for: it lets no program load it by itself.
    bool by_helper = false;
};
// *(address + offset) in kernel or user memory; a fault is a soft error.
struct MemoryRead {
    ExpressionBox address;
    std::int64_t offset = 0;
    std::uint32_t size = 8;  // 1, 2, 4, 8
    bool is_signed = false;
    std::uint32_t bit_shift = 0;  // bit field: shift right by this, then keep bit_size bits
    std::uint32_t bit_size = 0;   // 0: not a bit field
    bool is_user = false;
    // What is read may tell an address of the kernel: a pointer does, a saved register may.
    enum class Content { data, address, machine_register } content = Content::data;
};
// @entry(e): `entry` is an index into the handler's `entries`.
struct EntryRead {
    std::uint32_t entry = 0;
};

struct Expression {
    Place place;
    ValueType type = ValueType::unknown;
    std::variant<IntegerConstant, StringConstant, LocalRead, GlobalRead, ArrayRead, FunctionCall,
                 BuiltinCall, FormatCall, UnaryOperation, BinaryOperation, ConditionalOperation,
                 AssignmentOperation, StepOperation, AggregateOperation, StatisticRead,
                 HistogramText, HistogramBucket, RegexMatch, MembershipTest, ContextArgument,
                 MemoryRead, EntryRead>
        node;
    // What a run-time error says it was near: "operator '/'", "identifier 'execname'"; the place
    // is added by the lowering.
    std::string near;
    std::optional<CType> c_type{};  // of a pointer, where it is known
};

// ---- statements -----------------------------------------------------------------------------

struct ExpressionStatement {
    ExpressionBox expression;
};
struct BlockStatement {
    std::vector<StatementBox> statements;
};
struct IfStatement {
    ExpressionBox condition;
    StatementBox when_true;
    std::optional<StatementBox> when_false;
};
struct LoopStatement {  // while and for
    std::optional<ExpressionBox> initial;
    std::optional<ExpressionBox> condition;  // absent: forever
    std::optional<ExpressionBox> step;
    StatementBox body;
};
struct ForeachStatement {
    Place place;
    std::uint32_t global = 0;
    std::vector<std::uint32_t> key_locals;
    // Over the buckets of a histogram: key_locals has one, the slice, and all that sorts, is unset.
    std::optional<HistogramBucket> histogram;
    std::optional<std::uint32_t> value_local;  // not for statistics
    std::vector<std::optional<ExpressionBox>> slice;
    language::SortDirection sort = language::SortDirection::none;
    int sort_column = 0;  // 0: value
    std::optional<StatisticExtractor> sort_extractor;
    std::optional<ExpressionBox> limit;
    StatementBox body;
};
struct ReturnStatement {
    std::optional<ExpressionBox> value;
};
struct NextStatement {};
struct BreakStatement {};
struct ContinueStatement {};
struct DeleteStatement {
    Target target;                                    // a whole array: kind global
    std::vector<std::optional<ExpressionBox>> slice;  // delete a[x, *]: instead of target.keys
};
struct TryStatement {
    StatementBox body;
    std::optional<std::uint32_t> message_local;
    StatementBox handler;
};

struct Statement {
    Place place;
    std::variant<ExpressionStatement, BlockStatement, IfStatement, LoopStatement, ForeachStatement,
                 ReturnStatement, NextStatement, BreakStatement, ContinueStatement, DeleteStatement,
                 TryStatement>
        node;
};

// ---- declarations ---------------------------------------------------------------------------

struct Local {
    std::string name;
    ValueType type = ValueType::unknown;
    Place place;
};

struct Global {
    std::string name;
    Place place;
    std::vector<ValueType> keys;  // empty: scalar
    ValueType value = ValueType::unknown;
    std::optional<std::int64_t> capacity;  // name[N]
    bool wraps = false;
    std::optional<language::Literal> initial;
    bool is_read = false;                 // by the user's script
    bool is_written = false;              // written but never read: printed at exit
    bool is_pointer = false;              // printed with %#x at exit
    std::vector<std::int64_t> histogram;  // empty, or low, high, width of @hist_linear
    bool keeps_log_histogram = false;
};

struct Function {
    std::string name;
    Place place;
    std::uint32_t parameters = 0;  // the first so many locals
    std::vector<Local> locals;
    ValueType result = ValueType::unknown;  // unknown: returns nothing
    Statement body;
    bool is_tapset = false;
    // A tapset function for which the table has an implementation in user space, taken when the
    // function is called by a handler that runs there.
    std::optional<Builtin> user_implementation;
};

// How a kernel event is attached.
struct KernelEvent {
    enum class Kind {
        function_entry,
        function_return,
        tracepoint,  // tp_btf, or raw_tp by name where `btf_id` is 0
        perf_event,  // `perf`
    } kind = Kind::function_entry;
    std::string name;             // of the function or tracepoint in the kernel
    std::string module;           // that has the function; empty: the kernel itself
    std::uint32_t btf_id = 0;     // 0: not in BTF, a kprobe by name is all there is
    std::uint32_t arguments = 0;  // number of context arguments
    // A system call without arguments is probed through the sys_enter or sys_exit tracepoint:
    // argument 1 is the number (sys_enter), or the number is read from pt_regs (sys_exit).
    std::optional<std::uint32_t> only_syscall;
    PerfEvent perf;
    // `?`, `!`, or one of many that a wildcard means: it may fail to attach.
    bool optional = false;

    bool is_return() const {
        return kind == Kind::function_return || (only_syscall && name == "sys_exit");
    }
};

// kernel.function("NAME"), or module("NAME").function("NAME") where a module is named.
std::string function_point(const std::string& module, const std::string& function);

// The file behind procfs("NAME"): a named pipe here. Two names stand for standard input, character
// by character and line by line.
struct ProbeFile {
    std::string name;            // is_probe_file_name()
    std::uint32_t mode = 0;      // permission bits
    std::uint32_t capacity = 0;  // .maxsize: bytes of a reader's text with its NUL; 0: the default
};
inline constexpr std::string_view input_characters_name = "__stdin";
inline constexpr std::string_view input_lines_name = "__stdin_line";
inline constexpr std::uint32_t largest_probe_file = 65536;  // what a pipe takes at once
// A relative path of at most 200 printable bytes, without empty components, `.` and `..`.
bool is_probe_file_name(std::string_view name);

struct Probe {
    enum class Kind {
        begin,
        end,
        error,
        oneshot,
        timer,
        file_read,   // somebody reads `file`
        file_write,  // somebody wrote to it
        kernel,
        never
    } kind = Kind::begin;
    std::string point;       // as resolved, pp(): kernel.function("__x64_sys_kill")
    std::string definition;  // as the user wrote it: syscall.kill
    Place place;
    std::int64_t sequence = 0;     // of begin(N), end(N), error(N)
    std::int64_t interval_ns = 0;  // of a timer
    std::int64_t randomize_ns = 0;
    ProbeFile file;
    std::optional<KernelEvent> event;
    std::vector<Local> locals;
    std::vector<ExpressionBox> entries;  // of @entry, evaluated at the function's entry
    Statement body;
};

struct Program {
    std::vector<Global> globals;
    std::vector<Function> functions;  // only those that are called
    std::vector<Probe> probes;        // in script order
    // Of the kernel, by name, or MODULE:NAME: those whose addresses the handlers use.
    std::vector<std::string> symbols;
    // One whose histogram has too many buckets: as in stap, only the run fails. Empty: none.
    std::string unmade_global;
};

}  // namespace sutap::elaborate
