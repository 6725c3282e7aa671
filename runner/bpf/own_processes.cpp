#include "runner/bpf/own_processes.h"

#include <linux/bpf.h>
#include <linux/perf_event.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "runner/bpf/assembler.h"
#include "runner/targets/machine.h"

namespace sutap::bpf {

namespace {

using targets::TypeKind;

constexpr std::int32_t dumpable_bits = 3;     // MMF_DUMPABLE_MASK, linux/sched/coredump.h
constexpr std::int32_t dumpable_by_user = 1;  // SUID_DUMP_USER
constexpr std::int64_t first_user_namespace = 0xEFFFFFFD;  // PROC_USER_INIT_INO, linux/proc_ns.h

constexpr std::array user_ids{"uid", "euid", "suid", "fsuid"};
constexpr std::array group_ids{"gid", "egid", "sgid", "fsgid"};

// Where the kernel has a field, in bytes, if its type is as it should be.
class Fields {
  public:
    explicit Fields(const targets::Kernel& kernel) : types_(kernel.types()) {}

    std::int32_t pointer(const std::string& structure, const std::string& name) const {
        return find(structure, name,
                    [](const targets::Type& type) { return type.kind == TypeKind::pointer; });
    }
    // Of exactly this size: a number, or a structure around one (kuid_t).
    std::int32_t value(const std::string& structure, const std::string& name,
                       std::uint64_t size) const {
        return find(structure, name, [size](const targets::Type& type) {
            return type.kind != TypeKind::pointer && type.size == size;
        });
    }
    std::int32_t part(const std::string& structure, const std::string& name) const {
        return find(structure, name,
                    [](const targets::Type& type) { return type.kind == TypeKind::structure; });
    }

