// SPDX-License-Identifier: Apache-2.0
//
// compare_purchase_models: which purchase model describes these customers best, and how well.
//
// Every model of purchase_models() is fitted on the purchases up to a day, the cut, and must
// foretell those after it, the hold-out. Models are ranked by the logarithmic score of the
// hold-out: the mean over customers of log P(N = n | history), N the purchases of the hold-out and
// n those that came. It is strictly proper (Gneiting and Raftery 2007): only the true probabilities
// reach its maximum, and it judges the whole distribution, not the mean alone. All models give P(N
// = n | history) in closed form or by one stable integral. Where there is no hold-out the
// log-likelihood of the fit, with Akaike's penalty for parameters, takes its place. A model that
// did not converge is never chosen.
//
// The difference to the chosen model comes with its standard error over customers: below two of
// them the data do not tell the models apart.
//
// Cost: a fit of each model, and a computation for each distinct history and count of the hold-out.
#ifndef FIDELIA_SCORING_COMPARE_PURCHASE_MODELS_H_
#define FIDELIA_SCORING_COMPARE_PURCHASE_MODELS_H_

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fidelia/core/catalogue.h"
#include "fidelia/scoring/fitted_model.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia {

/// One row a customer: the history up to the cut, and the purchases after it.
struct HoldoutHistories {
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats holdout_frequency;
};
const TableSpec<HoldoutHistories>& holdout_histories_table();

/// Customers are told apart by the frequency of the calibration: 0, 1, … 6, 7 and more.
inline constexpr std::size_t kFrequencyClasses = 8;

/// One model on the calibration and the hold-out. What a model that did not converge would foretell
/// is not worked out.
struct ModelCheck {
  std::shared_ptr<const FittedPurchaseModel> model;  ///< Fitted on the calibration.
  std::string reason;                                ///< Why it is chosen or not, in words.
  bool converged = false;
  double log_score = 0;         ///< Mean of log P(n | history) over customers.
  double difference = 0;        ///< Of it to the chosen model's; not above 0.
  double difference_error = 0;  ///< Standard error of the difference.
  double mean_absolute_error = 0;
  double mean_squared_error = 0;
  PurchaseTotal total;         ///< Of the hold-out.
  std::vector<double> by_end;  ///< Expected from the cut to each end.
  std::array<double, kFrequencyClasses> by_frequency{};

  /// Whether the difference is within what chance makes of it.
  bool is_slight() const noexcept { return -difference < 2 * difference_error; }
};

struct ModelChoice {
  std::vector<ModelCheck> checks;    ///< In the order of purchase_models().
  std::vector<std::size_t> ranking;  ///< Those that converged, the best first; may be empty.
  double actual = 0;                 ///< Purchases of the hold-out.
  std::array<double, kFrequencyClasses> actual_by_frequency{};
  std::array<double, kFrequencyClasses> customers_by_frequency{};
};

/// Fits all models on the histories and compares them on a hold-out; `ages` are the ends of its
/// periods from the cut, ascending, in the unit of T, the last one that of the whole hold-out.
Result<ModelChoice> compare_on_holdout(const HoldoutHistories& histories,
                                       std::span<const double> ages, double level,
                                       Context& context);
/// Fits all models and compares them by their likelihood alone.
Result<ModelChoice> compare_by_likelihood(Histories& histories, Context& context);

struct CompareOptions {
  std::optional<Day> as_of;          ///< Of orders: the cut.
  std::optional<Day> holdout_until;  ///< Of orders.
  PeriodUnit unit = PeriodUnit::week;
  PeriodUnit merge = PeriodUnit::day;
  CustomerIs customer = CustomerIs::party;
  std::optional<Day> known_at;
  double horizon = 0;  ///< Length of the hold-out of `summary`, in `unit`; 0: not known.
  double level = 0.9;  ///< Of the interval of the total.
};

struct CompareInput {
  HoldoutHistories summary;
  Source<Orders> orders;
  Source<ExchangeRates> exchange_rates;
  Source<PartyLinks> party_links;
  Parties parties;
};

/// One row a model, the chosen one first, the others by their rank.
struct ModelsCompared {
  Texts model;
  Flags chosen;
  Flags converged;
  Floats log_likelihood;
  Floats log_score;
  Floats log_score_difference;
  Floats log_score_difference_error;
  Floats mean_absolute_error;
  Floats root_mean_squared_error;
  Floats expected;
  Floats expected_low;
  Floats expected_high;
  Floats actual;
  Floats bias;
  Texts reason;
};
/// One row a model and period of the hold-out.
struct ModelsByPeriod {
  Texts model;
  Days period_end;  ///< Null where the hold-out came with a summary.
  Floats age;       ///< From the cut to the period's end.
  Floats actual;
  Floats expected;
  Floats cumulative_actual;
  Floats cumulative_expected;
};
/// One row a model and frequency of the calibration.
struct ModelsByFrequency {
  Texts model;
  Labels frequency;
  Floats customers;
  Floats actual;
  Floats expected;
};
struct ModelComparison {
  ModelsCompared models;
  ModelsByPeriod by_period;
  ModelsByFrequency by_frequency;
};

Result<ModelComparison> compare_purchase_models(CompareInput& input, const CompareOptions& options,
                                                Context& context);
Entry compare_purchase_models_entry();

}  // namespace fidelia

#endif  // FIDELIA_SCORING_COMPARE_PURCHASE_MODELS_H_
