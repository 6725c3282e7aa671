#include "runner/bpf/module_types.h"

#include <bpf/bpf.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include "runner/bpf/load.h"
#include "runner/privileges.h"

namespace sutap::bpf {

namespace {

using privileges::Capability;
using privileges::CapabilityScope;

// Empty where it is not the kernel's own.
std::string name_of(const Descriptor& object) {
    std::array<char, 64> name{};  // longer than the kernel gives a module
    bpf_btf_info about{};
    about.name = std::bit_cast<std::uint64_t>(name.data());
    about.name_len = name.size() - 1;
    std::uint32_t size = sizeof about;
    const bool is_known = bpf_obj_get_info_by_fd(object.get(), &about, &size) == 0;
    return is_known && about.kernel_btf != 0 ? std::string(name.data()) : std::string();
}

}  // namespace

// The kernel numbers them, and gives a descriptor by number alone.
void ModuleTypes::open_all() {
    const CapabilityScope raised{Capability::administer, Capability::bpf};
    std::uint32_t id = 0;
    while (bpf_btf_get_next_id(id, &id) == 0) {
        Descriptor object(bpf_btf_get_fd_by_id(id));
        if (std::string name = object ? name_of(object) : std::string(); !name.empty()) {
            descriptors_.try_emplace(std::move(name), std::move(object));
        }
    }
}

int ModuleTypes::descriptor(const std::string& module, const std::string& point) {
    if (!descriptors_.contains(module) && !has_looked_ &&
        privileges::is_permitted(Capability::administer)) {
        has_looked_ = true;
        open_all();
    }
    const auto found = descriptors_.find(module);
    if (found == descriptors_.end()) {
        throw LoadError{"probes in the module " + module +
                        " need its types, to which this run has no right: name " + point +
                        " in `probes` of the script's policy, or run it as root"};
    }
    return found->second.get();
}

}  // namespace sutap::bpf
