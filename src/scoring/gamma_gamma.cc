// SPDX-License-Identifier: Apache-2.0
//
// Gamma-Gamma. With s = x m, h = s / (gamma + s), a row's log-likelihood is
//   -log B(p x, q) + p x (log s - log gamma) - log m - (p x + q) log(1 + s / gamma).
#include "fidelia/scoring/gamma_gamma.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>

#include "src/core/huge_pages.h"
#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/kernels/gamma_gamma_kernels.h"
#include "src/scoring/newton.h"
#include "src/scoring/purchase_sample.h"
#include "src/scoring/radix_sort.h"

namespace fidelia {
namespace {

using detail::Derivatives;
using detail::kGammaGammaBlock;

constexpr double kMaxValue = 1e100;

Status check_row(double x, double m, double w, std::int64_t row) {
  if (!(x >= 0.0) || x > 9007199254740992.0 || x != std::floor(x)) {
    return Status::invalid_data("frequency must be a whole number of purchases, 0 or more", row,
                                "frequency");
  }
  if (!(w >= 0.0 && w <= 9007199254740992.0)) {
    return Status::invalid_data("weight must be a finite number, 0 or more", row, "weight");
  }
  if (x > 0.0 && !(m >= 0.0 && m <= kMaxValue)) {
    return Status::invalid_data(
        "monetary_value must be a finite amount, 0 or more, where frequency is above 0; take "
        "refunds into account before the mean is formed",
        row, "monetary_value");
  }
  return {};
}

/// The data of a fit, by columns, values scaled, padded for the kernel.
class Likelihood {
 public:
  Likelihood(std::span<const SpendCells::Cell> cells, double scale, const FitOptions& options);
  Derivatives operator()(std::span<const double> parameters) const;

 private:
  struct Frequency {
    double x;
    double weight;
  };

  void add_frequencies(std::span<const double> parameters, Derivatives& sum) const;
  void add_cells(std::span<const double> parameters, Derivatives& sum) const;

