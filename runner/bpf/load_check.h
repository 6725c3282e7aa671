// What the loader demands of an Image before anything of it reaches the kernel. The translator may
// have been taken over by the script that it translates: this is the line where that ends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runner/bpf/image.h"

namespace sutap::bpf {

struct CheckOptions {
    // The grant's `probe` patterns (`*` any text, `?` one character). A program is matched by what
    // it is attached to (attach_names.h), never by what the script calls it; handlers of user space
    // by their point. Empty: any.
    std::vector<std::string> allowed_probes;
    // The grant's bounds on the memory of all maps, in bytes, and on places in the kernel; 0: ours
    // alone.
    std::uint64_t most_memory = 0;
    std::uint64_t most_probes = 0;
    // The name of the kernel function with this BTF id, for calls of kernel functions ("" if there
    // is none). Asked only for such calls.
    std::function<std::string(std::uint32_t)> kernel_function_name;
    // What a program with this attach_btf_id, in the BTF of this module ("": the kernel's), is
    // attached to: the name of the function or tracepoint ("" if there is none). It must be the
    // program's attach_name.
    std::function<std::string(std::uint32_t, const std::string&)> kernel_attach_name;
};

// Empty if the image may be loaded; else one sentence that says why not.
std::string check(const Image& image, const CheckOptions& options);

// Does `text` match `pattern` as a whole?
bool matches(std::string_view pattern, std::string_view text);

}  // namespace sutap::bpf
