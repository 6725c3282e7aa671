// The Image: all that the translator hands to the loader. Plain data; serialize() and parse() are
// the only way across. It names things (maps, BTF ids, descriptor slots); it holds no descriptor
// and no address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "runner/ir/program.h"

namespace sutap::bpf {

// One eBPF instruction as the kernel reads it (linux/bpf.h, struct bpf_insn).
struct Instruction {
    std::uint8_t code = 0;
    std::uint8_t registers = 0;  // destination in the low, source in the high four bits
    std::int16_t offset = 0;
    std::int32_t immediate = 0;
    bool operator==(const Instruction&) const = default;
};

struct Map {
    enum class Kind : std::uint8_t { array, percpu_array, hash, ring_buffer, percpu_hash };
    std::string name;
    Kind kind = Kind::array;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t entries = 0;           // ring_buffer: bytes, a power of two and page multiple
    bool user_mapped = false;            // BPF_F_MMAPABLE
    bool read_only = false;              // frozen after `contents` were written
    std::vector<std::uint8_t> contents;  // of an array's entry 0

    bool holds_tallies() const {
        return kind == Kind::percpu_hash || (kind == Kind::percpu_array && name == "tallies");
    }
};

// A 64-bit immediate load at `instruction` that the loader completes.
struct Relocation {
    enum class Kind : std::uint8_t {
        map,        // a map's descriptor
        map_value,  // the address of entry 0 of an array map, plus the offset in the second half
    } kind = Kind::map;
    std::uint32_t instruction = 0;
    std::uint32_t map = 0;  // index into Image::maps
};

// A subprogram; the first of a program begins at 0. Callbacks of bpf_loop need BTF function
// information, which the loader makes from this.
struct Subprogram {
    std::string name;
    std::uint32_t start = 0;  // instruction
};

enum class AttachKind : std::uint8_t {
    fentry,
    fexit,
    raw_tracepoint_btf,  // tp_btf
    raw_tracepoint,      // by name
    kprobe,
    kretprobe,
    perf_event,  // Program::perf, on each processor
    uprobe,      // file descriptor slot, offset, semaphore, cookie
    uretprobe,
    usdt,
    kprobe_multi,  // each of Program::functions, by one link
    kretprobe_multi,
};

// One of the functions that a program is attached to by one link.
struct SharedFunction {
    std::string name;
    std::uint32_t handler = 0;  // that it serves there, as a record's header says it; the cookie
    bool operator==(const SharedFunction&) const = default;
};

struct Program {
    std::string name;
    AttachKind kind = AttachKind::fentry;
    std::uint32_t attach_btf_id = 0;
    std::string attach_name;    // function or tracepoint, for messages and kprobes
    std::string attach_module;  // that has the function, in whose BTF the id is; empty: the kernel
    std::uint64_t offset = 0;   // in the function or file
    std::uint64_t semaphore = 0;
    std::uint64_t cookie = 0;
    elaborate::PerfEvent perf;
    std::vector<SharedFunction> functions;  // of kprobe_multi and kretprobe_multi, else none
    // If this one cannot be attached, the program to try in its stead (an index); a program that is
    // somebody's alternative is not attached by itself.
    std::optional<std::uint32_t> alternative;
    bool optional = false;  // a `?` point, or one of many of a wildcard: failure is counted only
    std::vector<Instruction> instructions;
    std::vector<Relocation> relocations;
    std::vector<Subprogram> subprograms;
    std::vector<std::uint32_t> helpers;  // numbers of the helpers called, sorted
    std::string point;                   // pp() of the probe it serves, or of the first

