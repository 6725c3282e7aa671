// The standard library as it is embedded in the runner: the .stp files cut into their top-level
// items when the program is built, so that a start parses only the items that a script uses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::tapset {

struct Item {
    enum class Kind : std::uint8_t { function, alias, global, macro };
    Kind kind = Kind::function;
    std::string_view name;   // "pid2task"; of an alias its dotted components, "signal.send"
    std::string_view file;   // "tapset/task.stp", for messages
    std::uint32_t line = 1;  // of the text's first line in that file
    std::string_view text;   // parses as a script of one item
};

// All items, sorted by kind, then name; items of one name in their order in the file.
std::span<const Item> items();
// Items of this kind and name (functions may be overloaded).
std::span<const Item> find(Item::Kind kind, std::string_view name);

// ---- system calls: tapset/syscalls.table ----------------------------------------------------

// SystemTap's names of all system calls in the table ("kill", "fstat"), sorted.
std::vector<std::string> syscall_names();
// The kernel's name for it: "newfstat" for "fstat"; nullopt if the table has no such call.
std::optional<std::string> syscall_kernel_name(std::string_view name);
// The other way: the table's names of the kernel's system call, in its order.
std::vector<std::string> syscalls_of(std::string_view kernel_name);
// The text of `probe syscall.NAME = __syscall.entry("KERNELNAME") { name = … argstr = … }`, or of
// its .return form (retval, retstr). The arguments are `$arg1` … `$arg6`.
std::optional<std::string> syscall_alias(std::string_view name, bool is_return);

// ---- functions that some kernels have inlined away: tapset/substitutes.table ------------------

struct SubstituteVariable {
    std::string name;  // "fd"
    std::optional<std::int64_t> constant;
    std::uint32_t index = 0;  // else: system call argument `index` from the registers
    std::uint32_t size = 4;
    bool is_signed = true;
};
struct Substitute {
    std::string function;  // "__x64_sys_fsync": what is probed instead
    std::vector<SubstituteVariable> variables;
    std::uint32_t result_size = 4;
};
// The functions that together are exactly `function`; empty if none are known.
std::vector<Substitute> substitutes(std::string_view function);
// The other way: the functions that have `substitute` among their substitutes.
std::vector<std::string> substituted_by(std::string_view substitute);

}  // namespace sutap::tapset
