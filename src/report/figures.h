// SPDX-License-Identifier: Apache-2.0
//
// The figures of the company report: each is computed here, once, and only shown elsewhere.
//
//   at stake   what a customer would still bring, were it certain that the relationship lives, less
//              what is expected: expected / p_alive - expected
//   slipping   repeat customers with P(alive) from kGoneBelow to below kSafeFrom
//   gone       repeat customers with P(alive) below kGoneBelow
//
// Customers with one purchase are in neither: models of the BG/NBD family let nobody leave before
// the second purchase. Sums run in the order of the tables.
#ifndef FIDELIA_SRC_REPORT_FIGURES_H_
#define FIDELIA_SRC_REPORT_FIGURES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/report/company_report.h"

namespace fidelia::report {

inline constexpr double kGoneBelow = 0.2;
inline constexpr double kSafeFrom = 0.7;
inline constexpr int kAliveBands = 10;
inline constexpr std::size_t kCurvePoints = 200;
inline constexpr std::size_t kSlippingRows = 15;
inline constexpr std::size_t kAdviceRows = 200;
inline constexpr std::size_t kTrackingPoints = 300;
inline constexpr std::string_view kLeaveAlone = "leave_alone";
inline constexpr int kScores = 5;  ///< RFM scores run from 1 to this.
inline constexpr std::size_t kSilenceBands = 8;
inline constexpr std::array<std::int64_t, 8> kPurchaseBands = {1, 2, 3,  4,
                                                               5, 7, 10, 15};  ///< From.
inline constexpr std::size_t kCohortRows = 24;
inline constexpr std::size_t kSalesMonths = 36;
inline constexpr int kSeasonMonths = 3;           ///< Of the strongest season.
inline constexpr double kStrongSeason = 1.0 / 3;  ///< Share of the year that makes a season strong.
inline constexpr std::size_t kProductRows = 100;
inline constexpr std::size_t kOverdueRows = 100;

/// What a customer's future is measured in.
enum class Worth : std::uint8_t { money, purchases, nothing };

struct Slipping {
  std::int64_t row = 0;  ///< Of the purchase summary.
  double p_alive = 0;
  std::optional<ReportRange> p_alive_range;
  double expected = 0;
  double at_stake = 0;
};

struct AliveBand {
  std::int64_t customers = 0;
  double expected = 0;
};

/// Cumulative share of a quantity, over customers from the largest to the smallest.
struct Concentration {
  struct Point {
    double customers = 0;  ///< Share of all customers, 0 to 1.
    double quantity = 0;
  };
  std::vector<Point> points;  ///< Empty when there is nothing to share.
  double top_fifth = 0;       ///< Share of the largest 20 % of customers.
  std::int64_t top_fifth_customers = 0;
  double largest = 0;  ///< Share of the largest customer.
};

struct StageFigures {
  std::string_view word;
  std::int64_t parties = 0;
  std::int64_t buyers = 0;
  double expected = 0;
  std::int64_t spend = 0;
  std::int64_t fallen = 0;  ///< Of the parties, those who held a later stage before.
};

/// Who goes from one stage to another; -1 is not known, which can only be where from.
struct Flow {
  int from = 0;
  int to = 0;
  std::int64_t parties = 0;
};

struct MoveFigures {
  std::vector<Flow> flows;  ///< By `to`, then `from`.
  std::int64_t stayed = 0;
  std::int64_t up = 0;
  std::int64_t down = 0;
  std::int64_t fresh = 0;    ///< Known now and not then.
  std::int64_t dropped = 0;  ///< Known then and not now.
};

struct RfmCell {
  std::int64_t customers = 0;
  std::int64_t spend = 0;
};

struct RfmSegment {
  std::string_view word;
  std::int64_t customers = 0;
  std::int64_t spend = 0;
};

struct RfmFigures {
  std::int64_t customers = 0;
  std::int64_t spend = 0;
  std::array<std::array<RfmCell, kScores>, kScores> map{};  ///< [recency - 1][frequency - 1]
  RfmCell best;                                             ///< Recency and frequency 4 or 5.
  std::vector<RfmSegment> segments;                         ///< Largest first.
};

/// Customers by silence and number of purchases.
struct AliveCell {
  std::int64_t customers = 0;
  double p_alive = 0;  ///< Their sum.
};

struct AliveMap {
  double band = 0;  ///< Width of a band of silence, in units; 0 where there is no map.
  std::array<std::array<AliveCell, kPurchaseBands.size()>, kSilenceBands> cells{};
};

struct Cohort {
  Day start;
  std::int64_t customers = 0;
  std::vector<std::int64_t> active;  ///< By period since; index 0 is the first period.
};

struct CohortFigures {
  std::vector<Cohort> cohorts;  ///< The latest kCohortRows, ascending.
  std::size_t periods = 0;      ///< Of the oldest shown.
  /// Share of customers active, by period since, of all cohorts that have come so far.
  std::vector<double> retention;
};

struct SalesMonth {
  Day month;
  std::int64_t amount = 0;
  std::int64_t orders = 0;
  std::optional<double> share;  ///< Of the year; null outside it.
  bool peak = false;
};

struct SeasonFigures {
  std::vector<SalesMonth> months;  ///< At most kSalesMonths, the latest.
  bool year = false;               ///< Twelve whole months are there, and they have sales.
  Day from;                        ///< First day of the year, and its last.
  Day until;
  std::int64_t total = 0;  ///< Of the year.
  int first_peak = 1;  ///< Months of the year, 1 to 12; seasons go on over the turn of the year.
  int last_peak = 1;
  double peak_share = 0;
  int low = 1;
  double low_share = 0;
  bool incomplete = false;  ///< Months are shown that are not of the year.
};

struct ProductFigures {
  std::vector<std::int64_t> rows;  ///< Largest amount first, at most kProductRows.
  std::int64_t total = 0;
  std::size_t top = 0;  ///< A tenth of the products, at least one.
  double top_share = 0;
};

struct StepFigures {
  std::string_view word;
  std::int64_t parties = 0;
  double gain = 0;
  bool has_gain = false;
};

struct TrackingPoint {
  Day end;
  bool forecast = false;
  int periods = 1;  ///< How many periods this point stands for.
  std::optional<std::int64_t> actual;
  std::optional<std::int64_t> actual_total;
  double expected = 0;
  double expected_total = 0;  ///< From the start; after as_of on top of the actual total.
  std::optional<ReportRange> expected_range;
  std::optional<ReportRange> total_range;
};

struct RejectedReason {
  std::string table;
  std::string column;
  std::string reason;
  std::string value;
  std::int64_t rows = 0;
  std::int64_t first_row = 0;
};

struct Reconciled {
  std::int64_t counted = 0;  ///< Net spend less unmatched refunds of buyers.
  std::int64_t difference = 0;
};

struct CompanyFigures {
  std::int64_t customers = 0;  ///< With a purchase.
  std::int64_t repeaters = 0;
  std::int64_t orders = 0;
  std::int64_t spend = 0;
  std::int64_t refunds = 0;
  std::int64_t refunds_unmatched = 0;
  std::int64_t buyers_unmatched = 0;  ///< The same of customers with a purchase.

