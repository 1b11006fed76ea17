// SPDX-License-Identifier: Apache-2.0
//
// NBD. The log-likelihood of a history is log (r)_x - r log(1 + T/alpha) - x log(alpha + T), where
// (r)_x is the rising factorial. Times are divided by their mean first, so that the path of the fit
// is the same in any unit.
#include "fidelia/scoring/nbd.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/newton.h"

namespace fidelia {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"r", "alpha"};

Status check_parameters(std::span<const double> parameters) {
  if (parameters.size() != kNames.size()) {
    return Status::invalid_argument("nbd has two parameters: r, alpha");
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!(parameters[i] >= 1e-100 && parameters[i] <= 1e100)) {
      return Status(Code::invalid_argument, "a parameter of nbd must be a positive number", -1,
                    std::string(kNames[i]));
    }
  }
  return {};
}

/// log P(n purchases in (0, t]) at a rate ~ Gamma(r, alpha).
double log_count_probability(double n, double r, double alpha, double t) {
  if (!(t > 0.0)) return n > 0.0 ? std::numeric_limits<double>::lowest() : 0.0;
  const double none = -r * portable::log1p(t / alpha);
  if (!(n > 0.0)) return none;
  return portable::log_rising(r, n) - portable::lgamma(n + 1.0) + none -
         n * portable::log1p(alpha / t);
}

/// Value, gradient and Hessian by (r, alpha), both in time divided by `scale`.
detail::Derivatives likelihood_at(const std::vector<PurchaseCells::Cell>& cells, double scale,
                                  double r, double alpha) {
  detail::Derivatives sum;
  double x = -1.0;  // cells ascend by frequency
  double log_rising = 0.0;
  double rise = 0.0;
  double fall = 0.0;
  for (const PurchaseCells::Cell& cell : cells) {
    if (cell.frequency != x) {
      x = cell.frequency;
      log_rising = portable::log_rising(r, x);
      rise = portable::digamma_rise(r, x);
      fall = portable::trigamma_fall(r, x);
    }
    const double T = cell.T / scale;
    const double w = cell.weight;
    const double growth = portable::log1p(T / alpha);
    const double age = alpha + T;
    const double share = T / (alpha * age);  // 1/alpha - 1/age
    sum.value += w * (log_rising - r * growth - x * portable::log(age));
    sum.gradient[0] += w * (rise - growth);
    sum.gradient[1] += w * (r * share - x / age);
    sum.hessian[0] -= w * fall;
    sum.hessian[1] += w * share;
    sum.hessian[3] += w * (x / (age * age) - r * share * (1.0 / alpha + 1.0 / age));
  }
  sum.hessian[2] = sum.hessian[1];
  return sum;
}

std::string runaway(int index, bool upper) {
  const bool rate = index == 1;
  if (upper) {
    return std::string(rate ? "alpha" : "r") +
           " grows without end: all customers seem to buy at the same rate, or too few bought "
           "again "
           "to determine it";
  }
  return rate ? "alpha falls to 0: purchases follow the first one too closely to determine a "
                "purchase rate"
              : "r falls to 0: too few customers bought again to determine the purchase rate";
}

std::string hopeless(const PurchaseDataSummary& data) {
  if (data.sum_T == 0.0) return "no customer was observed for any time: every T is 0";
  if (data.sum_frequency == 0.0)
    return "nobody bought again: there is no purchase rate to estimate";
  if (data.total_weight <= 1.0) return "one customer alone does not determine the parameters";
  return {};
}

}  // namespace

Result<Nbd> Nbd::make(std::span<const double> parameters) {
  FIDELIA_TRY(check_parameters(parameters));
  return Nbd({parameters[0], parameters[1]});
}

std::span<const std::string_view> Nbd::parameter_names() const noexcept { return kNames; }

Result<std::shared_ptr<const PurchaseModel>> Nbd::with_parameters(
    std::span<const double> parameters) const {
  FIDELIA_ASSIGN(const Nbd model, make(parameters));
  return std::shared_ptr<const PurchaseModel>(std::make_shared<Nbd>(model));
}

void Nbd::p_alive(std::span<const double>, std::span<const double>, std::span<const double>,
                  std::span<double> out, Level) const {
  std::fill(out.begin(), out.end(), 1.0);
}

double Nbd::expected_if_alive(double frequency, double T, double horizon) const noexcept {
  return (r() + frequency) * (horizon / (alpha() + T));
}

double Nbd::second_moment_if_alive(double frequency, double T, double horizon) const noexcept {
  const double R = r() + frequency;
  const double tau = horizon / (alpha() + T);
  return R * (R + 1.0) * tau * tau;
}

double Nbd::log_probability_if_alive(double n, double frequency, double T,
                                     double horizon) const noexcept {
  return log_count_probability(n, r() + frequency, alpha() + T, horizon);
}

double Nbd::dert_if_alive(double frequency, double T, double d) const noexcept {
  return (r() + frequency) / ((alpha() + T) * d);
}

double Nbd::expected_purchases_new(double t) const noexcept { return r() * (t / alpha()); }

double Nbd::log_probability_new(double n, double t) const noexcept {
  return log_count_probability(n, r(), alpha(), t);
}

Result<double> nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                  std::span<double> gradient, std::span<double> hessian) {
  FIDELIA_TRY(check_parameters(parameters));
  if ((!gradient.empty() && gradient.size() != 2) || (!hessian.empty() && hessian.size() != 4)) {
    return Status::invalid_argument("the gradient has 2 and the Hessian 4 elements");
  }
  const auto at = likelihood_at(cells.cells(), 1.0, parameters[0], parameters[1]);
  std::copy_n(at.gradient.begin(), gradient.size(), gradient.begin());
  std::copy_n(at.hessian.begin(), hessian.size(), hessian.begin());
  return at.value;
}

Result<ModelFit> fit_nbd(PurchaseCells& cells, const FitOptions& options) {
  ModelFit fit;
  fit.model = "nbd";
  fit.names.assign(kNames.begin(), kNames.end());
  fit.data = cells.summary();
  fit.customers = fit.data.rows;
  fit.cells = fit.data.cells;
  fit.total_weight = fit.data.total_weight;
  if (!(fit.total_weight > 0.0)) {
    return Status::invalid_data("there are no customers to fit nbd on");
  }
  if (!options.start.empty()) FIDELIA_TRY(check_parameters(options.start));
  fit.reason = hopeless(fit.data);
  if (!fit.reason.empty()) {
    fit.parameters = {1.0, 1.0};
    return fit;
  }
  const double scale = fit.data.sum_T / fit.data.total_weight;
  const auto objective = detail::by_logarithms([&](std::span<const double> natural) {
    return likelihood_at(cells.cells(), scale, natural[0], natural[1]);
  });
  const double rate = fit.data.sum_frequency / fit.data.total_weight;
  std::vector<std::vector<double>> starts;
  for (const double r : {0.4, 2.0}) starts.push_back({portable::log(r), portable::log(r / rate)});
  if (!options.start.empty()) {
    starts = {{portable::log(options.start[0]), portable::log(options.start[1] / scale)}};
  }
  const auto result = detail::maximise_from(objective, starts, options.max_iterations, false);
  detail::finish_fit(result, std::array{1.0, scale}, runaway, fit);
  fit.log_likelihood = result.at.value - fit.data.sum_frequency * portable::log(scale);
  if (fit.converged) {
    fit.notes.push_back("the model knows no leaving: everybody counts as a customer for good");
  }
  return fit;
}

}  // namespace fidelia
