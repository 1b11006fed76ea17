// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/exponential_integral.h"

#include <cmath>
#include <iterator>

#include "src/core/portable_math.h"

namespace fidelia::detail {
namespace {

/// Orders from here on, and arguments from 1 on, take the continued fraction.
constexpr double kLargeOrder = 20.0;

/// DLMF 8.19.17 in its even form, by the modified Lentz method: all terms of one sign, so nothing
/// cancels. At most about 90 terms where it is used.
double by_fraction(double order, double y) {
  double b = y + order;
  double d = 1.0 / b;
  double c = 1e300;
  double h = d;
  for (int n = 1; n < 2000; ++n) {
    const double a = -n * (order + (n - 1.0));
    b += 2.0;
    d = 1.0 / (a * d + b);
    c = b + a / c;
    const double change = c * d;
    h *= change;
    if (std::abs(change - 1.0) <= 2e-16) break;
  }
  return h;
}

/// log Gamma(1 + x) / x for |x| <= 1/2, also at x = 0.
double log_gamma_ratio(double x) {
  constexpr double kEuler = 0.57721566490153286061;
  // zeta(k) - 1, k = 2, 3, ...
  constexpr double kZeta[] = {
      0.644934066848226436,   0.202056903159594285,   0.0823232337111381915,
      0.0369277551433699263,  0.0173430619844491397,  0.00834927738192282684,
      0.00407735619794433938, 0.00200839282608221442, 9.94575127818085337e-4,
      4.94188604119464559e-4, 2.46086553308048299e-4, 1.22713347578489147e-4,
      6.12481350587048293e-5, 3.05882363070204936e-5, 1.52822594086518717e-5,
      7.63719763789976227e-6, 3.81729326499983986e-6, 1.90821271655393893e-6,
      9.53962033872796113e-7, 4.76932986787806463e-7, 2.3845050272773299e-7,
      1.19219925965311073e-7, 5.96081890512594796e-8, 2.98035035146522802e-8,
      1.49015548283650412e-8, 7.45071178983542949e-9};
  double power = 1.0;
  double sum = 1.0 - kEuler;
  for (std::size_t k = 0; k < std::size(kZeta); ++k) {
    power *= -x;
    sum -= kZeta[k] * power / static_cast<double>(k + 2);
  }
  const double log_ratio = x == 0.0 ? 1.0 : portable::log1p(x) / x;
  return sum - log_ratio;
}

/// E_{1 + e}(y) for |e| <= 1/2 and 0 < y < 1: DLMF 8.19.10, its two poles at e = 0 joined.
double by_series(double e, double y) {
  // (1 - Gamma(1 - e) y^e) / e as -expm1(e s) / e.
  const double s = portable::log(y) - log_gamma_ratio(-e);
  double sum = e * s == 0.0 ? -s : -portable::expm1(e * s) / e;
  double power = 1.0;
  for (int k = 1; k < 40; ++k) {
    power *= -y / k;
    sum -= power / (k - e);
  }
  return sum;
}

}  // namespace

double scaled_exponential_integral(double order, double y) noexcept {
  if (y >= 1.0 || order >= kLargeOrder) return by_fraction(order, y);
  // From the order nearest 1 upwards: E_{v+1} = (e^{-y} - y E_v) / v, which damps errors.
  double order_now = order - (std::floor(order + 0.5) - 1.0);  // in [1/2, 3/2)
  const double scale = portable::exp(y);
  double value = scale * by_series(order_now - 1.0, y);
  for (; order_now < order - 0.25; order_now += 1.0) value = (1.0 - y * value) / order_now;
  return value;
}

}  // namespace fidelia::detail
