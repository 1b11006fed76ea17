// SPDX-License-Identifier: Apache-2.0
//
// BG/NBD: values. The fit is in beta_geometric_fit.cc.
#include "fidelia/scoring/bg_nbd.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/beta_geometric_fit.h"
#include "src/scoring/beta_mean.h"
#include "src/scoring/exponential_integral.h"
#include "src/scoring/kernels/bg_nbd_kernels.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "a", "b"};

/// Beyond these the quadrature is the faster or the more accurate way.
constexpr double kMaxSeriesZ = 0.98;
constexpr int kMaxSeriesTerms = 1500;
constexpr double kMaxCancellation = 30.0;

/// E[N | alive] by Euler's form; negative when the series would be slow or would cancel.
///   E = C U - e^{e l} W,  e = a - 1, g = a + b - 1 - r, C = a + b + x - 1,
///   l = log((alpha + T) / (alpha + T + t)), U = (1 - e^{e l}) / e,
///   W = sum_{n >= 1} (e+1)_{n-1} (g)_n / ((C+1)_{n-1} n!) z^n, z = t / (alpha + T + t).
double series_if_alive(double r, double a, double b, double x, double age, double horizon) {
  const double z = horizon / (age + horizon);
  if (z > kMaxSeriesZ) return -1.0;
  const double e = a - 1.0;
  const double g = (a + b - 1.0) - r;
  const double C = (a + b - 1.0) + x;
  const double l = -portable::log1p(horizon / age);
  double term = g * z;
  double sum = term;
  double size = std::abs(term);
  int n = 1;
  for (; n < kMaxSeriesTerms; ++n) {
    const double ratio = (e + n) * (g + n) * z / ((C + n) * (n + 1.0));
    term *= ratio;
    sum += term;
    size += std::abs(term);
    // All later ratios lie between this one and z.
    const double worst = std::max(std::abs(ratio), z);
    if (worst < 1.0 && std::abs(term) * worst <= 1e-17 * std::abs(sum) * (1.0 - worst)) break;
    if (size > 1e250) return -1.0;
  }
  if (n == kMaxSeriesTerms) return -1.0;
  const double u = e == 0.0 ? -l : -portable::expm1(e * l) / e;
  const double factor = portable::exp(e * l);
  const double value = C * u - factor * sum;
  const double largest = std::abs(C * u) + factor * size;
  return value > 0.0 && largest <= kMaxCancellation * value ? value : -1.0;
}

/// (1 - (1 + p tau)^-R) / p.
double purchases_given_p(double p, double R, double tau) {
  if (p * std::max(1.0, R) * tau < 1e-280 || p < 1e-290) return R * tau;
  return -portable::expm1(-R * portable::log1p(p * tau)) / p;
}

/// 2 (1 - p) / p^2 I_s(2, R), s = p tau / (1 + p tau), I_s(2, R) = 1 - (1 - s)^R (1 + R s).
double pairs_given_p(double p, double q, double R, double tau) {
  const double v = p * tau;
  if (R * v < 0.3) {
    // R (R+1) sum_k (-1)^k C(R-1, k) s^(k+2) / (k+2), divided by p^2.
    const double s = v / (1.0 + v);
    double term = 1.0;
    double sum = 0.5;
    for (int k = 1; k < 60; ++k) {
      term *= -(R - k) / k * s;
      sum += term / (k + 2.0);
      if (std::abs(term) < 1e-18) break;
    }
    const double slope = tau / (1.0 + v);
    return 2.0 * q * R * (R + 1.0) * slope * slope * sum;
  }
  const double log_growth = portable::log1p(v);
  const double s = -portable::expm1(-log_growth);
  const double stay = portable::exp(-R * log_growth);
  return 2.0 * q / p / p * (-portable::expm1(-R * log_growth) - R * s * stay);
}