  /// Rows of the scores by row of the summary; empty without usable scores.
  std::vector<std::int64_t> score_row;
  Worth worth = Worth::nothing;
  std::vector<double> expected_worth;  ///< By row of the summary, in `worth`.
  std::optional<double> alive;         ///< Sum of P(alive).
  double alive_repeaters = 0;          ///< The same of repeat customers.
  /// There are customers with a single purchase, and the model gives all of them P(alive) = 1: they
  /// are not judged, and a report must not count them as staying.
  bool singles_unjudged = false;
  std::optional<double> purchases;  ///< Expected within the horizon.
  std::optional<double> value;      ///< Sum of lifetime values.
  std::int64_t without_value = 0;   ///< Scored customers whose lifetime value does not exist.

  std::int64_t slipping = 0;
  double slipping_at_stake = 0;
  double slipping_expected = 0;
  std::int64_t gone = 0;
  std::int64_t safe = 0;  ///< Repeat customers above both.
  std::array<AliveBand, kAliveBands> bands{};
  std::vector<Slipping> most_at_stake;

  AliveMap alive_map;
  MoveFigures falls;  ///< From the stage held before to the stage now.
  MoveFigures moves;  ///< From the stages of the earlier date.
  std::shared_ptr<const CompanyFigures> earlier;
  RfmFigures rfm;
  CohortFigures cohorts;
  SeasonFigures season;
  ProductFigures products;
  std::vector<std::int64_t> first_overdue;  ///< Rows by worth, then day, at most kOverdueRows.

  Concentration expected_concentration;
  Concentration spend_concentration;
  std::vector<StageFigures> stages;
  std::int64_t staged = 0;
  std::vector<StepFigures> steps;  ///< In the order of the step's words, leave_alone last.
  std::int64_t advised = 0;        ///< Parties with a step other than leave_alone.
  std::int64_t left_alone = 0;
  double gain = 0;
  bool has_gain = false;
  std::vector<std::int64_t> first_advice;  ///< Rows of the advice by rank, at most kAdviceRows.
  std::vector<TrackingPoint> tracking;
  std::int64_t repeat_purchases = 0;  ///< Actual, up to as_of.
  double fitted_purchases = 0;        ///< The model's, up to as_of.

  std::int64_t rows = 0;
  std::int64_t rejected = 0;
  std::vector<RejectedReason> rejected_reasons;  ///< Most rows first.
  std::optional<Reconciled> reconciled;
};

Result<CompanyFigures> company_figures(const CompanyReportInput& input, Context& context);

/// Adds an amount to a sum; a sum that no amount can hold is an error that names `what`.
Status add_to(std::int64_t& sum, std::int64_t amount, std::string_view what);
/// Whether the summary's row stands for somebody who bought, not only returned.
bool bought(const PurchaseSummary& summary, std::int64_t i);

/// The figures of the measures: RFM, cohorts, sales by month, products, moves, work lists.
Status measure_figures(const CompanyReportInput& input, const KeyIndex& customers,
                       CompanyFigures& out, Context& context);

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_FIGURES_H_
