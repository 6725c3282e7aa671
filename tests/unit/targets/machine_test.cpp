#include "runner/targets/machine.h"

#include <asm/unistd.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <stdexcept>

#include "runner/targets/kernel.h"

using namespace sutap::targets;

TEST_CASE("system calls have the numbers of the C library's header") {
    CHECK(syscall_number("read") == __NR_read);
    CHECK(syscall_number("kill") == __NR_kill);
    CHECK(syscall_number("newfstat") == __NR_fstat);
    CHECK(syscall_number("newfstatat") == __NR_newfstatat);
    CHECK(syscall_number("newuname") == __NR_uname);
    CHECK(syscall_number("umount") == __NR_umount2);
    CHECK(syscall_number("sendfile64") == __NR_sendfile);
    CHECK(syscall_number("io_pgetevents") == __NR_io_pgetevents);
    CHECK(syscall_number("rseq") == __NR_rseq);
    CHECK(syscall_number("pidfd_send_signal") == __NR_pidfd_send_signal);
    CHECK(syscall_number("openat2") == __NR_openat2);
    CHECK(syscall_number("set_mempolicy_home_node") == __NR_set_mempolicy_home_node);
    CHECK_FALSE(syscall_number("fstat"));
    CHECK_FALSE(syscall_number(""));
    CHECK_FALSE(syscall_number("zzz"));
}

TEST_CASE("system calls are sorted, their names and numbers unique and without gaps") {
    std::set<std::uint32_t> numbers;
    std::set<std::string_view> user_names;
    std::string_view last;
    for (const Syscall& call : syscalls()) {
        CHECK(last < call.name);
        last = call.name;
        CHECK(numbers.insert(call.number).second);
        CHECK(user_names.insert(call.user_name).second);
        CHECK(syscall_number(call.name) == call.number);
    }
    for (std::uint32_t number = 424; number <= 462; ++number) {
        CHECK(numbers.contains(number));
    }
}

TEST_CASE("the entry is the function that the kernel wraps around a call") {
    CHECK(syscall_entry("kill") == "__x64_sys_kill");
    CHECK(syscall_entry("newfstat") == "__x64_sys_newfstat");
    CHECK(syscall_entry_without_arguments("getppid") == "__do_sys_getppid");
}

TEST_CASE("this kernel has each of the oldest calls under one of its two names") {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        WARN("skipped: this kernel has no BTF");
        return;
    }
    const Kernel kernel;
    for (const char* const name :
         {"read", "kill", "newfstat", "getppid", "fork", "sync", "pause"}) {
        INFO(name);
        CHECK((kernel.function(syscall_entry(name)) ||
               kernel.function(syscall_entry_without_arguments(name))));
    }
}

TEST_CASE("register offsets are those of this kernel's struct pt_regs") {
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        WARN("skipped: this kernel has no BTF");
        return;
    }
    const Kernel kernel;
    const TypeGraph& types = kernel.types();
    const TypeId registers = types.find_type("struct pt_regs").value();
    const auto offset = [&](const char* name) {
        return types.find_member(registers, name).value().bit_offset / 8;
    };
    const char* const of_syscall[] = {"di", "si", "dx", "r10", "r8", "r9"};
    const char* const of_function[] = {"di", "si", "dx", "cx", "r8", "r9"};
    for (unsigned index = 0; index < 6; ++index) {
        CHECK(syscall_argument_offset(index) == offset(of_syscall[index]));
        CHECK(function_argument_offset(index) == offset(of_function[index]));
    }
    CHECK(function_result_offset() == offset("ax"));
}

TEST_CASE("there is no seventh argument in a register") {
    CHECK_THROWS_AS(syscall_argument_offset(6), std::out_of_range);
    CHECK_THROWS_AS(function_argument_offset(6), std::out_of_range);
}

TEST_CASE("Registers are where struct pt_regs has them") {
    struct Named {
        const char* name;
        const char* member;
        std::uint32_t size;
    };
    const Named all[] = {
        {"rax", "ax", 8},       {"ax", "ax", 8},
        {"eax", "ax", 4},       {"rbx", "bx", 8},
        {"bx", "bx", 8},        {"ebx", "bx", 4},
        {"rcx", "cx", 8},       {"cx", "cx", 8},
        {"ecx", "cx", 4},       {"rdx", "dx", 8},
        {"dx", "dx", 8},        {"edx", "dx", 4},
        {"rsi", "si", 8},       {"si", "si", 8},
        {"esi", "si", 4},       {"rdi", "di", 8},
        {"di", "di", 8},        {"edi", "di", 4},
        {"rbp", "bp", 8},       {"bp", "bp", 8},
        {"ebp", "bp", 4},       {"rsp", "sp", 8},
        {"sp", "sp", 8},        {"esp", "sp", 4},
        {"rip", "ip", 8},       {"ip", "ip", 8},
        {"eip", "ip", 4},       {"r8", "r8", 8},
        {"r9", "r9", 8},        {"r10", "r10", 8},
        {"r11", "r11", 8},      {"r12", "r12", 8},
        {"r13", "r13", 8},      {"r14", "r14", 8},
        {"r15", "r15", 8},      {"flags", "flags", 4},
        {"eflags", "flags", 4}, {"orig_eax", "orig_ax", 4},
        {"xcs", "cs", 8},       {"cs", "cs", 8},
        {"xss", "ss", 8},       {"ss", "ss", 8},
    };
    const sutap::targets::Kernel kernel;
    const auto& types = kernel.types();
    const auto registers = types.find_type("struct pt_regs");
    REQUIRE(registers);
    for (const Named& each : all) {
        INFO(each.name);
        const auto place = sutap::targets::machine_register(each.name);
        const auto member = types.find_member(*registers, each.member);
        REQUIRE(place);
        REQUIRE(member);
        CHECK(place->offset == member->bit_offset / 8);
        CHECK(place->size == each.size);
    }
    for (const char* unknown : {"", "RAX", "rax ", "r16", "al", "gs"}) {
        CHECK_FALSE(sutap::targets::machine_register(unknown));
    }
}
