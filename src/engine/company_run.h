// SPDX-License-Identifier: Apache-2.0
//
// The steps that company_scores and company_report share: read once, fit, score, judge the stage.
#ifndef FIDELIA_SRC_ENGINE_COMPANY_RUN_H_
#define FIDELIA_SRC_ENGINE_COMPANY_RUN_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/engine/company.h"
#include "fidelia/scoring/customer_scorer.h"
#include "fidelia/scoring/reversed_orders.h"
#include "fidelia/stage/stage_forecast.h"
#include "fidelia/stage/stage_moves.h"

namespace fidelia::detail {

/// An order or a return of the customer that was asked for.
struct WatchedOrder {
  Day day;
  std::int64_t amount = 0;  ///< Minor units.
};

/// Stages as they were judged at an earlier day.
struct PastStages {
  Day as_of;
  RelationshipStages stages;
};

/// The company at the earlier day that a report compares with.
struct PastCompany {
  Day as_of;
  PurchaseSummary summary;
  CustomerScores buyer_scores;  ///< Empty where no model could be fitted.
  RelationshipStages stages;
};

struct CompanyRun {
  CompanyScoresOptions options;
  bool is_past = false;  ///< Of an earlier day, inside the run of a later one.
  Day as_of;
  std::string currency;
  std::shared_ptr<Intake> intake;
  std::string customer_column;  ///< The caller's name of customer_id in the orders.
  OrderTotals order_totals;     ///< Where the amounts of the orders went; only for a report.
  PurchaseTotals purchase_totals;
  ReversedOrdersFound reversed;  ///< Only for a report.
  PurchaseSummary summary;       ///< Also customers of whom only returns are known.
  PurchaseTimeline timeline;     ///< Purchases by day, hold-out included; only for a report.
  std::optional<PurchaseHistory> history;  ///< Only for a report, and of purchases by days or more.
  ReportSales sales;                       ///< By month, up to as_of; only for a report.
  std::optional<ProductMix> mix;           ///< With products, where the records name any.
  RelationshipEvidence evidence;
  Histories buyers;  ///< The summary's customers with a purchase.
  std::shared_ptr<const FittedPurchaseModel> purchase_model;  ///< Null: none could be fitted.
  std::shared_ptr<const FittedSpendModel> spend_model;
  PurchaseSplit split;  ///< For the choice of a model; empty unless the option is "auto".
  Day split_at;         ///< The cut of `split`.
  std::optional<ReportModelChoice> model_choice;  ///< How "auto" came to the purchase model.
  std::vector<ReportFailedFit> failed_fits;       ///< Of "auto", where no model converged.
  std::string no_forecast_reason;                 ///< In words, where scores are missing.
  std::string no_value_reason;
  std::optional<CustomerScorer> scorer;
  CustomerScores buyer_scores;        ///< Rows of `buyers`; empty without a scorer.
  CustomerScores scores;              ///< Rows of `evidence`; null where there is no score.
  RelationshipStages stages;          ///< Rows of `evidence`.
  std::vector<WatchedOrder> watched;  ///< Up to as_of.
  // With a history:
  std::vector<PastStages> past;           ///< By day, ascending.
  std::optional<StageMoves> moves;        ///< Since compare_to.
  std::optional<PastCompany> compared;    ///< At compare_to; only for a report.
  std::optional<StageForecast> forecast;  ///< Of the stages' sizes.
  std::string no_moves_reason;            ///< In words, where one of them is missing.
};

/// What a run makes beside scores and stages.
struct RunNeeds {
  bool report = false;    ///< Also the timeline, and the words of the stages' reasons.
  bool products = false;  ///< Also the mix of products.
  const StageHistoryOptions* history = nullptr;  ///< Stages at earlier days, moves, the forecast.
  std::string_view watched = {};  ///< The customer whose orders are kept; "" for none.
};

Result<CompanyRun> run_company(CompanyFacts& facts, const CompanyScoresOptions& options,
                               const RunNeeds& needs, Context& context);

/// How the run scores its buyers; with models that could be fitted.
CustomerScoresOptions scoring_options(const CompanyRun& run);

/// Position of each key of `all` in `some`, -1 where it is not there; empty when the two are equal.
/// Both ascending; each key of `some` is in `all`.
std::vector<std::int64_t> positions_of(const Keys& all, const Keys& some);

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_ENGINE_COMPANY_RUN_H_
