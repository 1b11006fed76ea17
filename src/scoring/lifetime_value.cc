// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/lifetime_value.h"

#include "src/core/portable_math.h"

namespace fidelia {

Result<DiscountSchedule> discount_schedule(const LifetimeOptions& options) {
  const auto refuse = [](const char* message, const char* name) {
    return Status(Code::invalid_argument, message, -1, name);
  };
  if (options.months < 1 || options.months > 1200) {
    return refuse("the lifetime must be 1 to 1200 months", "months");
  }
  if (!(options.units_per_month > 0.0 && options.units_per_month <= 1e12)) {
    return refuse("give the length of a month in the model's time unit, above 0",
                  "units_per_month");
  }
  if (!(options.discount_per_year >= 0.0 && options.discount_per_year <= 10.0)) {
    return refuse("the discount rate per year must be from 0 to 10 (.1 is ten per cent)",
                  "discount_per_year");
  }
  if (!(options.margin >= 0.0 && options.margin <= 1.0)) {
    return refuse("the margin must be from 0 to 1", "margin");
  }
  const double rate = portable::log1p(options.discount_per_year) / 12.0;
  const double drop = -portable::expm1(-rate);
  DiscountSchedule schedule;
  for (int k = 1; k <= options.months; ++k) {
    const double factor = portable::exp(-rate * k);
    const double weight = k == options.months ? factor : factor * drop;
    if (weight == 0.0) continue;  // without discount only the last horizon counts
    schedule.horizons.push_back(options.units_per_month * k);
    schedule.weights.push_back(weight);
  }
  return schedule;
}

double discounted_purchases(const PurchaseModel& model, double frequency, double t_x, double T,
                            const DiscountSchedule& schedule) noexcept {
  return model.p_alive(frequency, t_x, T) *
         model.weighted_if_alive(frequency, T, schedule.horizons, schedule.weights);
}

}  // namespace fidelia
