// SPDX-License-Identifier: Apache-2.0
//
// Pareto/NBD: values. The fit is in pareto_nbd_fit.cc.
//
// With R = r + x and H = R log((alpha+T)/(alpha+t_x)) + s log((beta+T)/(beta+t_x)) the odds that a
// customer left in (t_x, T] are
//   s int_{t_x}^T ((alpha+T)/(alpha+y))^R ((beta+T)/(beta+y))^s dy / (beta+y) = e^H g(t_x) - g(T),
// g(y) the same integral from y to infinity with y for T: the probability to leave before the next
// purchase after y. So 1 / P(alive) = e^H g(t_x) + (1 - g(T)): two positive terms.
#include "fidelia/scoring/pareto_nbd.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/gauss_legendre.h"
#include "src/scoring/leaving_tables.h"
#include "src/scoring/log_concave.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "s", "beta"};

/// (e^(k L) - 1) / k, also at k = 0: the integral of e^(k l) over l from 0 to L.
double exponential_integral(double k, double L) {
  return k == 0.0 ? L : portable::expm1(k * L) / k;
}

/// The integral of e^((1-s) l) (e^l - 1) over l from 0 to L.
double pair_integral(double s, double L) {
  // The difference of two integrals cancels where L is short or both fall quickly.
  if (L > 2.0 && s <= 8.0) {
    return exponential_integral(2.0 - s, L) - exponential_integral(1.0 - s, L);
  }
  const double length = std::min(2.0, 8.0 / std::max(std::abs(s - 1.0), 1e-9));
  const auto f = [s](double l) { return portable::exp((1.0 - s) * l) * portable::expm1(l); };
  double sum = 0.0;
  for (double from = 0.0; from < L; from += length) {
    sum += detail::gauss_legendre(from, std::min(L, from + length), f);
    if (s > 8.0 && (s - 2.0) * from > 60.0) break;
  }
  return sum;
}

/// log of the integral over the time y of leaving, up to t, of the probability of n purchases by
/// y, in u = log y.
double log_left_after(double n, double r, double alpha, double s, double beta, double t) {
  const auto f = [&](double u) {
    const double y = portable::exp(u);
    const double bought = n > 0.0 ? n * portable::log1p(alpha / y) : 0.0;
    return u - bought - r * portable::log1p(y / alpha) - (s + 1.0) * portable::log1p(y / beta);
  };
  const auto slope = [&](double u) {
    const double y = portable::exp(u);
    return 1.0 + n / (1.0 + y / alpha) - r / (1.0 + alpha / y) - (s + 1.0) / (1.0 + beta / y);
  };
  const double high = portable::log(t);
  double peak = high;
  if (slope(high) < 0.0) {
    double low = std::min(high, -portable::log(r / alpha + (s + 1.0) / beta));
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + peak);
      (slope(middle) > 0.0 ? low : peak) = middle;
    }
  }
  const detail::LogConcave integral(f, slope, {portable::log(alpha), portable::log(beta)});
  return portable::log(s / beta) + integral.log_integral(-700.0, peak, high);
}

/// log P(n purchases in (0, t]): of one who stays and one who leaves until then.
double log_count(double n, double r, double alpha, double s, double beta, double t) {
  if (!(t > 0.0)) return n > 0.0 ? std::numeric_limits<double>::lowest() : 0.0;
  const double ways = n > 0.0 ? portable::log_rising(r, n) - portable::lgamma(n + 1.0) : 0.0;
  const double stayed = -r * portable::log1p(t / alpha) -
                        (n > 0.0 ? n * portable::log1p(alpha / t) : 0.0) -
                        s * portable::log1p(t / beta);
  const double left = log_left_after(n, r, alpha, s, beta, t);
  const double high = std::max(stayed, left);
  return std::min(ways + high + portable::log1p(portable::exp(std::min(stayed, left) - high)), 0.0);
}

/// The integral of (1 + w)^-s e^(-z w) over w > 0, in l = log(1 + w): e^z E_s(z), which is z^(s-1)
/// U(s, s, z), z > 0.
double discounted_life(double s, double z) {
  const auto f = [&](double l) { return (1.0 - s) * l - z * portable::expm1(l); };
  const auto slope = [&](double l) { return (1.0 - s) - z * portable::exp(l); };
  const double bend = -portable::log(z);
  const double peak = s < 1.0 ? std::max(0.0, portable::log1p(-s) + bend) : 0.0;
  const detail::LogConcave integral(f, slope, {bend, bend});
  return portable::exp(integral.log_integral(0.0, peak, 1e4));
}

}  // namespace

