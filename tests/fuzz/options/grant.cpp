// Any bytes as a grant: refused with a reason, or complete.
#include "runner/options/grant.h"

#include <string>

#include "tests/fuzz/inputs.h"

using namespace sutap;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const options::GrantResult result = options::parse_grant(text);
    fuzz::require(result.grant.has_value() == result.error.empty());
    if (!result.grant) return 0;
    fuzz::require(result.grant->script_descriptor >= 3);
    for (const options::GrantedDescriptor& descriptor : result.grant->descriptors)
        fuzz::require(descriptor.number >= 3);
    return 0;
}
