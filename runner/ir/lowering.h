// Inside the room: lowering of one function or handler from its typed tree to a Block.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runner/elaborate/program.h"
#include "runner/ir/program.h"
#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"

namespace sutap::ir {

// What all lowerings of one program share.
struct LoweringContext {
    const elaborate::Program& program;
    const language::SourceMap& sources;
    std::vector<bool> touches_kernel;   // by function: does it, or what it calls, need the event
    std::vector<bool> is_recursive;     // by function
    std::vector<bool> has_kernel_form;  // by function: can the kernel do all of it
    std::vector<std::uint32_t> user_function;  // by function: its number in user.functions, or none
    Program& user;
    std::map<std::string, std::uint32_t>
        site_numbers;  // of user.sites, so that none is there twice
    std::vector<language::Diagnostic>& diagnostics;
};

inline constexpr std::uint32_t no_function = 0xffffffff;

enum class Side { user, kernel };

// Lowers expressions and statements into `body`. On the kernel's side, functions that need the
// event are inlined; on the user's side, rows of the builtin table stand in for them.
class Lowering {
  public:
    Lowering(LoweringContext& context, Side side) : context_(context), side_(side) {}

    // One register for each local, holding 0 or "".
    void declare_locals(const std::vector<elaborate::Local>& locals, std::size_t parameters);
    Register expression(const elaborate::Expression& expression);
    void statement(const elaborate::Statement& statement);

    // The body of a function that is not inlined: `return` is finish.
    static Function function(LoweringContext& context, const elaborate::Function& function);

    Block& body() { return body_; }
    std::vector<ValueType>& registers() { return registers_; }
    [[nodiscard]] std::uint32_t loops() const { return loops_; }
    // What the handler is for.
    void set_event(const elaborate::KernelEvent& event);

  private:
    struct Scope {
        enum class Kind { loop, body, function } kind = Kind::loop;
    };
    struct InlinedFunction {
        std::size_t scope = 0;  // index into scopes_
        Register result = no_register;
    };

    Register fresh(ValueType type);
    Instruction& emit(Operation operation, Register result, std::vector<Register> operands,
                      std::int64_t immediate = 0);
    std::uint32_t site(const elaborate::Expression& expression);
    std::uint32_t site(const std::string& near, const language::Place& place);
    Register constant(std::int64_t value);
    Register constant(const std::string& value);
    Register default_value(ValueType type);
    // Runs `fill` with an empty body and returns what it emitted.
    template <typename Fill>
    Block nested(Fill&& fill) {
        Block outer = std::exchange(body_, {});
        std::forward<Fill>(fill)();
        return std::exchange(body_, std::move(outer));
    }
    void leave(std::size_t scope);
    void raise(const elaborate::Expression& expression, const std::string& message);
    void store(const elaborate::Target& target, const std::vector<Register>& keys, Register value,
               std::uint32_t site_index);
    Register load(const elaborate::Target& target, const std::vector<Register>& keys,
                  ValueType type);
    // From left to right; `then`, if any, is evaluated after them and before they are used.
    std::vector<Register> evaluate(const std::vector<elaborate::ExpressionBox>& expressions,
                                   const elaborate::Expression* then = nullptr);
    std::vector<Register> evaluate(
        const std::vector<std::optional<elaborate::ExpressionBox>>& expressions);
    Register stable(const elaborate::Expression& expression, bool others_may_assign);
    Register inline_function(const elaborate::Function& function, std::uint32_t number,
                             std::vector<Register> arguments);
    Register memory(const elaborate::Expression& expression, Register address, std::int64_t offset,
                    std::uint32_t size, bool is_signed, bool is_user);
    void refuse(const elaborate::Expression& expression, const std::string& reason);
    struct Printed {
        std::vector<FormatPiece> pieces;
        std::vector<Register> arguments;
    };
    void memory_pieces(const elaborate::Expression& e, const FormatPiece& piece, Printed& printed,
                       Register address);
    Printed with_memory_read(const elaborate::Expression& e, const std::vector<FormatPiece>& pieces,
                             const std::vector<Register>& arguments);

    Register lower(const elaborate::Expression& e, const elaborate::IntegerConstant& node);
    Register lower(const elaborate::Expression& e, const elaborate::StringConstant& node);
    Register lower(const elaborate::Expression& e, const elaborate::LocalRead& node);
    Register lower(const elaborate::Expression& e, const elaborate::GlobalRead& node);
    Register lower(const elaborate::Expression& e, const elaborate::ArrayRead& node);
    Register lower(const elaborate::Expression& e, const elaborate::FunctionCall& node);
    Register lower(const elaborate::Expression& e, const elaborate::BuiltinCall& node);
    Register lower(const elaborate::Expression& e, const elaborate::FormatCall& node);
    Register lower(const elaborate::Expression& e, const elaborate::UnaryOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::BinaryOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::ConditionalOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::AssignmentOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::StepOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::AggregateOperation& node);
    Register lower(const elaborate::Expression& e, const elaborate::StatisticRead& node);
    Register lower(const elaborate::Expression& e, const elaborate::HistogramText& node);
    Register lower(const elaborate::Expression& e, const elaborate::HistogramBucket& node);
    Register lower(const elaborate::Expression& e, const elaborate::RegexMatch& node);
    Register lower(const elaborate::Expression& e, const elaborate::MembershipTest& node);
    Register lower(const elaborate::Expression& e, const elaborate::ContextArgument& node);
    Register lower(const elaborate::Expression& e, const elaborate::MemoryRead& node);
    Register lower(const elaborate::Expression& e, const elaborate::EntryRead& node);
    Register logical(const elaborate::BinaryOperation& node);

    void lower(const elaborate::ExpressionStatement& node);
    void lower(const elaborate::BlockStatement& node);
    void lower(const elaborate::IfStatement& node);
    void lower(const elaborate::LoopStatement& node);
    void lower(const elaborate::ForeachStatement& node);
    void histogram_loop(const elaborate::ForeachStatement& node);
    Register bucket(const std::vector<Register>& keys, Register number, std::uint32_t global,
                    std::uint32_t site_index);
    void leave_if_zero(Register condition, std::size_t scope);
    void lower(const elaborate::ReturnStatement& node);
    void lower(const elaborate::NextStatement& node);
    void lower(const elaborate::BreakStatement& node);
    void lower(const elaborate::ContinueStatement& node);
    void lower(const elaborate::DeleteStatement& node);
    void lower(const elaborate::TryStatement& node);

    LoweringContext& context_;
    Side side_;
    Block body_;
    std::vector<ValueType> registers_;
    std::vector<Register> locals_;  // by local of the function being lowered
    std::vector<Scope> scopes_;
    std::vector<InlinedFunction> inlined_;
    bool in_function_ = false;  // a function that is not inlined
    std::uint32_t loops_ = 0;
    std::uint32_t result_slot_ = 0;  // of context arguments: behind those of the event
    bool has_registers_ = false;     // does the event leave the processor's
    language::Place place_;          // of the statement that is being lowered
};

}  // namespace sutap::ir
