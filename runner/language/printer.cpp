#include "runner/language/printer.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/language/literals.h"
#include "runner/language/operators.h"
#include "runner/language/printer_state.h"

namespace sutap::language {
namespace {

std::string_view type_suffix(DeclaredType type) {
    switch (type) {
        case DeclaredType::integer:
            return ":long";
        case DeclaredType::string:
            return ":string";
        case DeclaredType::none:
            break;
    }
    return "";
}

std::string literal_text(const Literal& literal) {
    if (const auto* number = std::get_if<std::int64_t>(&literal.value)) {
        return std::to_string(*number);
    }
    return quoted(std::get<std::string>(literal.value));
}

std::string_view sort_sign(SortDirection direction) {
    return direction == SortDirection::ascending    ? "+"
           : direction == SortDirection::descending ? "-"
                                                    : "";
}

// Statements and declarations. Each statement begins where the output stands and ends without a
// line end.
class Printer {
  public:
    explicit Printer(std::string& out) : out_(out), expressions_(out) {}

    void statement(const Statement& statement) { std::visit(*this, statement.node); }
    void global(const Global& global);
    void function(const Function& function);
    void components(const std::vector<ProbeComponent>& components);
    void point(const ProbePoint& point);
    void points(const std::vector<ProbePoint>& points);
    void bodies(const Statement& body, const std::optional<Statement>& epilogue);

    void operator()(const EmptyStatement&) { out_ += ";"; }
    void operator()(const ExpressionStatement& node) {
        expressions_.expression(*node.expression);
        out_ += ";";
    }
    void operator()(const BlockStatement& node);
    void operator()(const IfStatement& node);
    void operator()(const WhileStatement& node);
    void operator()(const ForStatement& node);
    void operator()(const ForeachStatement& node);
    void operator()(const ReturnStatement& node);
    void operator()(const NextStatement&) { out_ += "next;"; }
    void operator()(const BreakStatement&) { out_ += "break;"; }
    void operator()(const ContinueStatement&) { out_ += "continue;"; }
    void operator()(const DeleteStatement& node);
    void operator()(const TryStatement& node);
    void operator()(const EmbeddedCode& node) { expressions_(node); }

  private:
    void line_break() { out_.append("\n").append(2 * depth_, ' '); }
    // A loop's or branch's statement on its own line.
    void nested(const Statement& nested);
    void optional(const std::optional<ExpressionBox>& expression);

