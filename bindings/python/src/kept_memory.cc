// SPDX-License-Identifier: Apache-2.0
#include "kept_memory.h"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace fidelia_python {
namespace {

constexpr std::size_t kLarge = std::size_t{1} << 20;
constexpr std::size_t kPage = 4096;

/// Sizes come in eight steps from one power of two to the next: near sizes can stand in for each
/// other, and the size asked for names the block's.
std::size_t size_of_block(std::size_t bytes) noexcept {
  const std::size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

bool is_large(std::size_t bytes, std::size_t alignment) noexcept {
  return bytes >= kLarge && bytes < SIZE_MAX / 2 && alignment <= kPage;
}

void* from_heap(std::size_t bytes, std::size_t alignment) noexcept {
  return ::operator new(bytes, std::align_val_t{alignment}, std::nothrow);
}
void to_heap(void* memory, std::size_t alignment) noexcept {
  ::operator delete(memory, std::align_val_t{alignment});
}

}  // namespace

KeptMemory& KeptMemory::shared() {
  static KeptMemory& memory = *new KeptMemory;
  return memory;
}

void* KeptMemory::take(std::size_t bytes, std::size_t alignment) noexcept {
  if (!is_large(bytes, alignment)) return from_heap(bytes, alignment);
  const std::size_t size = size_of_block(bytes);
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock()) {
    for (std::size_t i = blocks_.size(); i > 0; --i) {
      if (blocks_[i - 1].size != size) continue;
      void* const memory = blocks_[i - 1].memory;
      blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i - 1));
      kept_ -= size;
      return memory;
    }
  }
  return from_heap(size, kPage);
}

void KeptMemory::give(void* memory, std::size_t bytes, std::size_t alignment) noexcept {
  if (!is_large(bytes, alignment)) return to_heap(memory, alignment);
  const std::size_t size = size_of_block(bytes);
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock() && size <= limit_) {
    try {
      blocks_.push_back({memory, size});
      kept_ += size;
      return drop_over(limit_);
    } catch (const std::bad_alloc&) {  // No room to remember it.
    }
  }
  to_heap(memory, kPage);
}

void KeptMemory::set_limit(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  limit_ = bytes;
  drop_over(bytes);
}

std::size_t KeptMemory::limit() {
  const std::lock_guard lock(mutex_);
  return limit_;
}

std::size_t KeptMemory::kept() {
  const std::lock_guard lock(mutex_);
  return kept_;
}

void KeptMemory::drop_over(std::size_t bytes) noexcept {
  std::size_t dropped = 0;
  for (; kept_ > bytes; ++dropped) {
    kept_ -= blocks_[dropped].size;
    to_heap(blocks_[dropped].memory, kPage);
  }
  blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(dropped));
}

}  // namespace fidelia_python