Result<ParetoNbd> ParetoNbd::make(double r, double alpha, double s, double beta) {
  const std::array<double, 4> values = {r, alpha, s, beta};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= 1e-100 && values[i] <= 1e100)) {
      return Status(Code::invalid_argument, "a parameter of pareto_nbd must be a positive number",
                    -1, std::string(kNames[i]));
    }
  }
  return ParetoNbd(values, std::make_shared<const detail::LeavingTables>(
                               detail::ParetoNbdPoint{r, alpha, s, beta}));
}

Result<ParetoNbd> ParetoNbd::make(std::span<const double> parameters) {
  if (parameters.size() != 4) {
    return Status::invalid_argument("pareto_nbd has four parameters: r, alpha, s, beta");
  }
  return make(parameters[0], parameters[1], parameters[2], parameters[3]);
}

std::span<const std::string_view> ParetoNbd::parameter_names() const noexcept { return kNames; }

Result<std::shared_ptr<const PurchaseModel>> ParetoNbd::with_parameters(
    std::span<const double> parameters) const {
  FIDELIA_ASSIGN(ParetoNbd model, make(parameters));
  return std::shared_ptr<const PurchaseModel>(std::make_shared<ParetoNbd>(std::move(model)));
}

double ParetoNbd::log_p_alive(double frequency, double t_x, double T) const noexcept {
  double H = 0.0;
  double G[2];
  const auto& kernels = detail::pareto_nbd_kernels(Level::automatic);
  tables_->evaluate(&frequency, &t_x, &T, 1, kernels, &H, G);
  const double a = H + G[0];
  const double small = portable::exp(-std::abs(a));
  const double stay = 1.0 - portable::exp(G[1]);
  const double log_odds =
      a > 0.0 ? a + portable::log(1.0 + small * stay) : portable::log(small + stay);
  return std::min(-log_odds, 0.0);
}

double ParetoNbd::p_alive(double frequency, double t_x, double T) const noexcept {
  double value = 0.0;
  double H = 0.0;
  double G[2];
  const auto& kernels = detail::pareto_nbd_kernels(Level::automatic);
  tables_->evaluate(&frequency, &t_x, &T, 1, kernels, &H, G);
  kernels.p_alive(&H, G, 1, &value);
  return value;
}

void ParetoNbd::p_alive(std::span<const double> frequency, std::span<const double> t_x,
                        std::span<const double> T, std::span<double> out, Level level) const {
  constexpr std::int64_t kBlock = detail::LeavingTables::kBlock;
  const auto n =
      static_cast<std::int64_t>(std::min({frequency.size(), t_x.size(), T.size(), out.size()}));
  const auto& kernels = detail::pareto_nbd_kernels(level);
  double H[kBlock];
  double G[2 * kBlock];
  for (std::int64_t from = 0; from < n; from += kBlock) {
    const std::int64_t m = std::min(kBlock, n - from);
    tables_->evaluate(frequency.data() + from, t_x.data() + from, T.data() + from, m, kernels, H,
                      G);
    kernels.p_alive(H, G, m, out.data() + from);
  }
}

double ParetoNbd::expected_if_alive(double frequency, double T, double horizon) const noexcept {
  if (!(horizon > 0.0)) return 0.0;
  const double age = beta() + T;
  const double L = portable::log1p(horizon / age);
  return (r() + frequency) * (age / (alpha() + T)) * exponential_integral(1.0 - s(), L);
}

double ParetoNbd::second_moment_if_alive(double frequency, double T,
                                         double horizon) const noexcept {
  if (!(horizon > 0.0)) return 0.0;
  const double R = r() + frequency;
  const double age = beta() + T;
  const double ratio = age / (alpha() + T);
  return 2.0 * R * (R + 1.0) * ratio * ratio * pair_integral(s(), portable::log1p(horizon / age));
}

double ParetoNbd::expected_purchases_new(double t) const noexcept {
  return expected_if_alive(0.0, 0.0, t);
}

double ParetoNbd::log_probability_new(double n, double t) const noexcept {
  return log_count(n, r(), alpha(), s(), beta(), t);
}

double ParetoNbd::log_probability_if_alive(double n, double frequency, double T,
                                           double horizon) const noexcept {
  // Who is alive at T is as a new customer with more to its rates.
  return log_count(n, r() + frequency, alpha() + T, s(), beta() + T, horizon);
}

double ParetoNbd::dert_if_alive(double frequency, double T, double d) const noexcept {
  const double age = beta() + T;
  return (r() + frequency) * (age / (alpha() + T)) * discounted_life(s(), d * age);
}

}  // namespace fidelia
