// What the translator makes of a script passes the loader's checks, and comes across whole.
#include "runner/bpf/load_check.h"
#include "tests/fuzz/translation.h"

using namespace sutap;

namespace {

// Of a function, or of a tracepoint by its type.
std::string name_in(std::uint32_t id, const std::string& module) {
    constexpr std::string_view tracepoint = "btf_trace_";
    const std::string name = fuzz::small_kernel().described(id, module).name;
    return name.starts_with(tracepoint) ? name.substr(tracepoint.size()) : name;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto image = fuzz::translate(fuzz::text_of(data, size), size);
    if (!image) {
        return 0;
    }
    fuzz::require(ir::verify(image->user).empty());
    bpf::CheckOptions options;
    options.allowed_probes = {"*"};
    options.kernel_function_name = [](std::uint32_t id) { return name_in(id, ""); };
    options.kernel_attach_name = name_in;
    fuzz::require(bpf::check(*image, options).empty());
    const std::vector<std::uint8_t> bytes = bpf::serialize(*image);
    const auto crossed = bpf::parse(bytes);
    fuzz::require(crossed && bpf::serialize(*crossed) == bytes);
    return 0;
}
