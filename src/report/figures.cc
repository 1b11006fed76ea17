// SPDX-License-Identifier: Apache-2.0
#include "src/report/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "fidelia/core/column.h"
#include "src/core/try.h"
#include "src/report/check.h"
#include "src/report/format.h"
#include "src/report/phrases.h"

namespace fidelia::report {

Status add_to(std::int64_t& sum, std::int64_t amount, std::string_view what) {
  const auto added = checked_add(sum, amount);
  if (!added) {
    return Status::invalid_data("the sum of " + std::string(what) +
                                " is larger than an amount can be; report in a larger currency");
  }
  sum = *added;
  return {};
}

/// A row may stand for somebody who only returned things.
bool bought(const PurchaseSummary& summary, std::int64_t i) {
  return summary.orders.empty() || summary.orders[i] > 0;
}

namespace {

Status count_summary(const PurchaseSummary& summary, CompanyFigures& out) {
  const std::int64_t size = summary.customer_id.size();
  for (std::int64_t i = 0; i < size; ++i) {
    if (bought(summary, i)) ++out.customers;
    if (summary.frequency[i] > 0) ++out.repeaters;
    FIDELIA_TRY(add_to(out.orders, summary.orders.empty() ? 0 : summary.orders[i], "orders"));
    FIDELIA_TRY(add_to(out.spend, summary.spend.empty() ? 0 : summary.spend[i], "spend"));
    FIDELIA_TRY(add_to(out.refunds, summary.refunds.empty() ? 0 : summary.refunds[i], "refunds"));
    const std::int64_t unmatched =
        summary.refunds_unmatched.empty() ? 0 : summary.refunds_unmatched[i];
    FIDELIA_TRY(add_to(out.refunds_unmatched, unmatched, "refunds_unmatched"));
    if (bought(summary, i)) {
      FIDELIA_TRY(add_to(out.buyers_unmatched, unmatched, "refunds_unmatched"));
    }
  }
  return {};
}

bool usable(const std::optional<ModelFit>& fit) { return !fit || fit->converged; }

/// The sum of the values that are there; nullopt where none is.
std::optional<double> sum_of(const Floats& column) {
  std::optional<double> sum;
  for (std::int64_t i = 0; i < column.size(); ++i) {
    if (!column.is_null(i)) sum = sum.value_or(0) + column[i];
  }
  return sum;
}

Status use_scores(const CompanyReportInput& input, const KeyIndex& customers, CompanyFigures& out) {
  const auto& scores = input.scores;
  if (scores.customer_id.empty() || !usable(input.purchase_model)) return {};
  const auto size = static_cast<std::size_t>(input.summary.customer_id.size());
  out.score_row.assign(size, -1);
  for (std::int64_t i = 0; i < scores.customer_id.size(); ++i) {
    const std::int64_t row = customers.find(scores.customer_id, i);
    if (row < 0) {
      return Status::invalid_data("scores hold a customer that the purchase summary does not have",
                                  i, "scores.customer_id");
    }
    auto& slot = out.score_row[static_cast<std::size_t>(row)];
    if (slot >= 0) {
      return Status::invalid_data("scores hold a customer twice", i, "scores.customer_id");
    }
    slot = i;
  }
  out.alive = sum_of(scores.p_alive);
  out.purchases = sum_of(scores.expected_purchases);
  if (usable(input.spend_model)) out.value = sum_of(scores.lifetime_value);
  const Floats* worth = nullptr;
  if (out.value) {
    out.worth = Worth::money;
    worth = &scores.lifetime_value;
  } else if (out.purchases) {
    out.worth = Worth::purchases;
    worth = &scores.expected_purchases;
  }
  out.expected_worth.assign(size, 0.0);
  for (std::size_t i = 0; worth != nullptr && i < size; ++i) {
    const std::int64_t row = out.score_row[i];
    if (row < 0) continue;
    if (worth->is_null(row)) {
      if (out.worth == Worth::money) ++out.without_value;
    } else {
      out.expected_worth[i] = (*worth)[row];
    }
  }
  return {};
}

bool more_at_stake(const Slipping& a, const Slipping& b) {
  if (a.at_stake != b.at_stake) return a.at_stake > b.at_stake;
  return a.row < b.row;
}

/// Whether the model says anything of those who bought once.
void judge_singles(const CompanyReportInput& input, CompanyFigures& out) {
  if (!out.alive) return;
  constexpr double kCertain = 1 - 1e-9;
  std::int64_t singles = 0;
  std::int64_t certain = 0;
  for (std::int64_t i = 0; i < input.summary.customer_id.size(); ++i) {
    const std::int64_t row = out.score_row[static_cast<std::size_t>(i)];
    if (row < 0 || input.scores.p_alive.is_null(row) || !bought(input.summary, i)) continue;
    const double p = input.scores.p_alive[row];
    if (input.summary.frequency[i] > 0) {
      out.alive_repeaters += p;
    } else {
      ++singles;
      certain += p >= kCertain ? 1 : 0;
    }
  }
  out.singles_unjudged = singles > 0 && certain == singles;
}

void find_slipping(const CompanyReportInput& input, CompanyFigures& out) {
  const auto& scores = input.scores;
  if (!out.alive) return;
  std::vector<Slipping> found;
  for (std::int64_t i = 0; i < input.summary.customer_id.size(); ++i) {
    const std::int64_t row = out.score_row[static_cast<std::size_t>(i)];
    if (row < 0 || scores.p_alive.is_null(row) || !(input.summary.frequency[i] > 0)) continue;
    const double p = scores.p_alive[row];
    const double expected = out.expected_worth[static_cast<std::size_t>(i)];
    const double at_stake = p > 0 ? std::max(expected / p - expected, 0.0) : 0.0;
    auto& band = out.bands[static_cast<std::size_t>(
        std::clamp(static_cast<int>(p * kAliveBands), 0, kAliveBands - 1))];
    ++band.customers;
    band.expected += expected;
    if (p < kGoneBelow) {
      ++out.gone;
    } else if (p >= kSafeFrom) {
      ++out.safe;
    } else {
      ++out.slipping;
      out.slipping_at_stake += at_stake;
      out.slipping_expected += expected;
      Slipping slip{i, p, std::nullopt, expected, at_stake};
      if (!scores.p_alive_low.empty() && !scores.p_alive_high.empty() &&
          !scores.p_alive_low.is_null(row) && !scores.p_alive_high.is_null(row)) {
        slip.p_alive_range = ReportRange{scores.p_alive_low[row], scores.p_alive_high[row]};
      }
      found.push_back(slip);
    }
  }
  const std::size_t keep = std::min(found.size(), kSlippingRows);
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(keep), found.end(),
                    more_at_stake);
  found.resize(keep);
  out.most_at_stake = std::move(found);
}

Concentration concentrate(std::vector<double> quantities) {
  Concentration out;
  for (double& quantity : quantities) quantity = std::max(quantity, 0.0);
  std::sort(quantities.begin(), quantities.end(), std::greater<>());
  const std::size_t size = quantities.size();
  std::partial_sum(quantities.begin(), quantities.end(), quantities.begin());
  const double total = size == 0 ? 0 : quantities.back();
  if (!(total > 0)) return out;
  const auto share_of = [&](std::size_t count) {
    return count == 0 ? 0.0 : quantities[count - 1] / total;
  };
  const std::size_t points = std::min(size, kCurvePoints);
  for (std::size_t k = 0; k <= points; ++k) {
    const std::size_t count = k * size / points;
    out.points.push_back({static_cast<double>(count) / static_cast<double>(size), share_of(count)});
  }
  const std::size_t fifth = std::max<std::size_t>(1, size / 5);
  out.top_fifth_customers = static_cast<std::int64_t>(fifth);
  out.top_fifth = share_of(fifth);
  out.largest = share_of(1);
  return out;
}

void concentrate_all(const CompanyReportInput& input, CompanyFigures& out) {
  std::vector<double> expected;
  std::vector<double> spend;
  for (std::int64_t i = 0; i < input.summary.customer_id.size(); ++i) {
    if (!bought(input.summary, i)) continue;
    if (out.worth != Worth::nothing) {
      expected.push_back(out.expected_worth[static_cast<std::size_t>(i)]);
    }
    if (!input.summary.spend.empty()) {
      spend.push_back(static_cast<double>(input.summary.spend[i]));
    }
  }
  out.expected_concentration = concentrate(std::move(expected));
  out.spend_concentration = concentrate(std::move(spend));
}

Status count_stages(const CompanyReportInput& input, const KeyIndex& customers,
                    CompanyFigures& out) {
  const auto& stages = input.stages;
  for (const std::string_view word : stages.stage.words()) {
    out.stages.push_back({word, 0, 0, 0, 0, 0});
  }
  for (std::int64_t i = 0; i < stages.stage.size(); ++i) {
    if (stages.stage.is_null(i)) continue;
    const auto code = static_cast<std::size_t>(stages.stage[i]);
    if (code >= out.stages.size()) {
      return Status::invalid_data("this stage has no word", i, "stages.stage");
    }
    auto& stage = out.stages[code];
    ++stage.parties;
    ++out.staged;
    if (!stages.fallen_from.empty() && !stages.fallen_from.is_null(i)) ++stage.fallen;
    const std::int64_t row = customers.find(stages.customer_id, i);
    if (row < 0 || !bought(input.summary, row)) continue;
    ++stage.buyers;
    if (!out.expected_worth.empty()) {
      stage.expected += out.expected_worth[static_cast<std::size_t>(row)];
    }
    if (!input.summary.spend.empty()) {
      FIDELIA_TRY(add_to(stage.spend, input.summary.spend[row], "spend"));
    }
  }
  return {};
}

void rank_advice(const ReportAdvice& advice, std::vector<std::int64_t> rows, CompanyFigures& out) {
  const auto before = [&](std::int64_t a, std::int64_t b) {
    const bool a_has = !advice.rank.empty() && !advice.rank.is_null(a);
    const bool b_has = !advice.rank.empty() && !advice.rank.is_null(b);
    if (a_has != b_has) return a_has;
    if (a_has && advice.rank[a] != advice.rank[b]) return advice.rank[a] < advice.rank[b];
    return a < b;
  };
  const std::size_t keep = std::min(rows.size(), kAdviceRows);
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(keep), rows.end(),
                    before);
  rows.resize(keep);
  out.first_advice = std::move(rows);
}

