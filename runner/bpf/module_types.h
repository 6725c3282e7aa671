// The kernel's objects with the types of its modules, in which a program finds what it is attached
// to.
#pragma once

#include <map>
#include <string>

#include "runner/descriptor.h"

namespace sutap::bpf {

// Descriptors of BTF objects by the names of modules, closed at the end of its life: those of the
// grant, else, where CAP_SYS_ADMIN is permitted, all that the kernel has.
class ModuleTypes {
  public:
    explicit ModuleTypes(std::map<std::string, Descriptor> granted)
        : descriptors_(std::move(granted)) {}

    // Of the module, for attach_btf_obj_fd. Throws LoadError, a sentence about what is missing for
    // the point.
    int descriptor(const std::string& module, const std::string& point);

  private:
    void open_all();

    std::map<std::string, Descriptor> descriptors_;
    bool has_looked_ = false;
};

}  // namespace sutap::bpf
