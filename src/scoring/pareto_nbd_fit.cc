// SPDX-License-Identifier: Apache-2.0
//
// Pareto/NBD: likelihood and its maximum. With G, H as in pareto_nbd.cc the log-likelihood of a
// history is, up to the parameters' normalisation,
//   log (r)_x                                                        margin by x
//   - r log(1 + T/alpha) - x log(alpha + T) - s log(1 + T/beta)      margins by T
//   + log(e^(H + G(t_x)) + 1 - e^G(T))                               each cell
// where (y)_x is the rising factorial. G depends on x and one number only, so each x with many
// cells gets a Chebyshev table of G and its nine derivatives at every evaluation, whatever the
// times are; cells of a rare x integrate directly. Times are divided by their mean first, so that
// the path of the fit is the same in any unit.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/scoring/pareto_nbd.h"
#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/kernels/bg_nbd_kernels.h"
#include "src/scoring/kernels/pareto_nbd_kernels.h"
#include "src/scoring/leaving_tables.h"
#include "src/scoring/newton.h"
#include "src/scoring/purchase_ages.h"
#include "src/scoring/purchase_sample.h"

namespace fidelia {
namespace {

using detail::Derivatives;
using detail::kBgNbdBlock;
using detail::kLeavingValues;

/// Cells of one block of work.
constexpr std::int64_t kBlock = 1024;
/// Longest table that the likelihood uses; a longer one would not be cheaper than the integrals.
constexpr int kMaxTerms = 64;

void run_blocks(const ParallelFor& parallel, std::int64_t n,
                const std::function<void(std::int64_t)>& body) {
  if (parallel) {
    parallel(n, body);
  } else {
    for (std::int64_t i = 0; i < n; ++i) body(i);
  }
}

/// The data of a fit, by columns, times scaled, each frequency padded to whole lanes.
class Likelihood {
 public:
  Likelihood(std::span<const PurchaseCells::Cell> cells, double scale, const FitOptions& options);

  /// Value, gradient and Hessian by (r, alpha, s, beta), alpha and beta in scaled time.
  Derivatives operator()(std::span<const double> parameters) const;

 private:
  struct Frequency {
    double x;
    double weight;
    std::int64_t cells;
  };
  struct Block {
    std::size_t frequency;
    std::int64_t from, n;
  };

  void add_cell(double x, double t_x, double T, double weight);
  void pad();
  void add_frequencies(double r, Derivatives& sum) const;
  std::array<double, detail::kBgNbdTimeSums> sum_times(double shape, double offset,
                                                       const std::vector<double>& purchases) const;
  void add_times(std::span<const double> parameters, Derivatives& sum) const;
  void add_cells(std::span<const double> parameters, Derivatives& sum) const;

