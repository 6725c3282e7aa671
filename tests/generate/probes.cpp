// Programs on kernel events, whose handlers the kernel's verifier has to take.
#include <array>
#include <span>
#include <string_view>

#include "tests/generate/generator_state.h"

namespace sutap::generate {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 14> common_integers = {
    "pid()",
    "tid()",
    "ppid()",
    "uid()",
    "euid()",
    "cpu()",
    "target()",
    "gettimeofday_ns()",
    "ktime_get_ns()",
    "task_current()",
    "task_parent(task_current())",
    "task_pid(task_parent(task_current()))",
    "@cast(task_current(), \"task_struct\")->prio",
    "@cast(task_current(), \"task_struct\")->signal->nr_threads"};
constexpr std::array<std::string_view, 7> common_texts = {
    "execname()",
    "pexecname()",
    "pp()",
    "ppfunc()",
    "cmdline_str()",
    "task_execname(task_parent(task_current()))",
    "kernel_string(@cast(task_current(), \"task_struct\")->comm)"};

// A probe point with what its handlers may read besides.
struct Event {
    std::string_view point;
    Words integers;
    Words texts;
};

constexpr std::array<std::string_view, 6> read_integers = {
    "$count",        "$pos", "$file->f_flags", "$file->f_inode->i_ino", "$file->f_inode->i_size",
    "&$file->f_path"};
constexpr std::array<std::string_view, 5> read_texts = {
    "kernel_string($file->f_path->dentry->d_name->name)", "$$parms", "$$vars",
    "user_string_n($buf, 5)", "d_name($file->f_path->dentry)"};
constexpr std::array<std::string_view, 5> returned_integers = {
    "$return", "$count", "@entry($count)", "@entry(gettimeofday_ns())",
    "@entry($file->f_inode->i_ino)"};
constexpr std::array<std::string_view, 4> returned_texts = {
    "$$return", "$$parms", "@entry(execname())",
    "kernel_string(@entry($file)->f_path->dentry->d_name->name)"};
constexpr std::array<std::string_view, 4> open_integers = {"$dfd", "$op->open_flag", "$op->mode",
                                                           "$pathname"};
constexpr std::array<std::string_view, 3> open_texts = {"kernel_string($pathname->name)",
                                                        "user_string_quoted($pathname->uptr)",
                                                        "kernel_string($pathname->name, \"none\")"};
constexpr std::array<std::string_view, 6> switch_integers = {
    "$prev->pid", "$next->pid", "$next->mm", "$preempt", "$next->se->vruntime", "task_uid($next)"};
constexpr std::array<std::string_view, 4> switch_texts = {"kernel_string($prev->comm)",
                                                          "task_execname($next)", "$$parms",
                                                          "kernel_string_n($next->comm, 3)"};
constexpr std::array<std::string_view, 3> enter_integers = {"$id", "$regs->di", "$regs->ip"};
constexpr std::array<std::string_view, 4> openat_integers = {"dfd", "flags", "mode", "$arg2"};
constexpr std::array<std::string_view, 5> openat_texts = {
    "filename", "argstr", "name", "user_string($arg2, \"?\")", "filename_unquoted"};
constexpr std::array<std::string_view, 1> result_integers = {"retval"};
constexpr std::array<std::string_view, 2> result_texts = {"retstr", "name"};
constexpr std::array<std::string_view, 4> wakeup_integers = {"task_pid", "task_priority",
                                                             "task_cpu", "task_tid"};
constexpr std::array<std::string_view, 2> wakeup_texts = {"name",
                                                          "(task_state($p) == 0 ? \"r\" : \"s\")"};
constexpr std::array<std::string_view, 4> signal_integers = {"sig", "sig_pid", "task", "sinfo"};
constexpr std::array<std::string_view, 3> signal_texts = {"sig_name", "pid_name", "name"};
constexpr std::array<std::string_view, 5> vfs_integers = {"bytes_to_read", "dev", "ino", "file",
                                                          "pos"};
constexpr std::array<std::string_view, 4> vfs_texts = {"pathname", "devname", "argstr", "name"};
constexpr std::array<std::string_view, 4> tcp_integers = {"size", "sport", "dport", "family"};
constexpr std::array<std::string_view, 3> tcp_texts = {"saddr", "daddr", "name"};

constexpr std::array<Event, 11> events = {
    {{"kernel.function(\"vfs_read\")", read_integers, read_texts},
     {"kernel.function(\"vfs_read\").return", returned_integers, returned_texts},
     {"kernel.function(\"do_filp_open\")", open_integers, open_texts},
     {"kernel.trace(\"sched_switch\")", switch_integers, switch_texts},
     {"kernel.trace(\"sys_enter\")", enter_integers, common_texts},
     {"syscall.openat", openat_integers, openat_texts},
     {"syscall.read.return", result_integers, result_texts},
     {"scheduler.wakeup", wakeup_integers, wakeup_texts},
     {"signal.send", signal_integers, signal_texts},
     {"vfs.read", vfs_integers, vfs_texts},
     {"tcp.sendmsg", tcp_integers, tcp_texts}}};

}  // namespace

Program Generator::generate_probe() {
    Program made;
    std::string oracle;
    declare(made.declarations, oracle);
    function(false, made.declarations, oracle);
    function(true, made.declarations, oracle);
    has_functions_ = true;
    script_.clear();
    const Event& event = pick(events);
    const auto readable = [&](Names& names, Words common, Words own) {
        for (std::uint64_t left = 3; left > 0; --left) {
            names.readable.emplace_back(pick(common));
            names.readable.emplace_back(pick(own));
        }
    };
    readable(integers_, common_integers, event.integers);
    readable(texts_, common_texts, event.texts);
    if (one_in(2)) {
        both("if (" + integer(2).script + ") next", "");
    }
    begin_handler();
    statements(3, 6);
    const std::string condition = one_in(4) ? " if (" + prefix_ + "g > 0)" : "";
    made.handler = "probe " + std::string(event.point) + condition + " {\n" + script_ + "}\n";
    return made;
}

Program generate_probe(std::uint64_t seed, std::uint32_t number) {
    return Generator(seed, number).generate_probe();
}

}  // namespace sutap::generate
