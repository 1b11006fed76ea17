// SPDX-License-Identifier: Apache-2.0
#include "src/core/normal.h"

#include <algorithm>
#include <cmath>

#include "src/core/portable_math.h"

namespace fidelia {

// Newton's method on the series of the distribution function.
double normal_bound(double level) noexcept {
  constexpr double kRoot = 0.39894228040143267794;  // 1 / sqrt(2 pi)
  double z = 1.0;
  for (int iteration = 0; iteration < 60; ++iteration) {
    double term = z;
    double sum = z;
    for (int k = 1; k < 400 && term > 1e-18 * sum; ++k) {
      term *= z * z / (2.0 * k + 1.0);
      sum += term;
    }
    const double density = kRoot * portable::exp(-0.5 * z * z);
    const double step = (density * sum - 0.5 * level) / density;
    z = std::clamp(z - std::clamp(step, -0.5, 0.5), 1e-12, 8.0);
    if (std::abs(step) < 1e-14) break;
  }
  return z;
}

Interval wilson_interval(double count, double of, double z) noexcept {
  const double share = count / of;
  const double z2 = z * z / of;
  const double centre = (share + 0.5 * z2) / (1 + z2);
  const double half = z * std::sqrt(share * (1 - share) / of + 0.25 * z2 / of) / (1 + z2);
  // At the ends the formula gives the end itself, but for rounding.
  return {std::clamp(centre - half, 0.0, share), std::clamp(centre + half, share, 1.0)};
}

Interval newcombe_interval(double count_a, double of_a, double count_b, double of_b,
                           double z) noexcept {
  const double a = count_a / of_a;
  const double b = count_b / of_b;
  const Interval ia = wilson_interval(count_a, of_a, z);
  const Interval ib = wilson_interval(count_b, of_b, z);
  const auto length = [](double x, double y) { return std::sqrt(x * x + y * y); };
  return {std::max(-1.0, a - b - length(a - ia.low, ib.high - b)),
          std::min(1.0, a - b + length(ia.high - a, b - ib.low))};
}

}  // namespace fidelia
