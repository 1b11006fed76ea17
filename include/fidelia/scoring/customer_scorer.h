// SPDX-License-Identifier: Apache-2.0
//
// A prepared scorer: a fitted purchase model, optionally a Gamma-Gamma, and options, ready to score
// one customer or millions. Immutable to its users and safe from any number of threads.
//
//   p_alive             P(alive at T | history)
//   expected_purchases  E[purchases in (T, T + horizon] | history]
//   expected_spend      E[spend per purchase | history], money
//   lifetime_value      margin * expected_spend * discounted purchases (lifetime_value.h), money
//
// The factors "if alive" depend on frequency and T only. For each frequency that occurs they are
// tabulated once as Chebyshev sums in log(age_offset + T), checked when built to 2e-13 relative;
// where a table fails the check, the frequency exceeds max_table_frequency or T lies outside the
// tables' range, the model's own functions are called. Which way is taken depends on model,
// options, frequency and T, never on the batch: one customer alone and within a million has the
// same bits. With interval_level > 0 low and high bounds follow from the covariance of the fits
// (delta method; logit scale for p_alive, log scale for the others): they say how well the
// parameters are known, not how much a single customer's future varies.
//
// Cost: 45 ns a customer for four scores (65 at baseline), ten times that with intervals; a table
// takes 30 us to 1 ms when its frequency is first met.
#ifndef FIDELIA_SCORING_CUSTOMER_SCORER_H_
#define FIDELIA_SCORING_CUSTOMER_SCORER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "fidelia/core/level.h"
#include "fidelia/core/status.h"
#include "fidelia/scoring/gamma_gamma.h"
#include "fidelia/scoring/lifetime_value.h"
#include "fidelia/scoring/purchase_model.h"

namespace fidelia {

struct ScorerOptions {
  double horizon = 0.0;  ///< Required, above 0, in the model's time unit.
  /// Lifetime value is given when units_per_month > 0 and there is a Gamma-Gamma.
  LifetimeOptions lifetime;
  double interval_level = 0.0;  ///< Such as .95; 0: no intervals.
  Level level = Level::automatic;
  int max_table_frequency = 1023;  ///< -1: no tables.
  /// Range of T of the tables; both 0: from half the least to 1.5 times the largest T of the fit.
  double table_min_T = 0.0;
  double table_max_T = 0.0;
};

/// Why a score does not exist.
enum class MissingReason : std::uint8_t {
  none = 0,
  no_spend_model = 1,      ///< The scorer has no Gamma-Gamma.
  no_lifetime_months = 2,  ///< units_per_month was not given.
  no_mean_spend = 3,       ///< p x + q <= 1: the mean does not exist.
  no_monetary_value = 4,   ///< A repeat customer's monetary_value is missing or negative.
};

std::string_view missing_reason_name(MissingReason reason) noexcept;

/// Columns of one length; monetary_value may be empty. Its values are not looked at where frequency
/// is 0; a NaN is a missing value.
struct ScoreInput {
  std::span<const double> frequency;
  std::span<const double> t_x;
  std::span<const double> T;
  std::span<const double> monetary_value;
};

/// A score and its bounds; each span is empty (not wanted) or as long as the input. Where a value
/// does not exist 0 is written, and the reason into `missing`.
struct ScoreColumn {
  std::span<double> value;
  std::span<double> low;
  std::span<double> high;
};

struct ScoreOutput {
  ScoreColumn p_alive;
  ScoreColumn expected_purchases;
  ScoreColumn expected_spend;
  ScoreColumn lifetime_value;
  std::span<MissingReason> missing_spend;
  std::span<MissingReason> missing_lifetime_value;
};

struct Score {
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

struct CustomerScore {
  Score p_alive;
  Score expected_purchases;
  Score expected_spend;
  Score lifetime_value;
  MissingReason missing_spend = MissingReason::none;
  MissingReason missing_lifetime_value = MissingReason::none;
};

/// Purchases of many customers together in (T, T + horizon].
struct PurchaseTotal {
  double expected = 0.0;
  double own_variance = 0.0;        ///< Of the customers' behaviour, parameters known.
  double parameter_variance = 0.0;  ///< Of the estimate; 0 without a covariance.
  double low = 0.0;                 ///< Normal approximation, not below 0.
  double high = 0.0;
};

class CustomerScorer {
 public:
  /// `purchase_fit` and `spend_fit` give the covariance for intervals and the range of T for
  /// tables; they are copied from and need not outlive the call.
  static Result<CustomerScorer> make(std::shared_ptr<const PurchaseModel> model,
                                     std::optional<GammaGamma> spend, const ScorerOptions& options,
                                     const ModelFit* purchase_fit = nullptr,
                                     const ModelFit* spend_fit = nullptr);
  CustomerScorer(CustomerScorer&&) noexcept;
  CustomerScorer& operator=(CustomerScorer&&) noexcept;
  ~CustomerScorer();

  const PurchaseModel& model() const noexcept;
  const std::optional<GammaGamma>& spend() const noexcept;
  const ScorerOptions& options() const noexcept;

  /// Scores all rows; a row that is not a history is refused by row and column. `first_row` is the
  /// number of the first row in such an error.
  Status score(const ScoreInput& input, const ScoreOutput& output,
               std::int64_t first_row = 0) const;
  /// One customer; monetary_value is not looked at when frequency is 0.
  Result<CustomerScore> score_one(double frequency, double t_x, double T,
                                  double monetary_value = 0.0) const;

  /// Total purchases expected, with a prediction interval of `level` (0 < level < 1).
  Result<PurchaseTotal> total(const ScoreInput& input, double level = 0.95) const;

  /// Builds the tables of frequency 0 to `frequency` now instead of when first met.
  void prepare(int frequency) const;

 private:
  struct State;
  explicit CustomerScorer(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace fidelia

#endif  // FIDELIA_SCORING_CUSTOMER_SCORER_H_
