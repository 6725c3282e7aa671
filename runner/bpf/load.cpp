#include "runner/bpf/load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>

namespace sutap::bpf {

namespace {

constexpr const char* licence = "Dual MIT/GPL";
constexpr std::size_t log_size = std::size_t{16} << 20U;
constexpr std::size_t page = 4096;

// What the kernel accepts as a name: 15 letters, digits, `_` and `.`.
std::string kernel_name(const std::string& name) {
    std::string result = name.substr(0, BPF_OBJ_NAME_LEN - 1);
    for (char& c : result) {
        const bool fine =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
        c = fine ? c : '_';
    }
    return result;
}

std::string reason(int error) {
    return std::strerror(error);
}

// What to do about a kernel that refuses even the first step.
std::string advice(int error) {
    switch (error) {
        case ENOSYS:
            return " (this kernel has no BPF: use one with CONFIG_BPF_SYSCALL)";
        case EPERM:
            return " (the kernel does not permit BPF here: run it outside of the container)";
        default:
            return "";
    }
}

bpf_map_type map_type(Map::Kind kind) {
    switch (kind) {
        case Map::Kind::array:
            return BPF_MAP_TYPE_ARRAY;
        case Map::Kind::percpu_array:
            return BPF_MAP_TYPE_PERCPU_ARRAY;
        case Map::Kind::hash:
            return BPF_MAP_TYPE_HASH;
        case Map::Kind::percpu_hash:
            return BPF_MAP_TYPE_PERCPU_HASH;
        case Map::Kind::ring_buffer:
            break;
    }
    return BPF_MAP_TYPE_RINGBUF;
}

void fill(const Map& map, const Descriptor& descriptor) {
    if (!map.contents.empty()) {
        std::vector<std::uint8_t> value = map.contents;
        value.resize(map.value_size);
        const std::uint32_t first = 0;
        if (bpf_map_update_elem(descriptor.get(), &first, value.data(), BPF_ANY) != 0) {
            throw LoadError{"cannot fill the BPF map " + map.name + ": " + reason(errno)};
        }
    }
    if (map.read_only && bpf_map_freeze(descriptor.get()) != 0) {
        throw LoadError{"cannot freeze the BPF map " + map.name + ": " + reason(errno)};
    }
}

Descriptor create_map(const Map& map) {
    bpf_map_create_opts options{};
    options.sz = sizeof options;
    options.map_flags = (map.user_mapped ? std::uint32_t{BPF_F_MMAPABLE} : 0U) |
                        (map.read_only ? std::uint32_t{BPF_F_RDONLY_PROG} : 0U);
    Descriptor descriptor(bpf_map_create(map_type(map.kind), kernel_name(map.name).c_str(),
                                         map.key_size, map.value_size, map.entries, &options));
    if (!descriptor) {
        const int error = errno;
        throw LoadError{"cannot create the BPF map " + map.name + ": " + reason(error) +
                        advice(error)};
    }
    fill(map, descriptor);
    return descriptor;
}

// The kernel asks for type information of a program with callbacks: that each subprogram is a
// static function. Their prototypes do not matter, the verifier follows the registers.
class FunctionTypes {
  public:
    explicit FunctionTypes(const std::vector<Subprogram>& subprograms)
        : types_(btf__new_empty(), btf__free) {
        check(types_ ? 1 : -ENOMEM);
        const int word = check(btf__add_int(types_.get(), "int", 4, BTF_INT_SIGNED));
        const int prototype = check(btf__add_func_proto(types_.get(), word));
        check(btf__add_func_param(types_.get(), "context", word));
        for (const Subprogram& subprogram : subprograms) {
            const int function = check(btf__add_func(
                types_.get(), kernel_name(subprogram.name).c_str(), BTF_FUNC_STATIC, prototype));
            places_.push_back({subprogram.start, static_cast<std::uint32_t>(function)});
        }
        std::uint32_t size = 0;
        const void* bytes = btf__raw_data(types_.get(), &size);
        check(bytes != nullptr ? 1 : -ENOMEM);
        descriptor_ = Descriptor(bpf_btf_load(bytes, size, nullptr));
        check(descriptor_ ? 1 : -errno);
    }
    void put_into(bpf_prog_load_opts& options) const {
        options.prog_btf_fd = static_cast<std::uint32_t>(descriptor_.get());
        options.func_info = places_.data();
        options.func_info_cnt = static_cast<std::uint32_t>(places_.size());
        options.func_info_rec_size = sizeof(bpf_func_info);
    }

