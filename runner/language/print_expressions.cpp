#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/language/literals.h"
#include "runner/language/printer.h"
#include "runner/language/printer_state.h"

namespace sutap::language {
namespace {

std::string_view text_of(UnaryOperator operation) {
    switch (operation) {
        case UnaryOperator::plus:
            return "+";
        case UnaryOperator::minus:
            return "-";
        case UnaryOperator::logical_not:
            return "!";
        case UnaryOperator::bitwise_not:
            break;
    }
    return "~";
}

std::string_view text_of(BinaryOperator operation) {
    switch (operation) {
        case BinaryOperator::add:
            return "+";
        case BinaryOperator::subtract:
            return "-";
        case BinaryOperator::multiply:
            return "*";
        case BinaryOperator::divide:
            return "/";
        case BinaryOperator::modulo:
            return "%";
        case BinaryOperator::shift_left:
            return "<<";
        case BinaryOperator::shift_right:
            return ">>";
        case BinaryOperator::unsigned_shift_right:
            return ">>>";
        case BinaryOperator::bitwise_and:
            return "&";
        case BinaryOperator::bitwise_or:
            return "|";
        case BinaryOperator::bitwise_xor:
            return "^";
        case BinaryOperator::concatenate:
            return ".";
        case BinaryOperator::less:
            return "<";
        case BinaryOperator::less_equal:
            return "<=";
        case BinaryOperator::greater:
            return ">";
        case BinaryOperator::greater_equal:
            return ">=";
        case BinaryOperator::equal:
            return "==";
        case BinaryOperator::not_equal:
            return "!=";
        case BinaryOperator::logical_and:
            return "&&";
        case BinaryOperator::logical_or:
            break;
    }
    return "||";
}

std::string_view text_of(AssignmentOperator operation) {
    switch (operation) {
        case AssignmentOperator::set:
            return "=";
        case AssignmentOperator::add:
            return "+=";
        case AssignmentOperator::subtract:
            return "-=";
        case AssignmentOperator::multiply:
            return "*=";
        case AssignmentOperator::divide:
            return "/=";
        case AssignmentOperator::modulo:
            return "%=";
        case AssignmentOperator::shift_left:
            return "<<=";
        case AssignmentOperator::shift_right:
            return ">>=";
        case AssignmentOperator::unsigned_shift_right:
            return ">>>=";
        case AssignmentOperator::bitwise_and:
            return "&=";
        case AssignmentOperator::bitwise_or:
            return "|=";
        case AssignmentOperator::bitwise_xor:
            return "^=";
        case AssignmentOperator::concatenate:
            return ".=";
        case AssignmentOperator::aggregate:
            break;
    }
    return "<<<";
}

// Whether the node needs parentheses as an operand.
bool is_compound(const Expression& expression) {
    const auto& node = expression.node;
    if (const auto* variable = std::get_if<ContextVariable>(&node)) {
        return variable->address_of;
    }
    if (const auto* variable = std::get_if<AtVariable>(&node)) {
        return variable->address_of;
    }
    if (const auto* cast = std::get_if<Cast>(&node)) {
        return cast->address_of;
    }
    return std::holds_alternative<Unary>(node) || std::holds_alternative<Binary>(node) ||
           std::holds_alternative<Conditional>(node) || std::holds_alternative<Assignment>(node) ||
           std::holds_alternative<Step>(node) || std::holds_alternative<Membership>(node) ||
           std::holds_alternative<RegexMatch>(node);
}

}  // namespace

std::string_view extractor_word(StatisticExtractor extractor) {
    switch (extractor) {
        case StatisticExtractor::count:
            return "@count";
        case StatisticExtractor::sum:
            return "@sum";
        case StatisticExtractor::min:
            return "@min";
        case StatisticExtractor::max:
            return "@max";
        case StatisticExtractor::avg:
            return "@avg";
        case StatisticExtractor::variance:
            return "@variance";
        case StatisticExtractor::histogram_log:
            return "@hist_log";
        case StatisticExtractor::histogram_linear:
            break;
    }
    return "@hist_linear";
}

void ExpressionPrinter::expression(const Expression& expression) {
    std::visit(*this, expression.node);
}

void ExpressionPrinter::operand(const Expression& expression) {
    const bool is_enclosed = is_compound(expression);
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
    out_ += node.type.empty() ? "(" : "@cast(";
    expression(*node.operand);
    if (!node.type.empty()) {
        out_.append(", ").append(quoted(node.type));
    }
    if (node.module) {
        out_.append(", ").append(quoted(*node.module));
    }
    out_ += ")";
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
    out_ += text_of(node.operation);
    operand(*node.operand);
}
void ExpressionPrinter::operator()(const Binary& node) {
    operand(*node.left);
    out_.append(" ").append(text_of(node.operation)).append(" ");
    operand(*node.right);
}
void ExpressionPrinter::operator()(const Conditional& node) {
    operand(*node.condition);
    out_ += " ? ";
    operand(*node.when_true);
    out_ += " : ";
    operand(*node.when_false);
}
void ExpressionPrinter::operator()(const Assignment& node) {
    operand(*node.target);
    out_.append(" ").append(text_of(node.operation)).append(" ");
    const bool is_nested = std::holds_alternative<Assignment>(node.value->node) ||
                           std::holds_alternative<Conditional>(node.value->node);
    is_nested ? operand(*node.value) : expression(*node.value);
}
void ExpressionPrinter::operator()(const Step& node) {
    const std::string_view text = node.operation == StepOperator::increment ? "++" : "--";
    out_ += node.prefix ? text : "";
    operand(*node.target);
    out_ += node.prefix ? "" : text;
}
void ExpressionPrinter::operator()(const Membership& node) {
    indexes(node.indexes);
    out_.append(" in ").append(node.array);
}
void ExpressionPrinter::operator()(const RegexMatch& node) {
    operand(*node.subject);
    out_.append(node.negated ? " !~ " : " =~ ").append(quoted(node.pattern));
}
void ExpressionPrinter::operator()(const StatisticExtraction& node) {
    out_.append(extractor_word(node.extractor)).append("(");
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
