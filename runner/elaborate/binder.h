// Binds the names of one body: a probe's, with the aliases it came through, or a function's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/elaborate/context.h"
#include "runner/elaborate/own_processes.h"
#include "runner/elaborate/session.h"

namespace sutap::elaborate {

// What is said of %{ … %}, wherever it stands.
inline constexpr const char* embedded_code_message =
    "embedded C code needs a compiler and a kernel module, and cannot be run: write this in the "
    "script language, with functions, $variables and @cast(address, \"type\")";

// register(), u_register() and registers_valid().
bool reads_registers(std::string_view function);

class Binder {
  public:
    // For a probe; `context` is null where the probe has no context variables.
    Binder(Session& session, const ProbeContext* context);
    // For a function.
    Binder(Session& session, const Declared<language::Function>& function, std::uint32_t index);

    // `is_tapset`: whose names the text sees. May be called several times for one body.
    Statement bind(const language::Statement& statement, bool is_tapset);
    // What @probewrite may ask for: the names that the script's own handler writes to.
    void set_handler_writes(std::set<std::string> names) { handler_writes_ = std::move(names); }
    // The condition of a probe point.
    Expression bind_condition(const language::Expression& condition, bool is_tapset);

    // The body of a function, begun by what keeps the arguments of its call for `next`.
    Statement with_argument_copies(Statement body);
    std::vector<Local> take_locals() { return std::move(locals_); }
    std::vector<ExpressionBox> take_entries() { return std::move(entries_); }

  private:
    // A list of indexes, with `*` where the language allows it.
    using Indexes = std::vector<std::optional<language::ExpressionBox>>;
    using Keys = std::vector<std::optional<ExpressionBox>>;

    // -- names
    std::uint32_t local(const std::string& name, const Place& place);
    std::optional<std::uint32_t> find_local(const std::string& name) const;
    std::optional<std::uint32_t> find_global(const std::string& name);
    // The global that a name means here; nullopt: a local or nothing. A parameter hides a global, a
    // local of the tapset in the same probe does not.
    std::optional<std::uint32_t> visible_global(const std::string& name);
    // The local that a foreach or catch sets. Where the name is a global's, `copies` gains what the
    // body has to begin with: the global's assignment.
    std::uint32_t set_local(const std::string& name, const Place& place,
                            std::vector<StatementBox>& copies);
    static StatementBox copy(Target target, std::uint32_t local, const Place& place);
    static Statement begun_by(std::vector<StatementBox> copies, Statement body);
    std::optional<std::uint32_t> array(const std::string& name, std::size_t arity,
                                       const Place& place);
    // The first error of a place is reported, and the expression stands for 0.
    Expression failed(const Place& place, const std::string& message);
    // Is this text to look at its user's own processes alone?
    [[nodiscard]] bool is_confined() const { return session_.options.own_processes && !is_tapset_; }
    // Likewise, for what a confined text may not have.
    Expression refused(const Place& place, const std::string& what, const std::string& instead);
    // Of a function that is the tapset's or built in; nothing for one that may be called.
    std::optional<Expression> refused_function(const std::string& name, const Place& place);
    std::optional<Expression> refused_variable(const language::ContextVariable& variable,
                                               const Place& place);
    // Of those that the text sees; a confined one sees few of the tapset.
    std::vector<Declared<language::Function>> overloads(const std::string& name, bool is_tapset);

    // -- expressions
    Expression bind(const language::Expression& expression);
    ExpressionBox boxed(const language::ExpressionBox& expression) { return bind(*expression); }
    Expression node(const language::NumberLiteral& literal, const Place& place);
    Expression node(const language::StringLiteral& literal, const Place& place);
    Expression node(const language::Name& name, const Place& place);
    Expression node(const language::ContextVariable& variable, const Place& place);
    Expression node(const language::AtVariable& variable, const Place& place);
    Expression kernel_variable(const language::AtVariable& variable, const Place& place);
    Expression node(const language::Cast& cast, const Place& place);
    Expression node(const language::EntryValue& entry, const Place& place);
    Expression kept(Expression operand, const Place& place, const std::string& near);
    // At a .return, a parameter is the entry's.
    Expression argument_value(const ContextArgument& argument, const Place& place,
                              const std::string& near);
    Expression node(const language::Defined& defined, const Place& place);
    Expression node(const language::ChooseDefined& choice, const Place& place);
    Expression node(const language::EnumConstant& constant, const Place& place);
    Expression node(const language::PerfCounter& counter, const Place& place);
    Expression node(const language::ProbeWrite& write, const Place& place);
    Expression node(const language::ArrayElement& element, const Place& place);
    Expression node(const language::HistogramElement& element, const Place& place);
    Expression node(const language::Call& call, const Place& place);
    Expression node(const language::Unary& unary, const Place& place);
    Expression node(const language::Binary& binary, const Place& place);
    Expression node(const language::Conditional& conditional, const Place& place);
    Expression node(const language::Assignment& assignment, const Place& place);
    Expression node(const language::Step& step, const Place& place);
    Expression node(const language::Membership& membership, const Place& place);
    Expression node(const language::RegexMatch& match, const Place& place);
    Expression node(const language::StatisticExtraction& extraction, const Place& place);
    Expression node(const language::EmbeddedCode& code, const Place& place);

