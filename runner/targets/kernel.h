// What the running kernel offers, read without privilege from its BTF and its symbol names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "runner/targets/nearest_names.h"
#include "runner/targets/target_error.h"
#include "runner/targets/type_graph.h"

namespace sutap::targets {

struct KernelParameter {
    std::string name;
    TypeId type = void_type;
};

struct KernelFunction {
    std::string name;
    std::uint32_t btf_id = 0;  // in the BTF of the kernel or its module: what attach_btf_id wants
    std::vector<KernelParameter> parameters;
    TypeId result = void_type;
    bool is_variadic = false;
};

struct KernelTracepoint {
    std::string name;
    std::string module;        // that has it; empty: the kernel itself
    std::uint32_t btf_id = 0;  // of the btf_trace_NAME typedef: attach_btf_id of a tp_btf program
    // Without __data. The names are those of __traceiter_NAME, else arg1, arg2, ...
    std::vector<KernelParameter> parameters;
};

// Where the kernel tells of its modules. Empty: of none.
struct ModuleFolders {
    std::string types;  // a file of split BTF for each loaded module
    std::string state;  // a folder for each; without `initstate` for what is part of the kernel
};

// Could the kernel call a module so? Such a name is a file's name, and holds no quotes.
bool is_module_name(std::string_view name);

// Everything is lazy: BTF (5 MB) and kallsyms are read at the first question that needs them.
// Where a function has a parameter `module`, the empty one is the kernel itself.
class Kernel {
  public:
    Kernel();
    // For tests and other kernels: a BTF file and a kallsyms file.
    Kernel(std::string btf_path, std::string kallsyms_path, ModuleFolders modules = {});
    ~Kernel();
    Kernel(Kernel&&) noexcept;
    Kernel& operator=(Kernel&&) noexcept;

    // All queries but those of symbols throw TargetError (one sentence with what to do) if the
    // kernel has no BTF or a malformed one. The types live as long as this object.
    // They are the kernel's, and those of each module that was asked about.
    const TypeGraph& types() const;
    // By name in each of these modules, as far as they are loaded, then wherever types() knows it.
    std::optional<TypeId> find_type(const std::string& name,
                                    const std::vector<std::string>& modules) const;
    // What has this id in the module's BTF, as attach_btf_id wants it.
    Type described(std::uint32_t btf_id, const std::string& module = {}) const;
    std::optional<KernelFunction> function(const std::string& name,
                                           const std::string& module = {}) const;
    std::vector<std::string> functions(const std::string& glob,
                                       const std::string& module = {}) const;  // sorted; in BTF
    // The kernel's own, else those of the loaded modules whose types can be read.
    std::optional<KernelTracepoint> tracepoint(const std::string& name) const;
    std::vector<std::string> tracepoints(const std::string& glob) const;  // sorted

    // A variable of the kernel itself of which each processor has one; its BTF id is its type's.
    // BTF describes no other variables.
    std::optional<TypeId> processor_variable(const std::string& name) const;

    // The loaded modules that describe their types, sorted.
    std::vector<std::string> modules(const std::string& glob) const;
    // Loaded, whether it describes its types or not.
    bool has_module(const std::string& name) const;
    // A sentence for a module that is not loaded: what it may be instead.
    std::string missing_module(const std::string& name) const;

    // In kallsyms (names need no privilege), modules left out. Name suffixes such as .isra.0 are
    // not stripped. These two throw TargetError if kallsyms can't be read.
    bool has_symbol(const std::string& name, const std::string& module = {}) const;
    std::vector<std::string> symbols(const std::string& glob) const;  // functions only, sorted

    // Do fentry and fexit programs attach to functions of so many arguments?
    bool links_functions_with(std::size_t arguments) const;
    // The kernel's functions that ftrace knows; nothing where the file is not there or not to be
    // read (tracefs, for root alone).
    std::optional<std::unordered_set<std::string>> traceable_functions() const;
    // Can one link attach a program to many functions? (CONFIG_FPROBE; kernel/trace/bpf_trace.c)
    bool has_kprobe_multi() const;
    // Is the helper (bpf_loop) in enum bpf_func_id, the kfunc in BTF?
    bool has_helper(const std::string& name) const;
    bool has_kernel_function_call(const std::string& name) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sutap::targets
