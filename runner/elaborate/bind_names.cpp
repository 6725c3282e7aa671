// Names, operators and assignments.
#include <algorithm>
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/written_names.h"
#include "runner/language/operators.h"

namespace sutap::elaborate {
namespace {

std::optional<language::BinaryOperator> operation_of(language::AssignmentOperator assignment) {
    using From = language::AssignmentOperator;
    using To = language::BinaryOperator;
    switch (assignment) {
        case From::set:
        case From::aggregate:
            return std::nullopt;
        case From::add:
            return To::add;
        case From::subtract:
            return To::subtract;
        case From::multiply:
            return To::multiply;
        case From::divide:
            return To::divide;
        case From::modulo:
            return To::modulo;
        case From::shift_left:
            return To::shift_left;
        case From::shift_right:
            return To::shift_right;
        case From::unsigned_shift_right:
            return To::unsigned_shift_right;
        case From::bitwise_and:
            return To::bitwise_and;
        case From::bitwise_or:
            return To::bitwise_or;
        case From::bitwise_xor:
            return To::bitwise_xor;
        case From::concatenate:
            return To::concatenate;
    }
    return std::nullopt;
}

std::string near_operator(const std::string& text) {
    return "operator '" + text + "'";
}
std::string near_identifier(const std::string& name) {
    return "identifier '" + name + "'";
}

std::string target_name(const language::Expression& target) {
    if (const auto* name = std::get_if<language::Name>(&target.node)) {
        return name->name;
    }
    const auto* element = std::get_if<language::ArrayElement>(&target.node);
    return element != nullptr ? element->name : std::string();
}

}  // namespace

Binder::Binder(Session& session, const ProbeContext* context)
    : session_(session), context_(context) {}

Binder::Binder(Session& session, const Declared<language::Function>& function,
               std::uint32_t function_index)
    : session_(session),
      function_(function),
      function_index_(function_index),
      is_tapset_(function.is_tapset) {
    const std::vector<LearnedType>& learned = session.function_facts[function_index].parameters;
    collect_written_names(function.syntax->body, function_writes_);
    for (const language::Parameter& parameter : function.syntax->parameters) {
        const std::uint32_t index = static_cast<std::uint32_t>(locals_.size());
        if (!local_index_.emplace(parameter.name, index).second) {
            session_.problems.error(parameter.place,
                                    "duplicate parameter name '" + parameter.name + "'");
        }
        Local made{parameter.name, ValueType::unknown, parameter.place};
        if (parameter.type != language::DeclaredType::none) {
            made.type = parameter.type == language::DeclaredType::integer ? ValueType::integer
                                                                          : ValueType::string;
        }
        locals_.push_back(std::move(made));
    }
    for (std::uint32_t parameter = 0; parameter < learned.size(); ++parameter) {
        local_c_types_[parameter] = learned[parameter];
    }
}

Expression Binder::failed(const Place& place, const std::string& message) {
    session_.problems.error(place, message);
    return integer_constant(place, 0);
}

Expression Binder::refused(const Place& place, const std::string& what,
                           const std::string& instead) {
    session_.is_refused = true;
    return failed(place, beyond_own_processes(what, instead));
}

std::vector<Declared<language::Function>> Binder::overloads(const std::string& name,
                                                            bool is_tapset) {
    auto found = session_.library.functions(name, is_tapset, file_);
    if (session_.options.own_processes && !is_tapset && !is_own_function(name)) {
        std::erase_if(found, [](const auto& one) { return one.is_tapset; });
    }
    return found;
}

std::optional<Expression> Binder::refused_function(const std::string& name, const Place& place) {
    if (!is_confined() || is_own_function(name)) {
        return std::nullopt;
    }
    const auto known = session_.library.functions(name, false, file_);
    const bool is_there = reads_registers(name) || find_builtin(name) ||
                          std::ranges::any_of(known, &Declared<language::Function>::is_tapset);
    if (!is_there) {
        return std::nullopt;  // and said to be so
    }
    return refused(place, name + "()",
                   "functions on the present process are (pid(), execname(), user_string(), …)");
}

std::optional<Expression> Binder::refused_variable(const language::ContextVariable& variable,
                                                   const Place& place) {
    if (!is_confined() || context_ == nullptr ||
        context_->file_value != ProbeContext::FileValue::none) {
        return std::nullopt;
    }
    const bool is_all = variable.name.starts_with("$");
    const ContextParameter* found = is_all ? nullptr : context_->find(variable.name);
    if (!is_all && found == nullptr) {
        return std::nullopt;  // and said to be unknown
    }
    const bool is_plain = !is_all && variable.path.empty() && !variable.address_of;
    if (is_plain && is_own_value(session_.kernel.types(), *found)) {
        return std::nullopt;
    }
    return refused(
        place, is_plain || is_all ? "$" + variable.name : "what $" + variable.name + " points to",
        "the numbers that a system call has are ($arg1, $return), and user_string() of "
        "an address");
}

std::optional<std::uint32_t> Binder::find_local(const std::string& name) const {
    const auto found = local_index_.find(name);
    return found == local_index_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> Binder::find_global(const std::string& name) {
    const auto declared = session_.library.global(name, is_tapset_, file_);
    return declared ? std::optional(session_.global(*declared)) : std::nullopt;
}

std::optional<std::uint32_t> Binder::visible_global(const std::string& name) {
    const auto known = find_local(name);
    if (known && function_ && *known < function_->syntax->parameters.size()) {
        return std::nullopt;
    }
    return find_global(name);
}

std::uint32_t Binder::local(const std::string& name, const Place& place) {
    const auto next = static_cast<std::uint32_t>(locals_.size());
    const auto [entry, is_new] = local_index_.emplace(name, next);
    if (is_new) {
        locals_.push_back({name, ValueType::unknown, place});
    }
    return entry->second;
}

std::optional<std::uint32_t> Binder::array(const std::string& name, std::size_t arity,
                                           const Place& place) {
    const auto found = visible_global(name);
    if (!found) {
        session_.problems.error(
            place, "unresolved arity-" + std::to_string(arity) + " global array " + name +
                       ", missing global declaration?" + session_.problems.similar(name, [&] {
                           return session_.library.global_names();
                       }));
        return std::nullopt;
    }
    session_.use_arity(*found, arity, place);
    return found;
}

Expression Binder::bind(const language::Expression& expression) {
    if (!std::holds_alternative<language::Call>(expression.node)) {
        is_statement_ = false;
    }
    return std::visit([&](const auto& inner) { return node(inner, expression.place); },
                      expression.node);
}

Expression Binder::node(const language::NumberLiteral& literal, const Place& place) {
    return integer_constant(place, literal.value);
}

Expression Binder::node(const language::StringLiteral& literal, const Place& place) {
    return {place, ValueType::string, StringConstant{literal.value}, {}};
}

Expression Binder::node(const language::Name& name, const Place& place) {
    if (const auto global = visible_global(name.name)) {
        session_.use_arity(*global, 0, place);
        return {place, ValueType::unknown, GlobalRead{*global}, near_identifier(name.name),
                session_.global_facts[*global].c_type.get()};
    }
    const auto known = find_local(name.name);
    const std::uint32_t index = known ? *known : local(name.name, place);
    if (in_entry_) {
        return failed(place, "a local variable has no value yet where @entry is evaluated");
    }
    return {place, ValueType::unknown, LocalRead{index}, near_identifier(name.name),
            local_c_types_[index].get()};
}

std::vector<ExpressionBox> Binder::keys(const Indexes& indexes, const Place& place) {
    std::vector<ExpressionBox> bound;
    for (const auto& index : indexes) {
        if (index) {
            bound.push_back(boxed(*index));
        } else {
            session_.problems.error(place, "a wildcard index '*' is not allowed here");
        }
    }
    return bound;
}

Binder::Keys Binder::slice(const Indexes& indexes) {
    Keys bound;
    for (const auto& index : indexes) {
        bound.push_back(index ? std::optional<ExpressionBox>(boxed(*index)) : std::nullopt);
    }
    return bound;
}

Expression Binder::node(const language::ArrayElement& element, const Place& place) {
    const auto global = array(element.name, element.indexes.size(), place);
    if (!global) {
        return integer_constant(place, 0);
    }
    return {place, ValueType::unknown, ArrayRead{*global, keys(element.indexes, place)},
            near_identifier(element.name), session_.global_facts[*global].c_type.get()};
}

Expression Binder::node(const language::Membership& membership, const Place& place) {
    const auto global = array(membership.array, membership.indexes.size(), membership.array_place);
    if (!global) {
        return integer_constant(place, 0);
    }
    return {place, ValueType::integer, MembershipTest{*global, slice(membership.indexes)},
            near_identifier(membership.array)};
}

Expression Binder::node(const language::Unary& unary, const Place& place) {
    return {place, ValueType::integer, UnaryOperation{unary.operation, boxed(unary.operand)}, {}};
}

Expression Binder::node(const language::Binary& binary, const Place& place) {
    using language::BinaryOperator;
    const bool is_logical = binary.operation == BinaryOperator::logical_and ||
                            binary.operation == BinaryOperator::logical_or;
    const Place where = binary.operation_place.line != 0 ? binary.operation_place : place;
    if (is_logical) {
        // What @defined rules out may name variables that do not exist.
        const auto left = folded(*binary.left);
        if (left && *left == (binary.operation == BinaryOperator::logical_or)) {
            return integer_constant(where, *left ? 1 : 0);
        }
    }
    return {
        where,
        binary.operation == BinaryOperator::concatenate ? ValueType::string : ValueType::integer,
        BinaryOperation{binary.operation, boxed(binary.left), boxed(binary.right)},
        near_operator(std::string(language::written(binary.operation)))};
}

Expression Binder::node(const language::Conditional& conditional, const Place& place) {
    if (const auto known = folded(*conditional.condition)) {
        return bind(*known ? *conditional.when_true : *conditional.when_false);
    }
    ConditionalOperation made{boxed(conditional.condition), boxed(conditional.when_true),
                              boxed(conditional.when_false)};
    LearnedType c_type;
    c_type.learn(made.when_true->c_type);
    c_type.learn(made.when_false->c_type);
    return {place, ValueType::unknown, std::move(made), {}, c_type.get()};
}

LearnedType& Binder::c_type_of(const Target& target) {
    return target.kind == Target::Kind::local ? local_c_types_[target.index]
                                              : session_.global_facts[target.index].c_type;
}

std::optional<Target> Binder::target(const language::Expression& expression) {
    const Place& place = expression.place;
    if (const auto* name = std::get_if<language::Name>(&expression.node)) {
        if (in_entry_) {
            session_.problems.error(place, "@entry must not change variables");
            return std::nullopt;
        }
        if (const auto global = visible_global(name->name)) {
            session_.use_arity(*global, 0, place);
            return Target{Target::Kind::global, *global, {}};
        }
        return Target{Target::Kind::local, local(name->name, place), {}};
    }
    if (const auto* element = std::get_if<language::ArrayElement>(&expression.node)) {
        const auto global = array(element->name, element->indexes.size(), place);
        if (!global) {
            return std::nullopt;
        }
        return Target{Target::Kind::element, *global, keys(element->indexes, place)};
    }
    if (std::holds_alternative<language::ContextVariable>(expression.node) ||
        std::holds_alternative<language::AtVariable>(expression.node) ||
        std::holds_alternative<language::Cast>(expression.node)) {
        refuse_write(place);
    } else {
        session_.problems.error(place, "not something that can be assigned to");
    }
    return std::nullopt;
}

Expression Binder::node(const language::Assignment& assignment, const Place& place) {
    using language::AssignmentOperator;
    const Place where = assignment.operation_place.line != 0 ? assignment.operation_place : place;
    if (auto made = assign_file_value(assignment)) {
        return std::move(*made);
    }
    auto stored = target(*assignment.target);
    Expression value = bind(*assignment.value);
    if (!stored) {
        return integer_constant(where, 0);
    }
    // Messages show the variable, unless it is the operator that may fail.
    const Place target_place = assignment.target->place;
    const std::string near = near_identifier(target_name(*assignment.target));
    if (assignment.operation == AssignmentOperator::aggregate) {
        if (stored->kind == Target::Kind::local) {
            return failed(target_place, "statistic '" + target_name(*assignment.target) +
                                            "' must be a global variable, missing global "
                                            "declaration?");
        }
        return {target_place, ValueType::unknown,
                AggregateOperation{std::move(*stored), std::move(value)}, near};
    }
    const auto operation = operation_of(assignment.operation);
    const bool may_fail =
        operation == BinaryOperator::divide || operation == BinaryOperator::modulo;
    if (!operation) {
        learn_result(value);
    }
    const std::optional<CType> c_type = operation ? std::nullopt : value.c_type;
    c_type_of(*stored).learn(c_type);
    return {may_fail ? where : target_place, ValueType::unknown,
            AssignmentOperation{std::move(*stored), operation, std::move(value)},
            may_fail ? near_operator(std::string(language::written(*operation)) + "=") : near,
            c_type};
}

Expression Binder::node(const language::Step& step, const Place& place) {
    auto stored = target(*step.target);
    if (!stored) {
        return integer_constant(place, 0);
    }
    const bool increments = step.operation == language::StepOperator::increment;
    return {step.target->place, ValueType::integer,
            StepOperation{std::move(*stored), increments, step.prefix},
            near_identifier(target_name(*step.target))};
}

Expression Binder::node(const language::EmbeddedCode& /*code*/, const Place& place) {
    return failed(place, embedded_code_message);
}

}  // namespace sutap::elaborate
