#include "runner/elaborate/written_names.h"

#include <variant>
#include <vector>

#include "runner/elaborate/tree_walk.h"

namespace sutap::elaborate {
namespace {

class WrittenNames {
  public:
    explicit WrittenNames(std::set<std::string>& names) : names_(names) {}

    void visit(const language::Expression& expression) {
        std::visit([&](const auto& node) { of(node); }, expression.node);
    }
    void visit(const language::Statement& statement) {
        std::visit([&](const auto& node) { of(node); }, statement.node);
    }

  private:
    using Expressions = std::vector<std::optional<language::ExpressionBox>>;

    template <typename Box>
    void optionally(const std::optional<Box>& box) {
        if (box) {
            visit(**box);
        }
    }
    void each(const Expressions& expressions) {
        for (const auto& one : expressions) {
            optionally(one);
        }
    }
    void each(const std::vector<language::Accessor>& path) {
        for (const language::Accessor& accessor : path) {
            if (const auto* index = std::get_if<language::IndexAccess>(&accessor.step)) {
                visit(*index->index);
            }
        }
    }
    void write(const language::Expression& target) {
        if (const auto* name = std::get_if<language::Name>(&target.node)) {
            names_.insert(name->name);
        } else if (const auto* element = std::get_if<language::ArrayElement>(&target.node)) {
            names_.insert(element->name);
        } else if (const auto* variable = std::get_if<language::ContextVariable>(&target.node)) {
            names_.insert("$" + variable->name);
        }
        visit(target);
    }

    // ---- expressions
    void of(const language::ContextVariable& node) { each(node.path); }
    void of(const language::AtVariable& node) { each(node.path); }
    void of(const language::Cast& node) {
        visit(*node.operand);
        each(node.path);
    }
    void of(const language::ArrayElement& node) { each(node.indexes); }
    void of(const language::HistogramElement& node) { visit(*node.index); }
    void of(const language::Call& node) {
        for (const language::ExpressionBox& argument : node.arguments) {
            visit(*argument);
        }
    }
    void of(const language::Unary& node) { visit(*node.operand); }
    void of(const language::Binary& node) {
        visit(*node.left);
        visit(*node.right);
    }
    void of(const language::Conditional& node) {
        visit(*node.condition);
        visit(*node.when_true);
        visit(*node.when_false);
    }
    void of(const language::Assignment& node) {
        write(*node.target);
        visit(*node.value);
    }
    void of(const language::Step& node) { write(*node.target); }
    void of(const language::Membership& node) { each(node.indexes); }
    void of(const language::RegexMatch& node) { visit(*node.subject); }
    void of(const language::StatisticExtraction& node) { visit(*node.statistic); }

    // ---- statements
    void of(const language::ExpressionStatement& node) { visit(*node.expression); }
    void of(const language::BlockStatement& node) {
        for (const language::StatementBox& statement : node.statements) {
            visit(*statement);
        }
    }
    void of(const language::IfStatement& node) {
        visit(*node.condition);
        visit(*node.when_true);
        optionally(node.when_false);
    }
    void of(const language::WhileStatement& node) {
        visit(*node.condition);
        visit(*node.body);
    }
    void of(const language::ForStatement& node) {
        optionally(node.initial);
        optionally(node.condition);
        optionally(node.step);
        visit(*node.body);
    }
    void of(const language::ForeachStatement& node) {
        names_.insert(node.index_names.begin(), node.index_names.end());
        if (node.value_name) {
            names_.insert(*node.value_name);
        }
        each(node.slice);
        optionally(node.limit);
        visit(*node.body);
    }
    void of(const language::DeleteStatement& node) { write(*node.target); }
    void of(const language::TryStatement& node) {
        if (node.message_name) {
            names_.insert(*node.message_name);
        }
        visit(*node.body);
        visit(*node.handler);
    }

    // What holds no expression, and operators whose operand cannot be written to.
    template <typename Node>
    void of(const Node& /*node*/) {
        static_assert(
            is_any_of<Node, language::NumberLiteral, language::StringLiteral, language::Name,
                      language::EntryValue, language::Defined, language::ChooseDefined,
                      language::EnumConstant, language::PerfCounter, language::ProbeWrite,
                      language::EmbeddedCode, language::EmptyStatement, language::ReturnStatement,
                      language::NextStatement, language::BreakStatement,
                      language::ContinueStatement>);
    }

    std::set<std::string>& names_;
};

}  // namespace

void collect_written_names(const language::Statement& statement, std::set<std::string>& names) {
    WrittenNames(names).visit(statement);
}

}  // namespace sutap::elaborate
