// A heap-allocated value with value semantics: copying a Box copies what it holds. It lets the
// recursive node types of the trees be plain values.
#pragma once

#include <memory>
#include <utility>

namespace sutap {

template <typename T>
class Box {
  public:
    Box() : value_(std::make_unique<T>()) {}
    // Not explicit, so that a node can stand where a child is expected.
    Box(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT
    Box(const Box& other) : value_(std::make_unique<T>(*other.value_)) {}
    // A moved-from Box may only be destroyed or assigned to.
    Box(Box&&) noexcept = default;
    Box& operator=(const Box& other) {
        if (this != &other) {
            value_ = std::make_unique<T>(*other.value_);
        }
        return *this;
    }
    Box& operator=(Box&&) noexcept = default;
    ~Box() = default;

    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }

  private:
    std::unique_ptr<T> value_;
};

}  // namespace sutap
