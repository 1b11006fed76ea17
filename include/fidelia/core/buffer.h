// SPDX-License-Identifier: Apache-2.0
//
// Buffer and Bitmap: the memory that columns are built in.
//
// A Buffer<T> is a growable array of trivially copyable values from the host's memory (64-byte
// aligned, as Arrow recommends); unlike std::vector it can grow without writing zeros first.
// Growth throws std::bad_alloc, which the C ABI returns as FIDELIA_NO_MEMORY.
#ifndef FIDELIA_CORE_BUFFER_H_
#define FIDELIA_CORE_BUFFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace fidelia {

/// The heap, as a resource that outlives everything.
inline std::shared_ptr<std::pmr::memory_resource> heap_memory() {
  return {std::shared_ptr<void>(), std::pmr::new_delete_resource()};
}

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  static constexpr std::size_t kAlignment = 64;

  Buffer() : memory_(heap_memory()) {}
  explicit Buffer(std::shared_ptr<std::pmr::memory_resource> memory) : memory_(std::move(memory)) {}
  Buffer(Buffer&& other) noexcept
      : memory_(other.memory_),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { free(); }

  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T& operator[](std::size_t i) noexcept { return data_[i]; }
  const T& operator[](std::size_t i) const noexcept { return data_[i]; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }
  const T* begin() const noexcept { return data_; }
  const T* end() const noexcept { return data_ + size_; }
  T& back() noexcept { return data_[size_ - 1]; }
  std::span<const T> span() const noexcept { return {data_, size_}; }

  void reserve(std::size_t capacity) {
    if (capacity > capacity_) reallocate(capacity);
  }
  /// New elements are not initialised.
  void resize(std::size_t size) {
    if (size > capacity_) reallocate(std::max(size, capacity_ + capacity_ / 2));
    size_ = size;
  }
  void resize(std::size_t size, T value) {
    const std::size_t old = size_;
    resize(size);
    if (size > old) std::fill(data_ + old, data_ + size, value);
  }
  void push_back(T value) {
    if (size_ == capacity_) reallocate(std::max<std::size_t>(16, capacity_ * 2));
    data_[size_++] = value;
  }
  void append(const T* values, std::size_t count) {
    if (count == 0) return;
    const std::size_t old = size_;
    resize(size_ + count);
    std::memcpy(static_cast<void*>(data_ + old), values, count * sizeof(T));
  }
  void clear() noexcept { size_ = 0; }

 private:
  void reallocate(std::size_t capacity) {
    if (capacity > static_cast<std::size_t>(PTRDIFF_MAX) / sizeof(T)) throw std::bad_alloc();
    T* data = static_cast<T*>(memory_->allocate(capacity * sizeof(T), kAlignment));
    if (size_ > 0) std::memcpy(static_cast<void*>(data), data_, size_ * sizeof(T));
    free();
    data_ = data;
    capacity_ = capacity;
  }
  void free() noexcept {
    if (data_ != nullptr) memory_->deallocate(data_, capacity_ * sizeof(T), kAlignment);
  }

  std::shared_ptr<std::pmr::memory_resource> memory_;
  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Bit `i` of an Arrow bitmap (least significant bit first).
inline bool bit_is_set(const std::uint8_t* bits, std::int64_t i) noexcept {
  return ((bits[i >> 3] >> (i & 7)) & 1) != 0;
}

/// A bitmap in the making: values are appended as present or null; without a null it stays empty.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::shared_ptr<std::pmr::memory_resource> memory) : bits_(std::move(memory)) {}

  void append(bool present) {
    if (!present && null_count_++ == 0) bits_.resize(bytes(size_ + 1), 0xff);
    if (null_count_ > 0) {
      bits_.resize(bytes(size_ + 1), 0xff);
      const auto mask = static_cast<std::uint8_t>(1u << (size_ & 7));
      auto& byte = bits_[static_cast<std::size_t>(size_ >> 3)];
      byte = static_cast<std::uint8_t>(present ? (byte | mask) : (byte & ~mask));
    }
    ++size_;
  }
  std::int64_t size() const noexcept { return size_; }
  std::int64_t null_count() const noexcept { return null_count_; }
  /// Null when nothing is null, as Arrow allows.
  const std::uint8_t* data() const noexcept { return null_count_ > 0 ? bits_.data() : nullptr; }

 private:
  static std::size_t bytes(std::int64_t bits) { return static_cast<std::size_t>((bits + 7) / 8); }
  Buffer<std::uint8_t> bits_;
  std::int64_t size_ = 0;
  std::int64_t null_count_ = 0;
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_BUFFER_H_