    std::string& out_;
    ExpressionPrinter expressions_;
    std::size_t depth_ = 0;
};

void Printer::nested(const Statement& nested) {
    if (std::holds_alternative<BlockStatement>(nested.node)) {
        out_ += " ";
        statement(nested);
        return;
    }
    ++depth_;
    line_break();
    statement(nested);
    --depth_;
}

void Printer::optional(const std::optional<ExpressionBox>& expression) {
    if (expression) {
        expressions_.expression(**expression);
    }
}

void Printer::operator()(const BlockStatement& node) {
    out_ += "{";
    ++depth_;
    for (const StatementBox& statement_box : node.statements) {
        line_break();
        statement(*statement_box);
    }
    --depth_;
    line_break();
    out_ += "}";
}

void Printer::operator()(const IfStatement& node) {
    out_ += "if (";
    expressions_.expression(*node.condition);
    out_ += ")";
    nested(*node.when_true);
    if (node.when_false) {
        line_break();
        out_ += "else";
        nested(**node.when_false);
    }
}

void Printer::operator()(const WhileStatement& node) {
    out_ += "while (";
    expressions_.expression(*node.condition);
    out_ += ")";
    nested(*node.body);
}

void Printer::operator()(const ForStatement& node) {
    out_ += "for (";
    optional(node.initial);
    out_ += "; ";
    optional(node.condition);
    out_ += "; ";
    optional(node.step);
    out_ += ")";
    nested(*node.body);
}

void Printer::operator()(const ForeachStatement& node) {
    const bool sorts_by_index = node.sort_column > 0;
    out_ += "foreach (";
    if (node.value_name) {
        out_.append(*node.value_name).append(" = ");
    }
    std::string_view separator = "[";
    for (std::size_t i = 0; i < node.index_names.size(); ++i) {
        out_.append(separator).append(node.index_names[i]);
        separator = ", ";
        if (sorts_by_index && static_cast<std::size_t>(node.sort_column) == i + 1) {
            out_ += sort_sign(node.sort);
        }
    }
    out_ += "] in ";
    if (node.histogram) {
        expressions_.expression(**node.histogram);
    } else {
        out_ += node.array;
    }
    if (!node.slice.empty()) {
        expressions_.indexes(node.slice);
    }
    if (node.sort_extractor) {
        out_.append(" ").append(written(*node.sort_extractor));
    }
    if (!sorts_by_index) {
        out_ += sort_sign(node.sort);
    }
    if (node.limit) {
        out_ += " limit ";
        expressions_.expression(**node.limit);
    }
    out_ += ")";
    nested(*node.body);
}

void Printer::operator()(const ReturnStatement& node) {
    out_ += node.value ? "return " : "return";
    optional(node.value);
    out_ += ";";
}

void Printer::operator()(const DeleteStatement& node) {
    out_ += "delete ";
    expressions_.expression(*node.target);
    out_ += ";";
}

void Printer::operator()(const TryStatement& node) {
    out_ += "try ";
    statement(*node.body);
    out_ += " catch ";
    if (node.message_name) {
        out_.append("(").append(*node.message_name).append(") ");
    }
    statement(*node.handler);
}

void Printer::global(const Global& global) {
    out_.append(global.is_private ? "private global " : "global ").append(global.name);
    out_ += global.wraps ? "%" : "";
    if (global.capacity) {
        out_.append("[").append(std::to_string(*global.capacity)).append("]");
    }
    out_ += type_suffix(global.type);
    if (global.initial) {
        out_.append(" = ").append(literal_text(*global.initial));
    }
    out_ += "\n";
}

void Printer::function(const Function& function) {
    out_.append(function.is_private ? "private function " : "function ").append(function.name);
    out_.append(type_suffix(function.type)).append(" (");
    std::string_view separator;
    for (const Parameter& parameter : function.parameters) {
        out_.append(separator).append(parameter.name).append(type_suffix(parameter.type));
        separator = ", ";
    }
    out_ += ")";
    if (function.priority) {
        out_.append(":").append(std::to_string(*function.priority));
    }
    out_ += " ";
    statement(function.body);
    out_ += "\n";
}

void Printer::components(const std::vector<ProbeComponent>& components) {
    std::string_view separator;
    for (const ProbeComponent& component : components) {
        out_.append(separator).append(component.name);
        separator = ".";
        if (component.argument) {
            out_.append("(").append(literal_text(*component.argument)).append(")");
        }
    }
}

void Printer::point(const ProbePoint& point) {
    components(point.components);
    out_ += point.optional ? " ?" : point.sufficient ? " !" : "";
    if (point.condition) {
        out_ += " if (";
        expressions_.expression(**point.condition);
        out_ += ")";
    }
}

void Printer::points(const std::vector<ProbePoint>& points) {
    std::string_view separator;
    for (const ProbePoint& each : points) {
        out_ += separator;
        separator = ", ";
        point(each);
    }
}

void Printer::bodies(const Statement& body, const std::optional<Statement>& epilogue) {
    out_ += " ";
    statement(body);
    if (epilogue) {
        out_ += ", ";
        statement(*epilogue);
    }
    out_ += "\n";
}

}  // namespace

std::string print(const ProbePoint& point) {
    std::string out;
    Printer(out).point(point);
    return out;
}

std::string print(const Script& script) {
    std::string out;
    Printer printer(out);
    for (const Global& global : script.globals) {
        printer.global(global);
    }
    for (const Function& function : script.functions) {
        printer.function(function);
    }
    for (const Alias& alias : script.aliases) {
        out += "probe ";
        for (const auto& name : alias.names) {
            printer.components(name);
            out += alias.is_epilogue ? " += " : " = ";
        }
        printer.points(alias.points);
        printer.bodies(alias.body, alias.epilogue);
    }
    for (const Probe& probe : script.probes) {
        out += "probe ";
        printer.points(probe.points);
        printer.bodies(probe.body, probe.epilogue);
    }
    for (const EmbeddedCode& code : script.embedded) {
        out.append("%{").append(code.text).append("%}\n");
    }
    return out;
}

}  // namespace sutap::language