Status count_advice(const ReportAdvice& advice, CompanyFigures& out) {
  for (const std::string_view word : advice.step.words()) {
    out.steps.push_back({word, 0, 0, false});
  }
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < advice.step.size(); ++i) {
    if (advice.step.is_null(i)) continue;
    const auto code = static_cast<std::size_t>(advice.step[i]);
    if (code >= out.steps.size()) {
      return Status::invalid_data("this step has no word", i, "advice.step");
    }
    auto& step = out.steps[code];
    ++step.parties;
    if (step.word == kLeaveAlone) {
      ++out.left_alone;
      continue;
    }
    ++out.advised;
    rows.push_back(i);
    if (advice.expected_gain.empty() || advice.expected_gain.is_null(i)) continue;
    step.gain += advice.expected_gain[i];
    step.has_gain = true;
  }
  for (const StepFigures& step : out.steps) {
    out.gain += step.gain;
    out.has_gain = out.has_gain || step.has_gain;
  }
  std::stable_partition(out.steps.begin(), out.steps.end(),
                        [](const StepFigures& step) { return step.word != kLeaveAlone; });
  rank_advice(advice, std::move(rows), out);
  return {};
}

std::optional<ReportRange> range_at(const Floats& low, const Floats& high, std::int64_t i) {
  if (low.empty() || high.empty() || low.is_null(i) || high.is_null(i)) return std::nullopt;
  return ReportRange{low[i], high[i]};
}

