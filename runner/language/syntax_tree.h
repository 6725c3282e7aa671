// The syntax tree: what a script says, before any name in it is looked up.
//
// Every node is a plain value; copying a node copies all below it (an alias body is copied into
// each probe that uses it). Terms are those of the SystemTap language reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runner/language/box.h"

namespace sutap::language {

// Where a token stands. `source` is an index into SourceMap; line and column count from 1, the
// column in bytes; `length` is the token's length in bytes. source == no_source: made up by us.
inline constexpr std::uint32_t no_source = 0xffffffff;
struct Place {
    std::uint32_t source = no_source;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::uint32_t length = 1;
    bool operator==(const Place&) const = default;
};

struct Expression;
struct Statement;
using ExpressionBox = Box<Expression>;
using StatementBox = Box<Statement>;

// ---- expressions ----------------------------------------------------------------------------

struct NumberLiteral {
    std::int64_t value = 0;
};

struct StringLiteral {
    std::string value;
};

// A plain name: local, global, or parameter. Which one is found by elaboration.
struct Name {
    std::string name;
};

// One step behind a context expression.
struct MemberAccess {  // ->name
    std::string name;
};
struct IndexAccess {  // [index]
    ExpressionBox index;
};
struct PrettyPrint {  // a trailing $ (depth 1) or $$ (depth 2)
    int depth = 1;
};
struct Accessor {
    Place place;
    std::variant<MemberAccess, IndexAccess, PrettyPrint> step;
};

// $name, $$vars, $return, with steps; `name` is without the leading $ ("fd", "$vars", "return").
struct ContextVariable {
    std::string name;
    std::vector<Accessor> path;
    bool address_of = false;
};
// @var("name@file", "module")
struct AtVariable {
    std::string name;
    std::optional<std::string> module;
    std::vector<Accessor> path;
    bool address_of = false;
};
// @cast(pointer, "type", "module"). An empty type: steps behind an ordinary expression, whose type
// inference knows: p->pid, f(x)[1].
struct Cast {
    ExpressionBox operand;
    std::string type;
    std::optional<std::string> module;
    std::vector<Accessor> path;
    bool address_of = false;
};

struct EntryValue {  // @entry(e)
    ExpressionBox operand;
};
struct Defined {  // @defined(e)
    ExpressionBox operand;
};
struct ChooseDefined {  // @choose_defined(a, b)
    ExpressionBox first;
    ExpressionBox second;
};
struct EnumConstant {  // @enum("NAME")
    std::string name;
};
struct PerfCounter {  // @perf("name")
    std::string name;
};
struct ProbeWrite {  // @probewrite(name)
    std::string name;
};

// name[i, j, …]; an empty index is a `*` (only where the language allows a slice).
struct ArrayElement {
    std::string name;
    std::vector<std::optional<ExpressionBox>> indexes;
};
// @hist_log(x)[i], @hist_linear(x, …)[i]
struct HistogramElement {
    ExpressionBox histogram;
    ExpressionBox index;
};

// f(a, b); also print, printf and their relatives, whose first argument may be a literal format;
// and the rare operators @const @kregister @uregister @kderef @uderef, under their name with the @.
struct Call {
    std::string name;
    std::vector<ExpressionBox> arguments;
};

enum class UnaryOperator { plus, minus, logical_not, bitwise_not };
struct Unary {
    UnaryOperator operation{};
    ExpressionBox operand;
};

enum class BinaryOperator {
    add,
    subtract,
    multiply,
    divide,
    modulo,
    shift_left,
    shift_right,
    unsigned_shift_right,  // >>>
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    concatenate,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    not_equal,
    logical_and,
    logical_or,
};
struct Binary {
    BinaryOperator operation{};
    Place operation_place;
    ExpressionBox left;
    ExpressionBox right;
};

struct Conditional {  // c ? a : b
    ExpressionBox condition;
    ExpressionBox when_true;
    ExpressionBox when_false;
};

enum class AssignmentOperator {
    set,                   // =
    add,                   // +=
    subtract,              // -=
    multiply,              // *=
    divide,                // /=
    modulo,                // %=
    shift_left,            // <<=
    shift_right,           // >>=
    unsigned_shift_right,  // >>>=
    bitwise_and,           // &=
    bitwise_or,            // |=
    bitwise_xor,           // ^=
    concatenate,           // .=
    aggregate,             // <<<
};
struct Assignment {
    AssignmentOperator operation{};
    Place operation_place;
    ExpressionBox target;
    ExpressionBox value;
};

enum class StepOperator { increment, decrement };
struct Step {  // ++x, x++, --x, x--
    StepOperator operation{};
    bool prefix = true;
    ExpressionBox target;
};

struct Membership {  // [i, j] in array; an empty index is `*`
    std::vector<std::optional<ExpressionBox>> indexes;
    std::string array;
    Place array_place;
};

struct RegexMatch {  // s =~ "re", s !~ "re"
    bool negated = false;
    ExpressionBox subject;
    std::string pattern;
};

enum class StatisticExtractor {
    count,
    sum,
    min,
    max,
    avg,
    variance,
    histogram_log,
    histogram_linear,
};
struct StatisticExtraction {  // @count(s), @variance(s, shift), @hist_linear(s, low, high, width)
    StatisticExtractor extractor{};
    ExpressionBox statistic;
    std::vector<std::int64_t> parameters;
};

struct EmbeddedCode {  // %{ … %}: parsed, refused by elaboration
    std::string text;
    Place place;
};

struct Expression {
    Place place;
    std::variant<NumberLiteral, StringLiteral, Name, ContextVariable, AtVariable, Cast, EntryValue,
                 Defined, ChooseDefined, EnumConstant, PerfCounter, ProbeWrite, ArrayElement,
                 HistogramElement, Call, Unary, Binary, Conditional, Assignment, Step, Membership,
                 RegexMatch, StatisticExtraction, EmbeddedCode>
        node;
};

// ---- statements -----------------------------------------------------------------------------

struct ExpressionStatement {
    ExpressionBox expression;
};
struct EmptyStatement {};
struct BlockStatement {
    std::vector<StatementBox> statements;
};
struct IfStatement {
    ExpressionBox condition;
    StatementBox when_true;
    std::optional<StatementBox> when_false;
};
struct WhileStatement {
    ExpressionBox condition;
    StatementBox body;
};
struct ForStatement {
    std::optional<ExpressionBox> initial;
    std::optional<ExpressionBox> condition;
    std::optional<ExpressionBox> step;
    StatementBox body;
};
enum class SortDirection { none, ascending, descending };
struct ForeachStatement {
    std::optional<std::string> value_name;  // foreach (v = [k] in a)
    std::vector<std::string> index_names;
    std::string array;  // or, for histogram buckets:
    std::optional<ExpressionBox> histogram;
    std::vector<std::optional<ExpressionBox>> slice;  // a[x, *]; empty: whole array
    SortDirection sort = SortDirection::none;
    int sort_column = 0;                               // 0: the value; N: the Nth index
    std::optional<StatisticExtractor> sort_extractor;  // a@sum+
    std::optional<ExpressionBox> limit;
    StatementBox body;
    Place value_place;
    std::vector<Place> index_places;
    Place array_place;
};
struct ReturnStatement {
    std::optional<ExpressionBox> value;
};
struct NextStatement {};
struct BreakStatement {};
struct ContinueStatement {};
struct DeleteStatement {
    ExpressionBox target;
};
struct TryStatement {
    StatementBox body;
    std::optional<std::string> message_name;
    StatementBox handler;
    Place message_place;
};

struct Statement {
    Place place;
    std::variant<EmptyStatement, ExpressionStatement, BlockStatement, IfStatement, WhileStatement,
                 ForStatement, ForeachStatement, ReturnStatement, NextStatement, BreakStatement,
                 ContinueStatement, DeleteStatement, TryStatement, EmbeddedCode>
        node;
};

// ---- declarations ---------------------------------------------------------------------------

enum class DeclaredType { none, integer, string };

struct Literal {
    std::variant<std::int64_t, std::string> value;
};

struct Global {
    Place place;
    std::string name;
    bool is_private = false;
    bool wraps = false;                    // name%
    std::optional<std::int64_t> capacity;  // name[N]
    std::optional<Literal> initial;
    DeclaredType type = DeclaredType::none;
};

struct Parameter {
    Place place;
    std::string name;
    DeclaredType type = DeclaredType::none;
};

struct Function {
    Place place;
    std::string name;
    bool is_private = false;
    DeclaredType type = DeclaredType::none;
    std::vector<Parameter> parameters;
    std::optional<std::int64_t> priority;  // f():N
    Statement body;
};

// One component of a probe point: name, name(argument), with its own place.
struct ProbeComponent {
    Place place;
    std::string name;                 // may hold wildcards
    std::optional<Literal> argument;  // ("do_fsync"), (100)
};
struct ProbePoint {
    Place place;
    std::vector<ProbeComponent> components;
    bool optional = false;                   // ?
    bool sufficient = false;                 // !
    std::optional<ExpressionBox> condition;  // if (c)
};

struct Probe {
    Place place;
    std::vector<ProbePoint> points;  // braces are already multiplied out, in their order
    Statement body;
    std::optional<Statement> epilogue;  // probe … { } , … { }
};

// probe NAME = points { } (prologue), probe NAME += points { } (epilogue)
struct Alias {
    Place place;
    std::vector<std::vector<ProbeComponent>> names;
    std::vector<ProbePoint> points;
    bool is_epilogue = false;
    Statement body;
    std::optional<Statement> epilogue;
};

struct Script {
    std::vector<Global> globals;
    std::vector<Function> functions;
    std::vector<Alias> aliases;
    std::vector<Probe> probes;
    std::vector<EmbeddedCode> embedded;
    // So many functions, the last ones, come from folders of -I: what nobody calls need not mean
    // anything.
    std::size_t library_functions = 0;
};

}  // namespace sutap::language
