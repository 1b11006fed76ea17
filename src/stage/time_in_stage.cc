// SPDX-License-Identifier: Apache-2.0
#include "src/stage/time_in_stage.h"

#include <algorithm>
#include <cmath>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

/// S^exp(by): Greenwood's interval on the scale log(-log S).
double powered(double log_share, double by) { return portable::exp(log_share * portable::exp(by)); }

void set_interval(SurvivalStep& step, double variance, double z) {
  if (step.still_there <= 0) {
    // Nobody is left: the bound above stays where the step before had it.
    step.low = 0;
    return;
  }
  const double log_share = portable::log(step.still_there);
  const double by = log_share < 0 ? z * std::sqrt(variance) / -log_share : 0;
  step.low = std::min(step.still_there, powered(log_share, std::min(by, 700.0)));
  step.high = std::max(step.still_there, powered(log_share, std::max(-by, -700.0)));
}

}  // namespace

std::vector<SurvivalStep> survival_curve(const std::vector<StageSpell>& spells,
                                         std::int64_t least_at_risk, double z) {
  std::vector<std::int32_t> entries;
  std::vector<StageSpell> exits = spells;
  entries.reserve(spells.size());
  for (const StageSpell& spell : spells) entries.push_back(spell.entry);
  std::sort(entries.begin(), entries.end());
  std::sort(exits.begin(), exits.end(),
            [](const StageSpell& a, const StageSpell& b) { return a.exit < b.exit; });
  std::vector<SurvivalStep> curve;
  SurvivalStep step;
  double variance = 0;  // of log S
  std::size_t entered = 0;
  bool begun = false;
  for (std::size_t i = 0; i < exits.size();) {
    const std::int32_t age = exits[i].exit;
    while (entered < entries.size() && entries[entered] < age) ++entered;
    const auto at_risk = static_cast<std::int64_t>(entered - i);
    std::int64_t left = 0;
    for (; i < exits.size() && exits[i].exit == age; ++i) left += exits[i].left ? 1 : 0;
    begun = begun || at_risk >= least_at_risk;
    if (left == 0 || !begun) continue;
    const auto n = static_cast<double>(at_risk);
    const auto d = static_cast<double>(left);
    step.days = age;
    step.at_risk = at_risk;
    step.left = left;
    step.still_there *= (n - d) / n;
    if (left < at_risk) variance += d / (n * (n - d));
    set_interval(step, variance, z);
    curve.push_back(step);
  }
  return curve;
}

SurvivalMedian median_of(const std::vector<SurvivalStep>& curve) {
  // A share that is a half but for rounding is a half.
  constexpr double kHalf = 0.5 + 1e-12;
  SurvivalMedian median;
  for (const SurvivalStep& step : curve) {
    if (!median.low && step.low <= kHalf) median.low = step.days;
    if (!median.days && step.still_there <= kHalf) median.days = step.days;
    if (!median.high && step.high <= kHalf) median.high = step.days;
  }
  return median;
}

}  // namespace fidelia::detail
