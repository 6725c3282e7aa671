// Where addresses of the kernel would be shown, on this machine's BTF.
#include "runner/elaborate/address_flow.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/elaborate/elaborating.h"

namespace {

using namespace sutap;

// "LINE:COLUMN " of each place where one would be, with "(LINE)" where a related one is named.
std::string shown_in(const std::string& text) {
    language::SourceMap sources;
    const language::ParseResult parsed =
        language::parse(sources, sources.add("<input>", text), language::ParseContext{});
    INFO(text);
    REQUIRE(parsed.diagnostics.empty());
    const auto made =
        elaborate::elaborate(parsed.script, sources, elaborate::test::this_kernel(), {});
    for (const auto& one : made.diagnostics) {
        INFO(one.message);
        REQUIRE(one.kind == language::Diagnostic::Kind::warning);
    }
    std::string places;
    for (const auto& one : elaborate::find_shown_addresses(made.program, sources)) {
        places += std::to_string(one.place.line) + ":" + std::to_string(one.place.column) + " ";
        for (const auto& related : one.related) {
            places += "(" + std::to_string(related.place.line) + ") ";
        }
    }
    return places;
}

// Behind `probe …`, on line 1 and from column 1 on line 2.
std::string at_read(const std::string& body, const std::string& more = "") {
    return shown_in("probe kernel.function(\"vfs_read\") {\n" + body + "\n}\n" + more);
}

}  // namespace

TEST_CASE("What addresses come from") {
    for (const char* value : {"$file",
                              "$buf",
                              "$file->f_path->dentry",
                              "&$file->f_path",
                              "task_current()",
                              "addr()",
                              "task_parent(task_current())",
                              "pid2task(1)",
                              "register(\"rdi\")",
                              "u_register(\"eax\")",
                              "pointer_arg(1)",
                              "int_arg(1)",
                              "kernel_pointer($file)",
                              "stack(2)",
                              "caller_addr()",
                              "backtrace()",
                              "callers(3)",
                              "$file->f_op->read",
                              "@cast($count, \"pt_regs\")->di",
                              "@cast($file, \"file\")->f_inode",
                              "$file->f_mapping + 8",
                              "$file >> 4",
                              "-$file",
                              "$count ? $file : 0",
                              "sprint($file)",
                              "\"a\" . sprintf(\"%x\", $file)",
                              "substr(sprint($file), 1, 2)",
                              "strtol(sprint($file), 10)",
                              "$file & 0x1ffff"}) {
        INFO(value);
        const std::string shown = at_read(std::string("println(") + value + ")");
        CHECK(shown.starts_with("2:"));
        CHECK(shown.find(' ') + 1 == shown.size());
    }
    CHECK(shown_in("probe kernel.function(\"alloc_pages\").return !, "
                   "kernel.function(\"filp_open\").return {\nprintln($return)\n}") == "2:9 ");
    CHECK(shown_in("probe kernel.function(\"vfs_read\").return {\n"
                   "println(@entry($file->f_inode))\n}") == "2:9 ");
    CHECK(shown_in("probe kernel.trace(\"sched_switch\") {\nprintln($next)\n}") == "2:9 ");
    CHECK(shown_in("probe kernel.trace(\"kmalloc\") {\nprintln($call_site)\n}") == "2:9 ");
}

TEST_CASE("What tells no address") {
    for (const char* value : {"$count",
                              "$file->f_flags",
                              "$file->f_path->dentry->d_inode->i_ino",
                              "$file == 0",
                              "$file != task_current()",
                              "!$file",
                              "$file && $count",
                              "symname(addr())",
                              "symdata(addr())",
                              "sprint_backtrace()",
                              "sprint_syms(backtrace())",
                              "probefunc()",
                              "kernel_string($file)",
                              "kernel_string_quoted($file)",
                              "kernel_long($file)",
                              "kernel_buffer_quoted($file, 9)",
                              "user_string_quoted($buf)",
                              "caller()",
                              "task_pid(task_current())",
                              "task_execname(task_current())",
                              "pid2execname(1)",
                              "$$parms",
                              "$$vars",
                              "$file$",
                              "$file$$",
                              "$$parms$",
                              "$file & 0xfff",
                              "stack_used()",
                              "strlen(sprint($file))",
                              "uaddr()",
                              "ubacktrace()",
                              "registers_valid()",
                              "sprint($file) =~ \"a\"",
                              "d_name($file->f_path->dentry)",
                              "int_arg(3)",
                              "&@cast(0, \"task_struct\")->pid",
                              "symfile(addr())",
                              "modname(addr())"}) {
        INFO(value);
        CHECK(at_read(std::string("println(") + value + ")") == "");
    }
    // What a system call was given is the process's.
    CHECK(shown_in("probe syscall.read { println(argstr, buf_uaddr) }") == "");
    CHECK(shown_in("probe syscall.mmap2.return ?, syscall.mmap.return ? "
                   "{ println(retstr, retval) }") == "");
    CHECK(shown_in("probe kernel.trace(\"sys_enter\") { println($regs->di, $regs->ip) }") == "");
}

