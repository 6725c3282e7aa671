#include "runner/targets/kernel.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "runner/targets/kernel_symbols.h"
#include "tests/unit/targets/kernel_with_modules.h"
#include "tests/unit/targets/sample_btf.h"
#include "tests/unit/temporary_file.h"

using namespace sutap::targets;
using sutap::targets::testing::KernelWithModules;
using sutap::targets::testing::sample_btf;
using sutap::tests::TemporaryFile;

namespace {

using Names = std::vector<std::string>;

constexpr const char* some_symbols =
    "ffffffff81000000 T _text\n"
    "ffffffff81000040 t do_kill\n"
    "0000000000000000 T do_kill\n"
    "ffffffff81000050 t do_kill.isra.0\n"
    "ffffffff82000000 D jiffies\n"
    "ffffffff81000060 W weak_kill\n"
    "ffffffffc0000000 t do_kill_module\t[module]\n"
    "ffffffffc0000000 d last_kill\t[other]\n"
    "garbage\n"
    "\n"
    "ffffffff81000070 t last_kill";

}  // namespace

TEST_CASE("modules are those that describe their types") {
    const KernelWithModules folders(some_symbols);
    const Kernel kernel = folders.kernel();
    CHECK(kernel.modules("*") == Names{"broken", "first", "second"});
    CHECK(kernel.modules("?i*") == Names{"first"});
    CHECK(kernel.has_module("second"));
    CHECK(kernel.has_module("bare"));
    for (const char* name : {"built_in", "third", "vmlinux", "", "..", "../types/first"}) {
        CHECK_FALSE(kernel.has_module(name));
    }
    CHECK(kernel.missing_module("third") == "module \"third\" is not loaded");
    CHECK(kernel.missing_module("../x") == "module \"../x\" is not loaded");
    CHECK(kernel.missing_module("built_in").find("a part of it") != std::string::npos);
    CHECK(Kernel("/nowhere", "/nowhere").modules("*").empty());
    CHECK_FALSE(is_module_name(std::string(56, 'a')));
}

TEST_CASE("a module's functions are its own, with the types of both") {
    const KernelWithModules folders(some_symbols);
    const Kernel kernel = folders.kernel();
    CHECK(kernel.functions("*", "second") ==
          Names{"__traceiter_part_event", "do_kill", "part_open"});
    CHECK(kernel.functions("part_open", "second") == Names{"part_open"});
    CHECK(kernel.functions("log_line", "second").empty());
    CHECK(kernel.functions("*", "bare").empty());
    CHECK_THROWS_AS(kernel.functions("*", "broken"), TargetError);
    const auto open = kernel.function("part_open", "second");
    REQUIRE(open);
    CHECK(kernel.described(open->btf_id, "second").name == "part_open");
    CHECK(kernel.described(open->btf_id).name.empty());
    CHECK_FALSE(kernel.function("part_open"));
    const TypeGraph& types = kernel.types();
    CHECK(types.spelling(open->parameters.at(0).type) == "struct part*");
    CHECK(types.spelling(open->result) == "int");
    const TypeId part = types.type(open->parameters[0].type).target;
    const TypeId owner = types.type(types.find_member(part, "owner")->type).target;
    CHECK(owner == types.find_type("struct task"));
    // The same function of another module, whose types are others although they have its ids.
    const auto first = kernel.function("part_open", "first");
    REQUIRE(first);
    CHECK(first->btf_id == open->btf_id);
    CHECK(first->parameters[0].type != open->parameters[0].type);
    CHECK(types.spelling(first->parameters[0].type) == "struct part*");
    CHECK(
        types.type(types.find_member(types.type(first->parameters[0].type).target, "hidden")->type)
            .target != types.find_type("union secret"));
    CHECK(kernel.function("do_kill", "first")->parameters.at(0).type ==
          kernel.function("do_kill")->parameters.at(0).type);
}

