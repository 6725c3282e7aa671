#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/language/literals.h"
#include "runner/language/operators.h"
#include "runner/language/printer.h"
#include "runner/language/printer_state.h"

namespace sutap::language {
namespace {

// How tightly the expression's outermost operator binds.
int level_of(const Expression& expression) {
    const auto& node = expression.node;
    if (const auto* binary = std::get_if<Binary>(&node)) {
        return form_of(binary_forms, binary->operation).level;
    }
    if (std::holds_alternative<Assignment>(node)) {
        return assignment_level;
    }
    if (std::holds_alternative<Conditional>(node)) {
        return conditional_level;
    }
    if (std::holds_alternative<Membership>(node)) {
        return membership_level;
    }
    if (std::holds_alternative<RegexMatch>(node)) {
        return comparison_level;
    }
    const bool is_unary = std::holds_alternative<Unary>(node) || std::holds_alternative<Step>(node);
    return is_unary ? unary_level : operand_level;
}

// Whether -> or [ behind the expression would be read as a part of it, or of its operand.
bool swallows_steps(const Expression& expression, bool begins_with_index) {
    const auto& node = expression.node;
    if (std::holds_alternative<Name>(node)) {
        return begins_with_index;
    }
    if (const auto* extraction = std::get_if<StatisticExtraction>(&node)) {
        return begins_with_index && (extraction->extractor == StatisticExtractor::histogram_log ||
                                     extraction->extractor == StatisticExtractor::histogram_linear);
    }
    return std::holds_alternative<ContextVariable>(node) ||
           std::holds_alternative<AtVariable>(node) || std::holds_alternative<Cast>(node) ||
           level_of(expression) < operand_level;
}

}  // namespace

void ExpressionPrinter::expression(const Expression& expression) {
    std::visit(*this, expression.node);
}

void ExpressionPrinter::operand(const Expression& expression, int level) {
    const bool is_enclosed = level_of(expression) < level;
    out_ += is_enclosed ? "(" : "";
    this->expression(expression);
    out_ += is_enclosed ? ")" : "";
}

void ExpressionPrinter::indexes(const std::vector<std::optional<ExpressionBox>>& indexes) {
    std::string_view separator = "[";
    for (const auto& index : indexes) {
        out_ += separator;
        separator = ", ";
        if (index) {
            expression(**index);
        } else {
            out_ += "*";
        }
    }
    out_ += "]";
}

void ExpressionPrinter::path(const std::vector<Accessor>& path) {
    for (const Accessor& accessor : path) {
        if (const auto* member = std::get_if<MemberAccess>(&accessor.step)) {
            out_.append("->").append(member->name);
        } else if (const auto* index = std::get_if<IndexAccess>(&accessor.step)) {
            out_ += "[";
            expression(*index->index);
            out_ += "]";
        } else if (const auto* pretty = std::get_if<PrettyPrint>(&accessor.step)) {
            out_.append(static_cast<std::size_t>(pretty->depth), '$');
        }
    }
}

void ExpressionPrinter::operator()(const NumberLiteral& node) {
    // Literals are unsigned: a minus sign would be an operator.
    out_ += std::to_string(static_cast<std::uint64_t>(node.value));
}
void ExpressionPrinter::operator()(const StringLiteral& node) {
    out_ += quoted(node.value);
}
void ExpressionPrinter::operator()(const Name& node) {
    out_ += node.name;
}
void ExpressionPrinter::operator()(const ContextVariable& node) {
    out_.append(node.address_of ? "&$" : "$").append(node.name);
    path(node.path);
}
void ExpressionPrinter::operator()(const AtVariable& node) {
    out_.append(node.address_of ? "&@var(" : "@var(").append(quoted(node.name));
    if (node.module) {
        out_.append(", ").append(quoted(*node.module));
    }
    out_ += ")";
    path(node.path);
}
void ExpressionPrinter::operator()(const Cast& node) {
    out_ += node.address_of ? "&" : "";
    if (node.type.empty()) {
        const bool begins_with_index =
            !node.path.empty() && std::holds_alternative<IndexAccess>(node.path.front().step);
        const bool is_enclosed = swallows_steps(*node.operand, begins_with_index);
        out_ += is_enclosed ? "(" : "";
        expression(*node.operand);
        out_ += is_enclosed ? ")" : "";
    } else {
        out_ += "@cast(";
        expression(*node.operand);
        out_.append(", ").append(quoted(node.type));
        if (node.module) {
            out_.append(", ").append(quoted(*node.module));
        }
        out_ += ")";
    }
    path(node.path);
}
void ExpressionPrinter::operator()(const EntryValue& node) {
    out_ += "@entry(";
    expression(*node.operand);
    out_ += ")";
}
void ExpressionPrinter::operator()(const Defined& node) {
    out_ += "@defined(";
    expression(*node.operand);
    out_ += ")";
}
void ExpressionPrinter::operator()(const ChooseDefined& node) {
    out_ += "@choose_defined(";
    expression(*node.first);
    out_ += ", ";
    expression(*node.second);
    out_ += ")";
}
void ExpressionPrinter::operator()(const EnumConstant& node) {
    out_.append("@enum(").append(quoted(node.name)).append(")");
}
void ExpressionPrinter::operator()(const PerfCounter& node) {
    out_.append("@perf(").append(quoted(node.name)).append(")");
}
void ExpressionPrinter::operator()(const ProbeWrite& node) {
    out_.append("@probewrite(").append(node.name).append(")");
}
void ExpressionPrinter::operator()(const ArrayElement& node) {
    out_ += node.name;
    indexes(node.indexes);
}
void ExpressionPrinter::operator()(const HistogramElement& node) {
    expression(*node.histogram);
    out_ += "[";
    expression(*node.index);
    out_ += "]";
}
void ExpressionPrinter::operator()(const Call& node) {
    out_.append(node.name).append("(");
    std::string_view separator;
    for (const ExpressionBox& argument : node.arguments) {
        out_ += separator;
        separator = ", ";
        expression(*argument);
    }
    out_ += ")";
}
void ExpressionPrinter::operator()(const Unary& node) {
    const std::string_view sign = form_of(unary_forms, node.operation).text;
    out_ += sign;
    const std::size_t begin = out_.size();
    operand(*node.operand, unary_level);
    const char next = out_[begin];
    // - -a is not --a, and a ! ~b has no !~ in it.
    const bool joins =
        (sign != "!" && sign != "~" && next == sign.front()) || (sign == "!" && next == '~');
    if (joins) {
        out_.insert(begin, " ");
    }
}
void ExpressionPrinter::operator()(const Binary& node) {
    const BinaryForm& form = form_of(binary_forms, node.operation);
    operand(*node.left, form.level);
    out_.append(" ").append(form.text).append(" ");
    operand(*node.right, form.level + 1);
}
void ExpressionPrinter::operator()(const Conditional& node) {
    operand(*node.condition, conditional_level + 1);
    out_ += " ? ";
    expression(*node.when_true);
    out_ += " : ";
    expression(*node.when_false);
}
void ExpressionPrinter::operator()(const Assignment& node) {
    operand(*node.target, operand_level);
    out_.append(" ").append(form_of(assignment_forms, node.operation).text).append(" ");
    expression(*node.value);
}
void ExpressionPrinter::operator()(const Step& node) {
    const std::string_view text = node.operation == StepOperator::increment ? "++" : "--";
    out_ += node.prefix ? text : "";
    operand(*node.target, operand_level);
    out_ += node.prefix ? "" : text;
}
void ExpressionPrinter::operator()(const Membership& node) {
    if (node.indexes.size() == 1 && node.indexes.front()) {
        operand(**node.indexes.front(), comparison_level);
    } else {
        indexes(node.indexes);
    }
    out_.append(" in ").append(node.array);
}
void ExpressionPrinter::operator()(const RegexMatch& node) {
    operand(*node.subject, comparison_level);
    out_.append(node.negated ? " !~ " : " =~ ").append(quoted(node.pattern));
}
void ExpressionPrinter::operator()(const StatisticExtraction& node) {
    out_.append(written(node.extractor)).append("(");
    expression(*node.statistic);
    for (const std::int64_t parameter : node.parameters) {
        out_.append(", ").append(std::to_string(parameter));
    }
    out_ += ")";
}
void ExpressionPrinter::operator()(const EmbeddedCode& node) {
    out_.append("%{").append(node.text).append("%}");
}

std::string print(const Expression& expression) {
    std::string out;
    ExpressionPrinter(out).expression(expression);
    return out;
}

}  // namespace sutap::language
