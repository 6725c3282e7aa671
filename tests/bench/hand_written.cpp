// hand_written empty|count FUNCTION: what a probe on a function of the kernel costs at least: an
// fentry program of two instructions, or of seven that count in an array, written for the purpose.
// Prints "ready", and at SIGINT the count.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <vector>

namespace {

constexpr bpf_insn instruction(int code, int destination, int source, int offset, int immediate) {
    return {static_cast<__u8>(code), static_cast<__u8>(destination & 15),
            static_cast<__u8>(source & 15), static_cast<__s16>(offset), immediate};
}

// *(u64 *)(the first value of `map`) += 1
std::vector<bpf_insn> counting(int map) {
    return {instruction(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_VALUE, 0, map),
            instruction(0, 0, 0, 0, 0),
            instruction(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 1),
            instruction(BPF_STX | BPF_DW | BPF_ATOMIC, BPF_REG_1, BPF_REG_2, 0, BPF_ADD)};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counter", 4, 8, 1, nullptr);
    btf* const types = btf__load_vmlinux_btf();
    const int id = types ? btf__find_by_name_kind(types, argv[2], BTF_KIND_FUNC) : -1;
    if (map < 0 || id < 0) return 1;
    std::vector<bpf_insn> program;
    if (std::string_view(argv[1]) == "count") program = counting(map);
    program.push_back(instruction(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0));
    program.push_back(instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
    bpf_prog_load_opts options{};
    options.sz = sizeof options;
    options.expected_attach_type = BPF_TRACE_FENTRY;
    options.attach_btf_id = static_cast<std::uint32_t>(id);
    const int loaded = bpf_prog_load(BPF_PROG_TYPE_TRACING, "hand_written", "GPL", program.data(),
                                     program.size(), &options);
    if (loaded < 0 || bpf_link_create(loaded, 0, BPF_TRACE_FENTRY, nullptr) < 0) return 1;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    std::puts("ready");
    std::fflush(stdout);
    int caught = 0;
    sigwait(&signals, &caught);
    const std::uint32_t first = 0;
    std::uint64_t count = 0;
    bpf_map_lookup_elem(map, &first, &count);
    std::printf("count %llu\n", static_cast<unsigned long long>(count));
}
