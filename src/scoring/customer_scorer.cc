// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/customer_scorer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "src/core/normal.h"
#include "src/core/portable_math.h"
#include "src/core/try.h"
#include "src/scoring/alive_tables.h"
#include "src/scoring/kernels/scorer_kernels.h"

namespace fidelia {
namespace {

using detail::AliveTables;

/// Steps of the differences of the delta method, in standard errors.
constexpr double kStep = 0.01;
constexpr std::int64_t kBlock = AliveTables::kBlock;

/// Columns of the lower Cholesky factor of a covariance: the directions of independent errors.
Result<std::vector<std::vector<double>>> directions(const std::vector<double>& covariance,
                                                    std::size_t k) {
  if (covariance.size() != k * k) {
    return Status::invalid_argument("the covariance does not fit the model's parameters");
  }
  std::vector<std::vector<double>> columns(k, std::vector<double>(k, 0.0));
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t i = j; i < k; ++i) {
      double sum = covariance[i * k + j];
      for (std::size_t m = 0; m < j; ++m) sum -= columns[m][i] * columns[m][j];
      if (i == j && !(sum >= 0.0)) {
        return Status::invalid_argument("the covariance is not positive definite");
      }
      if (i == j) {
        columns[j][j] = std::sqrt(sum);
      } else {
        columns[j][i] = columns[j][j] > 0.0 ? sum / columns[j][j] : 0.0;
      }
    }
  }
  return columns;
}

std::vector<double> moved(std::span<const double> parameters, const std::vector<double>& direction,
                          double by) {
  std::vector<double> result(parameters.begin(), parameters.end());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] *= portable::exp(by * direction[i]);
  return result;
}

/// One block's values of a model: P(alive), expected and discounted purchases.
struct BlockValues {
  double p[kBlock];
  double expected[kBlock];
  double second[kBlock];
};

void evaluate(const AliveTables& tables, const ScoreInput& input, std::int64_t from, std::int64_t n,
              Level level, BlockValues& values) {
  const auto at = static_cast<std::size_t>(from);
  const auto size = static_cast<std::size_t>(n);
  tables.model().p_alive(input.frequency.subspan(at, size), input.t_x.subspan(at, size),
                         input.T.subspan(at, size), std::span<double>(values.p, size), level);
  tables.evaluate(input.frequency.data() + from, input.T.data() + from, n, values.expected,
                  values.second);
  for (std::int64_t i = 0; i < n; ++i) {
    values.expected[i] *= values.p[i];
    values.second[i] *= values.p[i];
  }
}

/// Bounds on the logit scale; `variance` is that of p.
void logit_bounds(double p, double variance, double z, double& low, double& high) {
  const double spread = p * (1.0 - p);
  if (!(spread > 0.0)) {
    low = high = p;
    return;
  }
  const double logit = portable::log(p / (1.0 - p));
  const double reach = z * std::sqrt(variance) / spread;
  low = std::min(p, 1.0 / (1.0 + portable::exp(reach - logit)));
  high = std::max(p, 1.0 / (1.0 + portable::exp(-reach - logit)));
}

/// Bounds on the log scale; `variance` is that of the logarithm. Never infinite.
void log_bounds(double value, double variance, double z, double& low, double& high) {
  const double reach = std::min(z * std::sqrt(variance), 600.0);
  low = value * portable::exp(-reach);
  high = std::min(value * portable::exp(reach), 1.7976931348623157e308);
}

/// (up - down) / (2 step value): the derivative of log value by a direction.
double log_slope(double up, double down, double value) {
  return value > 0.0 ? (up - down) / (2.0 * kStep * value) : 0.0;
}

bool is_history(double x, double t_x, double T) {
  return (x >= 0.0) & (x <= 9007199254740992.0) & (x == std::floor(x)) & (t_x >= 0.0) & (t_x <= T) &
         (T <= 1e100) & ((x > 0.0) == (t_x > 0.0));
}

void put(std::span<double> column, std::int64_t i, double value) {
  if (!column.empty()) column[static_cast<std::size_t>(i)] = value;
}

