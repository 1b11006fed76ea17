// SPDX-License-Identifier: Apache-2.0
//
// The company report: from tables of measures, scores, stages and advice to one JSON document of
// sentences, figures, charts (Vega-Lite 6) and tables, which a host only has to draw.
//
// A pure function: it fits nothing and forecasts nothing, it counts, ranks, aggregates and says in
// words. Every figure is computed once, so that no two places of a report disagree. A table that is
// empty leaves its section with a sentence on why there is nothing to show.
//
// Units: Floats of money are in major units (29.33), Amounts in minor units of the reporting
// currency; time is in `unit`; probabilities and levels are 0 to 1.
//
// The document:
//
//   {"format": "fidelia-report", "version": 1, "language", "title", "subtitle", "as_of",
//    "currency", "generated_by",
//    "headline": [sentence], "figures": [{"label", "value", "note"}],
//    "sections": [{"id", "title", "text": [paragraph],
//                  "charts": [{"title", "alt", "spec": Vega-Lite}],
//                  "tables": [{"id", "caption", "columns": [{"name", "label", "kind"}], "rows",
//                              "first_rows"}],
//                  "note"}],
//    "labels": {word of the page: text}, "palette": {"light": {name: colour}, "dark": {…}},
//    "chart_config": Vega-Lite configuration}
//
// `kind` is text, number, money, percent or date and tells how to align. A cell is a text, already
// formatted, or null where no value exists. `first_rows` are the rows to show at first. Colours in
// specs and configuration are those of palette.light; a host may replace them one for one.
//
// The document speaks the language of the input's `language`: its sentences, numbers and dates.
// What other rooms of Fidelia say in English (notes and reasons of fits, faults of rows, findings)
// is translated; a sentence that is not known stays as it came, as do the reasons of advice, which
// next_step words itself, and all data: names of customers, products, segments and of
// the user's own audiences.
//
// A section whose table is empty says why in one sentence, where a reader would look for it
// (stages, concentration, slipping, tracking, advice, quality), and else is left out.
//
// Cost: some 500 ns a customer; the document stays below 600 KB for any number of customers.
#ifndef FIDELIA_REPORT_COMPANY_REPORT_H_
#define FIDELIA_REPORT_COMPANY_REPORT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/column.h"
#include "fidelia/core/context.h"
#include "fidelia/core/language.h"
#include "fidelia/core/money.h"
#include "fidelia/core/table.h"
#include "fidelia/scoring/purchase_model.h"
#include "fidelia/scoring/purchase_summary.h"

