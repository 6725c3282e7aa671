#include "tests/fuzz/small_kernel.h"

#include <bpf/btf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace sutap::fuzz {
namespace {

int checked(int id) {
    if (id < 0) {
        std::abort();  // libbpf refused a type
    }
    return id;
}

struct Field {
    const char* name;
    int type;
    int bit_offset;
    int bit_size = 0;
};
struct Parameter {
    const char* name;
    int type;
};

class SmallKernel {
  public:
    SmallKernel() : types_(btf__new_empty()) {
        add_base_types();
        add_structures();
        add_functions();
        add_tracepoints();
        add_enumerations();
    }
    std::string bytes() const {
        std::uint32_t size = 0;
        const void* const data = btf__raw_data(types_.get(), &size);
        return {static_cast<const char*>(data), size};
    }

  private:
    // The structures, in the order of their ids; a pointer to each follows behind all of them.
    enum Structure { task, cred, file, path, dentry, qstr, inode, super_block, registers, count_ };

    btf* get() const { return types_.get(); }
    int structure(Structure which) const { return first_structure_ + which; }
    int pointer(Structure which) const { return first_structure_ + count_ + which; }
    int pointer_to(int type) { return checked(btf__add_ptr(get(), type)); }
    void fields(std::initializer_list<Field> all) {
        for (const Field& field : all) {
            checked(btf__add_field(get(), field.name, field.type,
                                   static_cast<std::uint32_t>(field.bit_offset),
                                   static_cast<std::uint32_t>(field.bit_size)));
        }
    }
    int array(int element, std::uint32_t count) {
        return checked(btf__add_array(get(), int_, element, count));
    }
    int function_type(int result, std::initializer_list<Parameter> parameters) {
        const int type = checked(btf__add_func_proto(get(), result));
        for (const Parameter& parameter : parameters) {
            checked(btf__add_func_param(get(), parameter.name, parameter.type));
        }
        return type;
    }
    void function(const char* name, int result, std::initializer_list<Parameter> parameters) {
        const int type = function_type(result, parameters);
        checked(btf__add_func(get(), name, BTF_FUNC_STATIC, type));
    }

    void add_base_types() {
        int_ = checked(btf__add_int(get(), "int", 4, BTF_INT_SIGNED));
        char_ = checked(btf__add_int(get(), "char", 1, BTF_INT_SIGNED));
        short_ = checked(btf__add_int(get(), "short int", 2, BTF_INT_SIGNED));
        byte_ = checked(btf__add_int(get(), "unsigned char", 1, 0));
        unsigned_ = checked(btf__add_int(get(), "unsigned int", 4, 0));
        long_ = checked(btf__add_int(get(), "long int", 8, BTF_INT_SIGNED));
        size_ = checked(btf__add_int(get(), "long unsigned int", 8, 0));
        bool_ = checked(btf__add_int(get(), "_Bool", 1, BTF_INT_BOOL));
        wide_ = checked(btf__add_int(get(), "__int128", 16, BTF_INT_SIGNED));
        float_ = checked(btf__add_float(get(), "double", 8));
        text_ = pointer_to(checked(btf__add_const(get(), char_)));
        buffer_ = pointer_to(char_);
        void_pointer_ = pointer_to(0);
        offset_ = checked(btf__add_typedef(get(), "loff_t", long_));
        callback_ = pointer_to(function_type(int_, {{"data", void_pointer_}}));
        comm_ = array(char_, 16);
        matrix_ = array(array(unsigned_, 3), 2);
        flexible_ = array(byte_, 0);
        // struct { unsigned uid; } with a typedef, and two unions.
        user_ = checked(btf__add_struct(get(), nullptr, 4));
        fields({{"val", unsigned_, 0}});
        user_ = checked(btf__add_typedef(get(), "kuid_t", user_));
        either_ = checked(btf__add_union(get(), nullptr, 8));
        fields({{"exit_code", int_, 0}, {"exit_address", void_pointer_, 0}});
        mode_ = checked(btf__add_enum(get(), "mode", 4));
        checked(btf__add_enum_value(get(), "MODE_SLOW", 0));
        checked(btf__add_enum_value(get(), "MODE_FAST", 1));
    }

