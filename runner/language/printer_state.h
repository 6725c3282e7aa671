// The printer's parts, inside the room only: expressions are in print_expressions.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/language/syntax_tree.h"

namespace sutap::language {

class ExpressionPrinter {
  public:
    explicit ExpressionPrinter(std::string& out) : out_(out) {}

    void expression(const Expression& expression);
    // In parentheses if its outermost operator binds less tightly than this level.
    void operand(const Expression& expression, int level);
    // [i, j, *]
    void indexes(const std::vector<std::optional<ExpressionBox>>& indexes);

    void operator()(const NumberLiteral& node);
    void operator()(const StringLiteral& node);
    void operator()(const Name& node);
    void operator()(const ContextVariable& node);
    void operator()(const AtVariable& node);
    void operator()(const Cast& node);
    void operator()(const EntryValue& node);
    void operator()(const Defined& node);
    void operator()(const ChooseDefined& node);
    void operator()(const EnumConstant& node);
    void operator()(const PerfCounter& node);
    void operator()(const ProbeWrite& node);
    void operator()(const ArrayElement& node);
    void operator()(const HistogramElement& node);
    void operator()(const Call& node);
    void operator()(const Unary& node);
    void operator()(const Binary& node);
    void operator()(const Conditional& node);
    void operator()(const Assignment& node);
    void operator()(const Step& node);
    void operator()(const Membership& node);
    void operator()(const RegexMatch& node);
    void operator()(const StatisticExtraction& node);
    void operator()(const EmbeddedCode& node);

  private:
    void path(const std::vector<Accessor>& path);

    std::string& out_;
};

}  // namespace sutap::language