namespace fidelia {

/// One row a customer, in any order; columns that are not there stay empty.
struct ReportScores {
  Keys customer_id;
  Floats p_alive;
  Floats p_alive_low;
  Floats p_alive_high;
  Floats expected_purchases;  ///< Within CompanyReportInput::horizon.
  Floats expected_spend;      ///< Money a purchase.
  Floats lifetime_value;      ///< Money; null where it does not exist.
  Floats lifetime_value_low;
  Floats lifetime_value_high;
};

/// One row a party; parties that never bought may be among them.
struct ReportStages {
  Keys customer_id;
  Labels stage;  ///< attention, permission, participation, loyalty; in the order of its words.
  Labels fallen_from;  ///< The stage held before, with the same words; null: has not fallen back.
};

/// What the stages will be: one row a date and stage, dates ascending.
struct ReportStageForecast {
  Days at;
  Labels stage;
  Floats parties;
  Floats parties_low;
  Floats parties_high;
};

/// Recency, frequency and monetary scores, 1 to 5, 5 being best; one row a customer.
struct ReportRfm {
  Keys customer_id;
  Ints recency;
  Ints frequency;
  Ints monetary;
  Labels segment;
};

/// One row a cohort (customers by the period of their first purchase) and period since.
struct ReportCohorts {
  PeriodUnit unit = PeriodUnit::month;
  Days cohort;     ///< First day of the cohort's period, ascending.
  Ints period;     ///< Periods since, from 0 on.
  Ints customers;  ///< Of the cohort.
  Ints active;     ///< Of them, those who bought in that period.
};

/// Sales, returns taken off, by calendar month; ascending, from the first month with an order.
struct ReportSales {
  Days month;  ///< First day.
  Amounts amount;
  Ints orders;
};

/// One row a product.
struct ReportProducts {
  Texts product;
  Amounts amount;  ///< Net of returns; null where not known.
  Ints orders;
  Ints customers;
};

/// How much of spend counts as margin: all of it, for want of better; the share told; or what the
/// orders' own margins come to.
enum class ReportMarginSource : std::int8_t { all = 0, told, recorded };

/// What the levels were judged from, to be said beside them.
struct ReportLevelTerms {
  bool expected = true;     ///< Margins are those of the 12 months to come; else of a year so far.
  bool by_matrix = true;    ///< Levels follow margin and number of customers.
  double margin_share = 1;  ///< Of spend.
  ReportMarginSource source = ReportMarginSource::all;
  bool contacts_known = false;  ///< Else nothing can be said of what is overdue.
  double message_cost = 0;
  double call_cost = 0;
  double visit_cost = 0;
  /// Share of the margin that each level above basic is taken to add.
  std::array<double, 4> gains = {};
};

/// Which relationship is kept with whom; one row a segment: A, B and C are classes by share of
/// margin, other names are shown as they are.
struct ReportLevels {
  Texts segment;
  Ints customers;
  Floats margin;        ///< Of a customer, money a year.
  Labels level;         ///< basic, reactive, accountable, proactive, partnership.
  Floats cost;          ///< Of the level, money a year for the segment.
  Floats gain;          ///< Margin that it is taken to add, money a year for the segment.
  Floats contacts;      ///< That it obliges, a year for the segment.
  Labels margin_class;  ///< low, medium, high.
  Labels number_class;  ///< few, medium, many.
  Ints obliged;         ///< Customers whose contact came due; null where that is not known.
  Ints kept;            ///< Of them, those who were contacted.
  std::optional<ReportLevelTerms> terms = {};
};

/// Contacts that a level obliges and that have not happened.
struct ReportOverdue {
  Keys customer_id;
  Labels level;
  Labels duty;  ///< after_sale_message, after_sale_call, regular_call.
  Days due_at;
  Floats worth;  ///< The customer's margin, money a year; null where none can be stated.
};

/// One row an audience.
struct ReportAudiences {
  Texts audience;  ///< Standard publics by their names; "region: x" and "culture: x".
  Texts meaning;
  Ints members;
  Ints buyers;
  Amounts spend;
  Floats value;              ///< Sum of the members' lifetime values; empty where there are none.
  std::int64_t parties = 0;  ///< All that could be members; 0: not known.
};

/// One row a party with a next step.
struct ReportAdvice {
  Keys customer_id;
  Labels step;
  Days due_at;
  Texts channel;
  Floats expected_gain;  ///< Money; null where none can be stated.
  Floats expected_gain_low;
  Floats expected_gain_high;
  Ints rank;  ///< 1 is the most urgent; null where nothing is to be done.
  Texts reasons;
};

struct ReportNames {
  Keys customer_id;
  Texts name;
};

/// Repeat purchases of all customers, period by period, ascending; no period spans as_of.
struct ReportTracking {
  Days period_end;  ///< Last day of the period.
  Ints actual;      ///< Within the period; null after the data's end.
  /// Within the period: up to as_of what the fitted model says of customers with their dates of
  /// first purchase, after as_of what it expects given their histories.
  Floats expected;
  Floats expected_low;  ///< Of the period; may be null.
  Floats expected_high;
  Floats cumulative_low;  ///< Of the purchases from as_of to period_end; null up to as_of.
  Floats cumulative_high;
};

/// Prediction at as_of, beside what then happened.
struct ReportHoldout {
  Day until;
  double predicted = 0;
  double low = 0;
  double high = 0;
  std::int64_t actual = 0;
};

struct ReportRange {
  double low = 0;
  double high = 0;
};

/// Where every amount of the input went, in minor units: input equals the net spend of the purchase
/// summary, less the unmatched refunds of its customers with a purchase, plus the parts below. Each
/// is to be summed by itself; the report shows a difference.
struct ReportReconciliation {
  std::int64_t input = 0;        ///< All amounts that could be read, in the reporting currency.
  std::int64_t after_as_of = 0;  ///< The hold-out included.
  std::int64_t rejected = 0;     ///< Amounts of rows that were set aside, as far as known.
  std::int64_t cancelled = 0;    ///< Of cancelled orders.
  std::int64_t repeated = 0;     ///< Of repeated orders.
  std::int64_t superseded = 0;   ///< Corrected, retracted or not yet known.
  std::int64_t without_purchase = 0;  ///< Returns of customers without a purchase up to as_of.
  double rounding = 0;                ///< What rounding on entry left out, for information.
};

/// Large orders that were taken back soon after, the largest first: see reversed_orders.
struct ReportReversed {
  Keys customer_id;
  Keys order_id;  ///< May hold nulls.
  Times ordered_at;
  Amounts amount;
  Times returned_at;
  Amounts returned;
  std::int64_t orders = 0;        ///< All of them, those not listed included.
  std::int64_t total_amount = 0;  ///< Of all of them, in minor units.
};

/// Rows of orders that could not count because they name no customer.
struct ReportWithoutCustomer {
  std::int64_t rows = 0;
  std::int64_t of_rows = 0;            ///< Of all rows read.
  std::optional<std::int64_t> amount;  ///< Minor units, where it is known.
  std::int64_t of_amount = 0;          ///< Of all rows read, likewise.
};

/// How the purchase model was chosen among several.
struct ReportModelChoice {
  /// Models were fitted on the orders up to that day and judged by those after it; null: there were
  /// too few, and the likelihood of all orders decided.
  std::optional<Day> fitted_until;
  bool only = false;                 ///< No other model could be fitted.
  std::vector<std::string> as_good;  ///< Models that the judgement does not tell from the chosen.
};

/// A purchase model that was tried and did not converge.
struct ReportFailedFit {
  std::string model;
  std::string reason;
};

struct CompanyReportInput {
  std::string company;  ///< Its name, for the title; may be empty.
  Language language = Language::en;
  Day as_of;
  Currency currency;
  PeriodUnit unit = PeriodUnit::week;
  double horizon = 52;  ///< Of expected_purchases, in units.
  int lifetime_months = 12;
  double discount_per_year = 0;
  double margin = 1;
  double interval_level = 0.95;  ///< 0: no intervals, save .9 for totals and the hold-out.

