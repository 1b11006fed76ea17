// SPDX-License-Identifier: Apache-2.0
#include "src/scoring/beta_geometric_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/scoring/bg_nbd.h"
#include "fidelia/scoring/mbg_nbd.h"
#include "src/core/huge_pages.h"
#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/kernels/bg_nbd_kernels.h"
#include "src/scoring/newton.h"
#include "src/scoring/purchase_ages.h"
#include "src/scoring/purchase_sample.h"

namespace fidelia::detail {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"r", "alpha", "a", "b"};

void run_blocks(const ParallelFor& parallel, std::int64_t n,
                const std::function<void(std::int64_t)>& body) {
  if (parallel) {
    parallel(n, body);
  } else {
    for (std::int64_t i = 0; i < n; ++i) body(i);
  }
}

/// The data of a fit, by columns, times scaled, padded for the kernels.
class Likelihood {
 public:
  Likelihood(const BetaGeometric& model, std::span<const PurchaseCells::Cell> cells, double scale,
             const FitOptions& options);

  /// Value, gradient and Hessian by (r, alpha, a, b), alpha in scaled time.
  Derivatives operator()(std::span<const double> parameters) const;

 private:
  struct Frequency {
    double x;
    double weight;
  };

  void add_frequencies(std::span<const double> parameters, Derivatives& sum) const;
  void add_times(std::span<const double> parameters, Derivatives& sum) const;
  void add_cells(std::span<const double> parameters, Derivatives& sum) const;

  double first_;
  std::vector<double> x_, t_x_, T_, weight_;  // customers that may have left
  std::vector<std::int32_t> index_;           // of x in frequencies_
  std::vector<Frequency> frequencies_;        // distinct x >= first_
  PurchaseAges ages_;
  double total_purchases_ = 0.0;
  const BgNbdKernels& kernels_;
  const ParallelFor& parallel_;
};

Likelihood::Likelihood(const BetaGeometric& model, std::span<const PurchaseCells::Cell> cells,
                       double scale, const FitOptions& options)
    : first_(model.first),
      ages_(purchase_ages(cells, scale)),
      kernels_(bg_nbd_kernels(options.level)),
      parallel_(options.parallel) {
  for (auto* column : {&x_, &t_x_, &T_, &weight_}) {
    column->reserve(cells.size() + 8);
    advise_huge_pages(column->data(), cells.size() * sizeof(double));
  }
  index_.reserve(cells.size() + 8);
  for (const auto& cell : cells) {
    if (!(cell.frequency >= first_)) continue;
    if (frequencies_.empty() || frequencies_.back().x != cell.frequency) {
      frequencies_.push_back({cell.frequency, 0.0});
    }
    frequencies_.back().weight += cell.weight;
    index_.push_back(static_cast<std::int32_t>(frequencies_.size() - 1));
    x_.push_back(cell.frequency);
    t_x_.push_back(cell.t_x / scale);
    T_.push_back(cell.T / scale);
    weight_.push_back(cell.weight);
    total_purchases_ += cell.weight * cell.frequency;
  }
  while (x_.size() % 8 != 0) {
    x_.push_back(1.0);
    t_x_.push_back(1.0);
    T_.push_back(1.0);
    weight_.push_back(0.0);
    index_.push_back(0);
  }
}

enum Index { kR = 0, kAlpha = 1, kA = 2, kB = 3 };

/// Adds to both halves of the symmetric matrix.
void add_hessian(Derivatives& sum, int i, int j, double value) {
  sum.hessian[static_cast<std::size_t>(4 * i + j)] += value;
  if (i != j) sum.hessian[static_cast<std::size_t>(4 * j + i)] += value;
}