    void begin_structure(Structure which, const char* name, std::uint32_t size) {
        const int made = checked(btf__add_struct(get(), name, size));
        if (made != structure(which)) {
            std::abort();
        }
    }

    void add_task() {
        begin_structure(task, "task_struct", 256);
        fields({{"state", long_, 0},
                {"pid", int_, 64},
                {"tgid", int_, 96},
                {"real_parent", pointer(task), 128},
                {"cred", pointer(cred), 192},
                {"comm", comm_, 256},
                {nullptr, either_, 384},
                {"flag", unsigned_, 448, 1},
                {"level", int_, 449, 5},
                {"mode", mode_, 480},
                {"files", array_of_files_, 512},
                {"matrix", matrix_, 768},
                {"call", callback_, 960},
                {"weight", float_, 1024},
                {"huge", wide_, 1152},
                {"nice", short_, 1280},
                {"is_idle", bool_, 1296},
                {"start_time", size_, 1344},
                {"data", flexible_, 2048}});
    }

    void add_structures() {
        // An array of pointers that come later.
        constexpr int itself = 1;
        first_structure_ = static_cast<int>(btf__type_cnt(get())) + itself;
        array_of_files_ = array(pointer(file), 4);
        add_task();
        begin_structure(cred, "cred", 16);
        fields({{"uid", user_, 0}, {"euid", user_, 32}, {"gid", user_, 64}, {"egid", user_, 96}});
        begin_structure(file, "file", 64);
        fields({{"f_path", structure(path), 0},
                {"f_inode", pointer(inode), 128},
                {"f_pos", offset_, 192},
                {"private_data", void_pointer_, 256}});
        begin_structure(path, "path", 16);
        fields({{"mnt", void_pointer_, 0}, {"dentry", pointer(dentry), 64}});
        begin_structure(dentry, "dentry", 96);
        fields({{"d_parent", pointer(dentry), 0},
                {"d_name", structure(qstr), 64},
                {"d_inode", pointer(inode), 192},
                {"d_iname", comm_, 256}});
        begin_structure(qstr, "qstr", 16);
        fields({{"len", unsigned_, 32}, {"name", text_, 64}});
        begin_structure(inode, "inode", 64);
        fields({{"i_ino", size_, 0}, {"i_sb", pointer(super_block), 64}, {"i_size", offset_, 128}});
        begin_structure(super_block, "super_block", 64);
        fields({{"s_dev", unsigned_, 0}, {"s_id", comm_, 64}});
        begin_structure(registers, "pt_regs", 168);
        int bit = 0;
        for (const char* name :
             {"r15", "r14", "r13", "r12", "bp",      "bx", "r11", "r10",   "r9", "r8", "ax",
              "cx",  "dx",  "si",  "di",  "orig_ax", "ip", "cs",  "flags", "sp", "ss"}) {
            fields({{name, size_, bit}});
            bit += 64;
        }
        for (int which = 0; which < count_; ++which) {
            pointer_to(structure(static_cast<Structure>(which)));
        }
    }

    void add_functions() {
        const int constant = checked(btf__add_const(get(), structure(registers)));
        const int arguments = pointer_to(constant);
        for (const char* name : {"__x64_sys_read", "__x64_sys_openat", "__x64_sys_kill",
                                 "__x64_sys_execve", "__x64_sys_mmap", "__x64_sys_exit_group"}) {
            function(name, long_, {{"regs", arguments}});
        }
        for (const char* name : {"vfs_read", "vfs_write"}) {
            function(name, long_,
                     {{"file", pointer(file)},
                      {"buf", buffer_},
                      {"count", size_},
                      {"pos", pointer_to(offset_)}});
        }
        function("do_kill", int_,
                 {{"victim", pointer(task)}, {"signal", int_}, {"mode", mode_}, {"hard", bool_}});
        function("log_line", long_, {{"text", text_}, {nullptr, 0}});
        function("schedule", 0, {});
        function("read_number", size_, {{"text", text_}, {"value", pointer_to(wide_)}});
        function("bpf_task_from_pid", pointer(task), {{"pid", int_}});
        function("bpf_task_release", 0, {{"p", pointer(task)}});
    }

