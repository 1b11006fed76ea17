// SPDX-License-Identifier: Apache-2.0
//
// Numbers the distinct values of a column, in the order in which they are first met.
#ifndef FIDELIA_SRC_SCORING_DISTINCT_VALUES_H_
#define FIDELIA_SRC_SCORING_DISTINCT_VALUES_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fidelia::detail {

/// Of doubles that are compared by their bits: no NaN, and no negative zero.
class DistinctValues {
 public:
  DistinctValues() : slots_(kSlots) {}

  /// 0 for the first value that came, and so on.
  std::uint32_t number(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    std::size_t at = place(bits);
    for (; slots_[at].number != 0; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].bits == bits) return slots_[at].number - 1;
    }
    values_.push_back(value);
    const auto number = static_cast<std::uint32_t>(values_.size());
    slots_[at] = {bits, number};
    if (2 * values_.size() > slots_.size()) grow();
    return number - 1;
  }
  const std::vector<double>& values() const noexcept { return values_; }

 private:
  static constexpr std::size_t kSlots = 2048;
  struct Slot {
    std::uint64_t bits = 0;
    std::uint32_t number = 0;  // + 1; 0 is empty
  };

  std::size_t place(std::uint64_t bits) const noexcept {
    return static_cast<std::size_t>(bits * 0x9e3779b97f4a7c15u >> shift_);
  }
  void grow() {
    std::vector<Slot> larger(2 * slots_.size());
    slots_.swap(larger);
    --shift_;
    for (const Slot& slot : larger) {
      if (slot.number == 0) continue;
      std::size_t at = place(slot.bits);
      while (slots_[at].number != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  int shift_ = 64 - std::countr_zero(kSlots);
  std::vector<double> values_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_DISTINCT_VALUES_H_