  std::vector<double> t_x_, T_, weight_;
  std::vector<Frequency> frequencies_;  // distinct x
  std::vector<Block> blocks_;
  detail::PurchaseAges ages_;
  std::vector<double> none_;  // purchases of each age where only leaving counts
  double total_purchases_ = 0.0;
  double max_T_ = 0.0;
  const detail::ParetoNbdKernels& kernels_;
  const detail::BgNbdKernels& margins_;
  const ParallelFor& parallel_;
};

Likelihood::Likelihood(std::span<const PurchaseCells::Cell> cells, double scale,
                       const FitOptions& options)
    : ages_(detail::purchase_ages(cells, scale)),
      none_(ages_.T.size(), 0.0),
      kernels_(detail::pareto_nbd_kernels(options.level)),
      margins_(detail::bg_nbd_kernels(options.level)),
      parallel_(options.parallel) {
  for (auto* column : {&t_x_, &T_, &weight_}) column->reserve(cells.size() + 1024);
  for (const auto& cell : cells) {
    add_cell(cell.frequency, cell.t_x / scale, cell.T / scale, cell.weight);
  }
  pad();
}

void Likelihood::add_cell(double x, double t_x, double T, double weight) {
  const bool is_new = frequencies_.empty() || frequencies_.back().x != x;
  if (is_new) {
    pad();
    frequencies_.push_back({x, 0.0, 0});
  }
  if (is_new || blocks_.back().n == kBlock) {
    blocks_.push_back({frequencies_.size() - 1, static_cast<std::int64_t>(T_.size()), 0});
  }
  frequencies_.back().weight += weight;
  ++frequencies_.back().cells;
  ++blocks_.back().n;
  t_x_.push_back(t_x);
  T_.push_back(T);
  weight_.push_back(weight);
  total_purchases_ += weight * x;
  max_T_ = std::max(max_T_, T);
}

/// Fills the last block's lanes with cells of no weight.
void Likelihood::pad() {
  while (T_.size() % 8 != 0) {
    t_x_.push_back(T_.back());
    T_.push_back(T_.back());
    weight_.push_back(0.0);
    ++blocks_.back().n;
  }
}

enum Index { kR = 0, kAlpha = 1, kS = 2, kBeta = 3 };

/// Adds to both halves of the symmetric matrix.
void add_hessian(Derivatives& sum, int i, int j, double value) {
  sum.hessian[static_cast<std::size_t>(4 * i + j)] += value;
  if (i != j) sum.hessian[static_cast<std::size_t>(4 * j + i)] += value;
}

void Likelihood::add_frequencies(double r, Derivatives& sum) const {
  for (const Frequency& f : frequencies_) {
    if (!(f.x > 0.0)) continue;
    sum.value += f.weight * portable::log_rising(r, f.x);
    sum.gradient[kR] += f.weight * portable::digamma_rise(r, f.x);
    add_hessian(sum, kR, kR, -f.weight * portable::trigamma_fall(r, f.x));
  }
}

/// The margin by T is that of BG/NBD, once for the purchases and once for leaving.
std::array<double, detail::kBgNbdTimeSums> Likelihood::sum_times(
    double shape, double offset, const std::vector<double>& purchases) const {
  const auto n = static_cast<std::int64_t>(ages_.T.size());
  std::array<double, detail::kBgNbdTimeSums> sum{};
  for (std::int64_t from = 0; from < n; from += kBgNbdBlock) {
    std::array<double, detail::kBgNbdTimeSums> part{};
    margins_.times({shape, offset}, ages_.T.data() + from, ages_.customers.data() + from,
                   purchases.data() + from, std::min(kBgNbdBlock, n - from), part.data());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
  }
  return sum;
}

void Likelihood::add_times(std::span<const double> parameters, Derivatives& sum) const {
  const double r = parameters[kR];
  const double alpha = parameters[kAlpha];
  const double s = parameters[kS];
  const double beta = parameters[kBeta];
  const auto bought = sum_times(r, alpha, ages_.purchases);
  sum.value -= r * bought[0] + bought[1] + total_purchases_ * portable::log(alpha);
  sum.gradient[kR] -= bought[0];
  sum.gradient[kAlpha] += r / alpha * bought[2] - bought[3];
  add_hessian(sum, kR, kAlpha, bought[2] / alpha);
  add_hessian(sum, kAlpha, kAlpha, bought[5] - r / alpha * bought[4]);
  const auto left = sum_times(s, beta, none_);
  sum.value -= s * left[0];
  sum.gradient[kS] -= left[0];
  sum.gradient[kBeta] += s / beta * left[2];
  add_hessian(sum, kS, kBeta, left[2] / beta);
  add_hessian(sum, kBeta, kBeta, -s / beta * left[4]);
}

/// The tables of one evaluation.
class Tables {
 public:
  Tables(std::span<const double> parameters, double max_T, const detail::ParetoNbdKernels& kernels)
      : point_{parameters[kR], parameters[kAlpha], parameters[kS], parameters[kBeta]},
        kernels_(kernels) {
    const double young = portable::log(point_.alpha / point_.beta);
    const double old = portable::log((point_.alpha + max_T) / (point_.beta + max_T));
    range_ = detail::leaving_range(std::min(young, old), std::max(young, old));
    if (range_.terms <= kMaxTerms) basis_ = detail::ChebyshevNodes(range_.terms);
  }

