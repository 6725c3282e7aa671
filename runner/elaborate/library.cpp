#include "runner/elaborate/library.h"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "runner/targets/glob.h"

namespace sutap::elaborate {
namespace {

using language::ProbeComponent;
using Point = std::vector<ProbeComponent>;

std::vector<std::string> split_at_dots(std::string_view text) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t end = text.find('.'); end != std::string_view::npos;
         end = text.find('.', start)) {
        parts.emplace_back(text.substr(start, end - start));
        start = end + 1;
    }
    parts.emplace_back(text.substr(start));
    return parts;
}

std::string join_with_dots(const std::vector<std::string>& parts, std::size_t count) {
    std::string text;
    for (std::size_t index = 0; index < count; ++index) {
        text += (index == 0 ? "" : ".") + parts[index];
    }
    return text;
}

// A name in parts, as patterns are compared with.
struct NamePart {
    std::string_view name;
    const std::optional<language::Literal>* argument = nullptr;
};

bool same_argument(const ProbeComponent& left, const NamePart& right) {
    const bool has_argument = right.argument != nullptr && right.argument->has_value();
    return left.argument.has_value() == has_argument &&
           (!has_argument || left.argument->value == (*right.argument)->value);
}

// The file's own private declarations, then the common ones.
template <typename Syntax>
std::vector<const Syntax*> seen_from(std::uint32_t file,
                                     const std::vector<const Syntax*>& declarations) {
    std::vector<const Syntax*> seen;
    for (const bool is_private : {true, false}) {
        for (const Syntax* declared : declarations) {
            if (declared->is_private == is_private &&
                (!is_private || declared->place.source == file)) {
                seen.push_back(declared);
            }
        }
    }
    return seen;
}

bool is_double_star(const ProbeComponent& component) {
    return component.name.find("**") != std::string::npos;
}

// How many components of `point`, from the one at `at`, mean the parts of `name`: all of them,
// where
// `**` is for any number of parts. nullopt: they mean something else.
std::optional<std::size_t> consumed(const Point& point, std::size_t at,
                                    std::span<const NamePart> name) {
    if (name.empty()) {
        return at;
    }
    if (at == point.size()) {
        return std::nullopt;
    }
    const std::size_t most = is_double_star(point[at]) ? name.size() : 1;
    std::string joined;
    for (std::size_t count = 1; count <= most; ++count) {
        joined.append(count == 1 ? "" : ".").append(name[count - 1].name);
        const bool fits = count > 1 ? !point[at].argument : same_argument(point[at], name[0]);
        if (fits && targets::matches_glob(point[at].name, joined)) {
            if (const auto rest = consumed(point, at + 1, name.subspan(count))) {
                return rest;
            }
        }
    }
    return std::nullopt;
}

// Of the names found, a longer one hides its own beginnings: syscall.open.return is not
// syscall.open with a suffix.
void keep_longest(std::vector<AliasMatch>& found) {
    std::set<std::string> hidden;
    for (const AliasMatch& match : found) {
        const std::vector<std::string> parts = split_at_dots(match.name);
        for (std::size_t count = 1; count < parts.size(); ++count) {
            hidden.insert(join_with_dots(parts, count));
        }
    }
    std::erase_if(found, [&](const AliasMatch& match) { return hidden.count(match.name) != 0; });
}

// The tapset's filters (mib.stp) are documented as what a script may define in their place.
bool is_replaceable(const std::string& function) {
    return function.ends_with("_filter_key");
}

}  // namespace

std::string point_text(const Point& components) {
    std::string text;
    for (const ProbeComponent& component : components) {
        text += (text.empty() ? "" : ".") + component.name;
        if (!component.argument) {
            continue;
        }
        if (const auto* number = std::get_if<std::int64_t>(&component.argument->value)) {
            text += "(" + std::to_string(*number) + ")";
        } else {
            text += "(\"" + std::get<std::string>(component.argument->value) + "\")";
        }
    }
    return text;
}

Library::Library(const language::Script& script, language::SourceMap& sources,
                 const language::ParseContext& context, Problems& problems)
    : script_(script), sources_(sources), context_(context), problems_(problems) {
    for (const language::Global& global : script.globals) {
        globals_[global.name].push_back(&global);
    }
    for (const language::Function& function : script.functions) {
        functions_[function.name].push_back(&function);
    }
    for (const tapset::Item& candidate : tapset::items()) {
        if (candidate.kind == tapset::Item::Kind::alias) {
            tapset_aliases_.push_back({&candidate, split_at_dots(candidate.name)});
        }
    }
}

const language::Script& Library::parse(std::string name, std::string text, std::uint32_t line) {
    const std::uint32_t source = sources_.add(std::move(name), std::move(text), line);
    language::ParseResult result = language::parse(sources_, source, context_);
    for (language::Diagnostic& diagnostic : result.diagnostics) {
        problems_.add(std::move(diagnostic));
    }
    parsed_.push_back(std::move(result.script));
    return parsed_.back();
}

const language::Script& Library::item(const tapset::Item& of) {
    const auto known = by_item_.find(&of);
    if (known != by_item_.end()) {
        return *known->second;
    }
    const language::Script& made = parse(std::string(of.file), std::string(of.text), of.line);
    by_item_.emplace(&of, &made);
    return made;
}

const language::Script& Library::syscall(const std::string& name, bool is_return) {
    const std::string key = is_return ? name + ".return" : name;
    const auto known = by_syscall_.find(key);
    if (known != by_syscall_.end()) {
        return *known->second;
    }
    const language::Script& made = parse(
        "tapset/syscalls.table", tapset::syscall_alias(name, is_return).value_or(std::string()), 1);
    by_syscall_.emplace(key, &made);
    return made;
}