  private:
    std::int32_t find(const std::string& structure, const std::string& name,
                      const std::function<bool(const targets::Type&)>& is_fine) const {
        const auto owner = types_.find_type("struct " + structure);
        const auto member = owner ? types_.find_member(*owner, name) : std::nullopt;
        if (!member || member->bit_size != 0 || member->bit_offset % 8 != 0 ||
            !is_fine(types_.type(types_.strip(member->type)))) {
            throw targets::TargetError{
                "this kernel's types (BTF) do not tell whose a process is (" + structure + "::" +
                name + "): your own processes cannot be told from others, so none is traced"};
        }
        return static_cast<std::int32_t>(member->bit_offset / 8);
    }
    const targets::TypeGraph& types_;
};

// r2 is the thread's struct cred.
void ask_ids(Assembler& code, const Fields& fields, std::span<const char* const> names,
             std::uint32_t id, Label deny) {
    code.move(R::r3, std::int64_t{id});
    for (const char* name : names) {
        code.load(Size::word, R::r1, R::r2, fields.value("cred", name, sizeof id));
        code.jump_if(Compare::not_equal, R::r1, R::r3, deny);
    }
}

// Of the kernel's capability set, both halves: one word of 64 bits, or two of 32 before 6.3.
void ask_capabilities(Assembler& code, const Fields& fields, Label deny) {
    const std::int32_t permitted = fields.value("cred", "cap_permitted", 8);
    code.load(Size::word, R::r1, R::r2, permitted);
    code.load(Size::word, R::r3, R::r2, permitted + 4);
    code.alu(Alu::bitwise_or, R::r1, R::r3);
    code.jump_if(Compare::not_equal, R::r1, 0, deny);
}

void ask_namespace(Assembler& code, const Fields& fields, Label deny) {
    const std::int32_t number =
        fields.part("user_namespace", "ns") + fields.value("ns_common", "inum", 4);
    code.load(Size::double_word, R::r1, R::r2, fields.pointer("cred", "user_ns"));
    code.load(Size::word, R::r1, R::r1, number);
    code.move(R::r3, first_user_namespace);
    code.jump_if(Compare::not_equal, R::r1, R::r3, deny);
}

// r0 is the thread. The bits are in the first word, which is a set of bits from 6.18 on.
void ask_memory(Assembler& code, const Fields& fields, Label deny, Label admit) {
    code.load(Size::double_word, R::r1, R::r0, fields.pointer("task_struct", "mm"));
    code.jump_if(Compare::equal, R::r1, 0, deny);
    code.load(Size::double_word, R::r1, R::r1, fields.value("mm_struct", "flags", 8));
    code.alu(Alu::bitwise_and, R::r1, dumpable_bits);
    code.jump_if(Compare::equal, R::r1, dumpable_by_user, admit);
}

bool is_system_call(const std::string& function) {
    return std::ranges::any_of(
        std::array{targets::syscall_entry(""), targets::syscall_entry_without_arguments("")},
        [&](const std::string& prefix) {
            return function.starts_with(prefix) &&
                   targets::syscall_number(function.substr(prefix.size()));
        });
}

bool is_own_point(const Program& program) {
    switch (program.kind) {
        case AttachKind::raw_tracepoint_btf:
        case AttachKind::raw_tracepoint:
            return program.attach_name == "sys_enter" || program.attach_name == "sys_exit";
        case AttachKind::perf_event:
            return program.perf.kind == elaborate::PerfEvent::Kind::sample &&
                   program.perf.type == PERF_TYPE_SOFTWARE &&
                   program.perf.config == PERF_COUNT_SW_CPU_CLOCK;
        case AttachKind::kprobe_multi:
        case AttachKind::kretprobe_multi:
            return std::ranges::all_of(program.functions, is_system_call, &SharedFunction::name);
        case AttachKind::fentry:
        case AttachKind::fexit:
        case AttachKind::kprobe:
        case AttachKind::kretprobe:
            return program.offset == 0 && is_system_call(program.attach_name);
        case AttachKind::uprobe:
        case AttachKind::uretprobe:
        case AttachKind::usdt:
            break;
    }
    return false;
}

// What reaches beyond the thread by itself: a variable of the kernel, one of its functions, another
// processor's or task's things.
bool reaches_out(const Program& program) {
    constexpr std::array others{BPF_FUNC_this_cpu_ptr, BPF_FUNC_get_func_ip,
                                BPF_FUNC_perf_event_read_value};
    for (std::size_t at = 0; at < program.instructions.size(); ++at) {
        const Instruction& each = program.instructions[at];
        const int source = each.registers >> 4U;
        if (each.code == (BPF_LD | BPF_IMM | BPF_DW)) {
            if (source == BPF_PSEUDO_BTF_ID) {
                return true;
            }
            ++at;  // the second half
        } else if (BPF_CLASS(each.code) == BPF_JMP && BPF_OP(each.code) == BPF_CALL &&
                   (source == BPF_PSEUDO_KFUNC_CALL ||
                    (source == 0 && std::ranges::find(others, each.immediate) != others.end()))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<Instruction> own_process_test(const targets::Kernel& kernel, const Owner& owner) {
    const Fields fields(kernel);
    Assembler code;
    const Label deny = code.new_label();
    const Label admit = code.new_label();
    code.move(R::r6, R::r1);
    code.call(Helper::get_current_task_btf);
    code.load(Size::double_word, R::r2, R::r0, fields.pointer("task_struct", "cred"));
    ask_ids(code, fields, user_ids, owner.user, deny);
    ask_ids(code, fields, group_ids, owner.group, deny);
    code.load(Size::double_word, R::r1, R::r0, fields.pointer("task_struct", "real_cred"));
    code.jump_if(Compare::not_equal, R::r1, R::r2, deny);
    ask_capabilities(code, fields, deny);
    ask_namespace(code, fields, deny);
    ask_memory(code, fields, deny, admit);
    code.bind(deny);
    code.move(R::r0, 0);
    code.exit();
    code.bind(admit);
    code.move(R::r1, R::r6);
    Program program;
    code.finish(program);
    return std::move(program.instructions);
}

void put_first(std::span<const Instruction> test, Program& program) {
    const auto length = static_cast<std::uint32_t>(test.size());
    program.instructions.insert(program.instructions.begin(), test.begin(), test.end());
    for (Relocation& relocation : program.relocations) {
        relocation.instruction += length;
    }
    for (Subprogram& subprogram : program.subprograms) {
        subprogram.start += subprogram.start == 0 ? 0 : length;
    }
}

std::string beyond_own_processes(const Image& image) {
    if (!image.symbols.empty()) {
        return "this rule lets you look at your own processes alone, not at the kernel's variables";
    }
    for (const Program& program : image.programs) {
        if (!program.attach_module.empty() || !is_own_point(program)) {
            return "this rule lets you look at your own processes alone: " + program.point +
                   " is not among what it allows";
        }
        if (reaches_out(program)) {
            return "this rule lets you look at your own processes alone: the program for " +
                   program.point + " reaches beyond them";
        }
    }
    return "";
}

}  // namespace sutap::bpf