bool has_bounds(const ScoreColumn& column) { return !column.low.empty() || !column.high.empty(); }

}  // namespace

std::string_view missing_reason_name(MissingReason reason) noexcept {
  switch (reason) {
    case MissingReason::none: return "none";
    case MissingReason::no_spend_model: return "no_spend_model";
    case MissingReason::no_lifetime_months: return "no_lifetime_months";
    case MissingReason::no_mean_spend: return "no_mean_spend";
    case MissingReason::no_monetary_value: return "no_monetary_value";
  }
  return "none";
}

struct CustomerScorer::State {
  /// Two models on either side of the estimate, along one direction of its error.
  struct Sides {
    std::unique_ptr<AliveTables> up, down;
  };
  struct SpendSides {
    GammaGamma up, down;
  };

  std::shared_ptr<const PurchaseModel> model;
  std::optional<GammaGamma> spend;
  ScorerOptions options;
  DiscountSchedule schedule;
  bool has_lifetime = false;
  double bound = 0.0;  // normal quantile of interval_level
  std::unique_ptr<AliveTables> tables;
  std::unique_ptr<AliveTables> total_tables;
  std::vector<Sides> sides;
  std::vector<SpendSides> spend_sides;

  AliveTables::Options table_options(AliveTables::Second second) const;
  Status add_sides(const ModelFit& fit);
  Status add_spend_sides(const ModelFit& fit);
  Status check(const ScoreInput& input, std::int64_t first_row) const;
  MissingReason spend_of(double x, double m, double& value) const;
  double spend_log_variance(double x, double m, double value) const;
  void score_block(const ScoreInput& input, std::int64_t from, std::int64_t n,
                   const ScoreOutput& output) const;
  void write_spend(const ScoreInput& input, std::int64_t from, std::int64_t n,
                   const BlockValues& values, const double* log_variance,
                   const ScoreOutput& output) const;
  void write_spend_values(const ScoreInput& input, std::int64_t from, std::int64_t n,
                          const double* discounted, const ScoreOutput& output) const;
  CustomerScore score_without_bounds(double x, double t_x, double T, double m) const;
};

AliveTables::Options CustomerScorer::State::table_options(AliveTables::Second second) const {
  AliveTables::Options result;
  result.horizon = options.horizon;
  result.second = second;
  if (second == AliveTables::Second::discounted) result.schedule = schedule;
  result.min_T = options.table_min_T;
  result.max_T = options.table_max_T;
  result.max_frequency = options.max_table_frequency;
  result.level = options.level;
  return result;
}

Status CustomerScorer::State::add_sides(const ModelFit& fit) {
  FIDELIA_ASSIGN(const auto columns, directions(fit.log_covariance, model->parameters().size()));
  const auto kind = has_lifetime ? AliveTables::Second::discounted : AliveTables::Second::none;
  for (const auto& direction : columns) {
    FIDELIA_ASSIGN(auto up, model->with_parameters(moved(model->parameters(), direction, kStep)));
    FIDELIA_ASSIGN(auto down,
                   model->with_parameters(moved(model->parameters(), direction, -kStep)));
    sides.push_back({std::make_unique<AliveTables>(std::move(up), table_options(kind)),
                     std::make_unique<AliveTables>(std::move(down), table_options(kind))});
  }
  return {};
}

Status CustomerScorer::State::add_spend_sides(const ModelFit& fit) {
  FIDELIA_ASSIGN(const auto columns, directions(fit.log_covariance, 3));
  for (const auto& direction : columns) {
    FIDELIA_ASSIGN(auto up, GammaGamma::make(moved(spend->parameters(), direction, kStep)));
    FIDELIA_ASSIGN(auto down, GammaGamma::make(moved(spend->parameters(), direction, -kStep)));
    spend_sides.push_back({up, down});
  }
  return {};
}