void Likelihood::add_frequencies(std::span<const double> parameters, Derivatives& sum) const {
  const double r = parameters[kR];
  const double b = parameters[kB];
  const double ab = parameters[kA] + b;
  for (const Frequency& f : frequencies_) {
    const double stays = f.x + (1.0 - first_);  // times that the customer may have left before T
    const double rise_ab = portable::digamma_rise(ab, stays);
    const double fall_ab = portable::trigamma_fall(ab, stays);
    sum.value += f.weight * (portable::log_rising(r, f.x) +
                             (portable::log_rising(b, stays) - portable::log_rising(ab, stays)));
    sum.gradient[kR] += f.weight * portable::digamma_rise(r, f.x);
    sum.gradient[kA] -= f.weight * rise_ab;
    sum.gradient[kB] += f.weight * (portable::digamma_rise(b, stays) - rise_ab);
    add_hessian(sum, kR, kR, -f.weight * portable::trigamma_fall(r, f.x));
    add_hessian(sum, kA, kA, f.weight * fall_ab);
    add_hessian(sum, kA, kB, f.weight * fall_ab);
    add_hessian(sum, kB, kB, f.weight * (fall_ab - portable::trigamma_fall(b, stays)));
  }
}

void Likelihood::add_times(std::span<const double> parameters, Derivatives& sum) const {
  const double r = parameters[kR];
  const double alpha = parameters[kAlpha];
  const auto n = static_cast<std::int64_t>(ages_.T.size());
  const std::int64_t blocks = (n + kBgNbdBlock - 1) / kBgNbdBlock;
  std::vector<std::array<double, kBgNbdTimeSums>> parts(static_cast<std::size_t>(blocks));
  run_blocks(parallel_, blocks, [&](std::int64_t block) {
    const std::int64_t from = block * kBgNbdBlock;
    kernels_.times({r, alpha}, ages_.T.data() + from, ages_.customers.data() + from,
                   ages_.purchases.data() + from, std::min(kBgNbdBlock, n - from),
                   parts[static_cast<std::size_t>(block)].data());
  });
  std::array<double, kBgNbdTimeSums> s{};
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += part[i];
  }
  sum.value -= r * s[0] + s[1] + total_purchases_ * portable::log(alpha);
  sum.gradient[kR] -= s[0];
  sum.gradient[kAlpha] += r / alpha * s[2] - s[3];
  add_hessian(sum, kR, kAlpha, s[2] / alpha);
  add_hessian(sum, kAlpha, kAlpha, s[5] - r / alpha * s[4]);
}

void Likelihood::add_cells(std::span<const double> parameters, Derivatives& sum) const {
  const double a = parameters[kA];
  const double b = parameters[kB];
  std::vector<double> log_odds;
  std::vector<double> inverse;
  for (const Frequency& f : frequencies_) {
    const double rest = b + (f.x - first_);
    log_odds.push_back(portable::log(rest / a));
    inverse.push_back(1.0 / rest);
  }
  const auto n = static_cast<std::int64_t>(x_.size());
  const std::int64_t blocks = (n + kBgNbdBlock - 1) / kBgNbdBlock;
  std::vector<std::array<double, kBgNbdCellSums>> parts(static_cast<std::size_t>(blocks));
  run_blocks(parallel_, blocks, [&](std::int64_t block) {
    const std::int64_t i = block * kBgNbdBlock;
    kernels_.cells({parameters[kR], parameters[kAlpha]}, x_.data() + i, t_x_.data() + i,
                   T_.data() + i, weight_.data() + i, index_.data() + i, log_odds.data(),
                   inverse.data(), std::min(kBgNbdBlock, n - i),
                   parts[static_cast<std::size_t>(block)].data());
  });
  std::array<double, kBgNbdCellSums> s{};
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += part[i];
  }
  sum.value += s[0];
  sum.gradient[kR] += s[2];
  sum.gradient[kAlpha] += s[3];
  sum.gradient[kA] += s[1] / a;
  sum.gradient[kB] -= s[4];
  add_hessian(sum, kR, kR, s[12]);
  add_hessian(sum, kR, kAlpha, s[5] + s[13]);
  add_hessian(sum, kR, kA, s[9] / a);
  add_hessian(sum, kR, kB, -s[14]);
  add_hessian(sum, kAlpha, kAlpha, s[6] + s[15]);
  add_hessian(sum, kAlpha, kA, s[10] / a);
  add_hessian(sum, kAlpha, kB, -s[16]);
  add_hessian(sum, kA, kA, (s[8] - s[1]) / (a * a));
  add_hessian(sum, kA, kB, -s[11] / a);
  add_hessian(sum, kB, kB, s[7] + s[17]);
}