/// All periods, one point each, with running totals.
std::vector<TrackingPoint> track(const ReportTracking& tracking, Day as_of, CompanyFigures& out) {
  std::vector<TrackingPoint> points;
  std::optional<std::int64_t> actual_total = 0;
  double expected_total = 0;
  bool forecast = false;
  for (std::int64_t i = 0; i < tracking.period_end.size(); ++i) {
    TrackingPoint point;
    point.end = tracking.period_end[i];
    point.forecast = point.end > as_of;
    if (point.forecast && !forecast) {
      forecast = true;
      expected_total = static_cast<double>(out.repeat_purchases);
    }
    if (actual_total && !tracking.actual.empty() && !tracking.actual.is_null(i)) {
      point.actual = tracking.actual[i];
      actual_total = *actual_total + tracking.actual[i];
      point.actual_total = actual_total;
    } else {
      actual_total = std::nullopt;
    }
    point.expected = tracking.expected[i];
    expected_total += point.expected;
    point.expected_total = expected_total;
    point.expected_range = range_at(tracking.expected_low, tracking.expected_high, i);
    point.total_range = range_at(tracking.cumulative_low, tracking.cumulative_high, i);
    if (point.total_range) {
      point.total_range->low += static_cast<double>(out.repeat_purchases);
      point.total_range->high += static_cast<double>(out.repeat_purchases);
    }
    if (!point.forecast) {
      out.repeat_purchases += point.actual.value_or(0);
      out.fitted_purchases = expected_total;
    }
    points.push_back(point);
  }
  return points;
}

