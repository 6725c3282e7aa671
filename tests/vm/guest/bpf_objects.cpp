// Prints "programs N maps N links N": the BPF objects that the kernel holds now. Needs root.
// bpf_objects pin PATH: leaves a map behind, pinned there (to test who looks for such).
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>

namespace {

std::optional<unsigned> count(bpf_cmd next) {
    unsigned found = 0;
    for (bpf_attr attributes{};; ++found) {
        if (syscall(SYS_bpf, next, &attributes, sizeof attributes) != 0)
            return errno == ENOENT ? std::optional(found) : std::nullopt;
        attributes.start_id = attributes.next_id;
    }
}

bool pin_map(const char* path) {
    bpf_attr attributes{};
    attributes.map_type = BPF_MAP_TYPE_ARRAY;
    attributes.key_size = 4;
    attributes.value_size = 8;
    attributes.max_entries = 1;
    const auto map = syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes);
    if (map < 0) return false;
    attributes = {};
    attributes.pathname = reinterpret_cast<__u64>(path);
    attributes.bpf_fd = static_cast<__u32>(map);
    return syscall(SYS_bpf, BPF_OBJ_PIN, &attributes, sizeof attributes) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "pin" && pin_map(argv[2])) return 0;
    if (argc != 1) {
        std::perror("bpf_objects");
        return 1;
    }
    const auto programs = count(BPF_PROG_GET_NEXT_ID);
    const auto maps = count(BPF_MAP_GET_NEXT_ID);
    const auto links = count(BPF_LINK_GET_NEXT_ID);
    if (!programs || !maps || !links) {
        std::perror("bpf_objects");
        return 1;
    }
    std::printf("programs %u maps %u links %u\n", *programs, *maps, *links);
    return 0;
}
