// SPDX-License-Identifier: Apache-2.0
//
// Fitted purchase and spend models as catalogue models: fit, predict, save, load.
//
// The numbers are made in the models' own headers, gamma_gamma.h and customer_scorer.h; here they
// get their tables, options and files. A further purchase model is its header, its fit and one
// PurchaseModelSpec in src/scoring/purchase_models.cc; all that it shares with the others (fit,
// predict, save, load, the choice of a model) follows from that.
#ifndef FIDELIA_SCORING_FITTED_MODEL_H_
#define FIDELIA_SCORING_FITTED_MODEL_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "fidelia/core/catalogue.h"
#include "fidelia/core/model.h"
#include "fidelia/scoring/customer_scorer.h"
#include "fidelia/scoring/gamma_gamma.h"
#include "fidelia/scoring/purchase_model.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia {

/// One row a customer, as purchase_summary writes it: what models are fitted on and predict from.
struct Histories {
  Keys customer_id;  ///< Passed through where it is there.
  Floats frequency;
  Floats t_x;
  Floats T;
  Floats monetary_value;
};
/// With monetary_value, for scores; the models' own tables take the columns that they need.
const TableSpec<Histories>& histories_table();

/// A purchase model with the fit that it came from. Whether fitted now or loaded from a file, all
/// is made from the record, so that both give the same bits.
class FittedPurchaseModel final : public Model {
 public:
  FittedPurchaseModel(ModelRecord record, std::shared_ptr<const PurchaseModel> model);
  const std::shared_ptr<const PurchaseModel>& model() const noexcept { return model_; }
  /// Covariance and the fitted range of T, for CustomerScorer.
  const ModelFit& fit() const noexcept { return fit_; }

 private:
  std::shared_ptr<const PurchaseModel> model_;
  ModelFit fit_;
};

class FittedSpendModel final : public Model {
 public:
  FittedSpendModel(ModelRecord record, GammaGamma model);
  const GammaGamma& model() const noexcept { return model_; }
  const ModelFit& fit() const noexcept { return fit_; }

 private:
  GammaGamma model_;
  ModelFit fit_;
};

struct ModelFitOptions {
  std::int64_t max_iterations = 200;
};
const OptionsSpec<ModelFitOptions>& model_fit_options();

/// A purchase model as the catalogue knows it.
struct PurchaseModelSpec {
  std::string_view name;                  ///< As PurchaseModel::name() says it.
  std::string_view help;                  ///< One sentence.
  std::string_view detail;                ///< Source, assumptions, method: a paragraph.
  std::vector<ParameterInfo> parameters;  ///< In the order that `make` takes.
  Result<ModelFit> (*fit)(PurchaseCells& cells, const FitOptions& options);
  Result<std::shared_ptr<const PurchaseModel>> (*make)(std::span<const double> parameters);
};

/// All purchase models, the simplest first.
std::span<const PurchaseModelSpec> purchase_models();
/// Their names, for options that take one.
std::span<const std::string_view> purchase_model_words();
/// Null when there is none of that name.
const PurchaseModelSpec* find_purchase_model(std::string_view name);

/// Fits, in the catalogue's form. The errors are wrong calls and wrong rows only; data that
/// determine no maximum give a model with converged = false.
Result<ModelPointer> fit_purchase_model(const PurchaseModelSpec& spec, Histories& input,
                                        const ModelFitOptions& options, Context& context);
Result<ModelPointer> fit_gamma_gamma_model(Histories& input, const ModelFitOptions& options,
                                           Context& context);

struct PredictOptions {
  double horizon = 52;  ///< In the model's time unit.
  double level = 0.9;   ///< Of the intervals; 0: none.
};

struct PurchasePrediction {
  Keys customer_id;
  Floats p_alive;
  Floats p_alive_low;
  Floats p_alive_high;
  Floats expected_purchases;
  Floats expected_purchases_low;
  Floats expected_purchases_high;
};
const TableSpec<PurchasePrediction>& purchase_prediction_table();
Result<PurchasePrediction> predict_purchases(const FittedPurchaseModel& model, Histories& input,
                                             const PredictOptions& options, Context& context);

struct SpendPrediction {
  Keys customer_id;
  Floats expected_spend;
  Labels expected_spend_reason;
};
const TableSpec<SpendPrediction>& spend_prediction_table();

struct DertOptions {
  double discount_rate = 0.1;          ///< A year, effective.
  PeriodUnit unit = PeriodUnit::week;  ///< In which t_x and T count.
};
/// ln(1 + discount_rate) over the units of a year of 365.25 days: the rate d at which a purchase at
/// time s after T counts e^{-d s}.
double continuous_rate(const DertOptions& options) noexcept;

struct DertPrediction {
  Keys customer_id;
  Floats dert;
};
Result<DertPrediction> predict_dert(const FittedPurchaseModel& model, Histories& input,
                                    const DertOptions& options, Context& context);

/// Ages of new customers, and what is expected of them.
struct NewCustomerAges {
  Floats t;
};
struct NewCustomers {
  Floats t;
  Floats expected_purchases;
  Floats probability_none;
};

/// The catalogue's entry of the purchase model of that name, which must be one of
/// purchase_models().
Entry purchase_model_entry(std::string_view name);
Entry gamma_gamma_entry();

/// Why an expected_spend or lifetime_value is null; order of MissingReason.
std::span<const std::string_view> missing_reason_words() noexcept;

namespace detail {
/// Runs the scorer over all rows, in blocks that do not depend on the number of threads; the
/// columns of `scores` that are not wanted stay empty. Where `values` has nulls, the value is
/// missing.
struct ScoredColumns {
  struct Column {
    Floats value;
    Floats low;
    Floats high;
  };
  Column p_alive;
  Column expected_purchases;
  Column expected_spend;
  Column lifetime_value;
  Labels expected_spend_reason;
  Labels lifetime_value_reason;
};
Result<ScoredColumns> score_all(const CustomerScorer& scorer, const Histories& histories,
                                bool with_spend, Context& context);
}  // namespace detail

}  // namespace fidelia

#endif  // FIDELIA_SCORING_FITTED_MODEL_H_
