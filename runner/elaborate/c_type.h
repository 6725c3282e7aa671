// The C types of values, as far as the script lets them be known.
#pragma once

#include <optional>

#include "runner/targets/type_graph.h"

namespace sutap::elaborate {

// A type of the type graph behind `pointers` more levels of `*`, which C type names may add.
struct CType {
    targets::TypeId id = targets::void_type;
    unsigned pointers = 0;

    bool operator==(const CType&) const = default;
};

// The pointer type of a variable, learned from what is assigned to it: `p = $file`, `p->f_mode`.
class LearnedType {
  public:
    // Values without a known type (numbers, results of arithmetic) say nothing.
    void learn(const std::optional<CType>& type) {
        if (!type || is_ambiguous_) {
            return;
        }
        is_ambiguous_ = type_ && *type_ != *type;
        type_ = is_ambiguous_ ? std::nullopt : type;
    }
    const std::optional<CType>& get() const { return type_; }

  private:
    std::optional<CType> type_;
    bool is_ambiguous_ = false;
};

}  // namespace sutap::elaborate
