// SPDX-License-Identifier: Apache-2.0
//
// Inside purchase_summary: periods, what they merge to, and the time between them.
//
// A period is a day, or the merging period where that is shorter, counted from 1900-01-01T00:00, a
// Monday. A group is a merging period: a day, an ISO week (from Monday), a calendar month, quarter
// or year, or the period itself. Ages run from the start of the first group: t_x to the start of
// the last, T to as_of; where a group is shorter than a day as_of stands for its last group. Ages
// in weeks and shorter units are exact multiples divided once; in months they are months_between,
// in quarters a third and in years a twelfth of it.
#ifndef FIDELIA_SRC_SCORING_PURCHASE_PERIODS_H_
#define FIDELIA_SRC_SCORING_PURCHASE_PERIODS_H_

#include <cstdint>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/customer/clean_orders.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia::detail {

inline constexpr std::int64_t kFirstMicros = std::int64_t{kFirstFactDay.days} * kMicrosPerDay;
inline constexpr std::uint32_t kDaySpan =
    static_cast<std::uint32_t>(kLastFactDay.days - kFirstFactDay.days);
inline constexpr std::int64_t kSecondsPerDay = 86'400;

class PurchasePeriods {
 public:
  PurchasePeriods(PeriodUnit unit, PeriodUnit merge);

  bool within_day() const noexcept { return merge_ < PeriodUnit::day; }
  /// Microseconds of a period.
  std::uint64_t micros() const noexcept { return static_cast<std::uint64_t>(seconds_) * 1'000'000; }
  /// Groups by day where a group is longer than a day; null otherwise.
  const std::uint32_t* groups() const noexcept {
    return groups_.empty() ? nullptr : groups_.data();
  }
  std::uint64_t group(std::uint64_t period) const noexcept {
    return groups_.empty() ? period : groups_[static_cast<std::size_t>(period)];
  }
  Day day(std::uint64_t period) const noexcept;
  /// Start of the period's group, in seconds from 1900-01-01.
  std::int64_t start(std::uint64_t period) const noexcept;
  /// Where T ends.
  std::int64_t end(Day as_of) const noexcept;
  /// In units, from one start to another, not earlier one.
  double elapsed(std::int64_t from, std::int64_t to) const noexcept;

 private:
  PeriodUnit unit_;
  PeriodUnit merge_;
  std::int64_t seconds_ = kSecondsPerDay;  // Of a period.
  std::vector<std::uint32_t> groups_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_PURCHASE_PERIODS_H_
