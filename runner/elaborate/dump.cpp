#include "runner/elaborate/dump.h"

#include <utility>

#include "runner/elaborate/formats.h"
#include "runner/elaborate/types.h"
#include "runner/language/operators.h"

namespace sutap::elaborate {
namespace {

template <typename Operator>
std::string symbol(Operator operation) {
    return std::string(language::written(operation));
}

std::string quoted(const std::string& text) {
    static constexpr char digits[] = "01234567";
    std::string result = "\"";
    for (const char next : text) {
        const auto byte = static_cast<unsigned char>(next);
        if (next == '"' || next == '\\') {
            result += '\\';
            result += next;
        } else if (next == '\n') {
            result += "\\n";
        } else if (next == '\t') {
            result += "\\t";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += '\\';
            result += digits[byte >> 6U];
            result += digits[(byte >> 3U) & 7U];
            result += digits[byte & 7U];
        } else {
            result += next;
        }
    }
    return result + "\"";
}

std::string conversion_text(const FormatPiece& piece) {
    static constexpr char letters[] = "?duoxXpscbmM";
    std::string text = "%";
    text += piece.left ? "-" : "";
    text += piece.plus ? "+" : "";
    text += piece.space ? " " : "";
    text += piece.alternate ? "#" : "";
    text += piece.zero ? "0" : "";
    text += piece.width_argument ? "*" : piece.width >= 0 ? std::to_string(piece.width) : "";
    text += piece.precision_argument ? ".*"
            : piece.precision >= 0   ? "." + std::to_string(piece.precision)
                                     : "";
    return text + letters[static_cast<std::size_t>(piece.conversion)];
}

std::string format_text(const std::vector<FormatPiece>& pieces) {
    std::string text;
    for (const FormatPiece& piece : pieces) {
        if (piece.conversion != FormatPiece::Conversion::literal) {
            text += conversion_text(piece);
            continue;
        }
        for (const char next : piece.text) {
            text += next == '%' ? "%%" : std::string(1, next);
        }
    }
    return quoted(text);
}

// Writes one handler's text: names of locals are its own.
class Writer {
  public:
    Writer(const Program& program, const std::vector<Local>& locals,
           const std::vector<ExpressionBox>* entries)
        : program_(program), locals_(locals), entries_(entries) {}

    std::string text(const Expression& whole) const {
        return std::visit([&](const auto& node) { return of(node); }, whole.node);
    }

    std::string text(const Statement& whole, const std::string& indent) const {
        return std::visit([&](const auto& node) { return of(node, indent); }, whole.node);
    }

  private:
    template <typename Boxes>
    std::string list(const Boxes& boxes) const {
        std::string joined;
        for (const auto& box : boxes) {
            joined += joined.empty() ? "" : ", ";
            if constexpr (std::is_same_v<Boxes, std::vector<ExpressionBox>>) {
                joined += text(*box);
            } else {
                joined += box ? text(**box) : "*";
            }
        }
        return joined;
    }

    const std::string& global(std::uint32_t index) const { return program_.globals[index].name; }

