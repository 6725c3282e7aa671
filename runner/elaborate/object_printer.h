// The text of a whole object: what `$x$` and `$x$$` mean (stapprobes(3stap)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runner/elaborate/c_type.h"

namespace sutap::elaborate {

// Writes a script function that reads an object through its parameter `p`, whose C type the binder
// knows, member by member. An object that cannot be read gives "ERROR".
class ObjectPrinter {
  public:
    // Deep: nested objects are written out as well. Nothing is read that a string of `most_text`
    // bytes could not hold.
    ObjectPrinter(const targets::TypeGraph& types, bool is_deep, std::uint32_t most_text)
        : types_(types), is_deep_(is_deep), most_text_(most_text) {}

    // `type` is p's own, or with `is_address` that of the object at p.
    std::string function(CType type, bool is_address);

  private:
    void value(CType type, const std::string& path, int level);
    void pointer(CType type, const std::string& path);
    void integer(const targets::Type& type, const std::string& path);
    void aggregate(const targets::Type& type, const std::string& path, int level);
    void members(const targets::Type& type, const std::string& path, int level);
    void array(const targets::Type& type, const std::string& path, int level);
    bool is_character(CType type) const;
    void text(const std::string& text);
    void argument(const std::string& conversion, const std::string& expression);
    bool is_full() const { return least_ >= most_text_; }

    const targets::TypeGraph& types_;
    bool is_deep_;
    std::size_t most_text_;
    std::size_t least_ = 0;  // bytes that are printed whatever the values
    bool is_first_ = true;   // of the members of one object
    std::string format_;
    std::string arguments_;
};

}  // namespace sutap::elaborate