  const detail::ParetoNbdPoint& point() const { return point_; }
  const detail::LeavingRange& range() const { return range_; }
  /// Whether a table is cheaper than integrals at t_x and T of so many cells.
  bool serves(std::int64_t cells) const {
    return !basis_.nodes.empty() && 2 * cells > range_.terms;
  }

  /// Coefficients for one frequency, term by term.
  std::vector<double> fill(double x) const {
    const auto terms = static_cast<std::size_t>(range_.terms);
    std::vector<double> c(terms * kLeavingValues, 0.0);
    std::array<double, kLeavingValues> at{};
    const double* polynomial = basis_.polynomials.data();
    for (const double t : basis_.nodes) {
      const double q = portable::exp(range_.middle + t / range_.inverse_half);
      kernels_.leaving_derivatives(point_.r + x, point_.s, q, 1.0, at.data());
      for (std::size_t k = 0; k < terms; ++k) {
        const double factor = (k == 0 ? 1.0 : 2.0) / range_.terms * *polynomial++;
        for (std::size_t i = 0; i < kLeavingValues; ++i) {
          c[k * kLeavingValues + i] += factor * at[i];
        }
      }
    }
    return c;
  }

  /// The values themselves, at ages y.
  std::vector<double> direct(double x, const double* y, std::int64_t n) const {
    std::vector<double> values(static_cast<std::size_t>(n) * kLeavingValues);
    for (std::int64_t i = 0; i < n; ++i) {
      kernels_.leaving_derivatives(point_.r + x, point_.s, point_.alpha + y[i], point_.beta + y[i],
                                   values.data() + i * kLeavingValues);
    }
    return values;
  }

