#include "policies/policy.h"

#include <algorithm>
#include <optional>
#include <set>

#include "policies/accounts.h"
#include "policies/arguments.h"
#include "policies/request.h"
#include "policies/toml.h"

namespace sutap::policy {
namespace {

constexpr std::size_t most_scripts = 512;  // each one's file is held open while deciding

const std::string alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && alphanumeric.find(text[0]) != text.npos &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return alphanumeric.find(c) != alphanumeric.npos || c == '.' || c == '_' ||
                      c == '+' || c == '-';
           });
}

bool is_one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// The kernel would resolve other spellings too, but then one file would have many names here.
bool is_plain_path(std::string_view path) {
    if (path.size() < 2 || path.size() > 4095 || path[0] != '/' || path.back() == '/') return false;
    const std::string closed = std::string(path) + "/";
    return is_one_line(path) && closed.find("//") == closed.npos &&
           closed.find("/./") == closed.npos && closed.find("/../") == closed.npos;
}

std::string quoted(std::string_view text) {
    std::string quotation = "'";
    quotation += text;
    quotation += '\'';
    return quotation;
}

// "2026-12-31".
bool is_day(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    const std::string_view month = text.substr(std::min<std::size_t>(5, text.size()), 2);
    const std::string_view day = text.substr(std::min<std::size_t>(8, text.size()));
    return text.size() == 10 && month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

// "64MiB", and 67108864.
std::optional<std::uint64_t> parse_size(std::string_view text) {
    int shift = 0;
    for (const std::string_view unit : {"KiB", "MiB", "GiB"}) {
        shift += 10;
        if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit) continue;
        text.remove_suffix(unit.size());
        const auto count = parse_number(text);
        if (count && *count >= 0 && *count <= INT64_MAX >> shift)
            return static_cast<std::uint64_t>(*count) << shift;
        return std::nullopt;
    }
    const auto count = parse_number(text);
    return count && *count >= 0 ? std::optional<std::uint64_t>(*count) : std::nullopt;
}

bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

class FileReader {
  public:
    FileReader(const PolicyText& input, ParsedPolicy& result) : input_(input), result_(result) {}

    void read() {
        std::vector<TomlTable> tables;
        if (const auto error = parse_toml(input_.text, tables))
            return add(error->place, error->text);
        for (const TomlTable& table : tables) {
            if (table.name.empty())
                read_root(table);
            else if (table.name == "script")
                read_script(table);
            else if (table.name == "rule")
                read_rule(table);
            else if (table.name == "test")
                read_test(table);
            else
                add(table.place, "unknown table " + quoted(table.name));
        }
    }

  private:
    Place place(const TomlPlace& place) const { return {input_.file, place.line, place.column}; }

    void add(const TomlPlace& where, const std::string& text) {
        result_.errors.push_back({place(where), text});
    }

    void only_keys(const TomlTable& table, std::initializer_list<std::string_view> known) {
        for (const TomlEntry& entry : table.entries)
            if (std::find(known.begin(), known.end(), entry.key) == known.end())
                add(entry.place, "unknown key " + quoted(entry.key));
    }

    void read_root(const TomlTable& root) {
        only_keys(root, {"schema"});
        const TomlValue* schema = root.find("schema");
        expect(schema, root, {}, "'schema = 1' is missing");
        expect(!schema || (schema->kind == TomlValue::Kind::number && schema->text == "1"), root,
               "schema", "this version knows schema 1 only");
    }

    // The texts of a list, or the one that is no list. What is something else is reported.
    std::vector<std::string> texts(const TomlTable& table, std::string_view key, bool is_list,
                                   bool is_required, bool may_be_empty = false) {
        std::vector<std::string> values;
        const auto take = [&](const TomlValue& value) {
            if (value.kind == TomlValue::Kind::text && !value.text.empty() &&
                is_one_line(value.text))
                values.push_back(value.text);
            else
                add(value.place, quoted(key) + " is no text of one line");
        };
        const TomlValue* value = table.find(key);
        if (!value)
            expect(!is_required, table, {}, quoted(key) + " is missing");
        else if (!is_list)
            take(*value);
        else if (!value->list.empty() || (may_be_empty && value->kind == TomlValue::Kind::list))
            std::for_each(value->list.begin(), value->list.end(), take);
        else  // an empty list would read as "none" to one person and as "any" to the next
            add(value->place, quoted(key) + " is no list with something in it");
        return values;
    }

