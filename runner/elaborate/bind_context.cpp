// The probe's context: $variables, casts, @entry and @defined.
#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/formats.h"
#include "runner/elaborate/object_printer.h"

namespace sutap::elaborate {
namespace {

// The tapset's own word for the memory of the present process, in place of a module.
constexpr std::string_view user_memory = "__user";

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

// The same at the return as at the entry. Registers are not.
bool is_plain_argument(const Expression& expression) {
    using Source = ContextArgument::Source;
    const auto* argument = std::get_if<ContextArgument>(&expression.node);
    return (argument != nullptr && argument->source != Source::function_result &&
            argument->source != Source::machine_argument &&
            argument->source != Source::processor_variable) ||
           std::holds_alternative<IntegerConstant>(expression.node) ||
           std::holds_alternative<StringConstant>(expression.node);
}

// Nothing for what is no pointer.
std::optional<CType> pointer_type(const targets::TypeGraph& types, CType type) {
    return is_address(types, type) ? std::optional(type) : std::nullopt;
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
        } else if (address_of) {
            throw Unresolved{accessor.place, "a text has no address"};
        } else {
            // It is the last.
            return printed_whole(path, std::get<language::PrettyPrint>(accessor.step).depth, place);
        }
    }
    return address_of ? path.address(place) : path.value(place);
}

Expression Binder::printed_whole(const CPath& path, int depth, const Place& place) {
    const targets::TypeGraph& types = session_.kernel.types();
    CPath::Whole whole = path.whole(place);
    ObjectPrinter printer(types, depth > 1, session_.options.string_size);
    const std::string text = printer.function(whole.type, whole.is_address);
    const std::string key =
        std::to_string(whole.type.id) + std::string(whole.type.pointers, '*') + " " + text;
    const language::Function*& known = session_.object_printers[key];
    if (known == nullptr) {
        known = &session_.library.generated("tapset/object_printer.stp", text).functions.front();
    }
    const std::uint32_t function = session_.function({known, true});
    FunctionFacts& facts = session_.function_facts[function];
    facts.parameters.resize(1);
    if (whole.is_address) {
        const targets::Type object = types.type(types.strip(whole.type.id));
        const bool is_array = object.kind == targets::TypeKind::array && whole.type.pointers == 0;
        facts.parameters[0].learn(is_array ? CType{object.target, 1}
                                           : CType{whole.type.id, whole.type.pointers + 1});
    }
    std::vector<ExpressionBox> arguments;
    arguments.emplace_back(std::move(whole.base));
    return {place, ValueType::string, FunctionCall{function, std::move(arguments)},
            "operator '" + std::string(static_cast<std::size_t>(depth), '$') + "'"};
}