TEST_CASE("Where a value is shown") {
    for (const char* statement :
         {"print($file)", "printf(\"%d\", $file)", "printf(\"%*d\", $file, 1)",
          "printd(\",\", 1, $file)", "log(sprint($file))", "warn(sprint($file))",
          "error(sprint($file))", "system(sprint($file))", "ftrace(sprint($file))",
          "speculate(1, sprint($file))"}) {
        INFO(statement);
        CHECK(at_read(statement).starts_with("2:"));
    }
    CHECK(shown_in("global g\nprobe procfs(\"x\").read {\n$value = sprint(g)\n}\n"
                   "probe kernel.function(\"vfs_read\") { g = $file }") == "3:10 ");
    CHECK(shown_in("global g\nprobe procfs(\"x\").read {\n$value .= sprint(g)\n}\n"
                   "probe kernel.function(\"vfs_read\") { g = $file }") == "3:11 ");
    // What is read through, is looked up or decides is not.
    CHECK(at_read("printf(\"%4m\", $file)") == "");
    CHECK(at_read("if ($file == task_current()) println(1); print_backtrace()") == "");
    CHECK(at_read("print_stack(backtrace()); print_syms(sprint(addr()))") == "");
    // In the tapset: where it was asked for.
    CHECK(at_read("print_regs()") == "2:1 ");
}

TEST_CASE("Through variables, arrays and statistics") {
    CHECK(at_read("a = b\nb = $file\nprintln(a)") == "4:9 ");
    CHECK(at_read("a = 1\na += $file\nprintln(a)") == "4:9 ");
    CHECK(at_read("a = $file\na &= 255\nprintln(b = a & 15)") == "");
    CHECK(at_read("println(a = $file)") == "2:9 ");
    CHECK(shown_in("global g\nprobe end {\nprintln(g)\n}\n"
                   "probe kernel.function(\"vfs_read\") { g = $file }") == "3:9 ");
    CHECK(shown_in("global g\nprobe end {\nforeach ([a, b] in g) println(a)\n"
                   "foreach ([a, b] in g) println(b, g[a, b])\n"
                   "foreach (v = [a, b] in g) println(v)\n}\n"
                   "probe kernel.function(\"vfs_read\") { g[$count, $file] = 1 }") == "4:31 ");
    CHECK(shown_in("global g\nprobe end {\nprintln(g[1])\nforeach (v = k in g) println(k, v)\n}\n"
                   "probe kernel.function(\"vfs_read\") { g[pid()] = $file }") == "3:9 4:33 ");
    CHECK(shown_in("global g\nprobe end {\nprintln(@count(g))\nprintln(@max(g))\n"
                   "print(@hist_log(g))\n}\n"
                   "probe kernel.function(\"vfs_read\") { g <<< $file }") == "4:9 5:1 ");
    CHECK(at_read("s = sprint($file)\ntokenize(s, \"0\")\nprintln(tokenize(\"\", \"0\"))") ==
          "4:9 ");
    CHECK(at_read("if (sprint($file) =~ \"ff(.*)\") \nprintln(matched(1))") == "3:9 ");
}

TEST_CASE("Variables that are printed at the end") {
    const std::string read = "probe kernel.function(\"vfs_read\") ";
    CHECK(shown_in("global g\n" + read + "{ g = $file }") == "1:8 ");
    CHECK(shown_in("global g\n" + read + "{ g[$file] = 1 }") == "1:8 ");
    CHECK(shown_in("global g\n" + read + "{ g[$count] <<< $file }") == "1:8 ");
    CHECK(shown_in("global g, h\n" + read + "{ g[$file] = 1; h = g[$file] }") == "");
    CHECK(shown_in("global g\n" + read + "{ g[tid()] = $file; if (g[1] == $file) println(1) }") ==
          "");
}

TEST_CASE("Through functions, each call by itself") {
    const std::string functions =
        "function same(x) { return x }\n"       // 4
        "function show(x) {\n println(x)\n}\n"  // 5
        "function twice(x) { show(x + x) }\n"
        "global kept\n"
        "function keep(x) { kept[x] = 1 }\n"
        "function deep(x, n) { return n ? deep(x, n - 1) : x }\n";
    CHECK(at_read("println(same($file))", functions) == "2:9 ");
    CHECK(at_read("println(same($count)); same($file) == 0 ? 1 : 2", functions) == "");
    CHECK(at_read("show($file)", functions) == "2:6 (6) ");
    CHECK(at_read("show($count); if (same($file)) twice(1)", functions) == "");
    CHECK(at_read("twice($file)", functions).starts_with("2:7 "));
    CHECK(at_read("println(deep($file, 3), deep(3, 3))", functions) == "2:9 ");
    CHECK(at_read("keep($count); foreach (k in kept) println(k)", functions) == "");
    CHECK(at_read("keep($file); foreach (k in kept) println(k)", functions) == "2:42 ");
    CHECK(at_read("println(f())", "function f() {\n println(task_current())\n return 1 }") ==
          "5:10 ");
}

TEST_CASE("A program that is too large to be followed is said to be") {
    std::string body;
    for (int index = 0; index < 1000; ++index) {
        body += "a" + std::to_string(index) + " = 0 + a" + std::to_string(index + 1) + "\n";
    }
    CHECK(at_read(body + "println(a0)\na1000 = $file") == "0:0 ");
    CHECK(at_read("a0 = $count\n" + body + "println(a0)") != "0:0 ");
}