    bool is_shared() const {
        return kind == AttachKind::kprobe_multi || kind == AttachKind::kretprobe_multi;
    }
    // Of the return of functions?
    bool is_return() const {
        return kind == AttachKind::fexit || kind == AttachKind::kretprobe ||
               kind == AttachKind::kretprobe_multi;
    }
};

// The shared words between programs and user space: the array map `control`, mapped by the runner.
struct ControlLayout {
    static constexpr std::uint32_t stopped = 0;  // u64: non-zero: every program returns at once
    static constexpr std::uint32_t clock_offset = 8;   // s64: wall clock minus bpf_ktime_get_ns
    static constexpr std::uint32_t deadline = 16;      // u64: of bpf_ktime_get_ns; 0: none
    static constexpr std::uint32_t lost_records = 24;  // u64, atomic: ring buffer was full
    static constexpr std::uint32_t lost_entries = 32;  // u64, atomic: @entry table was full
    static constexpr std::uint32_t cut_records = 40;   // u64, atomic: record outgrew its space
    static constexpr std::uint32_t target = 48;        // u64: target(), of -x or -c
    static constexpr std::uint32_t epoch = 56;         // u64: tallies fetched so far, and one
    static constexpr std::uint32_t size = 64;
};

// A record in the ring buffer: header, then entries; all little-endian, 8-aligned.
// Header: u32 handler (index into Program::handlers of the user side), u32 flags,
//         u64 clock (bpf_ktime_get_ns when it was posted), u64 (tgid << 32 | tid).
// Entry:  u16 site, u8 kind, u8 reserved, u32 size in bytes of what follows (payload, before
//         padding to 8).
struct RecordLayout {
    static constexpr std::uint32_t header_size = 24;
    static constexpr std::uint32_t flag_cut = 1;  // the record was full: later captures are missing
    static constexpr std::uint32_t entry_header_size = 8;
    enum EntryKind : std::uint8_t {
        padding = 0,  // the record ends here: of a tally
        integer = 1,  // payload s64
        string = 2,   // payload: bytes without the terminating NUL, or padded with NULs
        fault = 3,    // payload u64 address, u32 index into sites, u32 0
        error = 4,    // payload u32 index into sites, u32 code (1: division by zero)
        bytes = 6,    // payload: as they were found
        round = 5,    // no payload: a round of loop `site` begins
    };
};

// Events alike that were counted instead of posted. Two sorts of maps hold them: per-CPU hashes,
// whose keys are records without clock and thread, padded with zeros; and the per-CPU array
// `tallies` for handlers that capture nothing, by handler. A value is that of one processor.
// Nothing is ever deleted or set back, so none is lost: user space takes what was added since it
// last looked.
struct TallyLayout {
    static constexpr std::uint32_t count = 0;   // u64
    static constexpr std::uint32_t epoch = 8;   // u64: ControlLayout::epoch at the last hit
    static constexpr std::uint32_t first = 16;  // u64: bpf_ktime_get_ns of the first hit in it
    static constexpr std::uint32_t size = 24;
};

struct Image {
    std::vector<Map>
        maps;  // the first is always `control`; a ring buffer, if any, is named records
    std::vector<Program> programs;
    ir::Program user;  // handlers, globals and functions for the interpreter
    // Their addresses follow the control page's other fields, eight bytes each: NAME, MODULE:NAME.
    std::vector<std::string> symbols;
    std::vector<std::string> notes;  // lines for -v (substitutes used, mechanisms chosen)
    std::vector<std::string> warnings;
    std::uint32_t string_size = 128;  // MAXSTRINGLEN
    std::uint32_t max_actions = 1000;
    std::uint32_t max_actions_begin = 10000;
    std::uint32_t max_errors = 0;
    std::uint32_t max_skipped = 100;
    std::uint32_t max_map_entries = 2048;
};

std::vector<std::uint8_t> serialize(const Image& image);

// The Image in `bytes`, checked for shape only (lengths, enumerations, nesting, trailing bytes);
// nullopt for anything that serialize() cannot have written. Bounds on counts keep a hostile
// length from allocating more than the bytes that are there.
std::optional<Image> parse(std::span<const std::uint8_t> bytes);

}  // namespace sutap::bpf
