// The probe's context: $variables, casts, @entry and @defined.
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/formats.h"

namespace sutap::elaborate {
namespace {

constexpr const char* whole_structure_message =
    "printing a whole structure with $ is not available in this version: print its members";

std::string dollar_names(const ProbeContext& context) {
    std::string text;
    const auto add = [&](const std::string& name) {
        text += (text.empty() ? " (alternatives: $" : ", $") + name;
    };
    for (const ContextParameter& parameter : context.parameters) {
        add(parameter.name);
    }
    if (context.result) {
        add("return");
    }
    return text.empty() ? text : text + ")";
}

bool is_plain_argument(const Expression& expression) {
    const auto* argument = std::get_if<ContextArgument>(&expression.node);
    return (argument != nullptr && argument->source != ContextArgument::Source::function_result) ||
           std::holds_alternative<IntegerConstant>(expression.node) ||
           std::holds_alternative<StringConstant>(expression.node);
}

}  // namespace

Expression Binder::unresolved(const Unresolved& problem) {
    if (session_.options.skip_bad_variables) {
        session_.problems.warning(problem.place, "bad variable replaced by 0: " + problem.message);
        return integer_constant(problem.place, 0);
    }
    return failed(problem.place, problem.message);
}

Expression Binder::finish_path(CPath& path, const std::vector<language::Accessor>& accessors,
                               bool address_of, const Place& place) {
    for (const language::Accessor& accessor : accessors) {
        if (const auto* member = std::get_if<language::MemberAccess>(&accessor.step)) {
            path.member(member->name, accessor.place);
        } else if (const auto* index = std::get_if<language::IndexAccess>(&accessor.step)) {
            path.index(bind(*index->index), accessor.place);
        } else {
            throw Unresolved{accessor.place, whole_structure_message};
        }
    }
    return address_of ? path.address(place) : path.value(place);
}

Expression Binder::context_value(const language::ContextVariable& variable, const Place& place) {
    if (context_ == nullptr) {
        throw Unresolved{place, "unresolved target-symbol expression"};
    }
    if (variable.name.starts_with("$")) {
        if (!variable.path.empty()) {
            throw Unresolved{place, whole_structure_message};
        }
        return all_variables(variable.name.substr(1), place);
    }
    if (context_->file_value != ProbeContext::FileValue::none) {
        return file_value(variable, place);
    }
    const ContextParameter* found = context_->find(variable.name);
    if (found == nullptr) {
        throw Unresolved{place, "unable to find local '" + variable.name + "' in " +
                                    context_->where + dollar_names(*context_)};
    }
    if (in_entry_ && variable.name == "return") {
        throw Unresolved{place, "$return has no value yet where @entry is evaluated"};
    }
    if (!found->is_scalar) {
        throw Unresolved{place, "'$" + variable.name +
                                    "' is a structure passed by value, which cannot be read here"};
    }
    const std::string near = "identifier '$" + variable.name + "'";
    Expression start{place, ValueType::integer, found->argument, near};
    if (found->argument.source == ContextArgument::Source::constant) {
        start = integer_constant(place, found->argument.value);
    }
    CPath path(session_.kernel.types(), std::move(start), found->type, near);
    return finish_path(path, variable.path, variable.address_of, place);
}

// $$vars, $$parms, $$locals and $$return: a text of all of them.
void Binder::check_file_value(const language::ContextVariable& variable, const Place& place) {
    if (variable.name != "value") {
        throw Unresolved{place, "invalid target symbol for procfs probe, $value expected"};
    }
    if (!variable.path.empty() || variable.address_of) {
        throw Unresolved{place, "$value is a string: it has no members and no address"};
    }
}

Expression Binder::file_value(const language::ContextVariable& variable, const Place& place) {
    check_file_value(variable, place);
    if (context_->file_value == ProbeContext::FileValue::assigned) {
        throw Unresolved{place, "procfs $value variable cannot be read in a procfs read probe"};
    }
    return {place, ValueType::string, BuiltinCall{Builtin::file_value, {}}, {}};
}

std::optional<Expression> Binder::assign_file_value(const language::Assignment& assignment) {
    const auto* variable = std::get_if<language::ContextVariable>(&assignment.target->node);
    if (variable == nullptr || context_ == nullptr ||
        context_->file_value == ProbeContext::FileValue::none) {
        return std::nullopt;
    }
    const Place& place = assignment.target->place;
    try {
        check_file_value(*variable, place);
    } catch (const Unresolved& problem) {
        return failed(problem.place, problem.message);
    }
    if (context_->file_value == ProbeContext::FileValue::given) {
        return failed(place, "procfs $value variable is read-only in a procfs write probe");
    }
    const bool appends = assignment.operation == language::AssignmentOperator::concatenate;
    if (!appends && assignment.operation != language::AssignmentOperator::set) {
        return failed(place, "$value is a string: only = and .= assign to it");
    }
    std::vector<ExpressionBox> value;
    value.emplace_back(bind(*assignment.value));
    return Expression{place,
                      ValueType::string,
                      BuiltinCall{appends ? Builtin::append_file_value : Builtin::set_file_value,
                                  std::move(value)},
                      {}};
}

Expression Binder::all_variables(const std::string& name, const Place& place) {
    FormatCall made;
    made.to_string = true;
    std::string text;
    const auto add = [&](const ContextParameter& parameter) {
        text += (made.pieces.empty() && text.empty() ? "" : " ") + parameter.name;
        if (!parameter.is_scalar) {
            text += "=?";
            return;
        }
        made.pieces.push_back(literal_piece(text + "=0x"));
        text.clear();
        FormatPiece hex;
        hex.conversion = FormatPiece::Conversion::hex;
        made.pieces.push_back(hex);
        made.arguments.emplace_back(Expression{place, ValueType::integer, parameter.argument,
                                               "identifier '$$" + name + "'"});
    };
    if (name == "vars" || name == "parms") {
        for (const ContextParameter& parameter : context_->parameters) {
            add(parameter);
        }
    } else if (name == "return") {
        if (context_->result) {
            add(*context_->result);
        }
    } else if (name != "locals") {
        throw Unresolved{place, "unable to find local '$" + name + "' in " + context_->where +
                                    " (alternatives: $$vars, $$parms, $$return)"};
    }
    if (!text.empty()) {
        made.pieces.push_back(literal_piece(text));
    }
    if (made.pieces.empty()) {
        return {place, ValueType::string, StringConstant{}, {}};
    }
    return {place, ValueType::string, std::move(made), {}};
}

Expression Binder::node(const language::ContextVariable& variable, const Place& place) {
    try {
        return context_value(variable, place);
    } catch (const Unresolved& problem) {
        return unresolved(problem);
    } catch (const targets::TargetError& problem) {
        return failed(place, problem.message);
    }
}

Expression Binder::node(const language::AtVariable& variable, const Place& place) {
    return unresolved({place, "unable to find global '" + variable.name +
                                  "': the kernel's BTF has no types of variables (read a known "
                                  "address with @cast(address, \"type\"))"});
}

Expression Binder::cast_value(const language::Cast& cast, const Place& place, Expression operand) {
    if (cast.type.empty()) {
        throw Unresolved{place, "the C type of this value is not known: write @cast(…, \"type\")"};
    }
    const targets::TypeGraph& types = session_.kernel.types();
    auto type = parse_type_name(types, cast.type);
    if (!type) {
        throw Unresolved{place,
                         "type definition '" + cast.type + "' not found in the kernel's BTF"};
    }
    const auto shape = scalar_shape(types, *type);
    if (shape && cast.path.empty() && !cast.address_of) {
        if (shape->size == 8) {
            return operand;
        }
        // Keeps the low bytes: shifted up, and down again with or without the sign.
        const std::int64_t bits = 64 - static_cast<std::int64_t>(shape->size) * 8;
        return binary_integer(
            shape->is_signed ? BinaryOperator::shift_right : BinaryOperator::unsigned_shift_right,
            binary_integer(BinaryOperator::shift_left, std::move(operand),
                           integer_constant(place, bits)),
            integer_constant(place, bits));
    }
    const bool is_pointer =
        type->pointers > 0 || types.type(types.strip(type->id)).kind == targets::TypeKind::pointer;
    if (!is_pointer) {
        if (cast.address_of && cast.path.empty()) {
            return operand;
        }
        type->pointers = 1;  // the operand is the address of such an object
    }
    // The tapset's own word for the memory of the present process.
    const bool reads_user = cast.module == "__user";
    CPath path(types, std::move(operand), *type, "operator '@cast'", reads_user);
    return finish_path(path, cast.path, cast.address_of, place);
}

Expression Binder::node(const language::Cast& cast, const Place& place) {
    Expression operand = bind(*cast.operand);
    try {
        return cast_value(cast, place, std::move(operand));
    } catch (const Unresolved& problem) {
        return unresolved(problem);
    } catch (const targets::TargetError& problem) {
        return failed(place, problem.message);
    }
}

Expression Binder::node(const language::EntryValue& entry, const Place& place) {
    if (context_ == nullptr || !context_->is_return) {
        return failed(place, "@entry is only valid in .return probes");
    }
    if (in_entry_) {
        return failed(place, "@entry inside of @entry");
    }
    in_entry_ = true;
    Expression operand = bind(*entry.operand);
    in_entry_ = false;
    if (is_plain_argument(operand)) {
        return operand;
    }
    if (!context_->has_entry_event) {
        return failed(place, "@entry is not possible here: " + context_->where +
                                 " can only be seen when it returns");
    }
    const auto index = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back(std::move(operand));
    return {place, ValueType::unknown, EntryRead{index}, "operator '@entry'"};
}

bool Binder::is_defined(const language::Expression& expression) {
    // What is tried here must leave no trace in the body.
    const auto locals = locals_.size();
    const std::vector<ExpressionBox> entries = entries_;
    bool answer = true;
    try {
        if (const auto* variable = std::get_if<language::ContextVariable>(&expression.node)) {
            context_value(*variable, expression.place);
        } else if (const auto* cast = std::get_if<language::Cast>(&expression.node)) {
            cast_value(*cast, expression.place, integer_constant(expression.place, 0));
            answer = is_defined(*cast->operand);
        } else if (const auto* entry = std::get_if<language::EntryValue>(&expression.node)) {
            answer = context_ != nullptr && context_->is_return && is_defined(*entry->operand);
        } else if (std::holds_alternative<language::AtVariable>(expression.node)) {
            answer = false;
        }
    } catch (const Unresolved&) {
        answer = false;
    } catch (const targets::TargetError&) {
        answer = false;
    }
    while (locals_.size() > locals) {
        local_index_.erase(locals_.back().name);
        locals_.pop_back();
    }
    entries_ = entries;
    return answer;
}

std::optional<bool> Binder::folded(const language::Expression& expression) {
    if (const auto* defined = std::get_if<language::Defined>(&expression.node)) {
        return is_defined(*defined->operand);
    }
    if (const auto* write = std::get_if<language::ProbeWrite>(&expression.node)) {
        return handler_writes_.count(write->name) != 0;
    }
    if (const auto* unary = std::get_if<language::Unary>(&expression.node)) {
        const auto operand = unary->operation == language::UnaryOperator::logical_not
                                 ? folded(*unary->operand)
                                 : std::nullopt;
        return operand ? std::optional(!*operand) : std::nullopt;
    }
    const auto* binary = std::get_if<language::Binary>(&expression.node);
    if (binary == nullptr || (binary->operation != language::BinaryOperator::logical_and &&
                              binary->operation != language::BinaryOperator::logical_or)) {
        return std::nullopt;
    }
    const bool absorbing = binary->operation == language::BinaryOperator::logical_or;
    const auto left = folded(*binary->left);
    if (left && *left == absorbing) {
        return absorbing;
    }
    const auto right = folded(*binary->right);
    if (left && right) {
        return *right;
    }
    return std::nullopt;
}

Expression Binder::node(const language::Defined& defined, const Place& place) {
    return integer_constant(place, is_defined(*defined.operand) ? 1 : 0);
}

Expression Binder::node(const language::ChooseDefined& choice, const Place& /*place*/) {
    return bind(is_defined(*choice.first) ? *choice.first : *choice.second);
}

Expression Binder::node(const language::EnumConstant& constant, const Place& place) {
    try {
        if (const auto value = session_.kernel.types().find_enumerator(constant.name)) {
            return integer_constant(place, *value);
        }
        return failed(place, "unable to find the enumeration constant '" + constant.name +
                                 "' in the kernel's BTF");
    } catch (const targets::TargetError& problem) {
        return failed(place, problem.message);
    }
}

Expression Binder::node(const language::PerfCounter& counter, const Place& place) {
    return failed(place, "perf counter '" + counter.name +
                             "' is not available: no probe point here starts hardware counters");
}

Expression Binder::node(const language::ProbeWrite& write, const Place& place) {
    return integer_constant(place, handler_writes_.count(write.name) != 0 ? 1 : 0);
}

void Binder::refuse_write(const Place& place) {
    session_.problems.error(place,
                            session_.options.guru
                                ? "writing to the probe's context is not available in this version"
                                : "write to target variable not permitted; need stap -g");
}

}  // namespace sutap::elaborate