  std::vector<double> x_, spend_, weight_;
  std::vector<Frequency> frequencies_;
  double sum_x_ = 0.0;
  double sum_x_log_s_ = 0.0;
  double sum_log_m_ = 0.0;
  const detail::GammaGammaKernels& kernels_;
  const ParallelFor& parallel_;
};

Likelihood::Likelihood(std::span<const SpendCells::Cell> cells, double scale,
                       const FitOptions& options)
    : kernels_(detail::gamma_gamma_kernels(options.level)), parallel_(options.parallel) {
  for (auto* column : {&x_, &spend_, &weight_}) {
    column->reserve(cells.size() + 8);
    detail::advise_huge_pages(column->data(), cells.size() * sizeof(double));
  }
  for (const auto& cell : cells) {
    if (frequencies_.empty() || frequencies_.back().x != cell.frequency) {
      frequencies_.push_back({cell.frequency, 0.0});
    }
    frequencies_.back().weight += cell.weight;
    const double m = cell.monetary_value / scale;
    const double log_m = portable::log(m);
    x_.push_back(cell.frequency);
    spend_.push_back(cell.frequency * m);
    weight_.push_back(cell.weight);
    sum_x_ += cell.weight * cell.frequency;
    sum_log_m_ += cell.weight * log_m;
    sum_x_log_s_ += cell.weight * cell.frequency * (log_m + portable::log(cell.frequency));
  }
  while (x_.size() % 8 != 0) {
    x_.push_back(1.0);
    spend_.push_back(1.0);
    weight_.push_back(0.0);
  }
}

enum Index { kP = 0, kQ = 1, kGamma = 2 };

void add_hessian(Derivatives& sum, int i, int j, double value) {
  sum.hessian[static_cast<std::size_t>(3 * i + j)] += value;
  if (i != j) sum.hessian[static_cast<std::size_t>(3 * j + i)] += value;
}

void Likelihood::add_frequencies(std::span<const double> parameters, Derivatives& sum) const {
  const double q = parameters[kQ];
  for (const Frequency& f : frequencies_) {
    const double px = parameters[kP] * f.x;
    sum.value -= f.weight * portable::log_beta(px, q);
    sum.gradient[kP] += f.weight * f.x * portable::digamma_rise(px, q);
    sum.gradient[kQ] += f.weight * portable::digamma_rise(q, px);
    add_hessian(sum, kP, kP, -f.weight * f.x * f.x * portable::trigamma_fall(px, q));
    add_hessian(sum, kP, kQ, f.weight * f.x * portable::trigamma(px + q));
    add_hessian(sum, kQ, kQ, -f.weight * portable::trigamma_fall(q, px));
  }
}

void Likelihood::add_cells(std::span<const double> parameters, Derivatives& sum) const {
  const double p = parameters[kP];
  const double q = parameters[kQ];
  const double gamma = parameters[kGamma];
  const auto n = static_cast<std::int64_t>(x_.size());
  const std::int64_t blocks = (n + kGammaGammaBlock - 1) / kGammaGammaBlock;
  std::vector<std::array<double, detail::kGammaGammaSums>> parts(static_cast<std::size_t>(blocks));
  const std::function<void(std::int64_t)> body = [&](std::int64_t block) {
    const std::int64_t i = block * kGammaGammaBlock;
    kernels_.cells(gamma, x_.data() + i, spend_.data() + i, weight_.data() + i,
                   std::min(kGammaGammaBlock, n - i),
                   parts[static_cast<std::size_t>(block)].data());
  };
  if (parallel_) {
    parallel_(blocks, body);
  } else {
    for (std::int64_t block = 0; block < blocks; ++block) body(block);
  }
  std::array<double, detail::kGammaGammaSums> s{};
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += part[i];
  }
  const double log_gamma = portable::log(gamma);
  sum.value += p * (sum_x_log_s_ - sum_x_ * log_gamma) - sum_log_m_ - (p * s[1] + q * s[0]);
  sum.gradient[kP] += sum_x_log_s_ - sum_x_ * log_gamma - s[1];
  sum.gradient[kQ] -= s[0];
  sum.gradient[kGamma] += (p * (s[3] - sum_x_) + q * s[2]) / gamma;
  add_hessian(sum, kP, kGamma, (s[3] - sum_x_) / gamma);
  add_hessian(sum, kQ, kGamma, s[2] / gamma);
  add_hessian(sum, kGamma, kGamma, p * sum_x_ / (gamma * gamma) - (p * s[5] + q * s[4]) / gamma);
}

Derivatives Likelihood::operator()(std::span<const double> parameters) const {
  Derivatives sum;
  add_frequencies(parameters, sum);
  add_cells(parameters, sum);
  return sum;
}

SpendDataSummary summarise(SpendCells& cells) {
  SpendDataSummary data;
  data.rows = cells.rows();
  data.unused_rows = cells.unused_rows();
  const auto& all = cells.cells();
  for (const auto& cell : all) {
    data.total_weight += cell.weight;
    data.mean_frequency += cell.weight * cell.frequency;
    data.mean_value += cell.weight * cell.monetary_value;
  }
  if (!(data.total_weight > 0.0)) return data;
  data.mean_frequency /= data.total_weight;
  data.mean_value /= data.total_weight;
  double xx = 0.0;
  double mm = 0.0;
  double xm = 0.0;
  for (const auto& cell : all) {
    const double dx = cell.frequency / data.mean_frequency - 1.0;
    const double dm = cell.monetary_value / data.mean_value - 1.0;
    xx += cell.weight * dx * dx;
    mm += cell.weight * dm * dm;
    xm += cell.weight * dx * dm;
  }
  // Below this a spread is rounding of equal numbers.
  const double noise = 1e-24 * data.total_weight;
  if (xx > noise && mm > noise) data.correlation = std::clamp(xm / std::sqrt(xx * mm), -1.0, 1.0);
  return data;
}

std::string runaway(int index, bool upper) {
  switch (index) {
    case kP:
      return upper ? "p grows without end: the purchases of a customer all seem to cost the same"
                   : "p falls to 0: the spend of single purchases varies too widely for the model";
    case kQ:
      return upper
                 ? "q grows without end: all customers seem to have the same mean spend"
                 : "q falls to 0: the mean spend varies too widely between customers for the model";
    default:
      return upper ? "gamma grows without end: all customers seem to have the same mean spend"
                   : "gamma falls to 0: the mean spend varies too widely between customers for the "
                     "model";
  }
}

void add_notes(SpendFit& result) {
  ModelFit& fit = result.fit;
  if (fit.parameters.size() == 3 && fit.parameters[kQ] <= 1.0) {
    fit.notes.push_back(
        "q is not above 1: customers without a repeat purchase have no mean spend, so no expected "
        "spend or lifetime value is given for them");
  }
  if (result.data.correlation && std::abs(*result.data.correlation) > 0.3) {
    fit.notes.push_back(
        "frequency and monetary_value are correlated; the model takes them as independent, so "
        "lifetime values are biased");
  }
}

std::string hopeless(const SpendDataSummary& data, std::size_t cells) {
  if (data.total_weight <= 1.0) return "one customer alone does not determine the parameters";
  if (cells == 1) return "all customers have the same frequency and value";
  return {};
}

}  // namespace

