// What a script may say that is to look at its user's own processes alone.
#include "runner/elaborate/own_processes.h"

#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::ElaborateOptions;
using sutap::elaborate::is_own_function;
using sutap::elaborate::test::elaborate_text;
using sutap::elaborate::test::Outcome;
using sutap::elaborate::test::this_kernel;

namespace {

Outcome elaborated(const std::string& text, bool is_confined) {
    ElaborateOptions options;
    options.own_processes = is_confined;
    options.keep_unused = true;
    return elaborate_text(text, options, this_kernel());
}

// In a handler of a system call.
std::string at_call(const std::string& body) {
    return "probe syscall.openat { " + body + " }";
}
std::string at_return(const std::string& body) {
    return "probe syscall.openat.return { " + body + " }";
}
std::string at_any(const std::string& body) {
    return "probe syscall_any { " + body + " }";
}

void check_refused(const std::string& text) {
    INFO(text);
    const auto outcome = elaborated(text, true);
    CHECK(outcome.elaborated.failed());
    CHECK(outcome.elaborated.is_refused);
    CHECK_THAT(outcome.rendered, Catch::Matchers::Contains("your own processes alone"));
    // The same script is right where everybody's processes may be seen.
    const auto free = elaborated(text, false);
    INFO(free.rendered);
    CHECK_FALSE(free.elaborated.failed());
    CHECK_FALSE(free.elaborated.is_refused);
}

void check_allowed(const std::string& text) {
    INFO(text);
    const auto outcome = elaborated(text, true);
    INFO(outcome.rendered);
    CHECK_FALSE(outcome.elaborated.failed());
    CHECK_FALSE(outcome.elaborated.is_refused);
}

}  // namespace

TEST_CASE("probe points of own processes are allowed") {
    for (const char* point : {"begin",
                              "end",
                              "error",
                              "begin(3)",
                              "never",
                              "oneshot",
                              "timer.s(1)",
                              "timer.ms(10).randomize(5)",
                              "timer.hz(9)",
                              "timer.profile",
                              "timer.profile.tick",
                              "timer.profile.freq.hz(97)",
                              "syscall.openat",
                              "syscall.openat.return",
                              "syscall.*",
                              "syscall.*.return",
                              "syscall.open*",
                              "syscall.{read,write}",
                              "nd_syscall.read",
                              "tp_syscall.read",
                              "tp_syscall.read.return",
                              "syscall_any",
                              "syscall_any.return",
                              "syscall.getpid",
                              "syscall.getppid.return",
                              "procfs(\"x\").read",
                              "input.line",
                              "syscall.no_such_call ?, begin",
                              "syscall.send"}) {
        check_allowed(std::string("probe ") + point + " { println(pp()) }");
    }
    check_allowed("probe mine = syscall.read { n = count } probe mine { println(n) }");
    check_allowed("probe mine.two = begin, timer.s(1) { n = 1 } probe mine.* { println(n) }");
}

TEST_CASE("other probe points are refused, however they are written") {
    for (const char* point : {"kernel.function(\"vfs_read\")",
                              "kernel.function(\"vfs_read\").return",
                              "kernel.function(\"vfs_rea*\")",
                              "kernel.function(\"__x64_sys_openat\")",
                              "kprobe.function(\"vfs_read\")",
                              "kernel.trace(\"sched_switch\")",
                              "kernel.trace(\"sys_enter\")",
                              "kernel.trace(\"sched_*\")",
                              "perf.sw.page_faults",
                              "perf.hw.cpu_cycles",
                              "perf.type(0).config(0).sample(1000000)",
                              "kernel.data(0xffffffff81000000).write",
                              "__syscall.entry(\"read\")",
                              "vfs.read",
                              "vfs.read.return",
                              "scheduler.cpu_on",
                              "scheduler.*",
                              "signal.send",
                              "kprocess.exec",
                              "vm.pagefault",
                              "ioblock.request",
                              "kernel.function(\"vfs_read\") ?",
                              "kernel.function(\"vfs_read\") !, begin",
                              "begin, kernel.function(\"vfs_read\")",
                              "syscall.openat, vfs.read",
                              "kernel.{function(\"vfs_read\"),trace(\"sched_switch\")}"}) {
        check_refused(std::string("probe ") + point + " { println(pp()) }");
    }
    // Through aliases of the script, also those that are called like what is allowed.
    check_refused("probe mine = kernel.function(\"vfs_read\") { } probe mine { exit() }");
    check_refused("probe syscall.mine = vfs.read { } probe syscall.mine { exit() }");
    check_refused("probe syscall.mine = vfs.read { } probe syscall.mi* { exit() }");
    check_refused("probe a = b { } probe b = c ? { } probe c = vfs.read { } probe a { exit() }");
    // Between an alias of the tapset and what it stands for.
    check_refused(
        "probe __syscall.entry(\"openat\") = __syscall.entry(\"read\") { } "
        "probe syscall.openat { exit() }");
    check_refused(
        "probe __syscall.return(\"openat\") = kernel.function(\"vfs_read\").return { } "
        "probe syscall.openat.return { exit() }");
    check_refused("probe a = kernel.function(\"vfs_read\") ? { } probe a ?, begin { exit() }");
    check_refused("@define point %( kernel.function(\"vfs_read\") %) probe @point { exit() }");
}