    void tracepoint(const std::string& name, std::initializer_list<Parameter> parameters) {
        const int type = checked(btf__add_func_proto(get(), 0));
        checked(btf__add_func_param(get(), "__data", void_pointer_));
        for (const Parameter& parameter : parameters) {
            checked(btf__add_func_param(get(), parameter.name, parameter.type));
        }
        checked(btf__add_typedef(get(), ("btf_trace_" + name).c_str(), pointer_to(type)));
        checked(btf__add_func(get(), ("__traceiter_" + name).c_str(), BTF_FUNC_STATIC, type));
    }

    void add_tracepoints() {
        tracepoint("sched_switch", {{"preempt", bool_},
                                    {"prev", pointer(task)},
                                    {"next", pointer(task)},
                                    {"prev_state", unsigned_}});
        tracepoint("sys_enter", {{"regs", pointer(registers)}, {"id", long_}});
        tracepoint("sys_exit", {{"regs", pointer(registers)}, {"ret", long_}});
        tracepoint("task_rename", {{"task", pointer(task)}, {"comm", text_}});
    }

    void add_enumerations() {
        checked(btf__add_enum(get(), "bpf_func_id", 4));
        checked(btf__add_enum_value(get(), "BPF_FUNC_send_signal", 109));
        checked(btf__add_enum_value(get(), "BPF_FUNC_get_func_arg", 183));
        checked(btf__add_enum_value(get(), "BPF_FUNC_loop", 181));
        checked(btf__add_enum64(get(), "limits", 8, true));
        checked(btf__add_enum64_value(get(), "LOWEST", static_cast<std::uint64_t>(-5)));
        checked(btf__add_enum64_value(get(), "HIGHEST", std::uint64_t{1} << 40));
        checked(btf__add_fwd(get(), "secret", BTF_FWD_STRUCT));
    }

    struct Free {
        void operator()(btf* types) const { btf__free(types); }
    };
    std::unique_ptr<btf, Free> types_;
    int int_ = 0, char_ = 0, short_ = 0, byte_ = 0, unsigned_ = 0, long_ = 0, size_ = 0, bool_ = 0;
    int wide_ = 0, float_ = 0, text_ = 0, buffer_ = 0, void_pointer_ = 0, offset_ = 0;
    int callback_ = 0, comm_ = 0, matrix_ = 0, flexible_ = 0, user_ = 0, either_ = 0, mode_ = 0;
    int first_structure_ = 0, array_of_files_ = 0;
};

// The path of a file in memory, which stays open to the end.
std::string memory_file(const char* name, std::string_view content) {
    const int descriptor = ::memfd_create(name, MFD_CLOEXEC);
    if (::write(descriptor, content.data(), content.size()) !=
        static_cast<ssize_t>(content.size())) {
        std::abort();
    }
    return "/proc/self/fd/" + std::to_string(descriptor);
}

}  // namespace

const targets::Kernel& small_kernel() {
    static const targets::Kernel kernel(memory_file("btf", SmallKernel().bytes()),
                                        memory_file("kallsyms",
                                                    "ffffffff81000000 T vfs_read\n"
                                                    "ffffffff81000100 T vfs_write\n"
                                                    "ffffffff81000200 t do_kill\n"
                                                    "ffffffff81000300 T without_types\n"
                                                    "ffffffff81000400 T __x64_sys_getppid\n"
                                                    "ffffffff81000500 T __x64_sys_kill\n"
                                                    "ffffffff81000600 T __x64_sys_openat\n"
                                                    "ffffffff82000000 D some_data\n"));
    return kernel;
}

}  // namespace sutap::fuzz
