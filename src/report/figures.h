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
  std::int64_t counted = 0;  ///< Net spend less unmatched refunds.
  std::int64_t difference = 0;
};

struct CompanyFigures {
  std::int64_t customers = 0;  ///< With a purchase.
  std::int64_t repeaters = 0;
  std::int64_t orders = 0;
  std::int64_t spend = 0;
  std::int64_t refunds = 0;
  std::int64_t refunds_unmatched = 0;

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

}  // namespace fidelia::report

#endif  // FIDELIA_SRC_REPORT_FIGURES_H_
