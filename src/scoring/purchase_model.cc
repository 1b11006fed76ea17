// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/purchase_model.h"

#include <algorithm>
#include <limits>

#include "src/core/portable_math.h"

namespace fidelia {

double PurchaseModel::weighted_if_alive(double frequency, double T,
                                        std::span<const double> horizons,
                                        std::span<const double> weights) const noexcept {
  double sum = 0.0;
  for (std::size_t k = 0; k < horizons.size(); ++k) {
    sum += weights[k] * expected_if_alive(frequency, T, horizons[k]);
  }
  return sum;
}

double PurchaseModel::expected_purchases(double frequency, double t_x, double T,
                                         double horizon) const noexcept {
  return p_alive(frequency, t_x, T) * expected_if_alive(frequency, T, horizon);
}

double PurchaseModel::variance_of_purchases(double frequency, double t_x, double T,
                                            double horizon) const noexcept {
  const double p = p_alive(frequency, t_x, T);
  const double mean = p * expected_if_alive(frequency, T, horizon);
  const double second = p * second_moment_if_alive(frequency, T, horizon);
  return std::max(second + mean * (1.0 - mean), 0.0);
}

double PurchaseModel::log_probability(double n, double frequency, double t_x, double T,
                                      double horizon) const noexcept {
  const double log_alive = log_p_alive(frequency, t_x, T);
  const double alive = log_alive + log_probability_if_alive(n, frequency, T, horizon);
  if (n > 0.0) return std::max(alive, std::numeric_limits<double>::lowest());
  // Who has left buys nothing: 1 - P(alive) is added, without cancellation at P(alive) near 1.
  const double left = -portable::expm1(log_alive);
  if (!(left > 0.0)) return alive;
  return std::min(portable::log(left + portable::exp(alive)), 0.0);
}

double PurchaseModel::dert(double frequency, double t_x, double T, double d) const noexcept {
  return p_alive(frequency, t_x, T) * dert_if_alive(frequency, T, d);
}

double PurchaseModel::probability_new(double n, double t) const noexcept {
  return portable::exp(log_probability_new(n, t));
}

}  // namespace fidelia
