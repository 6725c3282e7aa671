#include "runner/bpf/load_check.h"

#include <linux/bpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>
#include <string_view>

#include "runner/bpf/attach_names.h"
#include "runner/targets/kernel.h"

namespace sutap::bpf {

namespace {

constexpr std::size_t most_maps = 256;
constexpr std::size_t most_programs = 65536;
constexpr std::size_t most_instructions = 1'000'000;  // the kernel's own limit
constexpr std::uint32_t largest_key = 4096;
constexpr std::uint32_t largest_value = 1U << 20U;
constexpr std::uint32_t most_entries = 1U << 20U;
constexpr std::uint64_t largest_map = 1ULL << 30U;
constexpr std::uint32_t largest_ring = 1U << 30U;
constexpr std::uint64_t most_map_bytes = 1ULL << 32U;  // of all, on all processors
constexpr std::uint32_t page = 4096;

// Helpers that look at the traced system or at our own maps, and change nothing else.
constexpr std::array harmless_helpers{
    BPF_FUNC_map_lookup_elem,
    BPF_FUNC_map_update_elem,
    BPF_FUNC_map_delete_elem,
    BPF_FUNC_ktime_get_ns,
    BPF_FUNC_ktime_get_boot_ns,
    BPF_FUNC_jiffies64,
    BPF_FUNC_get_smp_processor_id,
    BPF_FUNC_get_numa_node_id,
    BPF_FUNC_get_current_pid_tgid,
    BPF_FUNC_get_ns_current_pid_tgid,
    BPF_FUNC_get_current_uid_gid,
    BPF_FUNC_get_current_comm,
    BPF_FUNC_get_current_task,
    BPF_FUNC_get_current_task_btf,
    BPF_FUNC_this_cpu_ptr,
    BPF_FUNC_task_pt_regs,
    BPF_FUNC_probe_read_kernel,
    BPF_FUNC_probe_read_kernel_str,
    BPF_FUNC_probe_read_user,
    BPF_FUNC_probe_read_user_str,
    BPF_FUNC_ringbuf_output,
    BPF_FUNC_ringbuf_reserve,
    BPF_FUNC_ringbuf_submit,
    BPF_FUNC_ringbuf_discard,
    BPF_FUNC_ringbuf_query,
    BPF_FUNC_loop,
    BPF_FUNC_strncmp,
    BPF_FUNC_get_stack,
    BPF_FUNC_get_stackid,
    BPF_FUNC_perf_event_read_value,
    BPF_FUNC_get_attach_cookie,
    BPF_FUNC_get_func_ip,
    BPF_FUNC_get_func_arg,
    BPF_FUNC_get_func_ret,
    BPF_FUNC_get_func_arg_cnt,
};
constexpr std::array<std::string_view, 2> harmless_kernel_functions{"bpf_task_from_pid",
                                                                    "bpf_task_release"};

std::string check_map(const Map& map) {
    const bool is_array = map.kind == Map::Kind::array || map.kind == Map::Kind::percpu_array;
    const std::string about = "map \"" + map.name + "\": ";
    if (map.kind == Map::Kind::ring_buffer) {
        const bool fits = std::has_single_bit(map.entries) && map.entries >= page &&
                          map.entries <= largest_ring && map.key_size == 0 && map.value_size == 0 &&
                          map.contents.empty() && !map.read_only && !map.user_mapped;
        return fits ? "" : about + "impossible ring buffer";
    }
    if ((is_array && map.key_size != sizeof(std::uint32_t)) || map.key_size == 0 ||
        map.key_size > largest_key) {
        return about + "impossible size of a key";
    }
    if (map.value_size == 0 || map.value_size > largest_value) {
        return about + "impossible size of a value";
    }
    if (map.holds_tallies() && map.value_size != TallyLayout::size) {
        return about + "impossible size of a tally";
    }
    if (map.entries == 0 || map.entries > most_entries ||
        std::uint64_t{map.entries} * map.value_size > largest_map) {
        return about + "too many entries";
    }
    if (map.kind != Map::Kind::array &&
        (map.user_mapped || map.read_only || !map.contents.empty())) {
        return about + "only an array can be mapped, read-only or filled";
    }
    if (map.contents.size() > map.value_size) {
        return about + "more contents than space";
    }
    return "";
}

std::string beyond(const char* key, std::uint64_t needed, std::uint64_t most) {
    return "it needs " + std::to_string(needed) + ", and the policy's " + key + " is " +
           std::to_string(most);
}

std::string check_maps(const std::vector<Map>& maps, std::uint64_t most_granted) {
    if (maps.size() > most_maps) {
        return "too many maps";
    }
    const auto processors = static_cast<std::uint64_t>(std::max(1L, sysconf(_SC_NPROCESSORS_CONF)));
    std::uint64_t bytes = 0;
    for (const Map& map : maps) {
        if (std::string wrong = check_map(map); !wrong.empty()) {
            return wrong;
        }
        const bool is_percpu =
            map.kind == Map::Kind::percpu_array || map.kind == Map::Kind::percpu_hash;
        const std::uint64_t copies = is_percpu ? processors : 1;
        bytes += map.kind == Map::Kind::ring_buffer
                     ? map.entries
                     : map.entries * (map.key_size + copies * map.value_size);
    }
    if (bytes > most_map_bytes) {
        return "the maps need more than 4 GiB of memory";
    }
    if (most_granted != 0 && bytes > most_granted) {
        return beyond("max_memory", bytes, most_granted);
    }
    if (maps.empty()) {
        return "";
    }
    const Map& control = maps.front();
    const bool is_control = control.name == "control" && control.kind == Map::Kind::array &&
                            control.user_mapped && !control.read_only && control.entries == 1 &&
                            control.value_size >= ControlLayout::size && control.value_size <= page;
    return is_control ? "" : "the first map is not the control page";
}

constexpr std::uint8_t load_immediate = BPF_LD | BPF_IMM | BPF_DW;

std::string check_call(const Instruction& instruction, const CheckOptions& options) {
    switch (instruction.registers >> 4U) {
        case 0:
            if (std::ranges::none_of(harmless_helpers, [&](bpf_func_id helper) {
                    return instruction.immediate == static_cast<std::int32_t>(helper);
                })) {
                return "helper " + std::to_string(instruction.immediate) + " is not allowed";
            }
            return "";
        case BPF_PSEUDO_CALL:
            return "";
        case BPF_PSEUDO_KFUNC_CALL: {
            const std::string name = instruction.offset == 0 && options.kernel_function_name
                                         ? options.kernel_function_name(
                                               static_cast<std::uint32_t>(instruction.immediate))
                                         : "";
            return std::ranges::find(harmless_kernel_functions, name) !=
                           harmless_kernel_functions.end()
                       ? ""
                       : "kernel function \"" + name + "\" is not allowed";
        }
        default:
            return "unknown kind of call";
    }
}

// A 64-bit load that no relocation completes may be a number, one of our own functions, or a
// variable of the kernel itself; `second`: its other half, which names a module's types else.
bool is_plain_load(const Instruction& instruction, const Instruction& second) {
    const int source = instruction.registers >> 4U;
    return source == 0 || source == BPF_PSEUDO_FUNC ||
           (source == BPF_PSEUDO_BTF_ID && second.immediate == 0);
}

// Where a jump, or a use of a subprogram, leads; nothing for every other instruction. What stands
// before a program (own_processes.h) would be evaded by one that leads there.
std::optional<std::int64_t> target_of(const Instruction& instruction, std::size_t at) {
    const int kind = BPF_CLASS(instruction.code);
    const int operation = BPF_OP(instruction.code);
    const bool is_jump = kind == BPF_JMP || kind == BPF_JMP32;
    const int source = instruction.registers >> 4U;
    const auto next = static_cast<std::int64_t>(at) + 1;
    if ((is_jump && operation == BPF_CALL && source == BPF_PSEUDO_CALL) ||
        (instruction.code == load_immediate && source == BPF_PSEUDO_FUNC) ||
        instruction.code == (BPF_JMP32 | BPF_JA)) {
        return next + instruction.immediate;
    }
    if (!is_jump || operation == BPF_CALL || operation == BPF_EXIT) {
        return std::nullopt;
    }
    return next + instruction.offset;
}

std::string check_jumps(const std::vector<Instruction>& instructions) {
    for (std::size_t at = 0; at < instructions.size(); ++at) {
        const auto target = target_of(instructions[at], at);
        if (target && (*target < 0 || *target >= static_cast<std::int64_t>(instructions.size()))) {
            return "a jump that leaves the program";
        }
        at += instructions[at].code == load_immediate ? 1 : 0;  // the second half
    }
    return "";
}

std::string check_instructions(const Program& program, const std::vector<Map>& maps,
                               const CheckOptions& options) {
    std::vector<bool> relocated(program.instructions.size());
    for (const Relocation& relocation : program.relocations) {
        if (relocation.instruction + std::uint64_t{1} >= program.instructions.size() ||
            relocation.map >= maps.size() ||
            program.instructions[relocation.instruction].code != load_immediate) {
            return "relocation of something else";
        }
        if (relocation.kind == Relocation::Kind::map_value &&
            maps[relocation.map].kind != Map::Kind::array) {
            return "the address of an entry of a map that is no array";
        }
        relocated[relocation.instruction] = true;
    }
    for (std::size_t at = 0; at < program.instructions.size(); ++at) {
        const Instruction& instruction = program.instructions[at];
        if (instruction.code == load_immediate) {
            const bool is_whole = at + 1 < program.instructions.size();
            if (!relocated[at] &&
                !(is_whole && is_plain_load(instruction, program.instructions[at + 1]))) {
                return "a load that names a descriptor";
            }
            ++at;  // the second half
        } else if ((instruction.code & 0x07U) == BPF_JMP && BPF_OP(instruction.code) == BPF_CALL) {
            if (std::string wrong = check_call(instruction, options); !wrong.empty()) {
                return wrong;
            }
        } else if ((instruction.code & 0x07U) == BPF_JMP32 &&
                   BPF_OP(instruction.code) == BPF_CALL) {
            return "unknown kind of call";
        }
    }
    return "";
}

// Its fields are all that says what it is (attach_names.h): none may be there to no purpose.
bool is_possible(const elaborate::PerfEvent& event) {
    elaborate::PerfEvent known;
    known.kind = event.kind;
    if (event.kind == elaborate::PerfEvent::Kind::sample) {
        known.type = event.type;
        known.config = event.config;
        known.period = event.period;
        known.frequency = event.frequency;
        return event == known && (event.period == 0) != (event.frequency == 0);
    }
    known.symbol = event.symbol;
    known.address = event.symbol.empty() ? event.address : 0;
    known.length = event.symbol.empty() ? event.length : 1;
    return event == known &&
           (!event.symbol.empty() || elaborate::is_kernel_address(event.address)) &&
           event.length <= elaborate::longest_breakpoint && std::has_single_bit(event.length);
}

// Only functions, and tracepoints with types, are of a module here; its name becomes a part of a
// function's probe point.
bool is_possible_module(const Program& program) {
    const bool can_have_one =
        program.kind == AttachKind::fentry || program.kind == AttachKind::fexit ||
        program.kind == AttachKind::raw_tracepoint_btf || program.kind == AttachKind::kprobe ||
        program.kind == AttachKind::kretprobe;
    return program.attach_module.empty() ||
           (can_have_one && targets::is_module_name(program.attach_module));
}

std::string check_kind(const Program& program, const CheckOptions& options) {
    switch (program.kind) {
        case AttachKind::fentry:
        case AttachKind::fexit:
        case AttachKind::raw_tracepoint_btf:
            if (program.attach_btf_id == 0) {
                return "no BTF id to attach to";
            }
            return !options.kernel_attach_name ||
                           options.kernel_attach_name(program.attach_btf_id,
                                                      program.attach_module) == program.attach_name
                       ? ""
                       : "it would be attached to something else than it says";
        case AttachKind::raw_tracepoint:
        case AttachKind::kprobe:
        case AttachKind::kretprobe:
            return !program.attach_name.empty() &&
                           program.attach_name.find('\0') == std::string::npos
                       ? ""
                       : "no name to attach to";
        case AttachKind::perf_event:
            return is_possible(program.perf) ? "" : "impossible perf event";
        case AttachKind::kprobe_multi:
        case AttachKind::kretprobe_multi:
            return program.functions.empty() ? "no name to attach to" : "";
        case AttachKind::uprobe:
        case AttachKind::uretprobe:
        case AttachKind::usdt:
            break;
    }
    return "probes in user programs are not available in this version";
}

std::string check_shape(const Program& program) {
    if (program.instructions.empty() || program.instructions.size() > most_instructions) {
        return "impossible length";
    }
    const std::vector<Subprogram>& parts = program.subprograms;
    if (!parts.empty() &&
        (parts.front().start != 0 || parts.back().start >= program.instructions.size() ||
         std::ranges::adjacent_find(parts, [](const Subprogram& a, const Subprogram& b) {
             return a.start >= b.start;
         }) != parts.end())) {
        return "impossible subprograms";
    }
    return "";
}

std::string check_functions(const Image& image, const Program& program) {
    if (!program.is_shared()) {
        return program.functions.empty() ? "" : "functions that it cannot have";
    }
    for (const SharedFunction& function : program.functions) {
        if (function.name.empty() || function.name.find('\0') != std::string::npos) {
            return "no name to attach to";
        }
        if (function.handler >= image.user.handlers.size() ||
            image.user.handlers[function.handler].kind != ir::Handler::Kind::kernel) {
            return "serves no handler";
        }
    }
    return "";
}

std::string check_program(const Image& image, std::size_t index,
                          const std::set<std::string_view>& points, const CheckOptions& options) {
    const Program& program = image.programs[index];
    if (std::string wrong = check_shape(program); !wrong.empty()) {
        return wrong;
    }
    if (!is_possible_module(program)) {
        return "impossible module";
    }
    if (std::string wrong = check_kind(program, options); !wrong.empty()) {
        return wrong;
    }
    if (program.alternative &&
        (*program.alternative <= index || *program.alternative >= image.programs.size())) {
        return "impossible alternative";
    }
    if (!points.contains(program.point)) {
        return "serves no handler";
    }
    if (std::string wrong = check_functions(image, program); !wrong.empty()) {
        return wrong;
    }
    if (std::string wrong = check_jumps(program.instructions); !wrong.empty()) {
        return wrong;
    }
    return check_instructions(program, image.maps, options);
}

bool is_allowed(const std::string& name, const CheckOptions& options) {
    return std::ranges::any_of(options.allowed_probes,
                               [&](const std::string& pattern) { return matches(pattern, name); });
}

std::string check_probes(const Image& image, const CheckOptions& options) {
    if (options.allowed_probes.empty()) {
        return "";
    }
    for (const ir::Handler& handler : image.user.handlers) {
        if (handler.kind != ir::Handler::Kind::kernel && !is_allowed(handler.point, options)) {
            return "the policy does not allow the probe point " + handler.point;
        }
    }
    for (const Program& program : image.programs) {
        for (const std::vector<std::string>& names : attach_names(program)) {
            if (std::ranges::none_of(
                    names, [&](const std::string& name) { return is_allowed(name, options); })) {
                return "the policy does not allow the probe point " +
                       (program.is_shared() ? names[program.is_return() ? 0 : 1] : program.point);
            }
        }
    }
    return "";
}

}  // namespace

bool matches(std::string_view pattern, std::string_view text) {
    std::size_t at = 0;
    std::size_t in_text = 0;
    std::size_t star = std::string_view::npos;  // the last one, and how far it reached
    std::size_t reached = 0;
    while (in_text < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            reached = in_text;
        } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in_text])) {
            ++at;
            ++in_text;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in_text = ++reached;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

namespace {

// In the kernel. Of a program and its alternative, one is attached.
std::size_t places_of(const std::vector<Program>& programs) {
    std::set<std::uint32_t> alternatives;
    for (const Program& program : programs) {
        if (program.alternative) {
            alternatives.insert(*program.alternative);
        }
    }
    std::size_t places = 0;
    for (std::uint32_t i = 0; i < programs.size(); ++i) {
        if (!alternatives.contains(i)) {
            places += std::max<std::size_t>(1, programs[i].functions.size());
        }
    }
    return places;
}

}  // namespace

std::string check(const Image& image, const CheckOptions& options) {
    if (std::string wrong = check_probes(image, options); !wrong.empty()) {
        return wrong;
    }
    if (std::string wrong = check_maps(image.maps, options.most_memory); !wrong.empty()) {
        return wrong;
    }
    const std::size_t addresses = image.symbols.size() * sizeof(std::uint64_t);
    if (!image.symbols.empty() &&
        (image.maps.empty() || image.symbols.size() > elaborate::most_symbols ||
         image.maps.front().value_size < ControlLayout::size + addresses)) {
        return "impossible symbols";
    }
    if (image.programs.size() > most_programs || (image.maps.empty() && !image.programs.empty())) {
        return "impossible number of programs";
    }
    const std::size_t places = places_of(image.programs);
    if (options.most_probes != 0 && places > options.most_probes) {
        return beyond("max_probes", places, options.most_probes);
    }
    std::set<std::string_view> points;  // that have a handler
    for (const ir::Handler& handler : image.user.handlers) {
        if (handler.kind == ir::Handler::Kind::kernel) {
            points.insert(handler.point);
        }
    }
    for (std::size_t index = 0; index < image.programs.size(); ++index) {
        if (std::string wrong = check_program(image, index, points, options); !wrong.empty()) {
            return "program " + image.programs[index].name + ": " + wrong;
        }
    }
    return "";
}

}  // namespace sutap::bpf