    std::string text(const TomlTable& table, std::string_view key, bool is_required) {
        const std::vector<std::string> values = texts(table, key, false, is_required);
        return values.empty() ? "" : values.front();
    }

    // False if it is absent.
    bool truth(const TomlTable& table, std::string_view key) {
        const TomlValue* value = table.find(key);
        expect(!value || value->kind == TomlValue::Kind::truth, table, key,
               quoted(key) + " is neither true nor false");
        return value && value->text == "true";
    }

    // A whole number between these; `absent` without the key.
    std::int64_t number(const TomlTable& table, std::string_view key, std::int64_t least,
                        std::int64_t most, std::int64_t absent) {
        const TomlValue* value = table.find(key);
        if (!value) return absent;
        const auto found = parse_number(value->text);
        const bool is_fit =
            value->kind == TomlValue::Kind::number && found && *found >= least && *found <= most;
        expect(is_fit, table, key,
               quoted(key) + " is no whole number from " + std::to_string(least) + " to " +
                   std::to_string(most));
        return is_fit ? *found : absent;
    }

    Limits limits(const TomlTable& table) {
        Limits limits;
        const auto bound = [&](std::string_view key, std::int64_t most) {
            return static_cast<std::uint64_t>(number(table, key, 1, most, 0));
        };
        limits.seconds = bound("max_seconds", UINT32_MAX);
        limits.probes = bound("max_probes", UINT32_MAX);
        limits.parallel = bound("max_parallel", most_sessions);
        limits.parallel_total = bound("max_parallel_total", most_sessions);
        limits.output = size(table, "max_output");
        limits.memory = size(table, "max_memory");
        return limits;
    }

    std::uint64_t size(const TomlTable& table, std::string_view key) {
        const TomlValue* value = table.find(key);
        if (!value) return 0;
        const bool may_be_size =
            value->kind == TomlValue::Kind::text || value->kind == TomlValue::Kind::number;
        const auto found = may_be_size ? parse_size(value->text) : std::nullopt;
        expect(found.value_or(0) > 0, table, key,
               "'" + std::string(key) + "' is no size, such as \"64MiB\"");
        return found.value_or(0);
    }

    // One of these words; the first one without the key.
    std::string word(const TomlTable& table, std::string_view key,
                     const std::vector<std::string>& words) {
        const std::string value = text(table, key, false);
        std::string all;
        for (const std::string& each : words) all += (all.empty() ? "\"" : " or \"") + each + "\"";
        expect(value.empty() || std::find(words.begin(), words.end(), value) != words.end(), table,
               key, quoted(key) + " is " + all);
        return value.empty() ? words[0] : value;
    }

    Scope scope(const TomlTable& table) {
        return word(table, "scope", {"system", "own"}) == "own" ? Scope::own : Scope::system;
    }

    // An error at the key's value, or at the table.
    void expect(bool condition, const TomlTable& table, std::string_view key,
                const std::string& problem) {
        if (condition) return;
        const TomlValue* value = table.find(key);
        add(value ? value->place : table.place, problem);
    }

    Effect effect(const TomlTable& table, std::string_view key) {
        const std::string value = text(table, key, true);
        expect(value.empty() || value == "allow" || value == "deny", table, key,
               quoted(key) + " is \"allow\" or \"deny\"");
        return value == "allow" ? Effect::allow : Effect::deny;
    }

