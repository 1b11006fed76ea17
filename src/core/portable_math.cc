// SPDX-License-Identifier: Apache-2.0
//
// Gamma functions of a positive double by recurrence and asymptotic series (Abramowitz and Stegun
// 6.1.33, 6.1.41, 6.3.18, 6.4.12); see portable_math.h.
#include "src/core/portable_math.h"

namespace fidelia::portable {
namespace {

constexpr double kHalfLog2Pi = 0x1.d67f1c864beb5p-1;
constexpr double kStirlingFrom = 12.0;
// Below this many steps a rising factorial is multiplied out.
constexpr double kMaxProduct = 16.0;

bool is_small_integer(double n) {
  return n <= kMaxProduct && static_cast<double>(static_cast<int>(n)) == n;
}

/// log Gamma(x) - [(x - 1/2) log x - x + log(2 pi)/2] for x >= 12: 1/(12 x) - 1/(360 x^3) + ...
double stirling_rest(double x) {
  const double i = 1.0 / x;
  const double z = i * i;
  double s = -3617.0 / 122400.0;
  s = s * z + 1.0 / 156.0;
  s = s * z - 691.0 / 360360.0;
  s = s * z + 1.0 / 1188.0;
  s = s * z - 1.0 / 1680.0;
  s = s * z + 1.0 / 1260.0;
  s = s * z - 1.0 / 360.0;
  s = s * z + 1.0 / 12.0;
  return s * i;
}

/// log x - 1/(2x) - digamma(x) for x >= 12.
double digamma_rest(double x) {
  const double i = 1.0 / x;
  const double z = i * i;
  double s = -3617.0 / 8160.0;
  s = s * z + 1.0 / 12.0;
  s = s * z - 691.0 / 32760.0;
  s = s * z + 1.0 / 132.0;
  s = s * z - 1.0 / 240.0;
  s = s * z + 1.0 / 252.0;
  s = s * z - 1.0 / 120.0;
  s = s * z + 1.0 / 12.0;
  return s * z;
}

/// trigamma(x) for x >= 12.
double trigamma_large(double x) {
  const double i = 1.0 / x;
  const double z = i * i;
  double s = -3617.0 / 510.0;
  s = s * z + 7.0 / 6.0;
  s = s * z - 691.0 / 2730.0;
  s = s * z + 5.0 / 66.0;
  s = s * z - 1.0 / 30.0;
  s = s * z + 1.0 / 42.0;
  s = s * z - 1.0 / 30.0;
  s = s * z + 1.0 / 6.0;
  return i + z * 0.5 + s * z * i;
}

/// log Gamma(2 + z) for |z| <= 1/2: z (1 - gamma) + sum (-1)^k (zeta(k) - 1) z^k / k.
double lgamma_near_two(double z) {
  static constexpr double kTerms[] = {
      0x1.b0ee6072093cep-2,   0x1.4a34cc4a60fa6p-2,  -0x1.13e001a557607p-4,  0x1.51322ac7d8483p-6,
      -0x1.e404fc218f5f2p-8,  0x1.7add6eadb6c30p-9,  -0x1.38ac5c2bf8e08p-10, 0x1.0b36af86396e9p-11,
      -0x1.d3fd4c76d2fc8p-13, 0x1.a127b0f17d65ap-14, -0x1.78de5bd7c81efp-15, 0x1.580dcee66eb02p-16,
      -0x1.3cbc963ce2243p-17, 0x1.2597a39f34aacp-18, -0x1.11b2eb7679541p-19, 0x1.0064cdeb22f0fp-20,
      -0x1.e2600d93cfd2fp-22, 0x1.c76bbb3f07a4dp-23, -0x1.af5a6cbbf8a97p-24, 0x1.99b93c2070b0fp-25,
      -0x1.862c734df3eacp-26, 0x1.7469daccfadcdp-27, -0x1.6434a8447aeadp-28, 0x1.555a877ffd2c3p-29,
      -0x1.47b1679258d0ep-30, 0x1.3b15d2b2fc10cp-31};
  double s = 0.0;
  for (int k = static_cast<int>(sizeof(kTerms) / sizeof(kTerms[0])); k-- > 0;) {
    s = s * z + kTerms[k];
  }
  return s * z;
}

/// log((x) (x+1) ... (x+n-1)) for n <= 16, without overflow or underflow.
double log_product(double x, int n) {
  if (x > 1e15) return n * log(x);
  double product = 1.0;
  for (int i = 0; i < n; ++i) product *= x + i;
  return log(product);
}

}  // namespace

double lgamma(double x) {
  if (x >= kStirlingFrom) {
    // (x - 1/2) (log x - 1) - 1/2 + ...: no product overflows before the result does.
    return (x - 0.5) * (log(x) - 1.0) + (stirling_rest(x) + (kHalfLog2Pi - 0.5));
  }
  if (x < 0.5) return (lgamma_near_two(x) - log1p(x)) - log(x);
  if (x < 1.5) return lgamma_near_two(x - 1.0) - log1p(x - 1.0);
  double product = 1.0;
  while (x > 2.5) {
    x -= 1.0;
    product *= x;
  }
  return lgamma_near_two(x - 2.0) + log(product);
}

double digamma(double x) {
  double sum = 0.0;
  while (x < kStirlingFrom) {
    sum += 1.0 / x;
    x += 1.0;
  }
  return log(x) - (0.5 / x + digamma_rest(x)) - sum;
}

double trigamma(double x) {
  double sum = 0.0;
  while (x < kStirlingFrom) {
    sum += 1.0 / (x * x);
    x += 1.0;
  }
  return sum + trigamma_large(x);
}

double log_rising(double x, double n) {
  if (is_small_integer(n)) return log_product(x, static_cast<int>(n));
  double below = 0.0;  // shifts x and x + n up until the series holds for both
  while (x < kStirlingFrom) {
    below += log1p(n / x);
    x += 1.0;
  }
  const double y = x + n;
  const double main = (x - 0.5) * log1p(n / x) + n * (log(y) - 1.0);
  return main + (stirling_rest(y) - stirling_rest(x)) - below;
}

double digamma_rise(double x, double n) {
  double sum = 0.0;
  if (is_small_integer(n)) {
    for (int i = static_cast<int>(n); i-- > 0;) sum += 1.0 / (x + i);
    return sum;
  }
  while (x < kStirlingFrom) {
    sum += n / (x * (x + n));
    x += 1.0;
  }
  const double y = x + n;
  return sum + (log1p(n / x) + 0.5 * n / x / y + (digamma_rest(x) - digamma_rest(y)));
}

double trigamma_fall(double x, double n) {
  double sum = 0.0;
  if (is_small_integer(n)) {
    for (int i = static_cast<int>(n); i-- > 0;) sum += 1.0 / ((x + i) * (x + i));
    return sum;
  }
  while (x < kStirlingFrom) {
    const double y = x + n;
    sum += n * (x + y) / (x * x) / (y * y);
    x += 1.0;
  }
  // The asymptotic series term by term: x^-m - y^-m = x^-m (1 - (x/y)^m).
  static constexpr double kTerms[] = {1.0 / 6.0,  -1.0 / 30.0,     1.0 / 42.0, -1.0 / 30.0,
                                      5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0,  -3617.0 / 510.0};
  const double step = log1p(n / x);
  const double i = 1.0 / x;
  const double z = i * i;
  const auto fall = [&](int m) { return -expm1(-m * step); };
  double power = z * i;
  double rest = 0.5 * z * fall(2);
  for (int k = 0; k < 8; ++k) {
    rest += kTerms[k] * power * fall(2 * k + 3);
    power *= z;
  }
  return sum + (i * fall(1) + rest);
}

double log_beta(double a, double b) {
  const double small = a < b ? a : b;
  const double large = a < b ? b : a;
  if (large < kStirlingFrom) return lgamma(small) + lgamma(large) - lgamma(small + large);
  return lgamma(small) - log_rising(large, small);
}

double log_choose(double n, double k) {
  const double small = k < n - k ? k : n - k;
  if (small <= 0.0) return 0.0;
  return log_rising(n - small + 1.0, small) - lgamma(small + 1.0);
}

}  // namespace fidelia::portable
