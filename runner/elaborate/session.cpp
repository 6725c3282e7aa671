#include "runner/elaborate/session.h"

#include <utility>

namespace sutap::elaborate {
namespace {

constexpr std::size_t most_indexes = 9;

}  // namespace

std::uint32_t Session::global(const Declared<language::Global>& declared) {
    const auto next = static_cast<std::uint32_t>(program.globals.size());
    const auto [entry, is_new] = global_index_.emplace(declared.syntax, next);
    if (is_new) {
        Global made;
        made.name = declared.syntax->name;
        made.place = declared.syntax->place;
        made.capacity = declared.syntax->capacity;
        made.wraps = declared.syntax->wraps;
        made.initial = declared.syntax->initial;
        if (declared.syntax->type != language::DeclaredType::none) {
            made.value = declared.syntax->type == language::DeclaredType::integer
                             ? ValueType::integer
                             : ValueType::string;
        }
        program.globals.push_back(std::move(made));
        GlobalFacts facts;
        facts.is_tapset = declared.is_tapset;
        if (declared.syntax->capacity || declared.syntax->wraps) {
            facts.arity_place = declared.syntax->place;
        } else if (declared.syntax->initial) {
            facts.arity = 0;
            facts.arity_place = declared.syntax->place;
        }
        global_facts.push_back(facts);
    }
    return entry->second;
}

std::uint32_t Session::function(const Declared<language::Function>& declared) {
    const auto next = static_cast<std::uint32_t>(program.functions.size());
    const auto [entry, is_new] = function_index_.emplace(declared.syntax, next);
    if (is_new) {
        Function made;
        made.name = declared.syntax->name;
        made.place = declared.syntax->place;
        made.is_tapset = declared.is_tapset;
        program.functions.push_back(std::move(made));
        pending_functions.push_back({next, declared});
    }
    return entry->second;
}

std::uint32_t Session::valued(Builtin builtin) {
    const auto next = static_cast<std::uint32_t>(program.functions.size());
    const auto [entry, is_new] = valued_index_.emplace(builtin, next);
    if (!is_new) {
        return entry->second;
    }
    const BuiltinRow& called = row(builtin);
    Function made;
    made.name = called.name;
    made.is_tapset = true;
    made.result = ValueType::integer;
    made.parameters = static_cast<std::uint32_t>(called.parameters.size());
    BuiltinCall call{builtin, {}};
    for (std::uint32_t index = 0; index < made.parameters; ++index) {
        made.locals.push_back({"argument" + std::to_string(index), called.parameters[index], {}});
        call.arguments.emplace_back(Expression{{}, called.parameters[index], LocalRead{index}, {}});
    }
    made.body = {{},
                 ExpressionStatement{Expression{
                     {}, ValueType::unknown, std::move(call), "identifier '" + made.name + "'"}}};
    program.functions.push_back(std::move(made));
    return next;
}

void Session::use_arity(std::uint32_t global, std::size_t arity, const Place& place) {
    GlobalFacts& facts = global_facts[global];
    if (arity > most_indexes) {
        problems.error(place, "array '" + program.globals[global].name + "' has " +
                                  std::to_string(arity) + " indexes, more than the " +
                                  std::to_string(most_indexes) + " that an array may have");
        return;
    }
    if (!facts.arity) {
        facts.arity = arity;
        facts.arity_place = place;
        program.globals[global].keys.assign(arity, ValueType::unknown);
    } else if (*facts.arity != arity) {
        problems.error(place,
                       "inconsistent arity (" + std::to_string(*facts.arity) + " vs " +
                           std::to_string(arity) + ")",
                       facts.arity_place,
                       "arity " + std::to_string(*facts.arity) + " first inferred here");
    }
}

std::optional<std::uint32_t> library_global(const Session& session, std::string_view name) {
    const std::vector<Global>& globals = session.program.globals;
    for (std::uint32_t index = 0; index < globals.size(); ++index) {
        if (globals[index].name == name && session.global_facts[index].is_tapset) {
            return index;
        }
    }
    return std::nullopt;
}

}  // namespace sutap::elaborate