Derivatives Likelihood::operator()(std::span<const double> parameters) const {
  Derivatives sum;
  add_frequencies(parameters, sum);
  add_times(parameters, sum);
  if (!x_.empty()) add_cells(parameters, sum);
  return sum;
}

/// Words for a parameter that ran to the end of its range.
std::string runaway(const BetaGeometric& model, int index, bool upper) {
  switch (index) {
    case kA:
      return upper ? "a grows without end: every customer seems to leave with the same "
                     "probability; the data show no spread of the dropout"
                   : "a falls to 0: the likelihood keeps rising as nobody leaves; the data show no "
                     "customers who stopped buying, so a model without dropout describes them";
    case kB:
      return upper ? "b grows without end: the data show no customers who stopped buying, or no "
                     "spread of the dropout probability"
                   : "b falls to 0: " + std::string(model.leave_at_once);
    case kR:
      return upper ? "r grows without end: all customers seem to buy at the same rate; the data "
                     "show no spread of the purchase rate"
                   : "r falls to 0: too few customers bought again to determine the purchase rate";
    default:
      return upper ? "alpha grows without end: all customers seem to buy at the same rate, or too "
                     "few bought again to determine it"
                   : "alpha falls to 0: purchases follow the first one too closely to determine a "
                     "purchase rate";
  }
}

std::vector<std::vector<double>> starts_for(const PurchaseDataSummary& data) {
  const double rate = 1.5 * std::max(data.sum_frequency / data.total_weight, 1e-6);
  std::vector<std::vector<double>> starts;
  for (const auto& [a, b] : {std::pair{0.6, 2.0}, std::pair{1.0, 10.0}, std::pair{0.2, 0.4}}) {
    for (const double r : {0.3, 1.5}) {
      starts.push_back(
          {portable::log(r), portable::log(r / rate), portable::log(a), portable::log(b)});
    }
  }
  return starts;
}

/// Faults of the data that leave nothing to fit, in words; empty when there is something.
std::string hopeless(const PurchaseDataSummary& data) {
  if (data.sum_T == 0.0) return "no customer was observed for any time: every T is 0";
  if (data.sum_frequency == 0.0) {
    return "nobody bought again: without repeat purchases neither the purchase rate nor the "
           "dropout can be estimated";
  }
  if (data.total_weight <= 1.0) return "one customer alone does not determine the parameters";
  return {};
}

}  // namespace

Status check_beta_geometric(std::string_view model, std::span<const double> parameters) {
  if (parameters.size() != kNames.size()) {
    return Status::invalid_argument(std::string(model) + " has four parameters: r, alpha, a, b");
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (!(parameters[i] >= 1e-100 && parameters[i] <= 1e100)) {
      return Status(Code::invalid_argument,
                    "a parameter of " + std::string(model) + " must be a positive number", -1,
                    std::string(kNames[i]));
    }
  }
  return {};
}