TEST_CASE("a type is looked for in the modules named, then everywhere") {
    const KernelWithModules folders(some_symbols);
    const Kernel kernel = folders.kernel();
    const TypeGraph& types = kernel.types();
    const TypeId declared = types.find_type("union secret").value();
    CHECK(types.type(declared).kind == TypeKind::forward);
    CHECK(types.strip(declared) == declared);
    CHECK_FALSE(types.find_type("struct part"));
    CHECK(types.find_enumerator("PART_MOST") == std::nullopt);
    const auto second = kernel.find_type("struct part", {"third", "second"});
    REQUIRE(second);
    CHECK(types.find_type("struct part") == second);
    CHECK(kernel.find_type("struct part", {}) == second);
    CHECK(kernel.find_type("struct part", {"first"}) != second);
    CHECK(kernel.find_type("struct part", {"", "second"}) == second);
    CHECK(kernel.find_type("struct task", {"second"}) == types.find_type("struct task"));
    CHECK_FALSE(kernel.find_type("struct nothing", {"second"}));
    CHECK(types.find_enumerator("PART_MOST") == 7);
    // What the kernel only declares is defined now.
    CHECK(types.find_member(declared, "inside")->bit_offset == 0);
    CHECK(types.spelling(declared) == "union secret");
    CHECK(types.type(~TypeId{0}).kind == TypeKind::nothing);
}

TEST_CASE("a kernel's functions come with parameters") {
    const TemporaryFile file(sample_btf());
    const Kernel kernel(file.path(), "/nonexistent");
    const auto kill = kernel.function("do_kill");
    REQUIRE(kill);
    CHECK(kill->name == "do_kill");
    CHECK(kernel.types().type(kill->btf_id).name == "do_kill");
    REQUIRE(kill->parameters.size() == 2);
    CHECK(kill->parameters[0].name == "victim");
    CHECK(kernel.types().spelling(kill->parameters[1].type) == "int");
    CHECK(kernel.types().spelling(kill->result) == "int");
    CHECK(kernel.function("log_line")->is_variadic);
    CHECK_FALSE(kernel.function("do_kil"));
    CHECK_FALSE(kernel.function(""));
}

TEST_CASE("functions are listed by pattern") {
    const TemporaryFile file(sample_btf());
    const Kernel kernel(file.path(), "/nonexistent");
    CHECK(kernel.functions("*_*l*") == Names{"do_kill", "log_line"});
    CHECK(kernel.functions("do_kill") == Names{"do_kill"});
    CHECK(kernel.functions("nothing").empty());
    CHECK(kernel.functions("nothing*").empty());
    CHECK(kernel.functions("*").size() == 3);
}

TEST_CASE("tracepoints take their names from the iterator, or number them") {
    const TemporaryFile file(sample_btf());
    const Kernel kernel(file.path(), "/nonexistent");
    const auto exit = kernel.tracepoint("task_exit");
    REQUIRE(exit);
    CHECK(kernel.types().type(exit->btf_id).name == "btf_trace_task_exit");
    REQUIRE(exit->parameters.size() == 2);
    CHECK(exit->parameters[0].name == "task");
    CHECK(exit->parameters[1].name == "group");
    const auto nameless = kernel.tracepoint("task_nameless");
    REQUIRE(nameless);
    REQUIRE(nameless->parameters.size() == 2);
    CHECK(nameless->parameters[0].name == "arg1");
    CHECK(kernel.types().spelling(nameless->parameters[0].type) == "struct task*");
    CHECK_FALSE(kernel.tracepoint("task"));
    CHECK(kernel.tracepoints("task_*") == Names{"task_exit", "task_nameless"});
    CHECK(kernel.tracepoints("*_exit") == Names{"task_exit"});
    CHECK(kernel.tracepoints("").empty());
}

