// SPDX-License-Identifier: Apache-2.0
//
// log of the integral of e^f over [low, high], f concave and smooth, either end possibly infinite:
// Gauss-Legendre panels from the peak outwards. A panel is at most as long as lets f fall by 12,
// and near the given bends (real parts of f's nearest singularities, pi away from the real line)
// at most 2.5. About 1e-14 relative; 1 to 10 us.
#ifndef FIDELIA_SRC_SCORING_LOG_CONCAVE_H_
#define FIDELIA_SRC_SCORING_LOG_CONCAVE_H_

#include <algorithm>
#include <array>
#include <cmath>

#include "src/core/portable_math.h"
#include "src/scoring/gauss_legendre.h"

namespace fidelia::detail {

template <class F, class Slope>
class LogConcave {
 public:
  LogConcave(const F& f, const Slope& slope, std::array<double, 2> bends)
      : f_(f), slope_(slope), bends_(bends) {}

  /// `peak` is where f is largest within [low, high], nearly.
  double log_integral(double low, double peak, double high) const {
    const double top = f_(peak);
    double sum = 0.0;
    for (const double sign : {-1.0, 1.0}) {
      const double end = sign < 0.0 ? low : high;
      double u = peak;
      for (int panel = 0; panel < 2000 && sign * (end - u) > 0.0; ++panel) {
        const double next =
            sign > 0.0 ? std::min(end, u + length(u, sign)) : std::max(end, u - length(u, sign));
        const auto value = [&](double x) { return portable::exp(f_(x) - top); };
        sum += sign > 0.0 ? gauss_legendre(u, next, value) : gauss_legendre(next, u, value);
        u = next;
        // f is concave: beyond u it stays below its tangent.
        const double fall = -sign * slope_(u);
        if (fall > 0.0 && portable::exp(f_(u) - top) <= 1e-17 * sum * fall) break;
      }
    }
    return top + portable::log(sum);
  }

 private:
  double length(double u, double sign) const {
    const double away = std::min(std::abs(u - bends_[0]), std::abs(u - bends_[1]));
    double length = std::max(2.5, 0.5 * away);
    const double here = f_(u);
    for (int halving = 0; halving < 60; ++halving) {
      if (std::abs(f_(u + sign * length) - here) <= 12.0) break;
      length *= 0.5;
    }
    return length;
  }

  const F& f_;
  const Slope& slope_;
  std::array<double, 2> bends_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_SCORING_LOG_CONCAVE_H_