    void read_script(const TomlTable& table) {
        only_keys(table,
                  {"name", "path", "sha256", "about", "probes", "kernel_addresses", "options",
                   "arguments", "preset", "scope", "guru", "capabilities", "max_seconds",
                   "max_output", "max_memory", "max_probes", "max_parallel", "max_parallel_total"});
        Script script;
        script.place = place(table.place);
        read_identity(table, script);
        script.about = text(table, "about", false);
        script.probes = texts(table, "probes", true, false);
        script.kernel_addresses = truth(table, "kernel_addresses");
        script.is_guru = truth(table, "guru");
        script.options = texts(table, "options", true, false, true);
        for (const std::string& option : script.options)
            expect(is_grantable(option) && (option != "-g" || script.is_guru), table, "options",
                   quoted(option) + (option == "-g" ? " needs 'guru = true'"
                                                    : " is no option that a policy may grant"));
        script.takes_any = !table.find("arguments");
        read_arguments(table, script.arguments);
        script.preset = texts(table, "preset", true, false);
        script.scope = scope(table);
        if (table.find("capabilities"))
            script.capabilities = texts(table, "capabilities", true, false, true);
        for (const std::string& capability : script.capabilities)
            expect(capability == "bpf" || capability == "perfmon", table, "capabilities",
                   quoted(capability) + " is neither \"bpf\" nor \"perfmon\"");
        expect(script.scope == Scope::system || !script.kernel_addresses, table, "kernel_addresses",
               "scope \"own\" shows no addresses of the kernel");
        script.limits = limits(table);
        result_.policy.scripts.push_back(std::move(script));
    }

    void read_identity(const TomlTable& table, Script& script) {
        script.name = text(table, "name", true);
        script.path = text(table, "path", false);
        script.sha256 = text(table, "sha256", false);
        expect(script.name.empty() || is_name(script.name), table, "name",
               "a name is at most 64 letters, digits and . _ + -, a letter or digit first");
        expect(script.path.empty() || is_plain_path(script.path), table, "path",
               "'path' is not absolute and free of . and .. parts");
        for (char& c : script.sha256)
            if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        expect(script.sha256.empty() || is_sha256(script.sha256), table, "sha256",
               "'sha256' is not 64 hexadecimal digits");
        expect(table.find("path") || table.find("sha256"), table, {},
               "a script needs 'path', 'sha256' or both");
    }

    void read_arguments(const TomlTable& table, std::vector<Argument>& arguments) {
        const TomlValue* value = table.find("arguments");
        expect(!value || value->kind == TomlValue::Kind::list, table, "arguments",
               "'arguments' is no list");
        if (!value) return;
        for (const TomlValue& one : value->list) {
            if (one.kind == TomlValue::Kind::table)
                arguments.push_back(read_argument(one.table));
            else
                add(one.place, "an argument is written { name = ..., type = ... }");
            expect(arguments.size() < 2 || arguments.back().is_optional ||
                       !arguments[arguments.size() - 2].is_optional,
                   table, "arguments", "what follows an optional argument is optional as well");
        }
    }

    Argument read_argument(const TomlTable& table) {
        Argument argument;
        argument.name = text(table, "name", true);
        const std::string type = text(table, "type", true);
        if (type == "integer") {
            only_keys(table, {"name", "type", "optional", "min", "max"});
            argument.type = Argument::Type::integer;
            argument.min = number(table, "min", INT64_MIN, INT64_MAX, INT64_MIN);
            argument.max = number(table, "max", INT64_MIN, INT64_MAX, INT64_MAX);
            expect(argument.min <= argument.max, table, "max", "'max' is less than 'min'");
        } else if (type == "choice") {
            only_keys(table, {"name", "type", "optional", "of"});
            argument.type = Argument::Type::choice;
            argument.of = texts(table, "of", true, true);
        } else {
            only_keys(table, {"name", "type", "optional", "match"});
            expect(type.empty() || type == "text", table, "type",
                   "'type' is \"integer\", \"choice\" or \"text\"");
            argument.match = text(table, "match", false);
            const std::string problem = pattern_problem(argument.match);
            expect(problem.empty(), table, "match", "'match': " + problem);
        }
        argument.is_optional = truth(table, "optional");
        return argument;
    }

