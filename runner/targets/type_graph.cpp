#include "runner/targets/type_graph.h"

#include <unordered_set>
#include <utility>

namespace sutap::targets {
namespace {

// A graph that comes from a file may contain cycles that C can't write.
constexpr int most_links = 64;

bool is_aggregate(const Type& type) {
    return type.kind == TypeKind::structure || type.kind == TypeKind::union_type;
}

// Looks through anonymous members; `visited` ends a graph that contains itself and keeps the
// search linear.
std::optional<MemberLocation> search_member(const TypeGraph& graph, TypeId aggregate,
                                            const std::string& name, std::uint32_t start, int depth,
                                            std::unordered_set<TypeId>& visited) {
    const TypeId id = graph.strip(aggregate);
    if (depth > most_links || !visited.insert(id).second) {
        return std::nullopt;
    }
    const Type type = graph.type(id);
    if (!is_aggregate(type)) {
        return std::nullopt;
    }
    for (const Member& member : type.members) {
        if (member.name == name) {
            return MemberLocation{member.type, start + member.bit_offset, member.bit_size};
        }
    }
    for (const Member& member : type.members) {
        if (!member.name.empty()) {
            continue;
        }
        const auto found =
            search_member(graph, member.type, name, start + member.bit_offset, depth + 1, visited);
        if (found) {
            return found;
        }
    }
    return std::nullopt;
}

std::string base_spelling(const Type& type) {
    if (type.kind == TypeKind::nothing) {
        return "void";
    }
    if (type.keyword.empty()) {
        return type.name;
    }
    std::string text(type.keyword);
    return text.append(" ").append(type.name.empty() ? "{...}" : type.name);
}

// C's declarations are read inside out: `declarator` is what the types passed so far have put
// around the (absent) name.
class Speller {
  public:
    explicit Speller(const TypeGraph& graph) : graph_(graph) {}
    std::string spell(TypeId id, std::string declarator, int depth);

  private:
    std::string parameters(const Type& function, int depth);

    const TypeGraph& graph_;
    // More than any declaration that people write: what is left out is only text.
    int types_left_ = 200;
    static constexpr int most_depth = 20;
    static constexpr std::size_t most_parameters = 100;
    static constexpr std::size_t longest_declarator = 1000;
};

std::string Speller::parameters(const Type& function, int depth) {
    if (function.members.size() > most_parameters) {
        return "(...)";
    }
    std::string text = "(";
    for (const Member& parameter : function.members) {
        text.append(text.size() > 1 ? ", " : "").append(spell(parameter.type, "", depth + 1));
        if (types_left_ <= 0) {
            break;
        }
    }
    if (function.is_variadic) {
        text.append(text.size() > 1 ? ", ..." : "...");
    }
    return text.append(text.size() > 1 ? ")" : "void)");
}

std::string Speller::spell(TypeId id, std::string declarator, int depth) {
    if (depth > most_depth || declarator.size() > longest_declarator || --types_left_ < 0) {
        return "...";
    }
    const Type type = graph_.type(id);
    switch (type.kind) {
        case TypeKind::pointer: {
            const TypeKind target = graph_.type(type.target).kind;
            const bool binds_weaker = target == TypeKind::array || target == TypeKind::function;
            std::string around = binds_weaker ? "(*" : "*";
            around.append(declarator).append(binds_weaker ? ")" : "");
            return spell(type.target, std::move(around), depth + 1);
        }
        case TypeKind::array:
            return spell(type.target, declarator + "[" + std::to_string(type.count) + "]",
                         depth + 1);
        case TypeKind::function:
            return spell(type.target, declarator + parameters(type, depth), depth + 1);
        case TypeKind::typedef_name:
            if (type.name.empty()) {
                std::string qualified(type.keyword.empty() ? "" : " ");
                qualified.append(type.keyword).append(declarator);
                return spell(type.target, std::move(qualified), depth + 1);
            }
            break;
        default:
            break;
    }
    const bool needs_blank = !declarator.empty() && declarator.front() == '(';
    return base_spelling(type).append(needs_blank ? " " : "").append(declarator);
}

}  // namespace

std::optional<TypeId> TypeGraph::alias_target(TypeId id) const {
    const Type here = type(id);
    return here.kind == TypeKind::typedef_name ? std::optional(here.target) : std::nullopt;
}

TypeId TypeGraph::strip(TypeId id) const {
    for (int links = 0; links < most_links; ++links) {
        const auto target = alias_target(id);
        if (!target) {
            return id;
        }
        id = *target;
    }
    return void_type;
}

std::optional<MemberLocation> TypeGraph::find_member(TypeId aggregate,
                                                     const std::string& name) const {
    if (name.empty()) {
        return std::nullopt;
    }
    std::unordered_set<TypeId> visited;
    return search_member(*this, aggregate, name, 0, 0, visited);
}

std::string TypeGraph::spelling(TypeId id) const {
    return Speller(*this).spell(id, "", 0);
}

}  // namespace sutap::targets