std::vector<Declared<language::Function>> Library::functions(const std::string& name,
                                                             bool from_tapset, std::uint32_t file) {
    std::vector<Declared<language::Function>> found;
    const auto own = functions_.find(name);
    if ((!from_tapset || is_replaceable(name)) && own != functions_.end()) {
        for (const language::Function* function : seen_from(file, own->second)) {
            found.push_back({function, false});
        }
    }
    for (const tapset::Item& candidate : tapset::find(tapset::Item::Kind::function, name)) {
        for (const language::Function& function : item(candidate).functions) {
            if (function.name == name && (!function.is_private || from_tapset)) {
                found.push_back({&function, true});
            }
        }
    }
    const auto priority = [](const Declared<language::Function>& function) {
        return function.syntax->priority.value_or(function.is_tapset ? 1 : 0);
    };
    std::stable_sort(found.begin(), found.end(), [&](const auto& left, const auto& right) {
        return priority(left) < priority(right);
    });
    return found;
}

std::optional<Declared<language::Global>> Library::global(const std::string& name, bool from_tapset,
                                                          std::uint32_t file) {
    const auto own = globals_.find(name);
    if (!from_tapset && own != globals_.end()) {
        if (const auto seen = seen_from(file, own->second); !seen.empty()) {
            return Declared<language::Global>{seen.front(), false};
        }
    }
    for (const tapset::Item& candidate : tapset::find(tapset::Item::Kind::global, name)) {
        for (const language::Global& declared : item(candidate).globals) {
            if (declared.name == name && (from_tapset || !declared.is_private)) {
                return Declared<language::Global>{&declared, true};
            }
        }
    }
    return std::nullopt;
}

void Library::user_aliases(const Point& point, std::vector<AliasMatch>& found) const {
    for (const language::Alias& alias : script_.aliases) {
        for (const Point& name : alias.names) {
            std::vector<NamePart> parts;
            for (const ProbeComponent& component : name) {
                parts.push_back({component.name, &component.argument});
            }
            if (const auto count = consumed(point, 0, parts)) {
                found.push_back({{&alias, false}, point_text(name), *count});
            }
        }
    }
}

void Library::tapset_aliases(const Point& point, std::vector<AliasMatch>& found) {
    for (const TapsetAlias& candidate : tapset_aliases_) {
        std::vector<NamePart> parts;
        for (const std::string& part : candidate.name) {
            parts.push_back({part, nullptr});
        }
        if (const auto count = consumed(point, 0, parts)) {
            for (const language::Alias& alias : item(*candidate.item).aliases) {
                found.push_back({{&alias, true}, std::string(candidate.item->name), *count});
            }
        }
    }
}

void Library::syscall_aliases(const Point& point, std::vector<AliasMatch>& found) {
    const bool is_own = point.size() > 1 && std::ranges::find(syscall_families, point[0].name) !=
                                                syscall_families.end();
    if (!is_own && (point.empty() || !is_double_star(point[0]))) {
        return;
    }
    const std::string family = is_own ? point[0].name : "syscall";
    const bool may_be_either = std::any_of(point.begin(), point.end(), is_double_star);
    const bool wants_return = point.size() > 2 && point[2].name == "return";
    for (const std::string& name : tapset::syscall_names()) {
        for (const bool is_return : {false, true}) {
            if (!may_be_either && is_return != wants_return) {
                continue;
            }
            std::vector<NamePart> parts{{family, nullptr}, {name, nullptr}};
            if (is_return) {
                parts.push_back({"return", nullptr});
            }
            const auto count = consumed(point, 0, parts);
            if (!count) {
                continue;
            }
            const std::string full = family + "." + name + (is_return ? ".return" : "");
            for (const language::Alias& alias : syscall(name, is_return).aliases) {
                found.push_back({{&alias, true}, full, *count});
            }
        }
    }
}

std::vector<AliasMatch> Library::aliases(const Point& point) {
    std::vector<AliasMatch> found;
    user_aliases(point, found);
    tapset_aliases(point, found);
    syscall_aliases(point, found);
    if (std::none_of(point.begin(), point.end(), is_double_star)) {
        keep_longest(found);
    }
    return found;
}

std::vector<std::string> Library::function_names(bool from_tapset) const {
    std::vector<std::string> names;
    if (!from_tapset) {
        for (const language::Function& function : script_.functions) {
            names.push_back(function.name);
        }
    }
    for (const tapset::Item& candidate : tapset::items()) {
        if (candidate.kind == tapset::Item::Kind::function && !candidate.name.starts_with("__")) {
            names.emplace_back(candidate.name);
        }
    }
    return names;
}

std::vector<std::string> Library::global_names() const {
    std::vector<std::string> names;
    for (const language::Global& global : script_.globals) {
        names.push_back(global.name);
    }
    return names;
}

std::vector<std::string> Library::alias_names(const std::string& first) const {
    std::set<std::string> names;
    const auto add = [&](const std::string& head, const std::string& second) {
        if (first.empty()) {
            names.insert(head);
        } else if (head == first && !second.empty()) {
            names.insert(second);
        }
    };
    for (const language::Alias& alias : script_.aliases) {
        for (const Point& name : alias.names) {
            if (!name.empty()) {
                add(name[0].name, name.size() > 1 ? name[1].name : std::string());
            }
        }
    }
    for (const TapsetAlias& alias : tapset_aliases_) {
        add(alias.name[0], alias.name.size() > 1 ? alias.name[1] : std::string());
    }
    for (const std::string& name : tapset::syscall_names()) {
        add("syscall", name);
    }
    return {names.begin(), names.end()};
}

}  // namespace sutap::elaborate