Status CustomerScorer::State::check(const ScoreInput& input, std::int64_t first_row) const {
  const std::size_t n = input.frequency.size();
  if (input.t_x.size() != n || input.T.size() != n ||
      (!input.monetary_value.empty() && input.monetary_value.size() != n)) {
    return Status::invalid_argument("frequency, t_x, T and monetary_value must have one length");
  }
  const bool good = detail::scorer_kernels(options.level)
                        .histories(input.frequency.data(), input.t_x.data(), input.T.data(),
                                   static_cast<std::int64_t>(n));
  for (std::size_t i = 0; !good && i < n; ++i) {
    FIDELIA_TRY(check_purchase_history(input.frequency[i], input.t_x[i], input.T[i],
                                       first_row + static_cast<std::int64_t>(i)));
  }
  return {};
}

MissingReason CustomerScorer::State::spend_of(double x, double m, double& value) const {
  value = 0.0;
  if (!spend) return MissingReason::no_spend_model;
  if (x > 0.0 && !(m >= 0.0 && m <= 1e100)) return MissingReason::no_monetary_value;
  const std::optional<double> mean = spend->expected_spend(x, m);
  if (!mean) return MissingReason::no_mean_spend;
  value = *mean;
  return MissingReason::none;
}

double CustomerScorer::State::spend_log_variance(double x, double m, double value) const {
  double variance = 0.0;
  for (const SpendSides& side : spend_sides) {
    const auto up = side.up.expected_spend(x, m);
    const auto down = side.down.expected_spend(x, m);
    const double slope = log_slope(up.value_or(value), down.value_or(value), value);
    variance += slope * slope;
  }
  return variance;
}

void CustomerScorer::State::write_spend(const ScoreInput& input, std::int64_t from, std::int64_t n,
                                        const BlockValues& values, const double* log_variance,
                                        const ScoreOutput& output) const {
  const bool bounds = has_bounds(output.expected_spend) || has_bounds(output.lifetime_value);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto row = from + i;
    const auto u = static_cast<std::size_t>(row);
    const double x = input.frequency[u];
    const double m = input.monetary_value.empty() ? -1.0 : input.monetary_value[u];
    double mean = 0.0;
    const MissingReason reason = spend_of(x, m, mean);
    MissingReason lifetime_reason = reason;
    if (reason == MissingReason::none && !has_lifetime) {
      lifetime_reason = MissingReason::no_lifetime_months;
    }
    const double lifetime = lifetime_reason == MissingReason::none
                                ? options.lifetime.margin * mean * values.second[i]
                                : 0.0;
    put(output.expected_spend.value, row, mean);
    put(output.lifetime_value.value, row, lifetime);
    if (!output.missing_spend.empty()) output.missing_spend[u] = reason;
    if (!output.missing_lifetime_value.empty()) output.missing_lifetime_value[u] = lifetime_reason;
    if (!bounds) continue;
    const double variance = mean > 0.0 ? spend_log_variance(x, m, mean) : 0.0;
    double low = 0.0;
    double high = 0.0;
    log_bounds(mean, variance, bound, low, high);
    put(output.expected_spend.low, row, low);
    put(output.expected_spend.high, row, high);
    log_bounds(lifetime, variance + log_variance[i], bound, low, high);
    put(output.lifetime_value.low, row, low);
    put(output.lifetime_value.high, row, high);
  }
}

