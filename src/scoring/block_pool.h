// SPDX-License-Identifier: Apache-2.0
//
// Lists that grow by blocks: nothing is copied on growth. Small lists have small blocks of their
// own; from 64 KB on, blocks are cut from slabs of 4 MB that many lists share.
#ifndef FIDELIA_SRC_SCORING_BLOCK_POOL_H_
#define FIDELIA_SRC_SCORING_BLOCK_POOL_H_

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <utility>
#include <vector>

#include "fidelia/core/buffer.h"
#include "src/core/huge_pages.h"

namespace fidelia::detail {

/// Blocks of 64 KB; safe to use from several threads. It must outlive its blocks.
class BlockPool {
 public:
  static constexpr std::size_t kBlock = 65'536;

  explicit BlockPool(std::shared_ptr<std::pmr::memory_resource> memory)
      : memory_(std::move(memory)) {}
  const std::shared_ptr<std::pmr::memory_resource>& memory() const noexcept { return memory_; }

  char* take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (free_.empty()) add_slab();
    char* block = free_.back();
    free_.pop_back();
    return block;
  }
  void give(char* block) noexcept {
    const std::lock_guard<std::mutex> lock(mutex_);
    free_.push_back(block);  // add_slab() has made room for every block.
  }

 private:
  static constexpr std::size_t kBlocks = 64;

  void add_slab() {
    Buffer<char> slab(memory_);
    slab.resize(kBlocks * kBlock);
    advise_huge_pages(slab.data(), slab.size());
    free_.reserve((slabs_.size() + 1) * kBlocks);
    slabs_.push_back(std::move(slab));
    for (std::size_t i = kBlocks; i > 0; --i) {
      free_.push_back(slabs_.back().data() + (i - 1) * kBlock);
    }
  }

  std::shared_ptr<std::pmr::memory_resource> memory_;
  std::mutex mutex_;
  std::vector<Buffer<char>> slabs_;
  std::vector<char*> free_;
};

template <class T>
class Blocks {
 public:
  explicit Blocks(std::shared_ptr<BlockPool> pool) : pool_(std::move(pool)) {}
  Blocks(Blocks&& other) noexcept
      : pool_(other.pool_),
        small_(std::move(other.small_)),
        large_(std::exchange(other.large_, {})),
        next_(std::exchange(other.next_, nullptr)),
        end_(std::exchange(other.end_, nullptr)) {}
  Blocks& operator=(Blocks&&) = delete;
  ~Blocks() { clear(); }

  void push_back(const T& value) {
    if (next_ == end_) grow();
    *next_++ = value;
  }
  std::size_t size() const noexcept {
    if (large_.empty()) return small_.empty() ? 0 : static_cast<std::size_t>(next_ - small_.data());
    return small_.size() + (large_.size() - 1) * kLarge +
           static_cast<std::size_t>(next_ - large_.back());
  }
  bool empty() const noexcept { return size() == 0; }
  /// visit(const T*, count) for each block, in order.
  template <class Visit>
  void each(Visit&& visit) const {
    if (large_.empty()) return visit(static_cast<const T*>(small_.data()), size());
    visit(static_cast<const T*>(small_.data()), small_.size());
    for (const T* block : large_) {
      visit(block, block == large_.back() ? static_cast<std::size_t>(next_ - block) : kLarge);
    }
  }
  void clear() noexcept {
    for (T* block : large_) pool_->give(reinterpret_cast<char*>(block));
    large_.clear();
    small_ = Buffer<T>();
    next_ = end_ = nullptr;
  }

 private:
  static constexpr std::size_t kSmall = 32;
  static constexpr std::size_t kLarge = BlockPool::kBlock / sizeof(T);

  // The small block doubles until it would be a large one.
  void grow() {
    if (large_.empty() && small_.size() * 4 <= kLarge) {
      const std::size_t used = small_.size();
      Buffer<T> larger(pool_->memory());
      larger.reserve(used == 0 ? kSmall : used * 2);
      larger.append(small_.data(), used);
      larger.resize(used == 0 ? kSmall : used * 2);
      small_ = std::move(larger);
      next_ = small_.data() + used;
      end_ = small_.data() + small_.size();
      return;
    }
    large_.reserve(large_.size() + 1);
    large_.push_back(reinterpret_cast<T*>(pool_->take()));
    next_ = large_.back();
    end_ = next_ + kLarge;
  }

  std::shared_ptr<BlockPool> pool_;
  Buffer<T> small_;
  std::vector<T*> large_;
  T* next_ = nullptr;
  T* end_ = nullptr;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_BLOCK_POOL_H_
