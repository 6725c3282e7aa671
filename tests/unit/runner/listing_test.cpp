#include "runner/listing.h"

#include <catch2/catch.hpp>

#include "tests/unit/temporary_file.h"

namespace {

using Catch::Matchers::Contains;
using sutap::list_probes;
using sutap::tests::TemporaryFile;

std::string text_of(const std::set<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

// Names only: nothing of the kernel is read for system calls and plain points.
std::string listed(const std::string& pattern, bool with_variables = false) {
    return text_of(
        list_probes(sutap::targets::Kernel("/nowhere", "/nowhere"), pattern, with_variables));
}

}  // namespace

TEST_CASE("system calls are listed by name, sorted, a line each") {
    CHECK(listed("syscall.kill") == "syscall.kill\n");
    CHECK(listed("syscall.kil*") == "syscall.kill\n");
    CHECK(listed("syscall.kill.return") == "syscall.kill.return\n");
    CHECK(listed("syscall.fsync*") == "syscall.fsync\n");
    CHECK(listed("syscall.no_such_call").empty());
    CHECK(listed("").empty());
    CHECK_THAT(listed("syscall.*"), Contains("syscall.kexec_load\nsyscall.keyctl\nsyscall.kill\n"));
    CHECK_THAT(listed("syscall.*"), !Contains(".return"));
}

TEST_CASE("system calls have the same points in all families") {
    CHECK(listed("nd_syscall.kil*") == "nd_syscall.kill\n");
    CHECK(listed("tp_syscall.kill.return") == "tp_syscall.kill.return\n");
    CHECK(listed("rp_syscall.kill").empty());
}

TEST_CASE("functions are listed by the kernel's symbols, exported ones by those of their export") {
    const TemporaryFile symbols(
        "0 T vfs_read\n0 T vfs_readv\n0 T vfs_readlink\n0 r __ksymtab_vfs_readlink\n");
    const sutap::targets::Kernel kernel("/sys/kernel/btf/vmlinux", symbols.path());
    const auto functions = [&](const std::string& pattern) {
        return text_of(list_probes(kernel, pattern, false));
    };
    CHECK(functions("kernel.function(\"vfs_read*\").exported") ==
          "kernel.function(\"vfs_readlink\").exported\n");
    CHECK(functions("kprobe.function(\"vfs_readv\")") == "kprobe.function(\"vfs_readv\")\n");
    CHECK(functions("kernel.function(\"vfs_read\").return") ==
          "kernel.function(\"vfs_read\").return\n");
}

TEST_CASE("-L adds the variables with their types") {
    CHECK(listed("syscall.kill", true) ==
          "syscall.kill name:string pid:long sig:long sig_name:string argstr:string\n");
    CHECK(listed("syscall.kill.return", true) ==
          "syscall.kill.return name:string retval:long retstr:string\n");
}

TEST_CASE("what cannot be a point lists nothing") {
    CHECK(listed("kernel.function(\"x").empty());
    CHECK(listed("kernel.function(\"x\").nonsense").empty());
    CHECK(listed("kernel.trace(\"x\").return").empty());
}

TEST_CASE("without BTF a listing of functions says so") {
    CHECK_THROWS_AS(listed("kernel.function(\"vfs_*\")"), sutap::targets::TargetError);
}

TEST_CASE("this kernel's functions are listed with their parameters") {
    const sutap::targets::Kernel kernel;
    CHECK(text_of(list_probes(kernel, "kernel.function(\"vfs_read\")", true)) ==
          "kernel.function(\"vfs_read\") $file:struct file* $buf:char* $count:size_t "
          "$pos:loff_t*\n");
    CHECK_THAT(text_of(list_probes(kernel, "kernel.function(\"vfs_read\").return", true)),
               Contains("$return:ssize_t $file:"));
    CHECK_THAT(text_of(list_probes(kernel, "kernel.trace(\"sched:sched_sw*\")", false)),
               Contains("kernel.trace(\"sched_switch\")\n"));
}
