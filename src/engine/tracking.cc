// SPDX-License-Identifier: Apache-2.0
#include "src/engine/tracking.h"

#include <algorithm>
#include <map>

#include "src/core/try.h"

namespace fidelia::detail {
namespace {

constexpr double kDefaultLevel = 0.9;

double level_of(const CompanyRun& run) {
  return run.options.level > 0 ? run.options.level : kDefaultLevel;
}

/// At most so many forecasts are made after as_of: each goes over all customers.
std::size_t most_forecasts(const CompanyRun& run) {
  const std::int64_t buyers = run.buyers.frequency.size();
  if (buyers <= 20'000) return 60;
  return buyers <= 200'000 ? 13 : 4;
}

/// Counts of the days within (after, until].
std::int64_t count_within(const Days& days, const Ints& counts, Day after, Day until) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < days.size(); ++i) {
    if (days[i] > after && days[i] <= until) count += counts[i];
  }
  return count;
}

/// Repeat purchases expected by `day` of all customers by their day of first purchase.
class CohortPath {
 public:
  explicit CohortPath(const CompanyRun& run) : run_(run) {
    const Days& first = run.summary.first_purchase;
    for (std::int64_t i = 0; i < first.size(); ++i) {
      if (!first.is_null(i)) ++cohorts_[first[i]];
    }
  }
  double expected_by(Day day) {
    double sum = 0;
    for (const auto& [first, customers] : cohorts_) {
      if (first >= day) break;
      sum += customers * expected_at(units_between(first, day, run_.options.unit));
    }
    return sum;
  }

 private:
  double expected_at(double age) {
    const auto [it, inserted] = known_.try_emplace(age, 0.0);
    if (inserted) it->second = run_.purchase_model->model()->expected_purchases_new(age);
    return it->second;
  }
  const CompanyRun& run_;
  std::map<Day, double> cohorts_;
  std::map<double, double> known_;
};

struct TrackingBuilder {
  ValuesBuilder<Day> period_end;
  ValuesBuilder<std::int64_t> actual;
  ValuesBuilder<double> expected;
  ValuesBuilder<double> cumulative_low;
  ValuesBuilder<double> cumulative_high;

  ReportTracking finish(std::int64_t rows) {
    ValuesBuilder<double> low;
    ValuesBuilder<double> high;
    for (std::int64_t i = 0; i < rows; ++i) {
      low.append_null();
      high.append_null();
    }
    return {period_end.finish(), actual.finish(),         expected.finish(),       low.finish(),
            high.finish(),       cumulative_low.finish(), cumulative_high.finish()};
  }
};

}  // namespace

double units_between(Day from, Day to, PeriodUnit unit) noexcept {
  const double days = to.days - from.days;
  switch (unit) {
    case PeriodUnit::second: return days * 86'400;
    case PeriodUnit::minute: return days * 1'440;
    case PeriodUnit::hour: return days * 24;
    case PeriodUnit::day: return days;
    case PeriodUnit::week: return days / 7;
    case PeriodUnit::month: return months_between(from, to);
    case PeriodUnit::quarter: return months_between(from, to) / 3;
    case PeriodUnit::year: return months_between(from, to) / 12;
  }
  return days / 7;
}

std::vector<Day> tracking_periods(Day first, Day as_of, Day last, PeriodUnit unit) {
  const bool months = unit >= PeriodUnit::month;
  // Short histories are shown by the day, long ones by the month, so that a chart stays readable.
  const std::int32_t span = last.days - first.days;
  const bool by_month = months || span > 7 * 260;
  const std::int32_t step = span <= 45 && unit <= PeriodUnit::day ? 1 : 7;
  const auto end_of = [&](int k) {
    return by_month ? add_months(as_of, k) : Day{as_of.days + k * step};
  };
  std::vector<Day> ends;
  int k = 0;
  while (end_of(k - 1) >= first) --k;
  for (; end_of(k) <= as_of; ++k) ends.push_back(end_of(k));
  for (Day previous = as_of; previous < last; ++k) {
    previous = std::min(end_of(k), last);
    ends.push_back(previous);
  }
  return ends;
}

Result<PurchaseTotal> total_purchases(const CompanyRun& run, double horizon) {
  ScorerOptions options;
  options.horizon = horizon;
  options.max_table_frequency = -1;
  FIDELIA_ASSIGN(const CustomerScorer scorer,
                 CustomerScorer::make(run.purchase_model->model(), std::nullopt, options,
                                      &run.purchase_model->fit()));
  return scorer.total({run.buyers.frequency.span(), run.buyers.t_x.span(), run.buyers.T.span(), {}},
                      level_of(run));
}

Result<ReportTracking> track_purchases(const CompanyRun& run, Context& context) {
  if (!run.scorer || run.timeline.day.empty()) return ReportTracking{};
  const Day last = run.options.holdout_until.value_or(run.as_of);
  const std::vector<Day> ends =
      tracking_periods(run.timeline.day[0], run.as_of, last, run.options.unit);
  CohortPath cohorts(run);
  TrackingBuilder out;
  Day previous{run.timeline.day[0].days - 1};
  double before = 0;
  double forecast_before = 0;
  const auto after = static_cast<std::size_t>(
      std::count_if(ends.begin(), ends.end(), [&](Day d) { return d > run.as_of; }));
  const std::size_t every = after / most_forecasts(run) + 1;
  std::size_t number = 0;
  for (const Day end : ends) {
    if (end <= run.as_of) {
      const double now = cohorts.expected_by(end);
      out.expected.append(now - before);
      out.cumulative_low.append_null();
      out.cumulative_high.append_null();
      before = now;
    } else {
      if (++number % every != 0 && end != last) continue;
      FIDELIA_TRY(context.check());
      FIDELIA_ASSIGN(const PurchaseTotal total,
                     total_purchases(run, units_between(run.as_of, end, run.options.unit)));
      out.expected.append(total.expected - forecast_before);
      out.cumulative_low.append(total.low);
      out.cumulative_high.append(total.high);
      forecast_before = total.expected;
    }
    out.period_end.append(end);
    out.actual.append(count_within(run.timeline.day, run.timeline.repeat_purchases, previous, end));
    previous = end;
  }
  Days period_end = out.period_end.finish();
  const std::int64_t rows = period_end.size();
  ReportTracking tracking = out.finish(rows);
  tracking.period_end = std::move(period_end);
  return tracking;
}

Result<std::optional<ReportHoldout>> check_holdout(const CompanyRun& run) {
  if (!run.scorer || !run.options.holdout_until) return std::optional<ReportHoldout>();
  ReportHoldout holdout;
  holdout.until = *run.options.holdout_until;
  FIDELIA_ASSIGN(const PurchaseTotal total,
                 total_purchases(run, units_between(run.as_of, holdout.until, run.options.unit)));
  holdout.predicted = total.expected;
  holdout.low = total.low;
  holdout.high = total.high;
  holdout.actual =
      count_within(run.timeline.day, run.timeline.repeat_purchases, run.as_of, holdout.until);
  return std::optional(holdout);
}

}  // namespace fidelia::detail