TEST_CASE("the variables that BTF describes are those of each processor") {
    const TemporaryFile file(sample_btf());
    const Kernel kernel(file.path(), "/nonexistent");
    const auto queue = kernel.processor_variable("queue");
    REQUIRE(queue);
    const TypeGraph& types = kernel.types();
    CHECK(types.spelling(types.strip(*queue)) == "long int");
    CHECK_FALSE(kernel.processor_variable("elsewhere"));
    CHECK_FALSE(kernel.processor_variable("do_kill"));
    CHECK_FALSE(kernel.processor_variable(""));
    CHECK_FALSE(types.find_type("queue"));
}

TEST_CASE("tracepoints of modules follow the kernel's, with the types of both") {
    const KernelWithModules folders(some_symbols);
    const Kernel kernel = folders.kernel();
    CHECK(kernel.tracepoints("*_event") == Names{"part_event"});
    CHECK(kernel.tracepoints("*_nameless") == Names{"part_nameless", "task_nameless"});
    CHECK(kernel.tracepoint("task_exit")->module.empty());
    CHECK_FALSE(kernel.tracepoint("part"));
    const auto event = kernel.tracepoint("part_event");
    REQUIRE(event);
    CHECK(event->module == "first");
    CHECK(kernel.described(event->btf_id, "first").name == "btf_trace_part_event");
    REQUIRE(event->parameters.size() == 2);
    CHECK(event->parameters[0].name == "part");
    const TypeGraph& types = kernel.types();
    CHECK(types.spelling(event->parameters[0].type) == "struct part*");
    CHECK(types.find_member(types.type(event->parameters[0].type).target, "count"));
    const auto nameless = kernel.tracepoint("part_nameless");
    REQUIRE(nameless);
    REQUIRE(nameless->parameters.size() == 2);
    CHECK(nameless->parameters[1].name == "arg2");
    CHECK(types.spelling(nameless->parameters[1].type) == "int");
}

TEST_CASE("helpers and kernel functions are features") {
    const TemporaryFile file(sample_btf());
    const Kernel kernel(file.path(), "/nonexistent");
    CHECK(kernel.has_helper("bpf_loop"));
    CHECK(kernel.has_helper("bpf_send_signal"));
    CHECK_FALSE(kernel.has_helper("loop"));
    CHECK_FALSE(kernel.has_helper("bpf_"));
    CHECK_FALSE(kernel.has_helper(""));
    CHECK(kernel.has_kernel_function_call("log_line"));
    CHECK_FALSE(kernel.has_kernel_function_call("bpf_task_from_pid"));
    CHECK(kernel.links_functions_with(6));
    CHECK_FALSE(kernel.links_functions_with(7));
    CHECK_FALSE(kernel.links_functions_with(13));
}

TEST_CASE("symbols are read without modules") {
    const TemporaryFile file(some_symbols);
    const Kernel kernel("/nonexistent", file.path());
    CHECK(kernel.has_symbol("do_kill"));
    CHECK(kernel.has_symbol("do_kill.isra.0"));
    CHECK(kernel.has_symbol("jiffies"));
    CHECK(kernel.has_symbol("last_kill"));
    CHECK_FALSE(kernel.has_symbol("do_kill_module"));
    CHECK(kernel.has_symbol("do_kill_module", "module"));
    CHECK_FALSE(kernel.has_symbol("do_kill_module", "other"));
    CHECK_FALSE(kernel.has_symbol("do_kill", "module"));
    CHECK_FALSE(kernel.has_symbol("garbage"));
    CHECK_FALSE(kernel.has_symbol(""));
    CHECK(kernel.symbols("*kill*") == Names{"do_kill", "do_kill.isra.0", "last_kill", "weak_kill"});
    CHECK(kernel.symbols("jiffies").empty());
}