  private:
    static int check(int result) {
        if (result < 0) {
            throw LoadError{"cannot load BPF type information: " + reason(-result)};
        }
        return result;
    }
    std::unique_ptr<btf, decltype(&btf__free)> types_;
    std::vector<bpf_func_info> places_;
    Descriptor descriptor_;
};

std::vector<bpf_insn> relocated(const Program& program, std::span<const Descriptor> maps) {
    std::vector<bpf_insn> instructions(program.instructions.size());
    static_assert(sizeof(bpf_insn) == sizeof(Instruction));
    std::ranges::transform(program.instructions, instructions.begin(),
                           [](const Instruction& one) { return std::bit_cast<bpf_insn>(one); });
    for (const Relocation& relocation : program.relocations) {
        bpf_insn& instruction = instructions[relocation.instruction];
        const bool is_value = relocation.kind == Relocation::Kind::map_value;
        instruction.src_reg = is_value ? BPF_PSEUDO_MAP_VALUE : BPF_PSEUDO_MAP_FD;
        instruction.imm = maps[relocation.map].get();
    }
    return instructions;
}

struct ProgramType {
    bpf_prog_type type = BPF_PROG_TYPE_KPROBE;
    bpf_attach_type attach{};
};

ProgramType program_type(AttachKind kind) {
    switch (kind) {
        case AttachKind::fentry:
            return {BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY};
        case AttachKind::fexit:
            return {BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT};
        case AttachKind::raw_tracepoint_btf:
            return {BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP};
        case AttachKind::raw_tracepoint:
            return {BPF_PROG_TYPE_RAW_TRACEPOINT, {}};
        case AttachKind::perf_event:
            return {BPF_PROG_TYPE_PERF_EVENT, {}};
        case AttachKind::kprobe_multi:
        case AttachKind::kretprobe_multi:
            return {BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI};
        case AttachKind::kprobe:
        case AttachKind::kretprobe:
        case AttachKind::uprobe:
        case AttachKind::uretprobe:
        case AttachKind::usdt:
            break;
    }
    return {};
}

// The last lines that the verifier wrote, but for its statistics.
std::string last_lines(const std::string& log) {
    constexpr int most = 8;
    const auto statistics = log.rfind("\nprocessed ");
    std::string text = log.substr(0, statistics);
    auto start = text.size();
    for (int line = 0; line < most && start != std::string::npos && start > 0; ++line) {
        start = text.rfind('\n', start - 1);
    }
    return start == std::string::npos ? text : text.substr(start);
}

}  // namespace

std::vector<Descriptor> create_maps(const std::vector<Map>& maps) {
    std::vector<Descriptor> descriptors;
    descriptors.reserve(maps.size());
    for (const Map& map : maps) {
        descriptors.push_back(create_map(map));
    }
    return descriptors;
}

Descriptor load_program(const Program& program, std::span<const Descriptor> maps, int types) {
    const std::vector<bpf_insn> instructions = relocated(program, maps);
    const ProgramType type = program_type(program.kind);
    bpf_prog_load_opts options{};
    options.sz = sizeof options;
    options.attempts = 5;  // the verifier gives up with EAGAIN when signals are pending
    options.expected_attach_type = type.attach;
    options.attach_btf_id = program.attach_btf_id;
    options.attach_btf_obj_fd = static_cast<std::uint32_t>(types);
    std::unique_ptr<FunctionTypes> own_types;
    if (program.subprograms.size() > 1) {
        own_types = std::make_unique<FunctionTypes>(program.subprograms);
        own_types->put_into(options);
    }
    const auto load = [&] {
        return Descriptor(bpf_prog_load(type.type, kernel_name(program.name).c_str(), licence,
                                        instructions.data(), instructions.size(), &options));
    };
    if (Descriptor descriptor = load()) {
        return descriptor;
    }
    const int error = errno;
    // The log is asked for only now: it costs time and memory that a good program need not pay.
    std::string log(log_size, '\0');
    options.log_level = 1;
    options.log_buf = log.data();
    options.log_size = static_cast<std::uint32_t>(log.size());
    if (Descriptor descriptor = load()) {
        return descriptor;
    }
    log.resize(std::strlen(log.c_str()));
    throw LoadError{"the kernel refuses the BPF program for " + program.point + ": " +
                    reason(error) + (log.empty() ? "" : "\n" + last_lines(log))};
}

ControlPage::ControlPage(const Descriptor& map)
    : address_(mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, map.get(), 0)) {
    if (address_ == MAP_FAILED) {
        throw LoadError{"cannot map the control page: " + reason(errno)};
    }
}

ControlPage::~ControlPage() {
    munmap(address_, page);
}

std::atomic_ref<std::uint64_t> ControlPage::word(std::uint32_t offset) const {
    return std::atomic_ref(static_cast<std::uint64_t*>(address_)[offset / sizeof(std::uint64_t)]);
}

}  // namespace sutap::bpf