Status SpendCells::add(std::span<const double> frequency, std::span<const double> monetary_value,
                       std::span<const double> weight) {
  const std::size_t n = frequency.size();
  if (monetary_value.size() != n || (!weight.empty() && weight.size() != n)) {
    return Status::invalid_argument("frequency, monetary_value and weight must have one length");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight.empty() ? 1.0 : weight[i];
    FIDELIA_TRY(
        check_row(frequency[i], monetary_value[i], w, rows_ + static_cast<std::int64_t>(i)));
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight.empty() ? 1.0 : weight[i];
    if (frequency[i] > 0.0 && monetary_value[i] > 0.0 && w > 0.0) {
      cells_.push_back({frequency[i], monetary_value[i], w});
    } else {
      ++unused_;
    }
  }
  rows_ += static_cast<std::int64_t>(n);
  return {};
}

void SpendCells::merge(const SpendCells& other) {
  const std::vector<Cell> copy = other.cells_;  // `other` may be this object
  cells_.insert(cells_.end(), copy.begin(), copy.end());
  rows_ += other.rows_;
  unused_ += other.unused_;
}

namespace {

/// Sorts by counting frequencies, which are few, and by the bits of the values, which have the
/// order of numbers that are not negative. False, and nothing done, where frequencies are many.
bool sort_by_frequency(std::vector<SpendCells::Cell>& cells) {
  double top = 0.0;
  for (const auto& cell : cells) top = std::max(top, cell.frequency);
  if (cells.size() < 64 || top >= static_cast<double>(std::min<std::size_t>(cells.size(), 1 << 20)))
    return false;
  std::vector<std::size_t> start(static_cast<std::size_t>(top) + 2, 0);
  for (const auto& cell : cells) ++start[static_cast<std::size_t>(cell.frequency) + 1];
  for (std::size_t x = 1; x < start.size(); ++x) start[x] += start[x - 1];
  std::vector<detail::KeyedWeight> rows = detail::keyed_weights(cells.size());
  std::vector<std::size_t> next = start;
  for (const auto& cell : cells) {
    rows[next[static_cast<std::size_t>(cell.frequency)]++] = {
        std::bit_cast<std::uint64_t>(cell.monetary_value), cell.weight};
  }
  std::vector<detail::KeyedWeight> scratch = detail::keyed_weights(cells.size());
  constexpr std::size_t kFewRows = 4096;
  for (std::size_t x = 0; x + 1 < start.size(); ++x) {
    detail::KeyedWeight* const begin = rows.data() + start[x];
    const std::size_t count = start[x + 1] - start[x];
    if (count > kFewRows) {
      detail::radix_sort(begin, scratch.data(), count, 64);
    } else {
      std::sort(begin, begin + count, [](const auto& a, const auto& b) { return a.key < b.key; });
    }
    for (std::size_t i = 0; i < count;) {  // equal values by their weights
      std::size_t end = i + 1;
      while (end < count && begin[end].key == begin[i].key) ++end;
      std::sort(begin + i, begin + end,
                [](const auto& a, const auto& b) { return a.weight < b.weight; });
      i = end;
    }
    for (std::size_t i = start[x]; i < start[x + 1]; ++i) {
      cells[i] = {static_cast<double>(x), std::bit_cast<double>(rows[i].key), rows[i].weight};
    }
  }
  return true;
}

}  // namespace

void SpendCells::compact() {
  if (compacted_ == cells_.size()) return;
  if (!sort_by_frequency(cells_)) {
    std::sort(cells_.begin(), cells_.end(), [](const Cell& a, const Cell& b) {
      return std::tie(a.frequency, a.monetary_value, a.weight) <
             std::tie(b.frequency, b.monetary_value, b.weight);
    });
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Cell& cell = cells_[i];
    if (kept > 0 && cells_[kept - 1].frequency == cell.frequency &&
        cells_[kept - 1].monetary_value == cell.monetary_value) {
      cells_[kept - 1].weight += cell.weight;
    } else {
      cells_[kept++] = cell;
    }
  }
  cells_.resize(kept);
  compacted_ = kept;
}

