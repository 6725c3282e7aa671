#include "tests/unit/language/tree_dump.h"

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "runner/language/box.h"

namespace sutap::language {
namespace {

// Appends "(name field field …)".
class Dump {
  public:
    template <typename... Fields>
    void node(const char* name, const Fields&... fields) {
        text += "(";
        text += name;
        ((text += ' ', field(fields)), ...);
        text += ")";
    }

    void field(const std::string& value) { text.append("'").append(value).append("'"); }
    void field(bool value) { text += value ? "yes" : "no"; }
    void field(int value) { text += std::to_string(value); }
    void field(std::int64_t value) { text += std::to_string(value); }
    template <typename Enumeration>
    std::enable_if_t<std::is_enum_v<Enumeration>> field(Enumeration value) {
        text.append("#").append(std::to_string(static_cast<int>(value)));
    }
    template <typename T>
    void field(const Box<T>& value) {
        field(*value);
    }
    template <typename T>
    void field(const std::optional<T>& value) {
        if (value) {
            field(*value);
        } else {
            text += "-";
        }
    }
    template <typename T>
    void field(const std::vector<T>& values) {
        text += "[";
        for (const T& value : values) {
            field(value);
            text += ";";
        }
        text += "]";
    }
    template <typename... Types>
    void field(const std::variant<Types...>& value) {
        std::visit([this](const auto& held) { field(held); }, value);
    }

    void field(const Expression& e) { field(e.node); }
    void field(const Statement& s) { field(s.node); }
    void field(const NumberLiteral& n) { field(n.value); }
    void field(const StringLiteral& n) { node("string", n.value); }
    void field(const Name& n) { text += n.name; }
    void field(const MemberAccess& n) { node("->", n.name); }
    void field(const IndexAccess& n) { node("index", n.index); }
    void field(const PrettyPrint& n) { node("pretty", n.depth); }
    void field(const Accessor& n) { field(n.step); }
    void field(const ContextVariable& n) { node("$", n.name, n.path, n.address_of); }
    void field(const AtVariable& n) { node("@var", n.name, n.module, n.path, n.address_of); }
    void field(const Cast& n) { node("@cast", n.operand, n.type, n.module, n.path, n.address_of); }
    void field(const EntryValue& n) { node("@entry", n.operand); }
    void field(const Defined& n) { node("@defined", n.operand); }
    void field(const ChooseDefined& n) { node("@choose_defined", n.first, n.second); }
    void field(const EnumConstant& n) { node("@enum", n.name); }
    void field(const PerfCounter& n) { node("@perf", n.name); }
    void field(const ProbeWrite& n) { node("@probewrite", n.name); }
    void field(const ArrayElement& n) { node("element", n.name, n.indexes); }
    void field(const HistogramElement& n) { node("bucket", n.histogram, n.index); }
    void field(const Call& n) { node("call", n.name, n.arguments); }
    void field(const Unary& n) { node("unary", n.operation, n.operand); }
    void field(const Binary& n) { node("binary", n.operation, n.left, n.right); }
    void field(const Conditional& n) { node("?:", n.condition, n.when_true, n.when_false); }
    void field(const Assignment& n) { node("assign", n.operation, n.target, n.value); }
    void field(const Step& n) { node("step", n.operation, n.prefix, n.target); }
    void field(const Membership& n) { node("in", n.indexes, n.array); }
    void field(const RegexMatch& n) { node("regex", n.negated, n.subject, n.pattern); }
    void field(const StatisticExtraction& n) {
        node("extract", n.extractor, n.statistic, n.parameters);
    }
    void field(const EmbeddedCode& n) { node("%{", n.text); }

    void field(const EmptyStatement&) { node("empty"); }
    void field(const ExpressionStatement& n) { node("do", n.expression); }
    void field(const BlockStatement& n) { node("block", n.statements); }
    void field(const IfStatement& n) { node("if", n.condition, n.when_true, n.when_false); }
    void field(const WhileStatement& n) { node("while", n.condition, n.body); }
    void field(const ForStatement& n) { node("for", n.initial, n.condition, n.step, n.body); }
    void field(const ForeachStatement& n) {
        node("foreach", n.value_name, n.index_names, n.array, n.histogram, n.slice, n.sort,
             n.sort_column, n.sort_extractor, n.limit, n.body);
    }
    void field(const ReturnStatement& n) { node("return", n.value); }
    void field(const NextStatement&) { node("next"); }
    void field(const BreakStatement&) { node("break"); }
    void field(const ContinueStatement&) { node("continue"); }
    void field(const DeleteStatement& n) { node("delete", n.target); }
    void field(const TryStatement& n) { node("try", n.body, n.message_name, n.handler); }

    void field(const Literal& n) { field(n.value); }
    void field(const Global& n) {
        node("global", n.name, n.is_private, n.wraps, n.capacity, n.initial, n.type);
    }
    void field(const Parameter& n) { node("parameter", n.name, n.type); }
    void field(const Function& n) {
        node("function", n.name, n.is_private, n.type, n.parameters, n.priority, n.body);
    }
    void field(const ProbeComponent& n) { node("component", n.name, n.argument); }
    void field(const ProbePoint& n) {
        node("point", n.components, n.optional, n.sufficient, n.condition);
    }
    void field(const Probe& n) { node("probe", n.points, n.body, n.epilogue); }
    void field(const Alias& n) {
        node("alias", n.names, n.points, n.is_epilogue, n.body, n.epilogue);
    }

    std::string text;
};

}  // namespace

std::string dump(const Script& script) {
    Dump dump;
    dump.node("script", script.globals, script.functions, script.aliases, script.probes,
              script.embedded);
    return dump.text;
}

std::string dump(const Expression& expression) {
    Dump dump;
    dump.field(expression);
    return dump.text;
}

std::string dump(const Statement& statement) {
    Dump dump;
    dump.field(statement);
    return dump.text;
}

}  // namespace sutap::language
