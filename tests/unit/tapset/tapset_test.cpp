#include "runner/tapset/tapset.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "runner/language/diagnostics.h"
#include "runner/language/parser.h"
#include "runner/targets/machine.h"

namespace {

using namespace sutap;
using tapset::Item;

language::Script parse(std::string_view text) {
    language::SourceMap sources;
    const std::uint32_t source = sources.add("text", std::string(text));
    language::ParseResult result = language::parse(sources, source, {});
    for (const language::Diagnostic& diagnostic : result.diagnostics) {
        FAIL(language::render(diagnostic, sources, false));
    }
    return result.script;
}

}  // namespace

TEST_CASE("the items are sorted and found by kind and name") {
    const auto items = tapset::items();
    REQUIRE(items.size() > 10);
    CHECK(std::ranges::is_sorted(items, {},
                                 [](const Item& item) { return std::pair(item.kind, item.name); }));
    for (const Item& item : items) {
        const auto found = tapset::find(item.kind, item.name);
        CHECK(std::ranges::any_of(found, [&](const Item& one) { return &one == &item; }));
        CHECK(std::ranges::all_of(found, [&](const Item& one) { return one.name == item.name; }));
    }
    CHECK(tapset::find(Item::Kind::function, "no_such_function").empty());
    CHECK(tapset::find(Item::Kind::global, "pid2task").empty());
}

TEST_CASE("an item is the text of one declaration, at its line") {
    const auto found = tapset::find(Item::Kind::function, "pid2task");
    REQUIRE(found.size() == 1);
    CHECK(found[0].file == "tapset/task.stp");
    CHECK(found[0].line > 1);
    CHECK(found[0].text.starts_with("function pid2task"));
    CHECK(found[0].text.ends_with("}\n"));
    const language::Script script = parse(found[0].text);
    REQUIRE(script.functions.size() == 1);
    CHECK(script.functions[0].name == "pid2task");
}

TEST_CASE("a system call's alias has its variables and its text") {
    CHECK(tapset::syscall_alias("kill", false) ==
          "probe syscall.kill = __syscall.entry(\"kill\") {\n"
          "    name = \"kill\"\n"
          "    pid = ($arg1 << 32) >> 32\n"
          "    sig = ($arg2 << 32) >> 32\n"
          "    sig_name = signal_name(sig)\n"
          "    argstr = sprintf(\"%d, %s\", pid, sig_name)\n"
          "}\n");
    CHECK(tapset::syscall_alias("kill", true) ==
          "probe syscall.kill.return = __syscall.return(\"kill\") {\n"
          "    name = \"kill\"\n"
          "    retval = $return\n"
          "    retstr = __return_str(retval)\n"
          "}\n");
    CHECK_FALSE(tapset::syscall_alias("no_such_call", false));
    CHECK_FALSE(tapset::syscall_alias("exit_group", true));
    CHECK(tapset::syscall_alias("getpid", false) ==
          "probe syscall.getpid = __syscall.entry(\"getpid\") {\n"
          "    name = \"getpid\"\n"
          "    argstr = \"\"\n"
          "}\n");
}

TEST_CASE("where two calls have one name, each is optional and both have the same variables") {
    const auto text = tapset::syscall_alias("epoll_create", false);
    REQUIRE(text);
    const language::Script script = parse(*text);
    REQUIRE(script.aliases.size() == 2);
    CHECK(script.aliases[0].points[0].optional);
    CHECK(script.aliases[1].points[0].optional);
    CHECK(text->find("size = ($arg1 << 32) >> 32\n    flags = 0\n") != std::string::npos);
    CHECK(text->find("flags = $arg1 & 0xffffffff\n    size = 0\n") != std::string::npos);
}

TEST_CASE("every system call's aliases parse") {
    const std::vector<std::string> names = tapset::syscall_names();
    CHECK(names.size() > 330);
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::ranges::adjacent_find(names) == names.end());
    for (const std::string& name : names) {
        const auto entry = tapset::syscall_alias(name, false);
        REQUIRE(entry);
        for (const language::Alias& alias : parse(*entry).aliases) {
            CHECK(alias.names[0].size() == 2);
            CHECK(alias.names[0][1].name == name);
        }
        const auto result = tapset::syscall_alias(name, true);
        if (result) {
            CHECK(parse(*result).aliases.at(0).names.at(0).size() == 3);
        }
        const auto kernel_name = tapset::syscall_kernel_name(name);
        REQUIRE(kernel_name);
        CHECK(targets::syscall_number(*kernel_name));
    }
    CHECK(tapset::syscall_kernel_name("fstat") == "newfstat");
    CHECK_FALSE(tapset::syscall_kernel_name("no_such_call"));
}

TEST_CASE("do_fsync has its exact substitutes") {
    const auto found = tapset::substitutes("do_fsync");
    REQUIRE(found.size() == 2);
    CHECK(found[0].function == "__x64_sys_fsync");
    CHECK(found[1].function == "__x64_sys_fdatasync");
    for (const tapset::Substitute& substitute : found) {
        REQUIRE(substitute.variables.size() == 2);
        CHECK(substitute.result_size == 4);
        CHECK(substitute.variables[0].name == "fd");
        CHECK_FALSE(substitute.variables[0].constant);
        CHECK(substitute.variables[0].index == 0);
        CHECK(substitute.variables[0].size == 4);
        CHECK(substitute.variables[1].name == "datasync");
    }
    CHECK(found[0].variables[1].constant == 0);
    CHECK(found[1].variables[1].constant == 1);
    CHECK(tapset::substituted_by("__x64_sys_fdatasync") == std::vector<std::string>{"do_fsync"});
    CHECK(tapset::syscalls_of("newfstat") == std::vector<std::string>{"fstat"});
    CHECK(tapset::substitutes("vfs_read").empty());
}