/// write_spend with a spend model and without bounds, in loops without a branch.
void CustomerScorer::State::write_spend_values(const ScoreInput& input, std::int64_t from,
                                               std::int64_t n, const double* discounted,
                                               const ScoreOutput& output) const {
  const auto at = static_cast<std::size_t>(from);
  const double* const frequency = input.frequency.data() + at;
  double none_known[kBlock];
  if (input.monetary_value.empty()) std::fill_n(none_known, n, -1.0);
  const double* const monetary =
      input.monetary_value.empty() ? none_known : input.monetary_value.data() + at;
  double means[kBlock];
  const bool all =
      detail::scorer_kernels(options.level)
          .spend(spend->p(), spend->q() - 1.0, spend->gamma(), frequency, monetary, n, means);
  std::uint8_t reasons[kBlock] = {};
  for (std::int64_t i = 0; i < n && !all; ++i) {
    double unused = 0.0;
    reasons[i] = static_cast<std::uint8_t>(spend_of(frequency[i], monetary[i], unused));
  }
  if (!output.expected_spend.value.empty()) {
    std::copy_n(means, n, output.expected_spend.value.data() + at);
  }
  if (!output.lifetime_value.value.empty()) {
    double* const lifetime = output.lifetime_value.value.data() + at;
    const double margin = has_lifetime ? options.lifetime.margin : 0.0;
    for (std::int64_t i = 0; i < n; ++i) lifetime[i] = margin * means[i] * discounted[i];
  }
  const auto none = has_lifetime ? MissingReason::none : MissingReason::no_lifetime_months;
  for (std::int64_t i = 0; i < n && !output.missing_spend.empty(); ++i) {
    output.missing_spend[at + static_cast<std::size_t>(i)] = static_cast<MissingReason>(reasons[i]);
  }
  for (std::int64_t i = 0; i < n && !output.missing_lifetime_value.empty(); ++i) {
    output.missing_lifetime_value[at + static_cast<std::size_t>(i)] =
        reasons[i] == 0 ? none : static_cast<MissingReason>(reasons[i]);
  }
}

/// What score() gives for one row.
CustomerScore CustomerScorer::State::score_without_bounds(double x, double t_x, double T,
                                                          double m) const {
  CustomerScore score;
  const double p = model->p_alive(x, t_x, T);
  const auto [expected, discounted] = tables->evaluate_one(x, T);
  score.p_alive.value = p;
  score.expected_purchases.value = expected * p;
  double mean = 0.0;
  score.missing_spend = spend_of(x, m, mean);
  score.expected_spend.value = mean;
  score.missing_lifetime_value = score.missing_spend;
  if (score.missing_spend != MissingReason::none) return score;
  if (has_lifetime) {
    score.lifetime_value.value = options.lifetime.margin * mean * (discounted * p);
  } else {
    score.missing_lifetime_value = MissingReason::no_lifetime_months;
  }
  return score;
}

void CustomerScorer::State::score_block(const ScoreInput& input, std::int64_t from, std::int64_t n,
                                        const ScoreOutput& output) const {
  BlockValues base;
  evaluate(*tables, input, from, n, options.level, base);
  if (!output.p_alive.value.empty()) std::copy_n(base.p, n, output.p_alive.value.data() + from);
  if (!output.expected_purchases.value.empty()) {
    std::copy_n(base.expected, n, output.expected_purchases.value.data() + from);
  }
  const bool bounds = has_bounds(output.p_alive) || has_bounds(output.expected_purchases) ||
                      has_bounds(output.lifetime_value);
  BlockValues variance;  // of p, log expected, log discounted
  if (bounds) {
    for (double* column : {variance.p, variance.expected, variance.second}) {
      std::fill_n(column, n, 0.0);
    }
    BlockValues up;
    BlockValues down;
    for (const Sides& side : sides) {
      evaluate(*side.up, input, from, n, options.level, up);
      evaluate(*side.down, input, from, n, options.level, down);
      for (std::int64_t i = 0; i < n; ++i) {
        const double p = (up.p[i] - down.p[i]) / (2.0 * kStep);
        const double e = log_slope(up.expected[i], down.expected[i], base.expected[i]);
        const double d = log_slope(up.second[i], down.second[i], base.second[i]);
        variance.p[i] += p * p;
        variance.expected[i] += e * e;
        variance.second[i] += d * d;
      }
    }
    for (std::int64_t i = 0; i < n; ++i) {
      double low = 0.0;
      double high = 0.0;
      logit_bounds(base.p[i], variance.p[i], bound, low, high);
      put(output.p_alive.low, from + i, low);
      put(output.p_alive.high, from + i, high);
      log_bounds(base.expected[i], variance.expected[i], bound, low, high);
      put(output.expected_purchases.low, from + i, low);
      put(output.expected_purchases.high, from + i, high);
    }
  }
  const bool wants_spend = !output.expected_spend.value.empty() ||
                           !output.lifetime_value.value.empty() || !output.missing_spend.empty() ||
                           !output.missing_lifetime_value.empty() ||
                           has_bounds(output.expected_spend) || has_bounds(output.lifetime_value);
  if (!wants_spend) return;
  if (spend && !bounds && !has_bounds(output.expected_spend)) {
    write_spend_values(input, from, n, base.second, output);
  } else {
    write_spend(input, from, n, base, variance.second, output);
  }
}

