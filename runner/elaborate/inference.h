// Inside the room: the inference of types, for the two files that it is in.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "runner/elaborate/tree_walk.h"
#include "runner/elaborate/types.h"

namespace sutap::elaborate {

class Inference {
  public:
    explicit Inference(Session& session) : session_(session), program_(session.program) {}
    void run();

  private:
    // -- slots: what has a type that its uses decide
    void constrain(ValueType& slot, ValueType type, const Place& place);
    ValueType& value_slot(const Target& target);

    void pass(bool forward);
    void returned(Expression& value);
    void note_declared();
    void start(std::vector<Local>& locals, Function* function, Probe* probe);
    void mismatch(const Place& place, ValueType expected, ValueType found);
    // What the expression's own parts say about its type.
    void settle(Expression& expression, ValueType type);
    // Visits an expression and its parts once.
    void visit(Expression& expression);
    // What the surroundings say about its type; goes no deeper than the variables that have it.
    void push(Expression& expression, ValueType wanted);
    template <typename Node>
    void push_assigned(Expression& expression, Node& node, ValueType wanted);
    // An expression whose value is used has a type.
    void require(Expression& expression);
    void value(Expression& expression, ValueType wanted);
    void alone(Expression& expression);
    // The expression and the slot have one type.
    void meet(Expression& expression, ValueType& slot);
    void keys(std::uint32_t global, std::vector<ExpressionBox>& keys);
    void keys(std::uint32_t global, std::vector<std::optional<ExpressionBox>>& keys);
    void equal_types(Expression& left, Expression& right, const Place& place);

    void node(Expression& whole, IntegerConstant& constant);
    void node(Expression& whole, StringConstant& constant);
    void node(Expression& whole, LocalRead& read);
    void node(Expression& whole, GlobalRead& read);
    void node(Expression& whole, ArrayRead& read);
    void node(Expression& whole, FunctionCall& call);
    void node(Expression& whole, BuiltinCall& call);
    void node(Expression& whole, FormatCall& call);
    void node(Expression& whole, UnaryOperation& operation);
    void node(Expression& whole, BinaryOperation& operation);
    void node(Expression& whole, ConditionalOperation& operation);
    void node(Expression& whole, AssignmentOperation& operation);
    void node(Expression& whole, StepOperation& operation);
    void node(Expression& whole, AggregateOperation& operation);
    void node(Expression& whole, StatisticRead& read);
    template <typename Node>
    void statistic(Node& use, const Place& place);
    void node(Expression& whole, HistogramText& histogram);
    void node(Expression& whole, HistogramBucket& bucket);
    void node(Expression& whole, RegexMatch& match);
    void node(Expression& whole, MembershipTest& test);
    void node(Expression& whole, ContextArgument& argument);
    void node(Expression& whole, MemoryRead& read);
    void node(Expression& whole, EntryRead& read);

    void visit(Statement& statement);
    void foreach (ForeachStatement& loop, const Place& place);
    void histogram_locals(ForeachStatement& loop, const Place& place);
    void target_keys(Target& target);

    Session& session_;
    Program& program_;
    std::unordered_map<const ValueType*, Place> origins_;
    std::vector<Local>* locals_ = nullptr;
    Function* function_ = nullptr;
    Probe* probe_ = nullptr;
    bool changed_ = false;
    bool reporting_ = false;
};

}  // namespace sutap::elaborate