/// log of the regularised incomplete beta function I_x(a, b) by its continued fraction (DLMF
/// 8.17.22) for x < (a + 1) / (a + b + 2); log_x and log_y are log x and log(1 - x).
double log_incomplete_beta(double a, double b, double x, double log_x, double log_y) {
  constexpr double kTiny = 1e-300;
  double c = 1.0;
  double d = 1.0 - (a + b) * x / (a + 1.0);
  if (std::abs(d) < kTiny) d = kTiny;
  d = 1.0 / d;
  double h = d;
  for (int m = 1; m < 20000; ++m) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    double change = 1.0;
    for (const double step : {even, odd}) {
      d = 1.0 + step * d;
      c = 1.0 + step / c;
      if (std::abs(d) < kTiny) d = kTiny;
      if (std::abs(c) < kTiny) c = kTiny;
      d = 1.0 / d;
      change = c * d;
      h *= change;
    }
    if (std::abs(change - 1.0) < 2e-16) break;
  }
  return a * log_x + b * log_y - portable::log(a) - portable::log_beta(a, b) + portable::log(h);
}

/// log P(at least n purchases in (0, t]) of one who never leaves: log I_z(n, r), n >= 1.
double log_at_least(double n, double r, double alpha, double t) {
  const double z = t / (alpha + t);
  const double log_z = -portable::log1p(alpha / t);
  const double log_rest = -portable::log1p(t / alpha);
  if (z < (n + 1.0) / (n + r + 2.0)) return log_incomplete_beta(n, r, z, log_z, log_rest);
  const double below = log_incomplete_beta(r, n, alpha / (alpha + t), log_rest, log_z);
  return below >= 0.0 ? log_incomplete_beta(n, r, z, log_z, log_rest)
                      : portable::log(-portable::expm1(below));
}

/// log P(n purchases in (0, t]) of one who is alive at 0, whose rate is Gamma(r, alpha) and whose
/// probability of leaving after each purchase is Beta(a, b).
double log_count_probability(double n, double r, double alpha, double a, double b, double t) {
  if (!(t > 0.0)) return n > 0.0 ? std::numeric_limits<double>::lowest() : 0.0;
  const double no_purchase = -r * portable::log1p(t / alpha);
  if (!(n > 0.0)) return no_purchase;
  const double ages = portable::log_rising(a + b, n);
  const double stayed = portable::log_rising(b, n) - ages +
                        (portable::log_rising(r, n) - portable::lgamma(n + 1.0)) + no_purchase -
                        n * portable::log1p(alpha / t);
  const double left =
      portable::log(a) + portable::log_rising(b, n - 1.0) - ages + log_at_least(n, r, alpha, t);
  const double high = std::max(stayed, left);
  return high + portable::log1p(portable::exp(std::min(stayed, left) - high));
}

/// E[lambda / (d + p lambda)], lambda ~ Gamma(R, A), delta = d A.
double residual_given_p(double p, double R, double delta) {
  const double y = delta / p;
  // R / p e^y E_{R+1}(y), which goes to R / delta as p goes to 0.
  if (!(y < 1e17 * (1.0 + R))) return R / delta;
  return R / p * detail::scaled_exponential_integral(R + 1.0, y);
}

}  // namespace

Result<BgNbd> BgNbd::make(double r, double alpha, double a, double b) {
  const std::array<double, 4> values = {r, alpha, a, b};
  FIDELIA_TRY(detail::check_beta_geometric("bg_nbd", values));
  return BgNbd(r, alpha, a, b);
}

Result<BgNbd> BgNbd::make(std::span<const double> parameters) {
  FIDELIA_TRY(detail::check_beta_geometric("bg_nbd", parameters));
  return make(parameters[0], parameters[1], parameters[2], parameters[3]);
}

std::span<const std::string_view> BgNbd::parameter_names() const noexcept { return kNames; }

Result<std::shared_ptr<const PurchaseModel>> BgNbd::with_parameters(
    std::span<const double> parameters) const {
  FIDELIA_ASSIGN(const BgNbd model, make(parameters));
  return std::shared_ptr<const PurchaseModel>(std::make_shared<BgNbd>(model));
}

