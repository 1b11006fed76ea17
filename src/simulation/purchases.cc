// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "src/core/portable_math.h"
#include "src/simulation/life.h"

namespace fidelia::detail {
namespace {

/// (1 - e^-x) / x, also where x is near 0.
double mean_decay(double x) { return std::abs(x) < 1e-12 ? 1 : -portable::expm1(-x) / x; }

/// The chance of loss after a repeat purchase, whether delivered in time or not.
double loss_per_purchase(const Plan& plan, const Profile& profile) {
  return 1 - (1 - profile.dropout_probability) * (1 - plan.options.late_share * loss_by_lateness());
}

}  // namespace

std::int32_t day_at(double weeks) { return static_cast<std::int32_t>(std::floor(weeks * 7)); }

std::int64_t civil_at(const Plan& plan, double weeks) {
  const double day = std::floor(weeks * 7);
  const auto second = static_cast<std::int64_t>((7 + 15 * (weeks * 7 - day)) * 3600);
  return (plan.start.days + static_cast<std::int64_t>(day)) * kMicrosPerDay + second * 1'000'000;
}

void draw_purchases(const Plan& plan, const Profile& profile, Purchases& purchases) {
  purchases.all.clear();
  purchases.lost = kNever;
  if (!profile.buyer) return;
  Random random = stream(plan, Domain::purchase, profile.number);
  const double end = plan.weeks() + kFutureWeeks;
  double weeks = (profile.seen + random.uniform()) / 7;
  if (profile.first_rate > 0) weeks += random.exponential() / profile.first_rate;
  for (bool first = true; weeks < end; first = false) {
    Purchase purchase;
    purchase.weeks = weeks;
    purchase.late = random.chance(plan.options.late_share);
    bool lost = !first && random.chance(profile.dropout_probability);
    if (purchase.late) {
      purchase.grievance = static_cast<Grievance>(random.categorical(kGrievanceShare));
      lost |= random.chance(kGrievanceLoss[static_cast<std::size_t>(purchase.grievance)]);
    }
    purchases.all.push_back(purchase);
    if (lost) {
      purchases.lost = weeks;
      return;
    }
    weeks += random.exponential() / profile.purchase_rate;
  }
}

// A Poisson process of rate l that ends after each event with probability p has (1 - e^(-l p t)) /
// p events expected in t. Before the first purchase (rate h): the integral of h e^(-h s) times one
// plus the repeats expected in t - s, of buyers whom the first delivery did not lose.
double expected_purchases(const Plan& plan, const Profile& profile, bool bought) {
  if (!profile.buyer) return 0;
  const double p = loss_per_purchase(plan, profile);
  const double t = kFutureWeeks;
  const double rate = profile.purchase_rate;
  if (bought) return rate * t * mean_decay(rate * p * t);
  const double h = profile.first_rate;
  if (h == 0) return 0;
  const double first = -portable::expm1(-h * t);
  const double stays = 1 - plan.options.late_share * loss_by_lateness();
  if (rate * p * t < 1e-9) {
    return first + stays * rate * (t - first / h);
  }
  const double decayed = h * t * portable::exp(-rate * p * t) * mean_decay((h - rate * p) * t);
  return first + stays * std::max(0.0, first - decayed) / p;
}

}  // namespace fidelia::detail