Expression Binder::context_value(const language::ContextVariable& variable, const Place& place) {
    if (context_ == nullptr) {
        throw Unresolved{place, "unresolved target-symbol expression"};
    }
    if (variable.name.starts_with("$")) {
        int depth = 0;
        for (const language::Accessor& accessor : variable.path) {
            const auto* printed = std::get_if<language::PrettyPrint>(&accessor.step);
            if (printed == nullptr) {
                throw Unresolved{place, "$" + variable.name + " is a string: it has no members"};
            }
            depth = printed->depth;
        }
        return all_variables(variable.name.substr(1), depth, place);
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
    Expression start = argument_value(found->argument, place, near);
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

Expression Binder::all_variables(const std::string& name, int depth, const Place& place) {
    FormatCall made;
    made.to_string = true;
    std::string text;
    const auto add = [&](const ContextParameter& parameter) {
        text += (made.pieces.empty() && text.empty() ? "" : " ") + parameter.name;
        if (!parameter.is_scalar) {
            text += "=?";
            return;
        }
        if (depth > 0) {
            made.pieces.push_back(literal_piece(text + "="));
            text.clear();
            FormatPiece whole;
            whole.conversion = FormatPiece::Conversion::string;
            made.pieces.push_back(whole);
            Expression start =
                argument_value(parameter.argument, place, "identifier '$$" + name + "'");
            const std::string near = start.near;
            const CPath path(session_.kernel.types(), std::move(start), parameter.type, near);
            made.arguments.emplace_back(printed_whole(path, depth, place));
            return;
        }
        Expression value = argument_value(parameter.argument, place, "identifier '$$" + name + "'");
        FormatPiece shown;
        if (parameter.argument.is_address) {
            made.pieces.push_back(literal_piece(text + "="));
            shown.conversion = FormatPiece::Conversion::string;
            std::vector<ExpressionBox> address;
            address.emplace_back(std::move(value));
            value = {place,
                     ValueType::string,
                     BuiltinCall{Builtin::address_text, std::move(address)},
                     {}};
        } else {
            made.pieces.push_back(literal_piece(text + "=0x"));
            shown.conversion = FormatPiece::Conversion::hex;
        }
        text.clear();
        made.pieces.push_back(shown);
        made.arguments.emplace_back(std::move(value));
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
    if (auto refusal = refused_variable(variable, place)) {
        return std::move(*refusal);
    }
    try {
        return context_value(variable, place);
    } catch (const Unresolved& problem) {
        return unresolved(problem);
    } catch (const targets::TargetError& problem) {
        return failed(place, problem.message);
    }
}

// @var: a variable whose type BTF knows is the processor's own; of all others the address alone can
// be had. BTF does not know in which file a variable is: the name's part behind the @ is not looked
// at.
Expression Binder::kernel_variable(const language::AtVariable& variable, const Place& place) {
    const std::string name = variable.name.substr(0, variable.name.find('@'));
    const bool is_of_module =
        variable.module && *variable.module != "kernel" && *variable.module != "vmlinux";
    const std::string module = is_of_module ? *variable.module : "";
    const std::string near = "operator '@var'";
    ContextArgument address;
    address.is_address = true;
    const auto own = is_of_module ? std::nullopt : session_.kernel.processor_variable(name);
    if (own) {
        address.source = ContextArgument::Source::processor_variable;
        address.index = *own;
        CPath path(session_.kernel.types(), {place, ValueType::integer, address, near}, {*own, 1},
                   near);
        path.index(integer_constant(place, 0), place);
        return finish_path(path, variable.path, variable.address_of, place);
    }
    if (!session_.kernel.has_symbol(name, module)) {
        throw Unresolved{place, "unable to find global '" + variable.name + "': the kernel" +
                                    (module.empty() ? "" : "'s module " + module) +
                                    " has no such symbol"};
    }
    if (!variable.address_of || !variable.path.empty()) {
        throw Unresolved{place, "the kernel's BTF does not know the type of '" + name +
                                    "': write @cast(&@var(\"" + name +
                                    "\"), \"type\") in place of @var(\"" + name + "\")"};
    }
    std::vector<std::string>& symbols = session_.program.symbols;
    const std::string wanted = module.empty() ? name : module + ":" + name;
    auto known = std::ranges::find(symbols, wanted);
    if (known == symbols.end()) {
        if (symbols.size() == most_symbols) {
            throw Unresolved{place, "more than " + std::to_string(most_symbols) +
                                        " symbols of the kernel in one script"};
        }
        known = symbols.insert(known, wanted);
    }
    address.source = ContextArgument::Source::symbol_address;
    address.index = static_cast<std::uint32_t>(known - symbols.begin());
    return {place, ValueType::integer, address, near};
}

Expression Binder::node(const language::AtVariable& variable, const Place& place) {
    if (is_confined()) {
        return refused(place, "@var(\"" + variable.name + "\")", "variables of the script are");
    }
    try {
        return kernel_variable(variable, place);
    } catch (const Unresolved& problem) {
        return unresolved(problem);
    } catch (const targets::TargetError& problem) {
        return failed(place, problem.message);
    }
}

// As @cast's last part says it, "kernel:nfs"; else, or if it is not there, in the module of the
// probe; else wherever it is.
CType Binder::cast_type(const language::Cast& cast, const Place& place) {
    const std::string parts = cast.module.value_or("");
    std::vector<std::string> modules;
    std::string missing;
    for (std::size_t at = 0; at < parts.size();) {
        const std::string part = parts.substr(at, parts.find(':', at) - at);
        at += part.size() + 1;
        // Other parts name headers and programs.
        if (part != "kernel" && part != user_memory && targets::is_module_name(part)) {
            missing += session_.kernel.has_module(part)
                           ? ""
                           : " (" + session_.kernel.missing_module(part) + ")";
            modules.push_back(part);
        } else if (part == "kernel") {
            modules.emplace_back();
        }
    }
    if (context_ != nullptr) {
        modules.push_back(context_->module);
    }
    const auto type = parse_type_name(
        [&](const std::string& name) { return session_.kernel.find_type(name, modules); },
        cast.type);
    if (!type) {
        throw Unresolved{
            place, "type definition '" + cast.type + "' not found in the kernel's BTF" + missing};
    }
    return *type;
}

Expression Binder::cast_value(const language::Cast& cast, const Place& place, Expression operand) {
    const targets::TypeGraph& types = session_.kernel.types();
    if (cast.type.empty()) {
        learn_result(operand);
        if (!operand.c_type) {
            throw Unresolved{place,
                             "the C type of this value is not known: write @cast(…, \"type\")"};
        }
        const CType known = *operand.c_type;
        std::string near = operand.near.empty() ? "operator '->'" : operand.near;
        CPath path(types, std::move(operand), known, std::move(near));
        return finish_path(path, cast.path, cast.address_of, place);
    }
    CType type = cast_type(cast, place);
    const auto shape = scalar_shape(types, type);
    if (shape && cast.path.empty() && !cast.address_of) {
        if (shape->size == 8) {
            operand.c_type = pointer_type(types, type);
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
    if (!pointer_type(types, type)) {
        if (cast.address_of && cast.path.empty()) {
            return operand;
        }
        type.pointers = 1;  // the operand is the address of such an object
    }
    const bool reads_user = cast.module == user_memory;
    CPath path(types, std::move(operand), type, "operator '@cast'", reads_user);
    return finish_path(path, cast.path, cast.address_of, place);
}

void Binder::learn_result(Expression& value) {
    if (const auto* call = std::get_if<FunctionCall>(&value.node); call && !value.c_type) {
        value.c_type = result_c_type(session_, call->function);
    }
}

Expression Binder::node(const language::Cast& cast, const Place& place) {
    if (is_confined()) {
        return refused(place, cast.type.empty() ? "a member of what this points to" : "@cast",
                       "user_long() and its like read the process's own memory");
    }
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
    const bool is_gone =
        context_->keeps_parameters && std::holds_alternative<ContextArgument>(operand.node);
    if (is_plain_argument(operand) && !is_gone) {
        return operand;
    }
    if (!context_->has_entry_event) {
        return failed(place, "@entry is not possible here: " + context_->where +
                                 " can only be seen when it returns");
    }
    return kept(std::move(operand), place, "operator '@entry'");
}

// The value that the operand has at the entry.
Expression Binder::kept(Expression operand, const Place& place, const std::string& near) {
    const auto index = static_cast<std::uint32_t>(entries_.size());
    const std::optional<CType> c_type = operand.c_type;
    entries_.emplace_back(std::move(operand));
    return {place, ValueType::unknown, EntryRead{index}, near, c_type};
}

Expression Binder::argument_value(const ContextArgument& argument, const Place& place,
                                  const std::string& near) {
    if (argument.source == ContextArgument::Source::constant) {
        return integer_constant(place, argument.value);
    }
    Expression value{place, ValueType::integer, argument, near};
    const bool is_gone = context_->keeps_parameters && !in_entry_ &&
                         argument.source == ContextArgument::Source::function_argument;
    return is_gone ? kept(std::move(value), place, near) : value;
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
            answer = is_defined(*cast->operand);
            if (answer) {
                // Without a type of its own it takes the operand's.
                cast_value(*cast, expression.place,
                           cast->type.empty() ? bind(*cast->operand)
                                              : integer_constant(expression.place, 0));
            }
        } else if (const auto* entry = std::get_if<language::EntryValue>(&expression.node)) {
            answer = context_ != nullptr && context_->is_return && is_defined(*entry->operand);
        } else if (const auto* at = std::get_if<language::AtVariable>(&expression.node)) {
            kernel_variable(*at, expression.place);
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
