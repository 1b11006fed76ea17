// SPDX-License-Identifier: Apache-2.0
//
// Lifetime value over a finite horizon: expected purchases of each coming month, discounted, times
// the expected spend per purchase, times the margin.
//
// Convention: month k = 1 ... months ends k * units_per_month time units after T; what is bought in
// it counts at its end and is divided by (1 + discount_per_year)^(k / 12), an effective annual
// rate. units_per_month is the length of a month in the model's time unit: 365.25 / 12 for days,
// 365.25 / 84 for weeks.
#ifndef FIDELIA_SCORING_LIFETIME_VALUE_H_
#define FIDELIA_SCORING_LIFETIME_VALUE_H_

#include <vector>

#include "fidelia/core/status.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia {

struct LifetimeOptions {
  int months = 12;                 ///< 1 to 1200.
  double units_per_month = 0.0;    ///< Required, above 0.
  double discount_per_year = 0.0;  ///< 0 to 10; .1 is ten per cent a year.
  double margin = 1.0;             ///< Share of spend that is earned, 0 to 1.
};

/// sum_k d_k (E_k - E_{k-1}) as sum_k weight_k E_k, E_k the purchases expected until the end of
/// month k: all weights are positive, so nothing cancels.
struct DiscountSchedule {
  std::vector<double> horizons;
  std::vector<double> weights;
};

Result<DiscountSchedule> discount_schedule(const LifetimeOptions& options);

/// Discounted number of purchases expected over the schedule, given the history.
double discounted_purchases(const PurchaseModel& model, double frequency, double t_x, double T,
                            const DiscountSchedule& schedule) noexcept;

}  // namespace fidelia

#endif  // FIDELIA_SCORING_LIFETIME_VALUE_H_