    std::string of(const IntegerConstant& node) const { return std::to_string(node.value); }
    std::string of(const StringConstant& node) const { return quoted(node.value); }
    std::string of(const LocalRead& node) const { return locals_[node.local].name; }
    std::string of(const GlobalRead& node) const { return global(node.global); }
    std::string of(const ArrayRead& node) const {
        return global(node.global) + "[" + list(node.keys) + "]";
    }
    std::string of(const FunctionCall& node) const {
        return program_.functions[node.function].name + "(" + list(node.arguments) + ")";
    }
    std::string of(const BuiltinCall& node) const {
        if (node.builtin == Builtin::argument_count) {
            return "argc";
        }
        if (node.builtin == Builtin::argument_text) {
            return "argv[" + list(node.arguments) + "]";
        }
        if (node.builtin == Builtin::file_value) {
            return "$value";
        }
        if (node.builtin == Builtin::set_file_value || node.builtin == Builtin::append_file_value) {
            const bool appends = node.builtin == Builtin::append_file_value;
            return "($value) " + std::string(appends ? ".=" : "=") + " (" + list(node.arguments) +
                   ")";
        }
        return std::string(row(node.builtin).name) + "(" + list(node.arguments) + ")";
    }
    std::string of(const FormatCall& node) const {
        const std::string rest = node.arguments.empty() ? "" : ", " + list(node.arguments);
        return (node.to_string ? "sprintf(" : "printf(") + format_text(node.pieces) + rest + ")";
    }
    std::string of(const UnaryOperation& node) const {
        return symbol(node.operation) + "(" + text(*node.operand) + ")";
    }
    std::string of(const BinaryOperation& node) const {
        return "(" + text(*node.left) + ") " + symbol(node.operation) + " (" + text(*node.right) +
               ")";
    }
    std::string of(const ConditionalOperation& node) const {
        return "(" + text(*node.condition) + ") ? (" + text(*node.when_true) + ") : (" +
               text(*node.when_false) + ")";
    }
    std::string target(const Target& to) const {
        if (to.kind == Target::Kind::local) {
            return locals_[to.index].name;
        }
        return to.keys.empty() ? global(to.index) : global(to.index) + "[" + list(to.keys) + "]";
    }
    std::string of(const AssignmentOperation& node) const {
        return target(node.target) + " " + (node.operation ? symbol(*node.operation) : "") + "= " +
               text(*node.value);
    }
    std::string of(const StepOperation& node) const {
        const std::string sign = node.increments ? "++" : "--";
        return node.prefix ? sign + target(node.target) : target(node.target) + sign;
    }
    std::string of(const AggregateOperation& node) const {
        return target(node.target) + " <<< " + text(*node.value);
    }
    std::string of(const StatisticRead& node) const {
        std::string parameters;
        for (const std::int64_t parameter : node.parameters) {
            parameters += ", " + std::to_string(parameter);
        }
        const std::string keys = node.keys.empty() ? "" : "[" + list(node.keys) + "]";
        return symbol(node.extractor) + ("(" + global(node.global)) + keys + parameters + ")";
    }
    std::string of(const HistogramText& node) const {
        return std::string(node.to_string ? "sprint" : "print") + (node.ends_line ? "ln(" : "(") +
               of(StatisticRead{node.global, node.keys, node.extractor, node.parameters}) + ")";
    }
    std::string of(const HistogramBucket& node) const {
        return of(StatisticRead{node.global, node.keys, node.extractor, node.parameters}) + "[" +
               text(*node.index) + "]";
    }
    std::string of(const RegexMatch& node) const {
        return "(" + text(*node.subject) + (node.is_negated ? ") !~ " : ") =~ ") +
               quoted(node.pattern);
    }
    std::string of(const MembershipTest& node) const {
        return "[" + list(node.keys) + "] in " + global(node.global);
    }
    std::string of(const ContextArgument& node) const {
        using Source = ContextArgument::Source;
        std::string result = node.source == Source::function_result
                                 ? "$return"
                                 : "$argument" + std::to_string(node.index);
        if (node.source == Source::constant) {
            result = std::to_string(node.value);
        }
        if (node.source == Source::symbol_address || node.source == Source::processor_variable) {
            const char* what = node.source == Source::symbol_address ? "symbol[" : "variable[";
            result = what + std::to_string(node.index) + "]";
        }
        if (node.source == Source::machine_argument) {
            result = "register[" + std::to_string(node.index) + "]";
        }
        if (node.registers_offset) {
            result += "->registers[" + std::to_string(*node.registers_offset) + "]";
        }
        return result + ":" + (node.is_signed ? "s" : "u") + std::to_string(node.size * 8);
    }
    std::string of(const MemoryRead& node) const {
        std::string result = (node.is_user ? "user_" : "kernel_") +
                             std::string(node.is_signed ? "s" : "u") +
                             std::to_string(node.size * 8) + "(" + text(*node.address) + " + " +
                             std::to_string(node.offset);
        if (node.bit_size != 0) {
            result +=
                ", bits " + std::to_string(node.bit_shift) + "+" + std::to_string(node.bit_size);
        }
        return result + ")";
    }
    std::string of(const EntryRead& node) const {
        return entries_ != nullptr && node.entry < entries_->size()
                   ? "@entry(" + text(*(*entries_)[node.entry]) + ")"
                   : "@entry(?)";
    }

