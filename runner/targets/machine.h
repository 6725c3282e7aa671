// What is particular to one machine architecture: registers and system calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::targets {

struct Syscall {
    std::string_view name;  // of the kernel's function: "kill", "newfstat"
    std::uint32_t number = 0;
    std::string_view user_name;  // as <asm/unistd.h> says it: "kill", "fstat"
};

// All system calls of this machine, sorted by name (kernel:
// arch/x86/entry/syscalls/syscall_64.tbl).
const std::vector<Syscall>& syscalls();
std::optional<std::uint32_t> syscall_number(std::string_view name);
// The kernel function behind a system call: "__x64_sys_kill". Its one argument is a pointer to
// struct pt_regs, but for system calls without arguments.
std::string syscall_entry(std::string_view name);
// The same function where the call has no arguments: its BTF, if any, is under this name alone,
// because __x64_sys_getppid is an alias of __do_sys_getppid then (kernel: SYSCALL_DEFINE0 in
// arch/x86/include/asm/syscall_wrapper.h). For other calls it is another function.
std::string syscall_entry_without_arguments(std::string_view name);
// Byte offset in struct pt_regs of system call argument `index` (0 to 5); the result's is
// function_result_offset(). std::out_of_range for a larger index.
std::uint32_t syscall_argument_offset(unsigned index);
// Byte offset in struct pt_regs of function argument `index` (0 to 5), for kprobes.
// std::out_of_range for a larger index.
std::uint32_t function_argument_offset(unsigned index);
// How many arguments of a function are in registers. At its first instruction the others are on the
// stack, eight bytes each, from this offset above the stack pointer.
inline constexpr unsigned register_arguments = 6;
inline constexpr std::uint32_t stack_arguments_offset = 8;
std::uint32_t stack_pointer_offset();
std::uint32_t function_result_offset();
// Of the number of the system call that is under way (x86-64: orig_ax).
std::uint32_t syscall_number_offset();
std::uint32_t instruction_pointer_offset();
// Of the register that tells the mode, and the bits of it that are set in user mode alone (x86-64:
// the privilege level in cs).
std::uint32_t mode_offset();
std::uint32_t user_mode_bits();

// A register as struct pt_regs keeps it: the byte offset in it, and how many bytes of it the name
// means.
struct MachineRegister {
    std::uint32_t offset = 0;
    std::uint32_t size = 8;
};
// By a name of function::register(3stap): "rdi", "di", "edi". nullopt for all others.
std::optional<MachineRegister> machine_register(std::string_view name);

// How many hardware breakpoints a processor has.
inline constexpr std::size_t hardware_breakpoints = 4;

}  // namespace sutap::targets