const std::vector<SpendCells::Cell>& SpendCells::cells() {
  compact();
  return cells_;
}

Result<GammaGamma> GammaGamma::make(double p, double q, double gamma) {
  const std::array<double, 3> values = {p, q, gamma};
  const std::array<const char*, 3> names = {"p", "q", "gamma"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] >= 1e-100 && values[i] <= 1e100)) {
      return Status(Code::invalid_argument, "a parameter of gamma_gamma must be a positive number",
                    -1, names[i]);
    }
  }
  return GammaGamma(p, q, gamma);
}

Result<GammaGamma> GammaGamma::make(std::span<const double> parameters) {
  if (parameters.size() != 3) {
    return Status::invalid_argument("gamma_gamma has three parameters: p, q, gamma");
  }
  return make(parameters[0], parameters[1], parameters[2]);
}

Result<double> gamma_gamma_log_likelihood(SpendCells& cells, std::span<const double> parameters,
                                          std::span<double> gradient, std::span<double> hessian,
                                          const FitOptions& options) {
  FIDELIA_TRY(GammaGamma::make(parameters).status());
  if ((!gradient.empty() && gradient.size() != 3) || (!hessian.empty() && hessian.size() != 9)) {
    return Status::invalid_argument("the gradient has 3 and the Hessian 9 elements");
  }
  const Derivatives at = Likelihood(cells.cells(), 1.0, options)(parameters);
  std::copy_n(at.gradient.begin(), gradient.size(), gradient.begin());
  std::copy_n(at.hessian.begin(), hessian.size(), hessian.begin());
  return at.value;
}

Result<SpendFit> fit_gamma_gamma(SpendCells& cells, const FitOptions& options) {
  SpendFit result;
  result.data = summarise(cells);
  ModelFit& fit = result.fit;
  fit.model = "gamma_gamma";
  fit.names = {"p", "q", "gamma"};
  fit.customers = result.data.rows - result.data.unused_rows;
  fit.cells = static_cast<std::int64_t>(cells.cells().size());
  fit.total_weight = result.data.total_weight;
  if (!(fit.total_weight > 0.0)) {
    return Status::invalid_data(
        "there are no repeat customers with a positive monetary_value to fit gamma_gamma on");
  }
  if (!options.start.empty()) FIDELIA_TRY(GammaGamma::make(options.start).status());
  const double scale = result.data.mean_value;
  fit.reason = hopeless(result.data, cells.cells().size());
  if (!fit.reason.empty()) {
    fit.parameters = {1.0, 2.0, scale};
    return result;
  }
  const auto objective_on = [&](std::span<const SpendCells::Cell> part) {
    return detail::by_logarithms(
        [likelihood = std::make_shared<Likelihood>(part, scale, options)](
            std::span<const double> natural) { return (*likelihood)(natural); });
  };
  const detail::LogObjective objective = objective_on(cells.cells());
  detail::LogObjective sample;
  // The mean p gamma / (q - 1) is 1 in scaled money.
  std::vector<std::vector<double>> starts;
  for (const auto& [p, q] : {std::pair{6.0, 4.0}, std::pair{1.0, 3.0}, std::pair{20.0, 10.0}}) {
    starts.push_back({portable::log(p), portable::log(q), portable::log((q - 1.0) / p)});
  }
  if (!options.start.empty()) {
    const auto& s = options.start;
    starts = {{portable::log(s[0]), portable::log(s[1]), portable::log(s[2] / scale)}};
  } else if (cells.cells().size() >= detail::kSampleFrom) {
    sample = objective_on(detail::sample_cells(std::span(cells.cells())));
  }
  const auto best =
      detail::maximise_from(objective, starts, options.max_iterations, fit.cells <= 20000, sample);
  const std::array<double, 3> scales = {1.0, 1.0, scale};
  detail::finish_fit(best, scales, runaway, fit);
  fit.log_likelihood = best.at.value - fit.total_weight * portable::log(scale);
  add_notes(result);
  return result;
}

}  // namespace fidelia
