#include "runner/elaborate/types.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "runner/elaborate/default_types.h"
#include "runner/elaborate/inference.h"

namespace sutap::elaborate {
namespace {

constexpr ValueType unknown = ValueType::unknown;
constexpr ValueType integer = ValueType::integer;
constexpr ValueType string = ValueType::string;

// Each pass carries types at least one step further; a script whose types need more steps than this
// is no script that a person wrote, and is refused with unresolved types.
constexpr int most_passes = 500;

}  // namespace

void Inference::constrain(ValueType& slot, ValueType type, const Place& place) {
    if (type == unknown || slot == type) {
        return;
    }
    if (slot == unknown) {
        slot = type;
        origins_[&slot] = place;
        changed_ = true;
    } else if (reporting_) {
        const std::string message = std::string("type mismatch (") + type_name(type) + ")";
        const auto origin = origins_.find(&slot);
        if (origin == origins_.end()) {
            session_.problems.error(place, message);
        } else {
            session_.problems.error(
                place, message, origin->second,
                std::string("type was first inferred here (") + type_name(slot) + ")");
        }
    }
}

ValueType& Inference::value_slot(const Target& target) {
    return target.kind == Target::Kind::local ? (*locals_)[target.index].type
                                              : program_.globals[target.index].value;
}

void Inference::mismatch(const Place& place, ValueType expected, ValueType found) {
    if (reporting_) {
        session_.problems.error(place, std::string("type mismatch: expected ") +
                                           type_name(expected) + " but found " + type_name(found));
    }
}

void Inference::settle(Expression& expression, ValueType type) {
    if (type != unknown && expression.type == unknown) {
        expression.type = type;
        changed_ = true;
    }
}

void Inference::visit(Expression& expression) {
    std::visit([&](auto& inner) { node(expression, inner); }, expression.node);
}

void Inference::push(Expression& expression, ValueType wanted) {
    if (wanted == unknown) {
        return;
    }
    const auto into = [&](ValueType& slot) {
        constrain(slot, wanted, expression.place);
        settle(expression, slot);
    };
    std::visit(
        [&](auto& inner) {
            using Node = decltype(inner);
            if constexpr (is_any_of<Node, LocalRead>) {
                into((*locals_)[inner.local].type);
            } else if constexpr (is_any_of<Node, GlobalRead, ArrayRead>) {
                into(program_.globals[inner.global].value);
            } else if constexpr (is_any_of<Node, FunctionCall>) {
                into(program_.functions[inner.function].result);
            } else if constexpr (is_any_of<Node, EntryRead>) {
                push(*probe_->entries[inner.entry], wanted);
                settle(expression, probe_->entries[inner.entry]->type);
            } else if constexpr (is_any_of<Node, ConditionalOperation>) {
                push(*inner.when_true, wanted);
                push(*inner.when_false, wanted);
                settle(expression, wanted);
            } else {
                push_assigned(expression, inner, wanted);
            }
        },
        expression.node);
}

template <typename Node>
void Inference::push_assigned(Expression& expression, Node& node, ValueType wanted) {
    if constexpr (is_any_of<Node, AssignmentOperation>) {
        if (!node.operation) {
            constrain(value_slot(node.target), wanted, expression.place);
            settle(expression, value_slot(node.target));
            return;
        }
    }
    if (expression.type != unknown && expression.type != wanted) {
        mismatch(expression.place, wanted, expression.type);
    }
}

void Inference::require(Expression& expression) {
    if (!reporting_) {
        return;
    }
    if (expression.type == unknown) {
        session_.problems.error(expression.place, "unresolved type");
    } else if (expression.type == ValueType::statistic) {
        mismatch(expression.place, integer, ValueType::statistic);
    }
}

// As a statement. A function may have no result, and a statistic needs no extractor there.
void Inference::alone(Expression& expression) {
    visit(expression);
    const bool is_variable = std::holds_alternative<LocalRead>(expression.node) ||
                             std::holds_alternative<GlobalRead>(expression.node) ||
                             std::holds_alternative<ArrayRead>(expression.node);
    if (is_variable && expression.type == unknown) {
        require(expression);
    }
}

void Inference::value(Expression& expression, ValueType wanted) {
    visit(expression);
    push(expression, wanted);
    require(expression);
}

void Inference::meet(Expression& expression, ValueType& slot) {
    visit(expression);
    constrain(slot, expression.type, expression.place);
    if (expression.type == unknown) {
        push(expression, slot);
    }
    require(expression);
}

void Inference::keys(std::uint32_t global, std::vector<ExpressionBox>& keys) {
    std::vector<ValueType>& slots = program_.globals[global].keys;
    for (std::size_t index = 0; index < keys.size() && index < slots.size(); ++index) {
        meet(*keys[index], slots[index]);
    }
}

void Inference::keys(std::uint32_t global, std::vector<std::optional<ExpressionBox>>& keys) {
    std::vector<ValueType>& slots = program_.globals[global].keys;
    for (std::size_t index = 0; index < keys.size() && index < slots.size(); ++index) {
        if (keys[index]) {
            meet(**keys[index], slots[index]);
        }
    }
}

// The bucket's number, its count, and the limit.
void Inference::histogram_locals(ForeachStatement& loop, const Place& place) {
    for (const std::uint32_t local : loop.key_locals) {
        constrain((*locals_)[local].type, integer, place);
    }
    if (loop.value_local) {
        constrain((*locals_)[*loop.value_local].type, integer, place);
    }
    if (loop.limit) {
        value(**loop.limit, integer);
    }
}

void Inference::foreach (ForeachStatement& loop, const Place& place) {
    Global& global = program_.globals[loop.global];
    if (loop.histogram) {
        keys(loop.global, loop.histogram->keys);
        constrain(global.value, ValueType::statistic, place);
        histogram_locals(loop, place);
        visit(*loop.body);
        return;
    }
    keys(loop.global, loop.slice);
    for (std::size_t index = 0; index < loop.key_locals.size() && index < global.keys.size();
         ++index) {
        Local& key = (*locals_)[loop.key_locals[index]];
        constrain(key.type, global.keys[index], key.place);
        constrain(global.keys[index], key.type, key.place);
    }
    if (loop.sort_extractor) {
        constrain(global.value, ValueType::statistic, place);
    }
    if (loop.value_local) {
        ValueType& slot = (*locals_)[*loop.value_local].type;
        if (global.value == ValueType::statistic) {
            if (reporting_) {
                session_.problems.error(
                    place,
                    "the value of a statistics array has no single number: use an extractor "
                    "such as @count");
            }
        } else {
            constrain(slot, global.value, place);
            constrain(global.value, slot, place);
        }
    }
    if (loop.limit) {
        value(**loop.limit, integer);
    }
    visit(*loop.body);
}

void Inference::visit(Statement& statement) {
    const auto condition = [&](std::optional<ExpressionBox>& box, ValueType wanted) {
        if (box) {
            wanted == unknown ? alone(**box) : value(**box, wanted);
        }
    };
    std::visit(
        [&](auto& inner) {
            using Node = decltype(inner);
            if constexpr (is_any_of<Node, ExpressionStatement>) {
                alone(*inner.expression);
            } else if constexpr (is_any_of<Node, BlockStatement>) {
                for_each_box(inner.statements, [&](Statement& one) { visit(one); });
            } else if constexpr (is_any_of<Node, IfStatement>) {
                value(*inner.condition, integer);
                visit(*inner.when_true);
                if (inner.when_false) {
                    visit(**inner.when_false);
                }
            } else if constexpr (is_any_of<Node, LoopStatement>) {
                condition(inner.initial, unknown);
                condition(inner.condition, integer);
                visit(*inner.body);
                condition(inner.step, unknown);
            } else if constexpr (is_any_of<Node, ForeachStatement>) {
                foreach (inner, statement.place)
                    ;
            } else if constexpr (is_any_of<Node, ReturnStatement>) {
                if (inner.value && function_ != nullptr) {
                    returned(**inner.value);
                }
            } else if constexpr (is_any_of<Node, DeleteStatement>) {
                if (inner.slice.empty()) {
                    target_keys(inner.target);
                } else {
                    keys(inner.target.index, inner.slice);
                }
            } else if constexpr (is_any_of<Node, TryStatement>) {
                visit(*inner.body);
                if (inner.message_local) {
                    constrain((*locals_)[*inner.message_local].type, string, statement.place);
                }
                visit(*inner.handler);
            }
        },
        statement.node);
}

void Inference::returned(Expression& value) {
    const auto* call = std::get_if<FunctionCall>(&value.node);
    if (call == nullptr || !call->is_next) {
        meet(value, function_->result);
        return;
    }
    // `next` goes on with an overload, which has a result only if this one has.
    visit(value);
    constrain(function_->result, value.type, value.place);
    if (value.type == unknown) {
        push(value, function_->result);
    }
}

void Inference::start(std::vector<Local>& locals, Function* function, Probe* probe) {
    locals_ = &locals;
    function_ = function;
    probe_ = probe;
}

// Types flow from calls to functions and back: passes in turn go both ways, so that a long chain of
// calls takes few of them.
void Inference::pass(bool forward) {
    changed_ = false;
    for (Global& global : program_.globals) {
        if (global.initial) {
            const bool is_text = std::holds_alternative<std::string>(global.initial->value);
            constrain(global.value, is_text ? string : integer, global.place);
        }
    }
    for (Probe& probe : program_.probes) {
        start(probe.locals, nullptr, &probe);
        for (ExpressionBox& entry : probe.entries) {
            visit(*entry);
        }
        visit(probe.body);
    }
    const std::size_t count = program_.functions.size();
    for (std::size_t index = 0; index < count; ++index) {
        Function& function = program_.functions[forward ? index : count - 1 - index];
        start(function.locals, &function, nullptr);
        visit(function.body);
    }
}

// What is declared was first inferred where it is declared.
void Inference::note_declared() {
    const auto note = [&](const ValueType& slot, const Place& place) {
        if (slot != unknown && place.source != language::no_source) {
            origins_[&slot] = place;
        }
    };
    for (const Global& global : program_.globals) {
        note(global.value, global.place);
    }
    for (const Function& function : program_.functions) {
        note(function.result, function.place);
        for (const Local& local : function.locals) {
            note(local.type, local.place);
        }
    }
}

void Inference::run() {
    note_declared();
    int passes = 0;
    do {
        do {
            pass(passes % 2 == 0);
        } while (changed_ && ++passes < most_passes);
    } while (settle_default_types(session_) && ++passes < most_passes);
    reporting_ = true;
    pass(true);
}

const char* type_name(ValueType type) {
    switch (type) {
        case ValueType::integer:
            return "long";
        case ValueType::string:
            return "string";
        case ValueType::statistic:
            return "stats";
        case ValueType::unknown:
            break;
    }
    return "unknown";
}

void infer_types(Session& session) {
    Inference(session).run();
}

}  // namespace sutap::elaborate
