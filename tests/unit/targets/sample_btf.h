// A small kernel's types, made with libbpf: what the reader is compared with is not its own idea of
// the format.
#pragma once

#include <cstdint>
#include <string>

namespace sutap::targets::testing {

// struct task { int pid; struct task *parent; union { long state; char comm[16]; };
//               unsigned flag:1, mode:3; };           with the typedef task_t, and
// int do_kill(const task_t *victim, int signal), long log_line(const char *text, ...),
// the tracepoint task_exit(struct task *task, bool group), the helpers bpf_loop and
// bpf_send_signal, and enum limits { SMALLEST = -5, LARGEST = 1 << 40 }.
std::string sample_btf();

// The split BTF of a module of that kernel:
// struct part { struct task *owner; union secret *hidden; int count; };
// union secret { long inside; }, which the kernel only declares;
// enum part_limit { PART_MOST = 7 }, and the functions
// int part_open(struct part *part, int flags) and int do_kill(const task_t *victim, int signal), of
// which the latter has the prototype of the kernel's.
std::string sample_module_btf();

}  // namespace sutap::targets::testing
