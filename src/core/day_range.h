// SPDX-License-Identifier: Apache-2.0
//
// Whether all days of a column lie in a range, in a loop that vectorizes.
#ifndef FIDELIA_SRC_CORE_DAY_RANGE_H_
#define FIDELIA_SRC_CORE_DAY_RANGE_H_

#include <algorithm>
#include <cstdint>
#include <span>

#include "fidelia/core/civil.h"

namespace fidelia::detail {

inline bool within(std::span<const Day> days, Day first, Day last) noexcept {
  const auto begin = static_cast<std::uint32_t>(first.days);
  std::uint32_t farthest = 0;
  for (const Day day : days) {
    farthest = std::max(farthest, static_cast<std::uint32_t>(day.days) - begin);
  }
  return days.empty() || farthest <= static_cast<std::uint32_t>(last.days) - begin;
}

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_CORE_DAY_RANGE_H_
