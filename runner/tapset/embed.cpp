// Build-time generator: cuts the .stp files into their top-level items and writes them, with the
// tables, as one C++ source. It parses every item, so a mistake in the library ends the build.
//
// Usage: sutap_embed OUTPUT FOLDER FILE…   (the files' names are relative to FOLDER)
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/lexer.h"
#include "runner/language/parser.h"

namespace {

using namespace sutap::language;

struct Failure {
    std::string message;
};

struct Item {
    std::string kind;
    std::string name;
    std::string file;
    std::uint32_t line = 1;
    std::string text;
};

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Failure{"cannot read " + path};
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

// A literal that no line end or trigraph can break, in pieces that compilers accept.
std::string literal(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '\n') {
            result += "\\n\"\n    \"";
        } else if (c == '"' || c == '\\' || c == '?') {
            result += '\\';
            result += c;
        } else if (c >= ' ' && c <= '~') {
            result += c;
        } else {
            char octal[8];
            std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned char>(c));
            result += octal;
        }
    }
    return result + '"';
}

std::vector<std::size_t> line_starts(const std::string& text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') {
            starts.push_back(at + 1);
        }
    }
    return starts;
}

// The declarations of one text, without the comments between them.
std::vector<Item> cut(const SourceMap& sources, std::uint32_t source) {
    TokenStream stream;
    tokenize(sources, source, ParseContext{}, stream);
    const std::string& text = sources.source(source).text;
    const std::vector<std::size_t> starts = line_starts(text);
    const auto offset = [&](const Place& place) {
        return starts[place.line - 1] + place.column - 1;
    };
    std::vector<Item> items;
    std::size_t begin = 0;
    std::size_t end = 0;
    int depth = 0;
    bool after_private = false;
    bool after_dot = false;  // of kernel.function
    const auto finish = [&] {
        if (!items.empty()) {
            items.back().text = text.substr(begin, end - begin) + "\n";
        }
    };
    for (const Token& token : stream.tokens) {
        const bool starts_item = depth == 0 && !after_private && !after_dot &&
                                 ((token.kind == TokenKind::keyword &&
                                   (token.text == "probe" || token.text == "function" ||
                                    token.text == "global" || token.text == "private")) ||
                                  (token.kind == TokenKind::at_word && token.text == "@define"));
        if (token.kind == TokenKind::end) {
            break;
        }
        if (starts_item) {
            finish();
            begin = offset(token.place);
            items.push_back({"", "", sources.source(source).name, token.place.line, ""});
        }
        after_private = starts_item && token.text == "private";
        after_dot = token.kind == TokenKind::operation && token.text == ".";
        if (token.kind == TokenKind::operation) {
            const std::string_view brackets = token.text;
            depth += brackets == "{" || brackets == "(" || brackets == "[" || brackets == "%(";
            depth -= brackets == "}" || brackets == ")" || brackets == "]" || brackets == "%)";
        }
        end = offset(token.place) + token.place.length;
    }
    finish();
    return items;
}

std::string dotted(const std::vector<ProbeComponent>& components) {
    std::string name;
    for (const ProbeComponent& component : components) {
        name += (name.empty() ? "" : ".") + component.name;
    }
    return name;
}

void add_macro(const Item& item, std::vector<Item>& all) {
    const auto start = item.text.find_first_not_of(" \t\n", std::string("@define").size());
    const auto end = item.text.find_first_of(" \t\n(%", start);
    Item macro = item;
    macro.kind = "macro";
    macro.name = item.text.substr(start, end - start);
    all.push_back(macro);
}

// Parses the item by itself, which tells its kind and name.
void add(const Item& item, SourceMap& sources, std::vector<Item>& all) {
    if (item.text.starts_with("@define")) {
        add_macro(item, all);
        return;
    }
    const std::uint32_t source = sources.add(item.file, item.text, item.line);
    ParseContext context;
    context.guru = true;
    context.library_macro = [&](std::string_view name) -> std::optional<std::uint32_t> {
        const auto found = std::ranges::find_if(
            all, [&](const Item& one) { return one.kind == "macro" && one.name == name; });
        if (found == all.end()) {
            return std::nullopt;
        }
        return sources.add(found->file, found->text, found->line);
    };
    const ParseResult parsed = parse(sources, source, context);
    if (!parsed.succeeded()) {
        throw Failure{render(parsed.diagnostics.front(), sources, false)};
    }
    const Script& script = parsed.script;
    std::vector<Item> found;
    for (const Function& function : script.functions) {
        found.push_back({"function", function.name, item.file, item.line, item.text});
    }
    for (const Global& global : script.globals) {
        found.push_back({"global", global.name, item.file, item.line, item.text});
    }
    for (const Alias& alias : script.aliases) {
        found.push_back({"alias", dotted(alias.names.front()), item.file, item.line, item.text});
    }
    if (found.size() != 1 || !script.probes.empty()) {
        throw Failure{item.file + ":" + std::to_string(item.line) +
                      ": not exactly one function, global or alias"};
    }
    all.push_back(found.front());
}

std::vector<Item> library(const std::string& folder, const std::vector<std::string>& files) {
    SourceMap sources;
    std::vector<Item> cut_items;
    for (const std::string& file : files) {
        if (file.ends_with(".stp")) {
            const std::uint32_t source =
                sources.add("tapset/" + file, read_file(folder + "/" + file));
            std::ranges::copy(cut(sources, source), std::back_inserter(cut_items));
        }
    }
    // Macros first: items use them.
    std::stable_partition(cut_items.begin(), cut_items.end(),
                          [](const Item& item) { return item.text.starts_with("@define"); });
    std::vector<Item> all;
    for (const Item& item : cut_items) {
        add(item, sources, all);
    }
    const std::map<std::string, int> order{
        {"function", 0}, {"alias", 1}, {"global", 2}, {"macro", 3}};
    std::ranges::stable_sort(all, [&](const Item& a, const Item& b) {
        return std::pair(order.at(a.kind), a.name) < std::pair(order.at(b.kind), b.name);
    });
    return all;
}

void write(const std::string& path, const std::vector<Item>& items, const std::string& folder) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << "#include \"runner/tapset/embedded.h\"\n\n#include <array>\n\n"
        << "namespace sutap::tapset::embedded {\n\nnamespace {\n\n"
        << "constexpr std::array<Item, " << items.size() << "> table{{\n";
    for (const Item& item : items) {
        out << "    {Item::Kind::" << item.kind << ", " << literal(item.name) << ", "
            << literal(item.file) << ", " << item.line << ",\n    " << literal(item.text) << "},\n";
    }
    out << "}};\n\n}  // namespace\n\n"
        << "std::span<const Item> items() { return table; }\n";
    for (const std::string name : {"syscalls", "substitutes"}) {
        out << "std::string_view " << name << "_table() {\n    return "
            << literal(read_file(folder + "/" + name + ".table")) << ";\n}\n";
    }
    out << "\n}  // namespace sutap::tapset::embedded\n";
    if (!out.flush()) {
        throw Failure{"cannot write " + path};
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> arguments(argv + 1, argv + argc);
        if (arguments.size() < 2) {
            throw Failure{"usage: sutap_embed OUTPUT FOLDER FILE..."};
        }
        const std::vector<std::string> files(arguments.begin() + 2, arguments.end());
        write(arguments[0], library(arguments[1], files), arguments[1]);
        return 0;
    } catch (const Failure& failure) {
        std::fprintf(stderr, "%s\n", failure.message.c_str());
        return 1;
    }
}
