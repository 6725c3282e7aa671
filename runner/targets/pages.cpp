#include "runner/targets/pages.h"

#include <sys/mman.h>

#include <memory>
#include <new>

namespace sutap::targets {

Pages Pages::allocate(std::size_t size) {
    constexpr std::size_t huge_page = std::size_t{2} << 20;
    const bool is_large = size >= huge_page / 2;
    Pages pages;
    // Whole huge pages: one would not be used for the rest.
    size = is_large ? (size + huge_page - 1) / huge_page * huge_page : size + 1;
    pages.length_ = size + (is_large ? huge_page : 0);
    void* const mapping =
        ::mmap(nullptr, pages.length_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        throw std::bad_alloc();
    }
    pages.mapping_ = mapping;
    void* start = mapping;
    if (is_large) {
        std::size_t space = pages.length_;
        std::align(huge_page, size, start, space);
        ::madvise(start, size, MADV_HUGEPAGE);  // a wish: without it, it is slower
    }
    pages.data_ = static_cast<char*>(start);
    return pages;
}

Pages Pages::map_file(int descriptor, std::size_t size) {
    Pages pages;
    if (size == 0) {
        return pages;
    }
    void* const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping != MAP_FAILED) {
        pages.mapping_ = mapping;
        pages.length_ = size;
        pages.data_ = static_cast<char*>(mapping);
    }
    return pages;
}

Pages::~Pages() {
    if (mapping_ != nullptr) {
        ::munmap(mapping_, length_);
    }
}

}  // namespace sutap::targets
