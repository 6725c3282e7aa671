#include "tests/unit/targets/sample_btf.h"

#include <bpf/btf.h>

#include <memory>
#include <stdexcept>

namespace sutap::targets::testing {
namespace {

class Builder {
  public:
    // With a base, its types come first.
    explicit Builder(btf* base = nullptr)
        : types_(base == nullptr ? btf__new_empty() : btf__new_empty_split(base)) {}

    btf* get() { return types_.get(); }
    static int checked(int id) {
        if (id < 0) {
            throw std::runtime_error("libbpf refused a type of the sample");
        }
        return id;
    }
    std::string bytes() const {
        std::uint32_t size = 0;
        const void* const data = btf__raw_data(types_.get(), &size);
        return {static_cast<const char*>(data), size};
    }

  private:
    struct Free {
        void operator()(btf* types) const { btf__free(types); }
    };
    std::unique_ptr<btf, Free> types_;
};

struct BaseTypes {
    int integer = 0, character = 0, unsigned_int = 0, long_int = 0, boolean = 0, text = 0;
};

BaseTypes add_base_types(Builder& builder) {
    btf* const types = builder.get();
    BaseTypes base;
    base.integer = Builder::checked(btf__add_int(types, "int", 4, BTF_INT_SIGNED));
    base.character = Builder::checked(btf__add_int(types, "char", 1, 0));
    base.unsigned_int = Builder::checked(btf__add_int(types, "unsigned int", 4, 0));
    base.long_int = Builder::checked(btf__add_int(types, "long int", 8, BTF_INT_SIGNED));
    base.boolean = Builder::checked(btf__add_int(types, "_Bool", 1, BTF_INT_BOOL));
    const int constant = Builder::checked(btf__add_const(types, base.character));
    base.text = Builder::checked(btf__add_ptr(types, constant));
    return base;
}

int add_task(Builder& builder, const BaseTypes& base) {
    btf* const types = builder.get();
    const int comm = Builder::checked(btf__add_array(types, base.integer, base.character, 16));
    const int either = Builder::checked(btf__add_union(types, nullptr, 16));
    Builder::checked(btf__add_field(types, "state", base.long_int, 0, 0));
    Builder::checked(btf__add_field(types, "comm", comm, 0, 0));
    const int task = Builder::checked(btf__add_struct(types, "task", 40));
    Builder::checked(btf__add_field(types, "pid", base.integer, 0, 0));
    Builder::checked(btf__add_field(types, "parent", task + 1, 64, 0));
    Builder::checked(btf__add_field(types, nullptr, either, 128, 0));
    Builder::checked(btf__add_field(types, "flag", base.unsigned_int, 256, 1));
    Builder::checked(btf__add_field(types, "mode", base.unsigned_int, 257, 3));
    Builder::checked(btf__add_ptr(types, task));
    return task;
}

void add_functions(Builder& builder, const BaseTypes& base, int task) {
    btf* const types = builder.get();
    const int task_name = Builder::checked(btf__add_typedef(types, "task_t", task));
    const int constant = Builder::checked(btf__add_const(types, task_name));
    const int victim = Builder::checked(btf__add_ptr(types, constant));
    const int kill = Builder::checked(btf__add_func_proto(types, base.integer));
    Builder::checked(btf__add_func_param(types, "victim", victim));
    Builder::checked(btf__add_func_param(types, "signal", base.integer));
    Builder::checked(btf__add_func(types, "do_kill", BTF_FUNC_STATIC, kill));
    const int log = Builder::checked(btf__add_func_proto(types, base.long_int));
    Builder::checked(btf__add_func_param(types, "text", base.text));
    Builder::checked(btf__add_func_param(types, nullptr, 0));
    Builder::checked(btf__add_func(types, "log_line", BTF_FUNC_STATIC, log));

    const int data = Builder::checked(btf__add_ptr(types, 0));
    const int trace = Builder::checked(btf__add_func_proto(types, 0));
    Builder::checked(btf__add_func_param(types, nullptr, data));
    Builder::checked(btf__add_func_param(types, nullptr, task + 1));
    Builder::checked(btf__add_func_param(types, nullptr, base.boolean));
    const int pointer = Builder::checked(btf__add_ptr(types, trace));
    Builder::checked(btf__add_typedef(types, "btf_trace_task_exit", pointer));
    Builder::checked(btf__add_typedef(types, "btf_trace_task_nameless", pointer));
    const int iterator = Builder::checked(btf__add_func_proto(types, base.integer));
    Builder::checked(btf__add_func_param(types, "__data", data));
    Builder::checked(btf__add_func_param(types, "task", task + 1));
    Builder::checked(btf__add_func_param(types, "group", base.boolean));
    Builder::checked(btf__add_func(types, "__traceiter_task_exit", BTF_FUNC_STATIC, iterator));
}

int find(const btf* types, const char* name, unsigned kind) {
    return Builder::checked(btf__find_by_name_kind(types, name, kind));
}

void add_enumerations(Builder& builder) {
    btf* const types = builder.get();
    Builder::checked(btf__add_enum(types, "bpf_func_id", 4));
    Builder::checked(btf__add_enum_value(types, "BPF_FUNC_send_signal", 109));
    Builder::checked(btf__add_enum_value(types, "BPF_FUNC_loop", 181));
    Builder::checked(btf__add_enum64(types, "limits", 8, true));
    Builder::checked(btf__add_enum64_value(types, "SMALLEST", static_cast<std::uint64_t>(-5)));
    Builder::checked(btf__add_enum64_value(types, "LARGEST", std::uint64_t{1} << 40));
    Builder::checked(btf__add_enum(types, "sign", 4));
    Builder::checked(btf__add_enum_value(types, "MINUS", -1));
    Builder::checked(btf__add_fwd(types, "secret", BTF_FWD_UNION));
    const int state = find(types, "long int", BTF_KIND_INT);
    const int queue = Builder::checked(btf__add_var(types, "queue", BTF_VAR_STATIC, state));
    Builder::checked(btf__add_var(types, "elsewhere", BTF_VAR_STATIC, state));
    Builder::checked(btf__add_datasec(types, ".data..percpu", 8));
    Builder::checked(btf__add_datasec_var_info(types, queue, 0, 8));
}

}  // namespace

namespace {

void add_sample(Builder& builder) {
    const BaseTypes base = add_base_types(builder);
    const int task = add_task(builder, base);
    add_functions(builder, base, task);
    add_enumerations(builder);
}

}  // namespace

std::string sample_btf() {
    Builder builder;
    add_sample(builder);
    return builder.bytes();
}

std::string sample_module_btf() {
    Builder kernel;
    add_sample(kernel);
    Builder builder(kernel.get());
    btf* const types = builder.get();
    const int integer = find(types, "int", BTF_KIND_INT);
    const int task = find(types, "task", BTF_KIND_STRUCT);
    const int secret = Builder::checked(btf__add_union(types, "secret", 8));
    Builder::checked(btf__add_field(types, "inside", find(types, "long int", BTF_KIND_INT), 0, 0));
    const int hidden = Builder::checked(btf__add_ptr(types, secret));
    const int part = Builder::checked(btf__add_struct(types, "part", 24));
    Builder::checked(btf__add_field(types, "owner", task + 1, 0, 0));
    Builder::checked(btf__add_field(types, "hidden", hidden, 64, 0));
    Builder::checked(btf__add_field(types, "count", integer, 128, 0));
    const int pointer = Builder::checked(btf__add_ptr(types, part));
    const int open = Builder::checked(btf__add_func_proto(types, integer));
    Builder::checked(btf__add_func_param(types, "part", pointer));
    Builder::checked(btf__add_func_param(types, "flags", integer));
    Builder::checked(btf__add_func(types, "part_open", BTF_FUNC_STATIC, open));
    const int kill = find(types, "do_kill", BTF_KIND_FUNC);
    const int prototype =
        static_cast<int>(btf__type_by_id(types, static_cast<unsigned>(kill))->type);
    Builder::checked(btf__add_func(types, "do_kill", BTF_FUNC_STATIC, prototype));
    const int event = Builder::checked(btf__add_func_proto(types, 0));
    Builder::checked(btf__add_func_param(types, "__data", 0));
    Builder::checked(btf__add_func_param(types, "part", pointer));
    Builder::checked(btf__add_func_param(types, "size", integer));
    Builder::checked(btf__add_func(types, "__traceiter_part_event", BTF_FUNC_STATIC, event));
    const int handler = Builder::checked(btf__add_ptr(types, event));
    Builder::checked(btf__add_typedef(types, "btf_trace_part_event", handler));
    Builder::checked(btf__add_typedef(types, "btf_trace_part_nameless", handler));
    Builder::checked(btf__add_enum(types, "part_limit", 4));
    Builder::checked(btf__add_enum_value(types, "PART_MOST", 7));
    return builder.bytes();
}

}  // namespace sutap::targets::testing