    void read_rule(const TomlTable& table) {
        only_keys(table, {"name", "effect", "users", "groups", "scripts", "hosts", "expires",
                          "scope", "reason", "show", "max_seconds", "max_output", "max_memory",
                          "max_probes", "max_parallel", "max_parallel_total"});
        Rule rule;
        rule.place = place(table.place);
        rule.name = text(table, "name", true);
        rule.effect = effect(table, "effect");
        rule.users = texts(table, "users", true, false);
        rule.groups = texts(table, "groups", true, false);
        rule.scope = scope(table);
        // A rule of scope own without scripts is about those that the policy does not know.
        rule.scripts = texts(table, "scripts", true, rule.scope == Scope::system);
        rule.hosts = texts(table, "hosts", true, false);
        rule.expires = text(table, "expires", false);
        rule.needs_reason = word(table, "reason", {"optional", "required"}) == "required";
        rule.shows_source = truth(table, "show");
        rule.limits = limits(table);
        expect(table.find("users") || table.find("groups"), table, {},
               "a rule needs 'users', 'groups' or both");
        for (const std::string_view key : {"users", "groups"})
            for (const std::string& subject : key == "users" ? rule.users : rule.groups)
                expect(subject[0] != '#' || parse_id(std::string_view(subject).substr(1)), table,
                       key, quoted(subject) + " is not # and a number");
        expect(rule.expires.empty() || is_day(rule.expires), table, "expires",
               "'expires' is no day, such as \"2026-12-31\"");
        // They would read as if the rest were allowed.
        for (const std::string_view key :
             {"reason", "show", "max_seconds", "max_output", "max_memory", "max_probes",
              "max_parallel", "max_parallel_total"})
            expect(rule.effect == Effect::allow || !table.find(key), table, key,
                   quoted(key) + " has no meaning in a rule that denies");
        result_.policy.rules.push_back(std::move(rule));
    }

    void read_test(const TomlTable& table) {
        only_keys(table, {"user", "run", "expect"});
        result_.policy.tests.push_back({text(table, "user", true), texts(table, "run", true, true),
                                        effect(table, "expect"), place(table.place)});
    }

    const PolicyText& input_;
    ParsedPolicy& result_;
};

// What the files say of each other.
void check_names(ParsedPolicy& result) {
    std::set<std::string> scripts;
    std::set<std::string> rules;
    const auto expect = [&](bool condition, const Place& place, const std::string& problem) {
        if (!condition) result.errors.push_back({place, problem});
    };
    for (const Script& script : result.policy.scripts)
        expect(scripts.insert(script.name).second, script.place,
               "a second script named " + quoted(script.name));
    for (const Rule& rule : result.policy.rules) {
        expect(rules.insert(rule.name).second, rule.place,
               "a second rule named " + quoted(rule.name));
        for (const std::string& script : rule.scripts)
            expect(script == "*" ? rule.scripts.size() == 1 : scripts.count(script) == 1,
                   rule.place,
                   script == "*" ? "'*' stands alone in 'scripts'"
                                 : "no script is named " + quoted(script));
    }
}

}  // namespace

std::string describe(const PolicyError& error) {
    std::string text = error.place.file;
    if (error.place.line) {
        text.append(":").append(std::to_string(error.place.line));
        text.append(":").append(std::to_string(error.place.column));
    }
    return text.append(": ").append(error.text);
}

bool Rule::names(std::string_view script) const {
    return std::any_of(scripts.begin(), scripts.end(),
                       [&](const std::string& entry) { return entry == "*" || entry == script; });
}

const Script* Policy::find(std::string_view name) const {
    const auto found = std::find_if(scripts.begin(), scripts.end(),
                                    [&](const Script& script) { return script.name == name; });
    return found == scripts.end() ? nullptr : &*found;
}

ParsedPolicy parse_policy(const std::vector<PolicyText>& files) {
    ParsedPolicy result;
    for (const PolicyText& file : files) FileReader(file, result).read();
    check_names(result);
    std::sort(result.policy.scripts.begin(), result.policy.scripts.end(),
              [](const Script& a, const Script& b) { return a.name < b.name; });
    if (result.policy.scripts.size() > most_scripts)
        result.errors.push_back({{result.policy.scripts.back().place.file},
                                 "more than " + std::to_string(most_scripts) + " scripts"});
    return result;
}

}  // namespace sutap::policy