TEST_CASE("what concerns the process alone is allowed") {
    for (const char* body :
         {"println(pid(), tid(), ppid(), uid(), euid(), gid(), execname())",
          "println(name, argstr, filename)",
          "println($arg1, $arg2)",
          "printf(\"%p\\n\", $arg2)",
          "println(user_string($arg2), user_string_quoted($arg2), user_long($arg2))",
          "println(cmdline_str(), env_var(\"HOME\"))",
          "printf(\"%#4m\", $arg2)",
          "println(int_arg(1), pointer_arg(2))",
          "println(ubacktrace())",
          "print_ubacktrace()",
          "println(usymname(uaddr()), umodname(uaddr()))",
          "println(@defined($arg1))",
          "println(@defined($arg1) ? $arg1 : 0)",
          "if (pid() == target()) exit()",
          "println(gettimeofday_us(), ctime(gettimeofday_s()), cpu())",
          "println(thread_indent(1), errno_str(2), signal_name(9))",
          "if (execname() =~ \"c.t\") println(matched(0))",
          "println(tokenize(\"a b\", \" \"))",
          "println(sprintf(\"%d\", strtol(\"7\", 10)))",
          "try { error(\"x\") } catch (m) { warn(m) }",
          "println(substr(filename, 0, 3), strlen(filename), str_replace(filename, \"a\", \"b\"))",
          "system(\"true\")"}) {
        check_allowed(at_call(body));
    }
    for (const char* body : {"println($return, retval, retstr)", "println(@entry($arg2))",
                             "println(user_string(@entry($arg2)))", "println(returnval())",
                             "println(@entry(gettimeofday_us()))", "returnstr(1)"}) {
        check_allowed(at_return(body));
    }
    check_allowed(at_any("println(syscall_nr, name, $id)"));
    check_allowed("probe syscall_any.return { println(retval, $ret) }");
    check_allowed("probe timer.profile { println(user_mode(), ubacktrace()) }");
    check_allowed(
        "global a, s probe syscall.read { a[execname()]++; s <<< count } "
        "probe end { foreach (n in a- limit 3) println(n, a[n]) println(@avg(s)) }");
    check_allowed("function f(x) { return user_string(x) } probe syscall.openat { f($arg2) }");
    // One that has the name of what is refused.
    check_allowed("function task_current() { return 1 } probe begin { println(task_current()) }");
    check_allowed(
        "probe procfs(\"x\").read { $value = \"x\" } "
        "probe procfs(\"x\").write { println($value) }");
}