/// Joins `group` neighbours into one point, never across as_of; totals are those of the last.
std::vector<TrackingPoint> thin(const std::vector<TrackingPoint>& points, std::size_t group) {
  std::vector<TrackingPoint> out;
  for (const TrackingPoint& point : points) {
    if (out.empty() || out.back().forecast != point.forecast ||
        static_cast<std::size_t>(out.back().periods) == group) {
      out.push_back(point);
      continue;
    }
    TrackingPoint& last = out.back();
    TrackingPoint joined = point;
    joined.periods = last.periods + 1;
    joined.expected += last.expected;
    joined.actual = last.actual && point.actual
                        ? std::optional<std::int64_t>(*last.actual + *point.actual)
                        : std::nullopt;
    joined.expected_range = std::nullopt;  // intervals of single periods do not add up
    last = joined;
  }
  return out;
}

Status track_all(const CompanyReportInput& input, CompanyFigures& out) {
  const auto points = track(input.tracking, input.as_of, out);
  if (input.holdout && !points.empty() && points.back().end == input.holdout->until) {
    double predicted = 0;
    for (const TrackingPoint& point : points) predicted += point.forecast ? point.expected : 0;
    if (std::abs(predicted - input.holdout->predicted) > 1e-6 * std::max(1.0, predicted)) {
      return Status::invalid_data(
          "the purchases expected in the periods of the hold-out do not add up to its prediction",
          -1, "tracking.expected");
    }
  }
  const std::size_t group = (points.size() + kTrackingPoints - 1) / kTrackingPoints;
  out.tracking = group > 1 ? thin(points, group) : points;
  return {};
}

void count_intake(const CompanyReportInput& input, CompanyFigures& out) {
  if (input.intake == nullptr) return;
  for (const auto& count : input.intake->counts()) {
    out.rows += count.rows;
    out.rejected += count.rejected;
  }
  // Reasons that a reader is told in the same words are one.
  const Format format(words_of(input.language), input.currency);
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> seen;
  for (const RejectedRow& row : input.intake->rejected()) {
    std::string reason = said(row.reason, format);
    const auto [at, fresh] =
        seen.try_emplace({row.table, row.column, reason}, out.rejected_reasons.size());
    if (fresh) {
      out.rejected_reasons.push_back(
          {row.table, row.column, std::move(reason), row.value, 0, row.row});
    }
    ++out.rejected_reasons[at->second].rows;
  }
  std::stable_sort(
      out.rejected_reasons.begin(), out.rejected_reasons.end(),
      [](const RejectedReason& a, const RejectedReason& b) { return a.rows > b.rows; });
}

Status reconcile(const CompanyReportInput& input, CompanyFigures& out) {
  if (!input.reconciliation) return {};
  const ReportReconciliation& parts = *input.reconciliation;
  Reconciled sums;
  FIDELIA_TRY(add_to(sums.counted, out.spend, "amounts"));
  FIDELIA_TRY(add_to(sums.counted, -out.buyers_unmatched, "amounts"));
  std::int64_t explained = sums.counted;
  for (const std::int64_t part : {parts.after_as_of, parts.rejected, parts.cancelled,
                                  parts.repeated, parts.superseded, parts.without_purchase}) {
    FIDELIA_TRY(add_to(explained, part, "amounts"));
  }
  sums.difference = parts.input;
  FIDELIA_TRY(add_to(sums.difference, -explained, "amounts"));
  out.reconciled = sums;
  return {};
}

}  // namespace

Result<CompanyFigures> company_figures(const CompanyReportInput& input, Context& context) {
  FIDELIA_TRY(check_report_input(input));
  CompanyFigures out;
  KeyIndex customers(context.shared_memory());
  Buffer<std::int64_t> numbers(context.shared_memory());
  FIDELIA_TRY(customers.insert_all(input.summary.customer_id, numbers));
  if (customers.size() != input.summary.customer_id.size()) {
    return Status::invalid_data("the purchase summary holds a customer twice", -1,
                                "summary.customer_id");
  }
  FIDELIA_TRY(count_summary(input.summary, out));
  FIDELIA_TRY(use_scores(input, customers, out));
  FIDELIA_TRY(context.check());
  judge_singles(input, out);
  find_slipping(input, out);
  concentrate_all(input, out);
  FIDELIA_TRY(context.check());
  FIDELIA_TRY(count_stages(input, customers, out));
  FIDELIA_TRY(count_advice(input.advice, out));
  FIDELIA_TRY(track_all(input, out));
  count_intake(input, out);
  FIDELIA_TRY(reconcile(input, out));
  FIDELIA_TRY(measure_figures(input, customers, out, context));
  return out;
}

}  // namespace fidelia::report
