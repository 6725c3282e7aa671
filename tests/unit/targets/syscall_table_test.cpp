// Checks runner/tapset/syscalls.table against its own rules, the system calls of this machine and
// the running kernel.
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runner/targets/kernel.h"
#include "runner/targets/machine.h"

using namespace sutap::targets;

namespace {

struct Variable {
    std::string name;
    std::string type;
    bool is_constant() const { return type.find_first_not_of("0123456789") == std::string::npos; }
};

struct Line {
    std::string name;
    std::string entry;
    std::string result;
    std::vector<Variable> variables;
};

constexpr const char* word_letters = "abcdefghijklmnopqrstuvwxyz0123456789_";

bool is_word(const std::string& text) {
    return !text.empty() && text.find_first_not_of(word_letters) == std::string::npos;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(separator); end != std::string::npos;
         end = text.find(separator, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + separator.size();
    }
    parts.push_back(text.substr(begin));
    return parts;
}

// "name=value", both of them words.
Variable parse_pair(const std::string& text) {
    INFO(text);
    const std::vector<std::string> sides = split(text, "=");
    REQUIRE(sides.size() == 2);
    REQUIRE(is_word(sides[0]));
    REQUIRE(is_word(sides[1]));
    return {sides[0], sides[1]};
}

Line parse_line(const std::string& text) {
    INFO(text);
    const std::size_t colon = text.find(':');
    REQUIRE(colon != std::string::npos);
    const std::vector<std::string> head = split(text.substr(0, colon), " ");
    REQUIRE(is_word(head[0]));
    Line line{head[0], head[0], "int", {}};
    for (std::size_t i = 1; i < head.size(); ++i) {
        const Variable option = parse_pair(head[i]);
        REQUIRE((option.name == "entry" || option.name == "result"));
        (option.name == "entry" ? line.entry : line.result) = option.type;
    }
    if (colon + 1 < text.size()) {
        REQUIRE(text[colon + 1] == ' ');
        for (const std::string& pair : split(text.substr(colon + 2), ", ")) {
            line.variables.push_back(parse_pair(pair));
        }
    }
    return line;
}

std::vector<Line> read_table() {
    std::ifstream file(SUTAP_SOURCE_FOLDER "/runner/tapset/syscalls.table");
    REQUIRE(file);
    std::vector<Line> lines;
    std::string text;
    while (std::getline(file, text)) {
        if (!text.empty() && text.front() != '#') {
            lines.push_back(parse_line(text));
        }
    }
    REQUIRE(lines.size() > 350);
    return lines;
}

}  // namespace

TEST_CASE("syscalls.table is sorted and each kernel entry is in it once") {
    std::string last;
    std::set<std::string> entries;
    for (const Line& line : read_table()) {
        INFO(line.name);
        CHECK(last <= line.name);
        last = line.name;
        CHECK(entries.insert(line.entry).second);
    }
}

TEST_CASE("syscalls.table has the types and results that it describes") {
    const std::set<std::string> types{"int",    "uint",      "long",    "ulong",  "size",  "offset",
                                      "fd",     "dirfd",     "signal",  "mode",   "flags", "string",
                                      "buffer", "longflags", "pointer", "strings"};
    const std::set<std::string> results{"int", "long", "pointer", "none"};
    for (const Line& line : read_table()) {
        INFO(line.name);
        CHECK(results.contains(line.result));
        for (const Variable& variable : line.variables) {
            INFO(variable.name);
            CHECK((variable.is_constant() || types.contains(variable.type)));
        }
    }
}

TEST_CASE("syscalls.table has at most six arguments, and no name twice") {
    for (const Line& line : read_table()) {
        INFO(line.name);
        // What every system call's probe defines by itself.
        std::set<std::string> names{"name", "argstr", "retval", "retstr", "sig_name"};
        int registers = 0;
        for (const Variable& variable : line.variables) {
            INFO(variable.name);
            CHECK(names.insert(variable.name).second);
            registers += variable.is_constant() ? 0 : 1;
        }
        CHECK(registers <= 6);
    }
}

TEST_CASE("lines of syscalls.table that share a name have the same variables") {
    std::map<std::string, std::set<std::string>> variables;
    for (const Line& line : read_table()) {
        INFO(line.name);
        std::set<std::string> names;
        for (const Variable& variable : line.variables) {
            names.insert(variable.name);
        }
        const auto [known, is_new] = variables.emplace(line.name, names);
        CHECK((is_new || known->second == names));
    }
}

TEST_CASE("syscalls.table and this machine's system calls are the same set") {
    std::set<std::string> entries;
    for (const Line& line : read_table()) {
        INFO(line.name);
        CHECK(syscall_number(line.entry));
        entries.insert(line.entry);
    }
    for (const Syscall& call : syscalls()) {
        INFO(call.name);
        CHECK(entries.contains(std::string(call.name)));
    }
}

TEST_CASE("syscalls.table has each system call of the running kernel") {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        WARN("skipped: this kernel has no BTF");
        return;
    }
    const Kernel kernel;
    std::map<std::string, Line> lines;
    for (const Line& line : read_table()) {
        lines.emplace(line.entry, line);
    }
    int known = 0;
    for (const Syscall& call : syscalls()) {
        INFO(call.name);
        const auto entry = kernel.function(syscall_entry(call.name));
        if (!entry) {
            continue;  // calls without arguments, and those of newer or older kernels
        }
        ++known;
        CHECK(lines.contains(std::string(call.name)));
        // The function behind the wrapper, where the compiler has kept it, has the arguments.
        if (const auto inner = kernel.function("__do_sys_" + std::string(call.name))) {
            const auto& variables = lines.at(std::string(call.name)).variables;
            const auto registers =
                std::count_if(variables.begin(), variables.end(),
                              [](const Variable& variable) { return !variable.is_constant(); });
            // The one parameter of a call without any is the unused register block.
            const bool is_wrapper =
                inner->parameters.size() == 1 &&
                kernel.types().spelling(inner->parameters[0].type) == "struct pt_regs const*";
            CHECK(static_cast<std::size_t>(registers) ==
                  (is_wrapper ? 0 : inner->parameters.size()));
        }
    }
    CHECK(known > 300);
}

TEST_CASE("syscalls.table uses SystemTap's names") {
    const std::map<std::string, std::vector<std::string>> documented{
        {"kill", {"pid", "sig"}},
        {"open", {"filename", "flags", "mode"}},
        {"openat", {"dfd", "filename", "flags", "mode"}},
        {"read", {"fd", "buf_uaddr", "count"}},
        {"write", {"fd", "buf_uaddr", "count"}},
        {"execve", {"filename", "args", "env_str"}},
        {"connect", {"sockfd", "serv_addr_uaddr", "addrlen"}},
        {"futex", {"futex_uaddr", "op", "val", "utime_uaddr", "uaddr2_uaddr", "val3"}},
        {"mmap2", {"start", "length", "prot", "flags", "fd", "pgoffset"}},
        {"lseek", {"fildes", "offset", "whence"}},
        {"fstat", {"filedes", "buf_uaddr"}},
        {"unlinkat", {"dfd", "pathname", "flag"}}};
    std::size_t found = 0;
    for (const Line& line : read_table()) {
        const auto wanted = documented.find(line.name);
        if (wanted == documented.end()) {
            continue;
        }
        INFO(line.name);
        ++found;
        std::vector<std::string> names;
        for (const Variable& variable : line.variables) {
            names.push_back(variable.name);
        }
        CHECK(names == wanted->second);
    }
    CHECK(found == documented.size());
}