TEST_CASE("what is the kernel's or another task's is refused") {
    for (const char* body : {"println(kernel_string($arg2))",
                             "println(kernel_long($arg2))",
                             "println(kernel_string_n($arg2, 5))",
                             "println(kernel_or_user_string_quoted($arg2))",
                             "println(kernel_buffer_quoted($arg2, 9))",
                             "println(atomic_read($arg2))",
                             "println(task_current())",
                             "println(task_execname($arg1))",
                             "println(task_pid($arg1))",
                             "println(pid2task(1))",
                             "println(pid2execname(1))",
                             "println(pexecname())",
                             "println(task_parent($arg1))",
                             "println(pstrace($arg1))",
                             "println(proc_mem_size())",
                             "println(proc_mem_size(1))",
                             "println(current_exe_file())",
                             "println(d_path($arg1))",
                             "println(d_name($arg1))",
                             "println(backtrace())",
                             "print_backtrace()",
                             "println(caller())",
                             "println(callers(3))",
                             "println(stack(1))",
                             "println(addr())",
                             "println(ppfunc())",
                             "println(probefunc())",
                             "println(symname($arg1))",
                             "println(symdata($arg1))",
                             "println(modname($arg1))",
                             "println(print_regs() + 1)",
                             "println(register(\"rdi\"))",
                             "println(u_register(\"rdi\"))",
                             "println(registers_valid())",
                             "println(sprint_loadavg())",
                             "println(get_loadavg_index(0))",
                             "println(stack_used())",
                             "println(inet_get_local_port($arg1))",
                             "println(format_ipaddr($arg1, 10))",
                             "println(get_sa_flags($arg1))",
                             "println(is_sig_blocked($arg1, 9))",
                             "println(target_set_pid(pid()))",
                             "println(@cast($arg1, \"task_struct\")->pid)",
                             "println(&@cast($arg1, \"file\")->f_pos)",
                             "println(@cast($arg1, \"long\"))",
                             "println(@cast($arg1, \"char\", \"__user\")[0])",
                             "println($$vars)",
                             "println($$parms)",
                             "println($$parms$)",
                             "println($$locals)",
                             "printf(\"%m\", $arg2)",
                             "printf(\"%16M\", $arg2)",
                             "println(sprintf(\"%4m\", $arg2))",
                             "println(@var(\"current_task\"))",
                             "if (0) println(kernel_string(0))",
                             "while (0) { println(task_current()) }",
                             "try { println(kernel_string(0)) } catch { }",
                             "println(@choose_defined($arg1, 0), addr())",
                             "println(__task_mm(1))",
                             "println(__kernel_bytes(1, 2))"}) {
        check_refused(at_call(body));
    }
    check_refused(at_any("println($regs)"));
    check_refused(at_any("println($regs->di)"));
    check_refused(at_any("println($regs$)"));
    check_refused(at_any("println(&$regs->di)"));
    check_refused(at_any("println(pointer_arg(1))"));
    check_refused(at_any("println(@defined($regs) ? $regs : 0)"));
    check_refused("probe syscall_any.return { println($regs->orig_ax) }");
    check_refused(at_return("println(@entry(kernel_string($arg2)))"));
    check_refused("probe syscall_any.return { println(@choose_defined($regs, 0)) }");
    // Indirectly.
    check_refused("function f(x) { return kernel_string(x) } probe syscall.openat { f($arg2) }");
    check_refused("function f(x) { return kernel_string(x) } probe begin { }");
    check_refused("function pid2task(x) { next } probe begin { println(pid2task(1)) }");
    check_refused("function kernel_string:string (x) { next } probe begin { kernel_string(1) }");
    check_refused(
        "@define f(x) %( kernel_string(@x) %) probe syscall.openat { println(@f($arg2)) }");
    check_refused("probe a = syscall.openat { n = kernel_string($arg2) } probe a { println(n) }");
    check_refused("probe a += syscall.openat { println(task_current()) } probe a { }");
    check_refused(
        "global g probe syscall.read { g[addr()]++ } probe end { foreach (k in g) println(k) }");
    check_refused(
        "global g probe syscall.read { g[1] <<< addr() } probe end { println(@sum(g[1])) }");
    check_refused("probe begin { println(kernel_string(1)) }");
    // Another arity than the script's own function.
    check_refused("function pid2task(a, b) { return 1 } probe begin { println(pid2task(1)) }");
    check_refused("function addr(a) { return 1 } probe syscall.read { println(addr()) }");
    check_refused("probe timer.profile { println(ppfunc(), symname(addr())) }");
}

TEST_CASE("names are found whole") {
    CHECK(is_own_function("pid"));
    CHECK(is_own_function("HZ"));
    for (const char* name :
         {"", " ", "pi", "id", "pid tid", "pid ", " pid", "__x", "kernel_string"}) {
        CHECK_FALSE(is_own_function(name));
    }
}