Result<double> beta_geometric_log_likelihood(const BetaGeometric& model, PurchaseCells& cells,
                                             std::span<const double> parameters,
                                             std::span<double> gradient, std::span<double> hessian,
                                             const FitOptions& options) {
  FIDELIA_TRY(check_beta_geometric(model.name, parameters));
  if ((!gradient.empty() && gradient.size() != 4) || (!hessian.empty() && hessian.size() != 16)) {
    return Status::invalid_argument("the gradient has 4 and the Hessian 16 elements");
  }
  const Derivatives at = Likelihood(model, cells.cells(), 1.0, options)(parameters);
  std::copy_n(at.gradient.begin(), gradient.size(), gradient.begin());
  std::copy_n(at.hessian.begin(), hessian.size(), hessian.begin());
  return at.value;
}

Result<ModelFit> fit_beta_geometric(const BetaGeometric& model, PurchaseCells& cells,
                                    const FitOptions& options) {
  ModelFit fit;
  fit.model = model.name;
  fit.names.assign(kNames.begin(), kNames.end());
  fit.data = cells.summary();
  fit.customers = fit.data.rows;
  fit.cells = fit.data.cells;
  fit.total_weight = fit.data.total_weight;
  if (!(fit.total_weight > 0.0)) {
    return Status::invalid_data("there are no customers to fit " + fit.model + " on");
  }
  if (!options.start.empty()) FIDELIA_TRY(check_beta_geometric(model.name, options.start));
  fit.reason = hopeless(fit.data);
  if (!fit.reason.empty()) {
    fit.parameters = {1.0, 1.0, 1.0, 1.0};
    return fit;
  }
  const double scale = fit.data.sum_T / fit.data.total_weight;
  const auto objective_on = [&](std::span<const PurchaseCells::Cell> part) {
    return by_logarithms([likelihood = std::make_shared<Likelihood>(model, part, scale, options)](
                             std::span<const double> natural) { return (*likelihood)(natural); });
  };
  const LogObjective objective = objective_on(cells.cells());
  std::vector<std::vector<double>> starts = starts_for(fit.data);
  LogObjective sample;
  if (!options.start.empty()) {
    const auto& s = options.start;
    starts = {{portable::log(s[0]), portable::log(s[1] / scale), portable::log(s[2]),
               portable::log(s[3])}};
  } else if (cells.cells().size() >= kSampleFrom) {
    sample = objective_on(sample_cells(std::span(cells.cells())));
  }
  const bool thorough = fit.cells <= 20000;
  const auto result = maximise_from(objective, starts, options.max_iterations, thorough, sample);
  const std::array<double, 4> scales = {1.0, scale, 1.0, 1.0};
  finish_fit(
      result, scales, [&model](int index, bool upper) { return runaway(model, index, upper); },
      fit);
  fit.log_likelihood = result.at.value - fit.data.sum_frequency * portable::log(scale);
  return fit;
}

}  // namespace fidelia::detail

namespace fidelia {
namespace {

constexpr detail::BetaGeometric kBgNbd = {
    "bg_nbd", detail::kBgNbdFirstLeave,
    "every repeat customer seems to leave after the first repeat purchase"};
constexpr detail::BetaGeometric kMbgNbd = {
    "mbg_nbd", detail::kMbgNbdFirstLeave, "every customer seems to leave after the first purchase"};

}  // namespace

Result<double> bg_nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                     std::span<double> gradient, std::span<double> hessian,
                                     const FitOptions& options) {
  return detail::beta_geometric_log_likelihood(kBgNbd, cells, parameters, gradient, hessian,
                                               options);
}

Result<ModelFit> fit_bg_nbd(PurchaseCells& cells, const FitOptions& options) {
  return detail::fit_beta_geometric(kBgNbd, cells, options);
}

Result<double> mbg_nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                      std::span<double> gradient, std::span<double> hessian,
                                      const FitOptions& options) {
  return detail::beta_geometric_log_likelihood(kMbgNbd, cells, parameters, gradient, hessian,
                                               options);
}

Result<ModelFit> fit_mbg_nbd(PurchaseCells& cells, const FitOptions& options) {
  return detail::fit_beta_geometric(kMbgNbd, cells, options);
}

}  // namespace fidelia
