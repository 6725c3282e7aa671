// Ownership of one file descriptor.
#pragma once

#include <unistd.h>

#include <utility>

namespace sutap {

class Descriptor {
  public:
    Descriptor() = default;
    // Takes over `number`; a negative one (a failed call's result) makes an empty Descriptor.
    explicit Descriptor(int number) : number_(number < 0 ? -1 : number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            number_ = std::exchange(other.number_, -1);
        }
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(); }

    explicit operator bool() const { return number_ >= 0; }
    int get() const { return number_; }
    void reset() {
        if (number_ >= 0) {
            close(std::exchange(number_, -1));
        }
    }

  private:
    int number_ = -1;
};

}  // namespace sutap
