// Large pieces of memory straight from the kernel.
#pragma once

#include <cstddef>
#include <utility>

namespace sutap::targets {

// Owns a mapping. Page faults are most of the cost of reading the kernel's types (5.6 ms with small
// pages, 2.3 ms with huge ones), so memory is asked for in huge pages where it fills one.
class Pages {
  public:
    Pages() = default;
    // Zeroed, writable; std::bad_alloc if there is none.
    static Pages allocate(std::size_t size);
    // The file's own pages, read-only; empty (data() is null) if the file can't be mapped.
    static Pages map_file(int descriptor, std::size_t size);
    ~Pages();
    Pages(Pages&& other) noexcept { swap(other); }
    Pages& operator=(Pages&& other) noexcept {
        swap(other);
        return *this;
    }

    char* data() const { return data_; }

  private:
    void swap(Pages& other) noexcept {
        std::swap(mapping_, other.mapping_);
        std::swap(length_, other.length_);
        std::swap(data_, other.data_);
    }

    void* mapping_ = nullptr;
    std::size_t length_ = 0;
    char* data_ = nullptr;
};

}  // namespace sutap::targets