  PurchaseSummary summary;  ///< Its customer_id, frequency, first_purchase to refunds_unmatched.
  ReportScores scores;
  std::optional<ReportRange> expected_purchases_total;  ///< Interval of the column's sum.
  std::optional<ReportRange> lifetime_value_total;
  ReportStages stages;
  ReportStageForecast stage_forecast;
  /// The same company at an earlier as_of, to compare with: its summary, scores and stages are
  /// read.
  std::shared_ptr<const CompanyReportInput> earlier;
  ReportRfm rfm;
  ReportCohorts cohorts;
  ReportSales sales;
  ReportProducts products;
  ReportLevels levels;
  ReportOverdue overdue;
  ReportAudiences audiences;
  ReportAdvice advice;
  ReportNames names;
  ReportTracking tracking;
  std::optional<ReportHoldout> holdout;
  std::optional<ModelFit> purchase_model;
  std::optional<ReportModelChoice> model_choice;
  std::vector<ReportFailedFit> failed_fits;  ///< Where no model converged of those tried.
  std::optional<ModelFit> spend_model;
  /// Why there is no forecast, or no value in money, where the models' own records do not say it.
  std::string no_forecast_reason;
  std::string no_value_reason;
  std::optional<ReportWithoutCustomer> without_customer;
  std::shared_ptr<const Intake> intake;
  std::optional<ReportReconciliation> reconciliation;
  ReportReversed reversed;
};

/// Refuses tables that contradict each other (lengths, customers without a summary, numbers that
/// are not finite, a hold-out that is not the sum of its periods) by table, row and column.
Result<std::string> company_report_json(const CompanyReportInput& input, Context& context);

}  // namespace fidelia

#endif  // FIDELIA_REPORT_COMPANY_REPORT_H_