 private:
  detail::ParetoNbdPoint point_;
  const detail::ParetoNbdKernels& kernels_;
  detail::LeavingRange range_{};
  detail::ChebyshevNodes basis_;
};

void Likelihood::add_cells(std::span<const double> parameters, Derivatives& sum) const {
  const Tables tables(parameters, max_T_, kernels_);
  std::vector<std::vector<double>> coefficients(frequencies_.size());
  run_blocks(parallel_, static_cast<std::int64_t>(frequencies_.size()), [&](std::int64_t f) {
    const auto u = static_cast<std::size_t>(f);
    if (tables.serves(frequencies_[u].cells)) coefficients[u] = tables.fill(frequencies_[u].x);
  });
  std::vector<std::array<double, detail::kParetoNbdSums>> parts(blocks_.size());
  run_blocks(parallel_, static_cast<std::int64_t>(blocks_.size()), [&](std::int64_t b) {
    const auto u = static_cast<std::size_t>(b);
    const Block& block = blocks_[u];
    const double x = frequencies_[block.frequency].x;
    const double* t_x = t_x_.data() + block.from;
    const double* T = T_.data() + block.from;
    const auto& table = coefficients[block.frequency];
    const bool direct = table.empty();
    const auto first = direct ? tables.direct(x, t_x, block.n) : std::vector<double>();
    const auto second = direct ? tables.direct(x, T, block.n) : std::vector<double>();
    kernels_.cells(tables.point(), x, tables.range(), table.data(), direct ? first.data() : nullptr,
                   second.data(), t_x, T, weight_.data() + block.from, block.n, parts[u].data());
  });
  std::array<double, detail::kParetoNbdSums> s{};
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += part[i];
  }
  sum.value += s[0];
  std::size_t k = 5;
  for (int i = 0; i < 4; ++i) {
    sum.gradient[static_cast<std::size_t>(i)] += s[static_cast<std::size_t>(1 + i)];
    for (int j = i; j < 4; ++j) add_hessian(sum, i, j, s[k++]);
  }
}

Derivatives Likelihood::operator()(std::span<const double> parameters) const {
  Derivatives sum;
  add_frequencies(parameters[kR], sum);
  add_times(parameters, sum);
  add_cells(parameters, sum);
  return sum;
}

/// Words for a parameter that ran to the end of its range.
std::string runaway(int index, bool upper) {
  switch (index) {
    case kS:
      return upper ? "s grows without end: all customers seem to leave at the same rate; the data "
                     "show no spread of the dropout"
                   : "s falls to 0: the likelihood keeps rising as nobody leaves; the data show no "
                     "customers who stopped buying, so a model without dropout describes them";
    case kBeta:
      return upper ? "beta grows without end: the data show no customers who stopped buying, or no "
                     "spread of the dropout rate"
                   : "beta falls to 0: every customer who leaves seems to do so at once";
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
  for (const auto& [s, beta] : {std::pair{0.6, 0.5}, std::pair{1.5, 3.0}, std::pair{0.3, 1.0}}) {
    for (const double r : {0.5, 1.5}) {
      starts.push_back(
          {portable::log(r), portable::log(r / rate), portable::log(s), portable::log(beta)});
    }
  }
  return starts;
}

Status check_parameters(std::span<const double> parameters) {
  const auto model = ParetoNbd::make(parameters);
  return model.status();
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

Result<double> pareto_nbd_log_likelihood(PurchaseCells& cells, std::span<const double> parameters,
                                         std::span<double> gradient, std::span<double> hessian,
                                         const FitOptions& options) {
  FIDELIA_TRY(check_parameters(parameters));
  if ((!gradient.empty() && gradient.size() != 4) || (!hessian.empty() && hessian.size() != 16)) {
    return Status::invalid_argument("the gradient has 4 and the Hessian 16 elements");
  }
  const Derivatives at = Likelihood(cells.cells(), 1.0, options)(parameters);
  std::copy_n(at.gradient.begin(), gradient.size(), gradient.begin());
  std::copy_n(at.hessian.begin(), hessian.size(), hessian.begin());
  return at.value;
}

Result<ModelFit> fit_pareto_nbd(PurchaseCells& cells, const FitOptions& options) {
  ModelFit fit;
  fit.model = "pareto_nbd";
  fit.names = {"r", "alpha", "s", "beta"};
  fit.data = cells.summary();
  fit.customers = fit.data.rows;
  fit.cells = fit.data.cells;
  fit.total_weight = fit.data.total_weight;
  if (!(fit.total_weight > 0.0)) {
    return Status::invalid_data("there are no customers to fit pareto_nbd on");
  }
  if (!options.start.empty()) FIDELIA_TRY(check_parameters(options.start));
  fit.reason = hopeless(fit.data);
  if (!fit.reason.empty()) {
    fit.parameters = {1.0, 1.0, 1.0, 1.0};
    return fit;
  }
  const double scale = fit.data.sum_T / fit.data.total_weight;
  const auto objective_on = [&](std::span<const PurchaseCells::Cell> part) {
    return detail::by_logarithms(
        [likelihood = std::make_shared<Likelihood>(part, scale, options)](
            std::span<const double> natural) { return (*likelihood)(natural); });
  };
  const detail::LogObjective objective = objective_on(cells.cells());
  std::vector<std::vector<double>> starts = starts_for(fit.data);
  detail::LogObjective sample;
  if (!options.start.empty()) {
    const auto& s = options.start;
    starts = {{portable::log(s[0]), portable::log(s[1] / scale), portable::log(s[2]),
               portable::log(s[3] / scale)}};
  } else if (cells.cells().size() >= detail::kSampleFrom) {
    sample = objective_on(detail::sample_cells(std::span(cells.cells())));
  }
  const bool thorough = fit.cells <= 5000;
  const auto result =
      detail::maximise_from(objective, starts, options.max_iterations, thorough, sample);
  const std::array<double, 4> scales = {1.0, scale, 1.0, scale};
  detail::finish_fit(result, scales, runaway, fit);
  fit.log_likelihood = result.at.value - fit.data.sum_frequency * portable::log(scale);
  return fit;
}

}  // namespace fidelia
