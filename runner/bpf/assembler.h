// Builds one BPF program: instructions with labels, split in sections (the main program and the
// callbacks of its loops), joined at the end. Encodings: linux/bpf.h and
// Documentation/bpf/instruction-set (6.1).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runner/bpf/image.h"

namespace sutap::bpf {

// r0: results; r1-r5: arguments, lost in calls; r6-r9: kept over calls; r10: the stack, from above.
enum class R : std::uint8_t { r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10 };

enum class Size : std::uint8_t { word = 0x00, half = 0x08, byte = 0x10, double_word = 0x18 };

enum class Alu : std::uint8_t {
    add = 0x00,
    subtract = 0x10,
    multiply = 0x20,
    divide = 0x30,  // unsigned
    bitwise_or = 0x40,
    bitwise_and = 0x50,
    shift_left = 0x60,
    shift_right = 0x70,  // unsigned
    negate = 0x80,
    modulo = 0x90,  // unsigned
    bitwise_xor = 0xa0,
    move = 0xb0,
    arithmetic_shift_right = 0xc0,
};

enum class Compare : std::uint8_t {
    equal = 0x10,
    greater = 0x20,  // these four unsigned
    greater_equal = 0x30,
    not_equal = 0x50,
    less = 0xa0,
    less_equal = 0xb0,
    signed_greater = 0x60,
    signed_greater_equal = 0x70,
    signed_less = 0xc0,
    signed_less_equal = 0xd0,
};

// Helper numbers: enum bpf_func_id, linux/bpf.h.
enum class Helper : std::uint32_t {
    map_lookup_elem = 1,
    map_update_elem = 2,
    map_delete_elem = 3,
    ktime_get_ns = 5,
    get_smp_processor_id = 8,
    get_current_pid_tgid = 14,
    get_current_uid_gid = 15,
    get_current_comm = 16,
    get_current_task = 35,
    get_stack = 67,
    probe_read_user = 112,
    probe_read_kernel = 113,
    probe_read_user_str = 114,
    probe_read_kernel_str = 115,
    ringbuf_output = 130,
    this_cpu_ptr = 154,
    get_current_task_btf = 158,
    get_func_ip = 173,
    get_attach_cookie = 174,
    task_pt_regs = 175,
    loop = 181,
    get_func_arg = 183,
    get_func_ret = 184,
};

struct Label {
    std::uint32_t number = 0;
};

class Assembler {
  public:
    Assembler() { sections_.emplace_back(); }

    Label new_label();
    void bind(Label label);

    void move(R to, R from);
    void move(R to, std::int64_t value);
    void alu(Alu operation, R to, R from);
    void alu(Alu operation, R to, std::int32_t value);
    void zero_extend_word(R reg);
    void swap_to_big_endian(R reg);  // 64 bits
    void load(Size size, R to, R address, std::int32_t offset);
    void store(Size size, R address, std::int32_t offset, R from);
    void store(Size size, R address, std::int32_t offset, std::int32_t value);
    void atomic_add(R address, std::int32_t offset, R value);  // 64 bits
    void jump(Label label);
    void jump_if(Compare compare, R left, R right, Label label);
    void jump_if(Compare compare, R left, std::int32_t right, Label label);
    void call(Helper helper);
    void exit();
    void load_map(R to, std::uint32_t map);
    void load_map_value(R to, std::uint32_t map, std::uint32_t offset);
    // Of the kernel, by its id in the kernel's own BTF.
    void load_variable(R to, std::uint32_t btf_id);
    void load_section_address(R to, std::size_t section);

    // A new section gets the code until the section that was current is selected again.
    std::size_t new_section();
    void select(std::size_t section) { current_ = section; }
    [[nodiscard]] std::size_t current() const { return current_; }

    // Moves the code into `program`: instructions, relocations, subprograms, helpers.
    // Throws EmitError if a jump is too far.
    void finish(Program& program);

  private:
    struct Section {
        std::vector<Instruction> code;
    };
    struct Bound {
        std::size_t section = 0;
        std::int64_t position = -1;
    };
    struct Jump {
        std::size_t section = 0;
        std::uint32_t position = 0;
        std::uint32_t label = 0;
    };
    struct SectionUse {
        std::size_t section = 0;
        std::uint32_t position = 0;
        std::size_t target = 0;
    };
    struct MapUse {
        std::size_t section = 0;
        std::uint32_t position = 0;
        std::uint32_t map = 0;
        Relocation::Kind kind = Relocation::Kind::map;
    };

    void put(unsigned code, R to, std::uint8_t source, std::int32_t offset, std::int32_t immediate);
    [[nodiscard]] std::uint32_t here() const;
    // The verifier refuses instructions that cannot be reached; control flow leaves some.
    void remove_unreachable(std::size_t section);
    [[nodiscard]] std::vector<bool> reachable(std::size_t section) const;

    std::vector<Section> sections_;
    std::size_t current_ = 0;
    std::vector<Bound> labels_;
    std::vector<Jump> jumps_;
    std::vector<SectionUse> section_uses_;
    std::vector<MapUse> map_uses_;
    std::set<std::uint32_t> helpers_;
};

}  // namespace sutap::bpf
