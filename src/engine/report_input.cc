// SPDX-License-Identifier: Apache-2.0
#include "src/engine/report_input.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fidelia/core/money.h"
#include "fidelia/scoring/interpurchase_times.h"
#include "src/core/try.h"
#include "src/engine/reconcile.h"
#include "src/engine/tracking.h"

namespace fidelia::detail {
namespace {

/// What a customer is worth where no model can say it: what a buyer has spent so far, times the
/// margin; 1 where nobody has spent, so that steps can still be ranked.
double plain_value(const CompanyRun& run) {
  const PurchaseSummary& s = run.summary;
  double spend = 0;
  for (std::int64_t i = 0; i < s.spend.size(); ++i) spend += static_cast<double>(s.spend[i]);
  const auto buyers = static_cast<double>(std::max<std::int64_t>(1, run.buyers.frequency.size()));
  const double value = run.options.margin * spend / scale_factor(s.spend.scale()) / buyers;
  return value > 0 ? value : 1;
}

bool has_value(const CompanyRun& run) {
  const Floats& value = run.buyer_scores.lifetime_value;
  for (std::int64_t i = 0; i < value.size(); ++i) {
    if (!value.is_null(i)) return true;
  }
  return false;
}

/// Rows of orders set aside because they name no customer, and their amount where all of them have
/// one.
std::optional<ReportWithoutCustomer> without_customer(const CompanyRun& run) {
  ReportWithoutCustomer found;
  for (const Intake::Count& count : run.intake->counts()) {
    if (count.table == "orders") found.of_rows += count.rows;
  }
  for (const RejectedRow& row : run.intake->rejected()) {
    if (row.table == "orders" && row.column == run.customer_column) ++found.rows;
  }
  if (found.rows == 0) return std::nullopt;
  if (run.order_totals.without_customer_rows == found.rows) {
    found.amount = run.order_totals.without_customer;
    found.of_amount = run.order_totals.input;
  }
  return found;
}

ReportScores report_scores(const CustomerScores& s) {
  return {s.customer_id,        s.p_alive,        s.p_alive_low,    s.p_alive_high,
          s.expected_purchases, s.expected_spend, s.lifetime_value, s.lifetime_value_low,
          s.lifetime_value_high};
}

/// The same company at the earlier day, as the report compares with it.
std::shared_ptr<const CompanyReportInput> earlier_input(const PastCompany& past,
                                                        const CompanyReportInput& now) {
  auto input = std::make_shared<CompanyReportInput>();
  input->as_of = past.as_of;
  input->currency = now.currency;
  input->unit = now.unit;
  input->horizon = now.horizon;
  input->lifetime_months = now.lifetime_months;
  input->discount_per_year = now.discount_per_year;
  input->margin = now.margin;
  input->interval_level = 0;
  input->summary = past.summary;
  input->scores = report_scores(past.buyer_scores);
  input->stages = {past.stages.customer_id, past.stages.stage, past.stages.fallen_from};
  return input;
}

}  // namespace

Result<NextSteps> advise(const CompanyRun& run, const CompanyReportOptions& options,
                         Context& context) {
  FIDELIA_TRY(context.progress(0.88, "advising"));
  NextStepInput input;
  input.evidence = run.evidence;
  input.stages = run.stages;
  if (run.scorer) {
    const CustomerScores& s = run.buyer_scores;
    input.scores = {s.customer_id,        s.p_alive,
                    s.p_alive_low,        s.p_alive_high,
                    s.frequency,          s.monetary_value,
                    s.expected_purchases, s.expected_spend,
                    s.lifetime_value,     s.lifetime_value_low,
                    s.lifetime_value_high};
  }
  if (run.mix) {
    const ProductOffers& o = run.mix->offers;
    input.offers = {o.customer_id, o.product_id, o.lift, o.support, o.because_product_id};
  }
  if (run.history) {
    FIDELIA_ASSIGN(
        const InterpurchaseTimes times,
        interpurchase_times(*run.history, InterpurchaseTimesOptions{}.min_gaps, context));
    const CustomerGaps& gaps = times.customers;
    input.gaps = {gaps.customer_id, gaps.median_gap, gaps.cv_gap};
  }
  NextStepOptions step = options;
  step.language = options.language;  // The report's.
  step.as_of = run.as_of;
  if (!step.typical_value && !has_value(run)) step.typical_value = plain_value(run);
  return next_step(input, step, context);
}

void add_scores(const CompanyRun& run, CompanyReportInput& input) {
  input.no_forecast_reason = run.no_forecast_reason;
  input.no_value_reason = run.no_value_reason;
  if (run.purchase_model) {
    input.purchase_model = run.purchase_model->fit();
    input.model_choice = run.model_choice;
    input.failed_fits = run.failed_fits;
    if (input.failed_fits.empty() && !run.no_forecast_reason.empty()) {
      input.purchase_model->reason = run.no_forecast_reason;
    }
  }
  if (run.spend_model) input.spend_model = run.spend_model->fit();
  if (!run.scorer) return;
  input.scores = report_scores(run.buyer_scores);
}

Status add_forecast(const CompanyRun& run, CompanyReportInput& input, Context& context) {
  add_scores(run, input);
  if (!run.scorer) return {};
  FIDELIA_ASSIGN(const PurchaseTotal total, total_purchases(run, run.options.horizon));
  input.expected_purchases_total = ReportRange{total.low, total.high};
  FIDELIA_ASSIGN(input.tracking, track_purchases(run, context));
  FIDELIA_ASSIGN(input.holdout, check_holdout(run));
  return {};
}

Result<CompanyReportInput> report_input(const CompanyRun& run, const CompanyReportOptions& options,
                                        const Advice& advice, const PartyNames& names) {
  CompanyReportInput input;
  input.company = options.company;
  input.language = options.language;
  input.as_of = run.as_of;
  FIDELIA_ASSIGN(input.currency, find_currency(run.currency));
  input.unit = run.options.unit;
  input.horizon = run.options.horizon;
  input.lifetime_months = static_cast<int>(run.options.months);
  input.discount_per_year = run.options.discount_rate;
  input.margin = run.options.margin;
  input.interval_level = run.options.level;
  input.summary = run.summary;
  input.stages = {run.stages.customer_id, run.stages.stage, run.stages.fallen_from};
  if (run.compared) input.earlier = earlier_input(*run.compared, input);
  if (run.forecast) {
    const StageSizeForecast& f = run.forecast->forecast;
    input.stage_forecast = {f.as_of, f.stage, f.customers, f.customers_low, f.customers_high};
  }
  input.sales = run.sales;
  input.advice = {advice.customer_id,
                  advice.step,
                  advice.due_at,
                  advice.channel,
                  advice.expected_gain,
                  advice.expected_gain_low,
                  advice.expected_gain_high,
                  advice.rank,
                  advice.reasons};
  input.names = {names.party_id, names.name};
  input.intake = run.intake;
  input.reconciliation = reconcile(run);
  input.without_customer = without_customer(run);
  const ReversedOrders& reversed = run.reversed.table;
  input.reversed = {reversed.customer_id, reversed.order_id,    reversed.ordered_at,
                    reversed.amount,      reversed.returned_at, reversed.returned,
                    run.reversed.orders,  run.reversed.amount};
  return input;
}

}  // namespace fidelia::detail