    std::string of(const ExpressionStatement& node, const std::string& indent) const {
        return indent + text(*node.expression) + "\n";
    }
    std::string of(const BlockStatement& node, const std::string& indent) const {
        std::string inner;
        for (const StatementBox& statement : node.statements) {
            inner += text(*statement, indent + "  ");
        }
        return indent + "{\n" + inner + indent + "}\n";
    }
    std::string of(const IfStatement& node, const std::string& indent) const {
        std::string result =
            indent + "if (" + text(*node.condition) + ")\n" + text(*node.when_true, indent + "  ");
        if (node.when_false) {
            result += indent + "else\n" + text(**node.when_false, indent + "  ");
        }
        return result;
    }
    std::string optional(const std::optional<ExpressionBox>& box) const {
        return box ? text(**box) : std::string();
    }
    std::string of(const LoopStatement& node, const std::string& indent) const {
        return indent + "for (" + optional(node.initial) + "; " + optional(node.condition) + "; " +
               optional(node.step) + ")\n" + text(*node.body, indent + "  ");
    }
    std::string of(const ForeachStatement& node, const std::string& indent) const {
        std::string names;
        for (const std::uint32_t key : node.key_locals) {
            names += (names.empty() ? "" : ", ") + locals_[key].name;
        }
        std::string head = node.value_local ? locals_[*node.value_local].name + " = " : "";
        head += "[" + names + "] in ";
        head += node.histogram
                    ? of(StatisticRead{node.global, node.histogram->keys, node.histogram->extractor,
                                       node.histogram->parameters})
                    : global(node.global);
        if (!node.slice.empty()) {
            head += "[" + list(node.slice) + "]";
        }
        if (node.sort != language::SortDirection::none) {
            head += std::string(node.sort == language::SortDirection::ascending ? "+" : "-") +
                    " by " + std::to_string(node.sort_column);
        }
        if (node.limit) {
            head += " limit " + text(**node.limit);
        }
        return indent + "foreach (" + head + ")\n" + text(*node.body, indent + "  ");
    }
    std::string of(const ReturnStatement& node, const std::string& indent) const {
        return indent + "return " + optional(node.value) + "\n";
    }
    std::string of(const NextStatement& /*node*/, const std::string& indent) const {
        return indent + "next\n";
    }
    std::string of(const BreakStatement& /*node*/, const std::string& indent) const {
        return indent + "break\n";
    }
    std::string of(const ContinueStatement& /*node*/, const std::string& indent) const {
        return indent + "continue\n";
    }
    std::string of(const DeleteStatement& node, const std::string& indent) const {
        const std::string slice = node.slice.empty() ? "" : "[" + list(node.slice) + "]";
        return indent + "delete " + target(node.target) + slice + "\n";
    }
    std::string of(const TryStatement& node, const std::string& indent) const {
        const std::string name =
            node.message_local ? " (" + locals_[*node.message_local].name + ")" : "";
        return indent + "try\n" + text(*node.body, indent + "  ") + indent + "catch" + name + "\n" +
               text(*node.handler, indent + "  ");
    }

    const Program& program_;
    const std::vector<Local>& locals_;
    const std::vector<ExpressionBox>* entries_;
};

std::string typed(const std::string& name, ValueType type) {
    return name + ":" + type_name(type);
}

std::string global_line(const Global& global) {
    std::string line = global.name + (global.wraps ? "%" : "");
    line += global.capacity ? "[" + std::to_string(*global.capacity) + "]" : "";
    line = typed(line, global.value);
    if (!global.keys.empty()) {
        std::string keys;
        for (const ValueType key : global.keys) {
            keys += (keys.empty() ? "" : ", ") + std::string(type_name(key));
        }
        line += " [" + keys + "]";
    }
    if (global.initial) {
        const auto* number = std::get_if<std::int64_t>(&global.initial->value);
        line += " = " + (number != nullptr ? std::to_string(*number)
                                           : quoted(std::get<std::string>(global.initial->value)));
    }
    return line + "\n";
}

std::string locals_text(const std::vector<Local>& locals, std::size_t first) {
    std::string lines;
    for (std::size_t index = first; index < locals.size(); ++index) {
        lines += "  " + typed(locals[index].name, locals[index].type) + "\n";
    }
    return lines.empty() ? lines : "  # locals\n" + lines;
}

std::string function_text(const Program& program, const Function& function, bool with_body) {
    std::string parameters;
    for (std::uint32_t index = 0; index < function.parameters; ++index) {
        parameters += (index == 0 ? "" : ", ") +
                      typed(function.locals[index].name, function.locals[index].type);
    }
    return typed(function.name, function.result) + " (" + parameters + ")\n" +
           locals_text(function.locals, function.parameters) +
           (with_body ? Writer(program, function.locals, nullptr).text(function.body, "") : "");
}

}  // namespace

std::string dump(const Program& program, bool with_bodies) {
    std::string text;
    if (!program.globals.empty()) {
        text += "# globals\n";
        for (const Global& global : program.globals) {
            text += global_line(global);
        }
    }
    if (!program.functions.empty()) {
        text += "# functions\n";
        for (const Function& function : program.functions) {
            text += function_text(program, function, with_bodies);
        }
    }
    if (!program.probes.empty()) {
        text += "# probes\n";
        for (const Probe& probe : program.probes) {
            text +=
                probe.point + " /* <- " + probe.definition + " */\n" + locals_text(probe.locals, 0);
            if (with_bodies) {
                text += Writer(program, probe.locals, &probe.entries).text(probe.body, "");
            }
        }
    }
    return text;
}

}  // namespace sutap::elaborate