CustomerScorer::CustomerScorer(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
CustomerScorer::CustomerScorer(CustomerScorer&&) noexcept = default;
CustomerScorer& CustomerScorer::operator=(CustomerScorer&&) noexcept = default;
CustomerScorer::~CustomerScorer() = default;

const PurchaseModel& CustomerScorer::model() const noexcept { return *state_->model; }
const std::optional<GammaGamma>& CustomerScorer::spend() const noexcept { return state_->spend; }
const ScorerOptions& CustomerScorer::options() const noexcept { return state_->options; }

namespace {

Status check_options(const ScorerOptions& options) {
  const auto refuse = [](const char* message, const char* name) {
    return Status(Code::invalid_argument, message, -1, name);
  };
  if (!(options.horizon > 0.0 && options.horizon <= 1e100)) {
    return refuse("the horizon must be above 0, in the model's time unit", "horizon");
  }
  if (!(options.interval_level >= 0.0 && options.interval_level < 1.0)) {
    return refuse("the interval level must be from 0 (no intervals) to below 1", "interval_level");
  }
  if (!(options.table_min_T >= 0.0 && options.table_max_T >= options.table_min_T &&
        options.table_max_T <= 1e100)) {
    return refuse("the tables' range of T must be an interval of times, 0 or more", "table_max_T");
  }
  if (options.max_table_frequency > 100000) {
    return refuse("tables are for frequencies up to 100000", "max_table_frequency");
  }
  return {};
}

}  // namespace

Result<CustomerScorer> CustomerScorer::make(std::shared_ptr<const PurchaseModel> model,
                                            std::optional<GammaGamma> spend,
                                            const ScorerOptions& options,
                                            const ModelFit* purchase_fit,
                                            const ModelFit* spend_fit) {
  if (model == nullptr) return Status::invalid_argument("a scorer needs a purchase model");
  FIDELIA_TRY(check_options(options));
  auto state = std::make_unique<State>();
  state->model = std::move(model);
  state->spend = spend;
  state->options = options;
  state->has_lifetime = options.lifetime.units_per_month != 0.0;
  if (state->has_lifetime) {
    FIDELIA_ASSIGN(state->schedule, discount_schedule(options.lifetime));
  }
  if (options.table_max_T == 0.0 && purchase_fit != nullptr) {
    state->options.table_min_T = 0.5 * purchase_fit->data.min_T;
    state->options.table_max_T = 1.5 * purchase_fit->data.max_T;
  }
  using Second = AliveTables::Second;
  const Second kind = state->has_lifetime ? Second::discounted : Second::none;
  state->tables = std::make_unique<AliveTables>(state->model, state->table_options(kind));
  state->total_tables =
      std::make_unique<AliveTables>(state->model, state->table_options(Second::pairs));
  if (purchase_fit != nullptr && !purchase_fit->log_covariance.empty()) {
    FIDELIA_TRY(state->add_sides(*purchase_fit));
  }
  if (spend && spend_fit != nullptr && !spend_fit->log_covariance.empty()) {
    FIDELIA_TRY(state->add_spend_sides(*spend_fit));
  }
  if (options.interval_level > 0.0) {
    if (state->sides.empty() || (spend && state->spend_sides.empty())) {
      return Status(Code::invalid_argument,
                    "intervals need converged fits with a covariance; set the level to 0 or give "
                    "the fits",
                    -1, "interval_level");
    }
    state->bound = normal_bound(options.interval_level);
  }
  return CustomerScorer(std::move(state));
}

Status CustomerScorer::score(const ScoreInput& input, const ScoreOutput& output,
                             std::int64_t first_row) const {
  FIDELIA_TRY(state_->check(input, first_row));
  const std::size_t n = input.frequency.size();
  const auto fits = [n](const auto& column) { return column.empty() || column.size() == n; };
  bool good = fits(output.missing_spend) && fits(output.missing_lifetime_value);
  bool bounds = false;
  for (const ScoreColumn* column : {&output.p_alive, &output.expected_purchases,
                                    &output.expected_spend, &output.lifetime_value}) {
    good = good && fits(column->value) && fits(column->low) && fits(column->high);
    bounds = bounds || has_bounds(*column);
  }
  if (!good) return Status::invalid_argument("output columns must be as long as the input");
  if (bounds && !(state_->options.interval_level > 0.0)) {
    return Status::invalid_argument("bounds were asked for, but the scorer has interval_level 0");
  }
  const auto rows = static_cast<std::int64_t>(n);
  for (std::int64_t from = 0; from < rows; from += kBlock) {
    state_->score_block(input, from, std::min(kBlock, rows - from), output);
  }
  return {};
}

Result<CustomerScore> CustomerScorer::score_one(double frequency, double t_x, double T,
                                                double monetary_value) const {
  if (!(state_->options.interval_level > 0.0) && is_history(frequency, t_x, T)) {
    return state_->score_without_bounds(frequency, t_x, T, monetary_value);
  }
  CustomerScore score;
  const auto one = [](double& value) { return std::span<double>(&value, 1); };
  const auto column = [&](Score& s) {
    const bool bounds = state_->options.interval_level > 0.0;
    return bounds ? ScoreColumn{one(s.value), one(s.low), one(s.high)}
                  : ScoreColumn{one(s.value), {}, {}};
  };
  const ScoreInput input = {{&frequency, 1}, {&t_x, 1}, {&T, 1}, {&monetary_value, 1}};
  ScoreOutput output;
  output.p_alive = column(score.p_alive);
  output.expected_purchases = column(score.expected_purchases);
  output.expected_spend = column(score.expected_spend);
  output.lifetime_value = column(score.lifetime_value);
  output.missing_spend = {&score.missing_spend, 1};
  output.missing_lifetime_value = {&score.missing_lifetime_value, 1};
  FIDELIA_TRY(this->score(input, output));
  return score;
}

Result<PurchaseTotal> CustomerScorer::total(const ScoreInput& input, double level) const {
  if (!(level > 0.0 && level < 1.0)) {
    return Status(Code::invalid_argument, "the level must be between 0 and 1", -1, "level");
  }
  FIDELIA_TRY(state_->check(input, 0));
  const State& s = *state_;
  PurchaseTotal total;
  std::vector<double> change(s.sides.size(), 0.0);
  const auto rows = static_cast<std::int64_t>(input.frequency.size());
  BlockValues values;
  BlockValues down;
  for (std::int64_t from = 0; from < rows; from += kBlock) {
    const std::int64_t n = std::min(kBlock, rows - from);
    evaluate(*s.total_tables, input, from, n, s.options.level, values);
    double expected = 0.0;
    double variance = 0.0;
    for (std::int64_t i = 0; i < n; ++i) {
      const double mean = values.expected[i];
      expected += mean;
      variance += std::max(values.second[i] + mean * (1.0 - mean), 0.0);
    }
    total.expected += expected;
    total.own_variance += variance;
    for (std::size_t k = 0; k < s.sides.size(); ++k) {
      evaluate(*s.sides[k].up, input, from, n, s.options.level, values);
      evaluate(*s.sides[k].down, input, from, n, s.options.level, down);
      double sum = 0.0;
      for (std::int64_t i = 0; i < n; ++i) sum += values.expected[i] - down.expected[i];
      change[k] += sum;
    }
  }
  for (const double c : change)
    total.parameter_variance += (c / (2.0 * kStep)) * (c / (2.0 * kStep));
  const double reach =
      normal_bound(level) * std::sqrt(total.own_variance + total.parameter_variance);
  total.low = std::max(total.expected - reach, 0.0);
  total.high = total.expected + reach;
  return total;
}

void CustomerScorer::prepare(int frequency) const { state_->tables->prepare(frequency); }

}  // namespace fidelia
