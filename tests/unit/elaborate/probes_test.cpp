// Probe points on this machine's kernel.
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"
#include "tests/unit/temporary_file.h"

using sutap::elaborate::ContextArgument;
using sutap::elaborate::KernelEvent;
using sutap::elaborate::Probe;
using sutap::elaborate::test::elaborate_text;
using sutap::elaborate::test::this_kernel;
using sutap::tests::TemporaryFile;

TEST_CASE("Probes of the session") {
    const auto outcome = elaborate_text(
        "probe begin(-3), end(9223372036854775807), error, oneshot, never { println(pp()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    REQUIRE(probes.size() == 5);
    CHECK(probes[0].kind == Probe::Kind::begin);
    CHECK(probes[0].sequence == -3);
    CHECK(probes[0].point == "begin(-3)");
    CHECK(probes[1].kind == Probe::Kind::end);
    CHECK(probes[1].sequence == 9223372036854775807);
    CHECK(probes[2].kind == Probe::Kind::error);
    CHECK(probes[3].kind == Probe::Kind::oneshot);
    CHECK(probes[4].kind == Probe::Kind::never);
}

TEST_CASE("Timers") {
    const auto outcome = elaborate_text(
        "probe timer.s(2), timer.ms(30).randomize(5), timer.us(7), timer.nsec(9), timer.hz(100)\n"
        "{ exit() }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    REQUIRE(probes.size() == 5);
    CHECK(probes[0].interval_ns == 2'000'000'000);
    CHECK(probes[1].interval_ns == 30'000'000);
    CHECK(probes[1].randomize_ns == 5'000'000);
    CHECK(probes[2].interval_ns == 7'000);
    CHECK(probes[3].interval_ns == 9);
    CHECK(probes[4].interval_ns == 10'000'000);
}

TEST_CASE("Wrong points are errors at their place") {
    struct Wrong {
        const char* script;
        const char* message;
    };
    const Wrong scripts[] = {
        {"probe begni { }",
         "probe point mismatch (similar: begin): identifier 'begni' at <input>:1:7\n"},
        {"probe timer.s(0) { }",
         "interval value out of range [1,2305843009]: identifier 's' at <input>:1:13\n"},
        {"probe timer.s(99999999999) { }",
         "interval value out of range [1,2305843009]: identifier 's' at <input>:1:13\n"},
        {"probe timer.ms(5).randomize(5) { }",
         "randomization value out of range [0,4]: identifier 'randomize' at <input>:1:19\n"},
        {"probe timer.s { }",
         "probe point 's' needs a number in parentheses: identifier 's' at <input>:1:13\n"},
        {"probe begin.foo { }", "probe point mismatch: identifier 'foo' at <input>:1:13\n"},
        {"probe syscall.kil { }",
         "probe point mismatch (similar: kill): identifier 'kil' at <input>:1:15\n"},
        {"probe kernel.function(5) { }",
         "probe point 'function' needs a string in parentheses: keyword 'function' at "
         "<input>:1:14\n"},
        {"probe kernel.function(\"vfs_read\").return.maxactive(65536) { }",
         "maxactive value out of range [0,65535]: identifier 'maxactive' at <input>:1:42\n"},
        {"probe kernel.function(\"vfs_read\").inline.return { }",
         "an inlined function has no return to probe: keyword 'function' at <input>:1:14\n"},
        {"probe kernel.function(\"vfs_read\").callee(\"rw_verify_area\") { }",
         "no match: the kernel's BTF knows functions as a whole, but nothing inside of them: "
         "identifier 'callee' at <input>:1:35\n"},
        {"probe kernel.function(\"vfs_read\").callees(2) { }",
         "no match: the kernel's BTF knows functions as a whole, but nothing inside of them: "
         "identifier 'callees' at <input>:1:35\n"},
        {"probe kernel.function(\"vfs_read\").label(\"out\") { }",
         "no match: the kernel's BTF knows functions as a whole, but nothing inside of them: "
         "identifier 'label' at <input>:1:35\n"},
        {"probe kernel.function(\"vfs_read\").statement(1) { }",
         "no match: the kernel's BTF knows functions as a whole, but nothing inside of them: "
         "identifier 'statement' at <input>:1:35\n"},
        {"probe kernel.function(\"vfs_read\").return.exported { }",
         "probe point mismatch (alternatives: maxactive(number)): identifier 'exported' at "
         "<input>:1:42\n"},
        {"probe kernel.statement(\"vfs_read@fs/read_write.c:1\") { }",
         "no match: the kernel's BTF knows functions, but no statements: use "
         "kernel.function(\"NAME\"): identifier 'statement' at <input>:1:14\n"},
        {"probe kernel.mark(\"x\") { }",
         "no match: kernels since 2.6.32 have no markers: use kernel.trace(\"NAME\"): identifier "
         "'mark' at <input>:1:14\n"},
        {"probe process(\"/bin/ls\").function(\"main\") { }",
         "process probes are not available in this version: identifier 'process' at "
         "<input>:1:7\n"},
    };
    for (const Wrong& wrong : scripts) {
        const auto outcome = elaborate_text(wrong.script);
        CHECK(outcome.messages.starts_with("semantic error: while resolving probe point: "));
        CHECK(outcome.causes == std::string("semantic error: ") + wrong.message);
    }
    CHECK(elaborate_text("probe kernel.function(\"no_such_thing_at_all\")? { }").messages ==
          "semantic error: no probes found\n");
}

TEST_CASE("A function that is not there has its neighbours named") {
    CHECK(elaborate_text("probe kernel.function(\"vfs_raed\") { exit() }")
              .causes.find("no match (similar functions: vfs_read") != std::string::npos);
    CHECK(elaborate_text("probe kernel.trace(\"sched_swich\") { exit() }")
              .causes.find("no match (similar tracepoints: sched_switch") != std::string::npos);
}

TEST_CASE("Functions and their returns") {
    const auto outcome = elaborate_text(
        "probe kernel.function(\"vfs_read\").call, kernel.function(\"vfs_read@fs/x.c:1\").return "
        "{ println(pp()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    REQUIRE(probes.size() == 2);
    REQUIRE(probes[0].event);
    CHECK(probes[0].event->kind == KernelEvent::Kind::function_entry);
    CHECK(probes[0].event->name == "vfs_read");
    CHECK(probes[0].event->btf_id == this_kernel().function("vfs_read")->btf_id);
    CHECK(probes[0].event->arguments == 4);
    CHECK(probes[0].point == "kernel.function(\"vfs_read\")");
    CHECK(probes[0].definition == "kernel.function(\"vfs_read\").call");
    CHECK_FALSE(probes[0].event->optional);
    CHECK(probes[1].event->kind == KernelEvent::Kind::function_return);
    CHECK(probes[1].point == "kernel.function(\"vfs_read\").return");
    CHECK(outcome.elaborated.notes.size() == 1);
}

TEST_CASE("A wildcard is every function that it matches") {
    const auto outcome = elaborate_text("probe kernel.function(\"vfs_re*\") { println(pp()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    CHECK(probes.size() == this_kernel().functions("vfs_re*").size());
    for (const Probe& probe : probes) {
        CHECK(probe.event->optional);
    }
    CHECK(elaborate_text("probe kernel.function(\"*\") { exit() }")
              .causes.find("matches more than 10000 probe points") != std::string::npos);
}

TEST_CASE("Exported are the functions that the kernel has an export symbol of") {
    const TemporaryFile symbols(
        "0 T vfs_read\n0 T vfs_readv\n0 T vfs_readlink\n0 r __ksymtab_vfs_readlink\n");
    const sutap::targets::Kernel kernel("/sys/kernel/btf/vmlinux", symbols.path());
    const auto resolved = [&](const std::string& name) {
        return elaborate_text("probe kernel.function(\"" + name + "\").exported { println(pp()) }",
                              {}, kernel);
    };
    for (const char* name : {"vfs_readlink", "vfs_rea*"}) {
        const auto outcome = resolved(name);
        REQUIRE_FALSE(outcome.elaborated.failed());
        REQUIRE(outcome.elaborated.program.probes.size() == 1);
        CHECK(outcome.elaborated.program.probes[0].event->name == "vfs_readlink");
    }
    CHECK(resolved("vfs_read").causes.find("no match: vfs_read is not exported to modules") !=
          std::string::npos);
    CHECK(resolved("vfs_readv*").causes.find("no match") != std::string::npos);
}

TEST_CASE("The rest of a list is left out behind one that suffices") {
    const auto outcome = elaborate_text(
        "probe kernel.function(\"no_such_thing_at_all\")!, kernel.function(\"vfs_read\")!,\n"
        "kernel.function(\"vfs_write\") { println(pp()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    REQUIRE(outcome.elaborated.program.probes.size() == 1);
    CHECK(outcome.elaborated.program.probes[0].event->name == "vfs_read");
}

TEST_CASE("Tracepoints, also by their group") {
    const auto outcome = elaborate_text(
        "probe kernel.trace(\"sched:sched_switch\"), kernel.trace(\"sched_wak*\") "
        "{ println(pp()) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    CHECK(probes.size() == 1 + this_kernel().tracepoints("sched_wak*").size());
    CHECK(probes[0].event->kind == KernelEvent::Kind::tracepoint);
    CHECK(probes[0].event->btf_id == this_kernel().tracepoint("sched_switch")->btf_id);
    CHECK(probes[0].point == "kernel.trace(\"sched_switch\")");
}

TEST_CASE("System calls have the same points in all families") {
    for (const std::string family : {"syscall", "nd_syscall", "tp_syscall"}) {
        const auto outcome = elaborate_text("probe " + family + ".kill, " + family +
                                            ".kill.return { printf(\"%s %s\\n\", name, pp()) }");
        REQUIRE_FALSE(outcome.elaborated.failed());
        REQUIRE(outcome.elaborated.program.probes.size() == 2);
        CHECK(outcome.elaborated.program.probes[0].definition == family + ".kill");
        CHECK(outcome.elaborated.program.probes[0].event->name == "__x64_sys_kill");
    }
}

TEST_CASE("System calls with arguments are their functions") {
    const auto outcome =
        elaborate_text("probe syscall.kill { printf(\"%d %d %s\\n\", sig, pid, name) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    REQUIRE(probes.size() == 1);
    CHECK(probes[0].event->name == "__x64_sys_kill");
    CHECK(probes[0].definition == "syscall.kill");
    CHECK(probes[0].point == "kernel.function(\"__x64_sys_kill\")");
    CHECK(outcome.text.find("pid = (($argument0->registers[112]:s64) << (32)) >> (32)\n") !=
          std::string::npos);
    CHECK(outcome.text.find("name = \"kill\"\n") != std::string::npos);
}

TEST_CASE("System calls without arguments are the tracepoints of all, by their number") {
    const auto outcome = elaborate_text(
        "probe syscall.getppid, syscall.getppid.return { println(name) }\n"
        "probe syscall.getppid.return { println(retval) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const auto& probes = outcome.elaborated.program.probes;
    REQUIRE(probes.size() == 3);
    CHECK(probes[0].event->name == "sys_enter");
    CHECK(probes[0].event->only_syscall == 110U);
    CHECK(probes[1].event->name == "sys_exit");
    CHECK(outcome.text.find("retval = $argument1:s64\n") != std::string::npos);
}

TEST_CASE("All system calls at once") {
    const auto outcome = elaborate_text("probe syscall.* { println(name, argstr) }");
    INFO(outcome.messages);
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.elaborated.program.probes.size() > 300);
    const auto returns = elaborate_text("probe syscall.*.return { println(name, retstr) }");
    INFO(returns.messages);
    REQUIRE_FALSE(returns.elaborated.failed());
    CHECK(returns.elaborated.program.probes.size() > 300);
}

TEST_CASE("do_fsync is probed in some way on every kernel") {
    const auto outcome = elaborate_text(
        "probe kernel.function(\"do_fsync\").return { println(@entry($fd), "
        "@entry(gettimeofday_ns()), $return) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    const bool is_inlined = !this_kernel().function("do_fsync").has_value();
    CHECK(outcome.elaborated.program.probes.size() == (is_inlined ? 2 : 1));
    CHECK(outcome.elaborated.notes.size() == (is_inlined ? 2 : 0));
    for (const Probe& probe : outcome.elaborated.program.probes) {
        CHECK(probe.entries.size() == 1);
        CHECK(probe.event->kind == KernelEvent::Kind::function_return);
    }
}