TEST_CASE("a variable's addresses are those of its name alone") {
    const TemporaryFile file(
        "ffffffff81000010 D jiffies\nffffffff81000020 d jiffies_64\nffffffff81000030 b static\n"
        "ffffffff81000028 B static\nffffffff81000028 B static\nffffffff81000040 T do_kill\n"
        "ffffffffc0000000 d inner\t[module]\n0000000000000000 d hidden\nxyz d strange\n");
    const auto addresses = [&](const char* name) { return variable_addresses(file.path(), name); };
    using Addresses = std::vector<std::uint64_t>;
    CHECK(addresses("jiffies") == Addresses{0xffffffff81000010});
    CHECK(addresses("static") == Addresses{0xffffffff81000028, 0xffffffff81000030});
    CHECK(addresses("hidden") == Addresses{0});
    for (const char* name : {"do_kill", "inner", "strange", "none", ""}) {
        CHECK(addresses(name).empty());
    }
    CHECK_THROWS_AS(variable_addresses("/nonexistent", "jiffies"), TargetError);
}

TEST_CASE("functions that are dropped, or of which only a part is left, match no pattern") {
    const TemporaryFile types(sample_btf());
    const std::string others = "0 T _text\n0 t do_kill\n0 t log_line.isra.0\n0 D log_line\n";
    const std::string early = "0 T _sinittext\n0 t __traceiter_task_exit\n0 T _einittext\n";
    const auto found = [&](const std::string& symbols) {
        const TemporaryFile file(symbols);
        return Kernel(types.path(), file.path()).functions("*");
    };
    CHECK(found(others).size() == 3);  // of no kernel that says where the early ones are
    CHECK(found(others + early) == Names{"do_kill"});
    CHECK(found(others + "0 t log_line\n" + early) == Names{"do_kill", "log_line"});
    // One of the name stays.
    CHECK(found(early + others + "0 t __traceiter_task_exit\n") ==
          Names{"__traceiter_task_exit", "do_kill"});
    CHECK(found(early + others + "0 t log_line\t[module]\n") == Names{"do_kill"});
}

TEST_CASE("what can't be read is an error with advice, at the first question") {
    const Kernel kernel("/nonexistent/btf", "/nonexistent/kallsyms");
    CHECK_THROWS_AS(kernel.types(), TargetError);
    CHECK_THROWS_AS(kernel.function("x"), TargetError);
    CHECK_THROWS_AS(kernel.tracepoints("*"), TargetError);
    CHECK_THROWS_AS(kernel.has_helper("bpf_loop"), TargetError);
    try {
        (void)kernel.has_symbol("x");
        FAIL("no error");
    } catch (const TargetError& error) {
        CHECK(error.message.find("/nonexistent/kallsyms") != std::string::npos);
        CHECK(error.message.find("CONFIG_KALLSYMS=y") != std::string::npos);
    }
}

TEST_CASE("this machine's kernel can be read") {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        WARN("skipped: this kernel has no BTF");
        return;
    }
    const Kernel kernel;
    const auto read = kernel.function("vfs_read");
    REQUIRE(read);
    REQUIRE(read->parameters.size() == 4);
    CHECK(kernel.types().spelling(read->parameters[0].type) == "struct file*");
    CHECK(kernel.types().spelling(read->parameters[3].type) == "loff_t*");
    CHECK(kernel.types().spelling(read->result) == "ssize_t");
    CHECK(kernel.functions("*").size() > 10'000);
    const auto exec = kernel.tracepoint("sched_process_exec");
    REQUIRE(exec);
    CHECK(exec->parameters.at(2).name == "bprm");
    CHECK(kernel.has_helper("bpf_ringbuf_output"));
    CHECK_FALSE(kernel.has_helper("bpf_no_such_helper"));
    const TypeId task = kernel.types().find_type("struct task_struct").value();
    const auto comm = kernel.types().find_member(task, "comm");
    REQUIRE(comm);
    CHECK(kernel.types().type(comm->type).size == 16);
    CHECK(kernel.types().find_enumerator("PIDTYPE_TGID") == 1);
}
