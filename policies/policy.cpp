#include "policies/policy.h"

#include <algorithm>
#include <optional>
#include <set>

#include "policies/accounts.h"
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
                                   bool is_required) {
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
        else if (!value->list.empty())
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
        only_keys(table, {"name", "path", "sha256", "about", "probes", "kernel_addresses"});
        Script script{text(table, "name", true),
                      text(table, "path", false),
                      text(table, "sha256", false),
                      text(table, "about", false),
                      texts(table, "probes", true, false),
                      truth(table, "kernel_addresses"),
                      place(table.place)};
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
        result_.policy.scripts.push_back(std::move(script));
    }

    void read_rule(const TomlTable& table) {
        only_keys(table, {"name", "effect", "users", "groups", "scripts"});
        Rule rule{text(table, "name", true),           effect(table, "effect"),
                  texts(table, "users", true, false),  texts(table, "groups", true, false),
                  texts(table, "scripts", true, true), place(table.place)};
        expect(table.find("users") || table.find("groups"), table, {},
               "a rule needs 'users', 'groups' or both");
        for (const std::string_view key : {"users", "groups"})
            for (const std::string& subject : key == "users" ? rule.users : rule.groups)
                expect(subject[0] != '#' || parse_id(std::string_view(subject).substr(1)), table,
                       key, quoted(subject) + " is not # and a number");
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