double BgNbd::log_odds_left(double frequency, double t_x, double T) const noexcept {
  // The very operations of the kernel, so that one customer and many have the same bits.
  const double c = portable::log((b() + (frequency - 1.0)) / a());
  return (r() + frequency) * portable::log1p((T - t_x) / (alpha() + t_x)) - c;
}

double BgNbd::log_p_alive(double frequency, double t_x, double T) const noexcept {
  return frequency > 0.0 ? -portable::softplus(log_odds_left(frequency, t_x, T)) : 0.0;
}

double BgNbd::p_alive(double frequency, double t_x, double T) const noexcept {
  if (!(frequency > 0.0)) return 1.0;
  const double d = log_odds_left(frequency, t_x, T);
  const double e = portable::exp(-std::abs(d));
  const double s = 1.0 / (1.0 + e);
  return d > 0.0 ? e * s : s;
}

void BgNbd::p_alive(std::span<const double> frequency, std::span<const double> t_x,
                    std::span<const double> T, std::span<double> out, Level level) const {
  const auto n = std::min({frequency.size(), t_x.size(), T.size(), out.size()});
  detail::bg_nbd_kernels(level).p_alive({r(), alpha()}, detail::kBgNbdFirstLeave, frequency.data(),
                                        t_x.data(), T.data(), a(), b(),
                                        static_cast<std::int64_t>(n), out.data());
}

double BgNbd::expected_if_alive(double frequency, double T, double horizon) const noexcept {
  if (!(horizon > 0.0)) return 0.0;
  const double age = alpha() + T;
  const double value = series_if_alive(r(), a(), b(), frequency, age, horizon);
  if (value >= 0.0) return value;
  const double R = r() + frequency;
  const double tau = horizon / age;
  return detail::beta_mean(a(), b() + frequency,
                           [&](double p, double) { return purchases_given_p(p, R, tau); });
}

double BgNbd::second_moment_if_alive(double frequency, double T, double horizon) const noexcept {
  if (!(horizon > 0.0)) return 0.0;
  const double R = r() + frequency;
  const double tau = horizon / (alpha() + T);
  return detail::beta_mean(a(), b() + frequency,
                           [&](double p, double q) { return pairs_given_p(p, q, R, tau); });
}

double BgNbd::weighted_if_alive(double frequency, double T, std::span<const double> horizons,
                                std::span<const double> weights) const noexcept {
  const double age = alpha() + T;
  double sum = 0.0;
  std::size_t k = 0;
  for (; k < horizons.size(); ++k) {
    if (!(horizons[k] > 0.0) || weights[k] == 0.0) continue;
    const double value = series_if_alive(r(), a(), b(), frequency, age, horizons[k]);
    if (value < 0.0) break;
    sum += weights[k] * value;
  }
  if (k == horizons.size()) return sum;
  const double R = r() + frequency;
  // One quadrature for all the horizons that are left.
  return sum + detail::beta_mean(a(), b() + frequency, [&](double p, double) {
           double f = 0.0;
           for (std::size_t j = k; j < horizons.size(); ++j) {
             f += weights[j] * purchases_given_p(p, R, horizons[j] / age);
           }
           return f;
         });
}

double BgNbd::expected_purchases_new(double t) const noexcept {
  return expected_if_alive(0.0, 0.0, t);
}

double BgNbd::log_probability_new(double n, double t) const noexcept {
  return log_count_probability(n, r(), alpha(), a(), b(), t);
}

double BgNbd::log_probability_if_alive(double n, double frequency, double T,
                                       double horizon) const noexcept {
  return log_count_probability(n, r() + frequency, alpha() + T, a(), b() + frequency, horizon);
}

double BgNbd::dert_if_alive(double frequency, double T, double d) const noexcept {
  const double R = r() + frequency;
  const double delta = d * (alpha() + T);
  return detail::beta_mean(a(), b() + frequency,
                           [&](double p, double) { return residual_given_p(p, R, delta); });
}

}  // namespace fidelia
