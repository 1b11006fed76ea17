// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: things numbered 0 .. size-1, of which only some need to be in memory. Books
// in memory hold all of them; books over a store hold what they read or changed. An element stays
// where it is: its address is good until it is taken out.
#ifndef FIDELIA_SRC_LOYALTY_NUMBERED_H_
#define FIDELIA_SRC_LOYALTY_NUMBERED_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace fidelia::detail {

template <class T>
class Numbered {
 public:
  std::size_t size() const noexcept { return size_; }
  bool contains(std::size_t i) const noexcept {
    const std::size_t page = i / kPage;
    return page < pages_.size() && pages_[page] != nullptr && (pages_[page]->here & bit(i)) != 0;
  }
  /// Of one that is here.
  T& operator[](std::size_t i) noexcept { return pages_[i / kPage]->items[i % kPage]; }
  const T& operator[](std::size_t i) const noexcept { return pages_[i / kPage]->items[i % kPage]; }
  T& back() noexcept { return (*this)[size_ - 1]; }
  const T& back() const noexcept { return (*this)[size_ - 1]; }

  /// Memory for the next push_back(), which then cannot fail.
  void make_room() { page(size_); }
  void push_back(T item) {
    put(size_, std::move(item));
    ++size_;
  }
  void pop_back() noexcept {
    --size_;
    take_out(size_);
  }
  /// One that was not here; its number is below size().
  void put(std::size_t i, T item) {
    Page& to = page(i);
    to.items[i % kPage] = std::move(item);
    to.here |= bit(i);
  }
  /// Takes out everything: `size` of them are elsewhere.
  void forget(std::size_t size) noexcept {
    pages_.clear();
    size_ = size;
  }
  /// visit(i, item), in the order of the numbers, for each that is here.
  template <class Visit>
  void each(Visit&& visit) const {
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      if (pages_[page] == nullptr) continue;
      for (std::uint64_t here = pages_[page]->here; here != 0; here &= here - 1) {
        const auto at = static_cast<std::size_t>(std::countr_zero(here));
        visit(page * kPage + at, std::as_const(pages_[page]->items[at]));
      }
    }
  }

 private:
  static constexpr std::size_t kPage = 64;
  struct Page {
    std::uint64_t here = 0;
    std::array<T, kPage> items{};
  };
  static std::uint64_t bit(std::size_t i) noexcept { return std::uint64_t{1} << (i % kPage); }
  Page& page(std::size_t i) {
    const std::size_t number = i / kPage;
    if (number >= pages_.size()) pages_.resize(number + 1);
    if (pages_[number] == nullptr) pages_[number] = std::make_unique<Page>();
    return *pages_[number];
  }
  void take_out(std::size_t i) noexcept {
    Page& from = *pages_[i / kPage];
    from.items[i % kPage] = T{};
    from.here &= ~bit(i);
  }

  std::vector<std::unique_ptr<Page>> pages_;
  std::size_t size_ = 0;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_NUMBERED_H_
