// System calls: the table's lines as texts of probe aliases.
#include <algorithm>
#include <iterator>

#include "runner/tapset/embedded.h"
#include "runner/tapset/table.h"
#include "runner/tapset/tapset.h"

namespace sutap::tapset {

namespace {

// How one argument is read from its register, and how `argstr` shows it. Empty texts: a constant.
struct ArgumentForm {
    std::string_view type;
    std::string_view before;  // the register's name goes between the two
    std::string_view after;
    std::string_view conversion;
    std::string_view shown_by;  // a function of the value, or empty
};

constexpr ArgumentForm forms[] = {
    {"int", "($", " << 32) >> 32", "%d", ""},
    {"uint", "$", " & 0xffffffff", "%u", ""},
    {"long", "$", "", "%d", ""},
    {"ulong", "$", "", "%u", ""},
    {"size", "$", "", "%u", ""},
    {"offset", "$", "", "%d", ""},
    {"fd", "($", " << 32) >> 32", "%d", ""},
    {"dirfd", "($", " << 32) >> 32", "%s", "__dirfd_str"},
    {"signal", "($", " << 32) >> 32", "%s", "signal_name"},
    {"mode", "$", " & 0xffffffff", "%#o", ""},
    {"flags", "$", " & 0xffffffff", "%#x", ""},
    {"longflags", "$", "", "%#x", ""},
    {"pointer", "$", "", "%#x", ""},
    {"buffer", "$", "", "%#x", ""},
    {"string", "user_string_quoted($", ")", "%s", ""},
    // The array of a program's arguments: its address.
    {"strings", "sprintf(\"%#x\", $", ")", "%s", ""},
};

// Read once, at the first question.
const std::vector<TableLine>& table() {
    static const std::vector<TableLine> lines = read_table(embedded::syscalls_table());
    return lines;
}

std::string_view kernel_name(const TableLine& line) {
    const std::string_view entry = line.option("entry");
    return entry.empty() ? line.words.front() : entry;
}

std::vector<TableLine> lines_of(std::string_view name) {
    std::vector<TableLine> lines;
    std::ranges::copy_if(table(), std::back_inserter(lines),
                         [&](const TableLine& line) { return line.words.front() == name; });
    return lines;
}

std::string head(std::string_view name, std::string_view point, const TableLine& line,
                 bool is_optional) {
    std::string text = "probe syscall.";
    text.append(name).append(point == "return" ? ".return" : "").append(" = __syscall.");
    text.append(point).append("(\"").append(kernel_name(line)).append("\")");
    text.append(is_optional ? " ?" : "").append(" {\n    name = \"").append(name).append("\"\n");
    return text;
}

std::string entry_alias(std::string_view name, const TableLine& line, bool is_optional) {
    std::string text = head(name, "entry", line, is_optional);
    std::string format;
    std::string shown;
    int argument = 0;
    for (const auto& [variable, type] : line.values) {
        const auto* const form = std::ranges::find(forms, type, &ArgumentForm::type);
        text.append("    ").append(variable).append(" = ");
        if (form == std::end(forms)) {
            text.append(type).append("\n");
            continue;
        }
        text.append(form->before).append("arg").append(std::to_string(++argument));
        text.append(form->after).append("\n");
        std::string value(variable);
        if (!form->shown_by.empty()) {
            // sig_name is SystemTap's; dfd_str and its like are too.
            value.append(type == "signal" ? "_name" : "_str");
            text.append("    ").append(value).append(" = ").append(form->shown_by);
            text.append("(").append(variable).append(")\n");
        }
        format.append(format.empty() ? "" : ", ").append(form->conversion);
        shown.append(", ").append(value);
    }
    text.append("    argstr = ");
    if (argument == 0) {
        return text.append("\"\"\n}\n");
    }
    return text.append("sprintf(\"").append(format).append("\"").append(shown).append(")\n}\n");
}

std::string return_alias(std::string_view name, const TableLine& line, bool is_optional) {
    std::string text = head(name, "return", line, is_optional) + "    retval = $return\n";
    if (line.option("result") == "pointer") {
        return text.append(
            "    retstr = retval < 0 && retval >= -4095 ? __return_str(retval)"
            " : sprintf(\"%#x\", retval)\n}\n");
    }
    return text.append("    retstr = __return_str(retval)\n}\n");
}

}  // namespace

std::vector<std::string> syscall_names() {
    std::vector<std::string> names;
    for (const TableLine& line : table()) {
        names.emplace_back(line.words.front());
    }
    std::ranges::sort(names);
    const auto repeated = std::unique(names.begin(), names.end());
    names.erase(repeated, names.end());
    return names;
}

std::optional<std::string> syscall_kernel_name(std::string_view name) {
    const std::vector<TableLine> lines = lines_of(name);
    return lines.empty() ? std::nullopt : std::optional<std::string>(kernel_name(lines.front()));
}

std::vector<std::string> syscalls_of(std::string_view kernel_call) {
    std::vector<std::string> names;
    for (const TableLine& line : table()) {
        if (kernel_name(line) == kernel_call) {
            names.emplace_back(line.words.front());
        }
    }
    return names;
}

std::optional<std::string> syscall_alias(std::string_view name, bool is_return) {
    std::string text;
    const std::vector<TableLine> lines = lines_of(name);
    for (const TableLine& line : lines) {
        const bool is_optional = lines.size() > 1;
        if (!is_return) {
            text += entry_alias(name, line, is_optional);
        } else if (line.option("result") != "none") {
            text += return_alias(name, line, is_optional);
        }
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace sutap::tapset