    // A statistic's variable with its keys, and what its extraction keeps of it.
    struct Statistic {
        std::uint32_t global = 0;
        std::vector<ExpressionBox> keys;
    };
    std::optional<Statistic> statistic(const language::StatisticExtraction& extraction,
                                       const Place& place);
    void keep_histogram(std::uint32_t global, const language::StatisticExtraction& extraction,
                        const Place& place);
    Statement histogram_loop(const language::ForeachStatement& loop, const Place& place);
    std::optional<HistogramBucket> histogram(const language::Expression& expression);

    std::optional<Target> target(const language::Expression& expression);
    LearnedType& c_type_of(const Target& target);
    // The C type of what a function returns, which its body tells.
    void learn_result(Expression& value);
    std::vector<ExpressionBox> keys(const Indexes& indexes, const Place& place);
    Keys slice(const Indexes& indexes);

    // -- calls
    // int_arg(n) and its like, and returnval().
    std::optional<Expression> register_call(const language::Call& call, const Place& place);
    std::optional<Expression> print_call(const language::Call& call, const Place& place);
    Expression formatted(const language::Call& call, const Place& place, bool to_string);
    Expression printed(const language::Call& call, const Place& place, const std::string& kind,
                       bool to_string);
    std::optional<Expression> printed_histogram(const language::Call& call, const Place& place,
                                                std::size_t first, bool to_string);
    Expression builtin_call(Builtin builtin, const language::Call& call, const Place& place,
                            bool is_statement);

    // -- context
    // Throws Unresolved.
    Expression context_value(const language::ContextVariable& variable, const Place& place);
    CType cast_type(const language::Cast& cast, const Place& place);
    Expression cast_value(const language::Cast& cast, const Place& place, Expression operand);
    Expression finish_path(CPath& path, const std::vector<language::Accessor>& accessors,
                           bool address_of, const Place& place);
    Expression all_variables(const std::string& name, int depth, const Place& place);
    // The text of a whole value: $x$ (depth 1) and $x$$ (2).
    Expression printed_whole(const CPath& path, int depth, const Place& place);
    // $value of a procfs probe. The first two throw Unresolved.
    static void check_file_value(const language::ContextVariable& variable, const Place& place);
    Expression file_value(const language::ContextVariable& variable, const Place& place);
    std::optional<Expression> assign_file_value(const language::Assignment& assignment);
    Expression unresolved(const Unresolved& problem);
    bool is_defined(const language::Expression& expression);
    // The value of an expression of @defined, constants and logical operators; nullopt: no such.
    std::optional<bool> folded(const language::Expression& expression);
    void refuse_write(const Place& place);

    // -- statements
    Statement bind(const language::Statement& statement);
    StatementBox boxed(const language::StatementBox& statement) { return bind(*statement); }
    Statement node(const language::EmptyStatement& empty, const Place& place);
    Statement node(const language::ExpressionStatement& statement, const Place& place);
    Statement node(const language::BlockStatement& block, const Place& place);
    Statement node(const language::IfStatement& condition, const Place& place);
    Statement node(const language::WhileStatement& loop, const Place& place);
    Statement node(const language::ForStatement& loop, const Place& place);
    Statement node(const language::ForeachStatement& loop, const Place& place);
    Statement node(const language::ReturnStatement& statement, const Place& place);
    Statement node(const language::NextStatement& statement, const Place& place);
    Statement node(const language::BreakStatement& statement, const Place& place);
    Statement node(const language::ContinueStatement& statement, const Place& place);
    Statement node(const language::DeleteStatement& statement, const Place& place);
    Statement node(const language::TryStatement& statement, const Place& place);
    Statement code(const Place& place);
    Statement looped(const language::StatementBox& body);
    Statement next_overload(const Place& place);
    Expression call_argument(std::size_t parameter, const Place& place);

    Session& session_;
    const ProbeContext* context_ = nullptr;
    std::optional<Declared<language::Function>> function_;
    std::uint32_t function_index_ = 0;
    bool is_tapset_ = false;
    std::uint32_t file_ = 0;  // the source of what is being bound
    bool in_entry_ = false;
    int loops_ = 0;
    // Set for the very next expression to be bound: nobody uses its value.
    bool is_statement_ = false;
    std::set<std::string> handler_writes_;
    std::set<std::string> function_writes_;
    std::map<std::size_t, std::uint32_t> argument_copies_;  // locals by parameter
    std::vector<Local> locals_;
    std::unordered_map<std::string, std::uint32_t> local_index_;
    std::map<std::uint32_t, LearnedType> local_c_types_;
    std::vector<ExpressionBox> entries_;
};

// Binds the bodies of all functions that are waiting, and of those that they call.
void bind_pending_functions(Session& session);

// What a function returns, if it is a pointer of a known type. Binds its body if that is waiting.
std::optional<CType> result_c_type(Session& session, std::uint32_t function);

}  // namespace sutap::elaborate
