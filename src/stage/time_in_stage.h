// SPDX-License-Identifier: Apache-2.0
//
// The curve of Kaplan and Meier with delayed entry, for times in stage.
#ifndef FIDELIA_SRC_STAGE_TIME_IN_STAGE_H_
#define FIDELIA_SRC_STAGE_TIME_IN_STAGE_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace fidelia::detail {

/// A customer watched from age `entry` to age `exit`, in days; entry < exit.
struct StageSpell {
  std::int32_t entry = 0;
  std::int32_t exit = 0;
  bool left = false;  ///< At `exit`; otherwise still there.
};

/// One age at which somebody left.
struct SurvivalStep {
  std::int32_t days = 0;
  std::int64_t at_risk = 0;
  std::int64_t left = 0;
  double still_there = 1;
  double low = 1;
  double high = 1;
};

struct SurvivalMedian {
  std::optional<std::int32_t> days;
  std::optional<std::int32_t> low;
  std::optional<std::int32_t> high;
};

/// Steps by age. Those before `least_at_risk` customers are watched are left out. `z` is the
/// normal bound of the intervals.
std::vector<SurvivalStep> survival_curve(const std::vector<StageSpell>& spells,
                                         std::int64_t least_at_risk, double z);
SurvivalMedian median_of(const std::vector<SurvivalStep>& curve);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_STAGE_TIME_IN_STAGE_H_
