// SPDX-License-Identifier: Apache-2.0
//
// Goal: cohorts, times between purchases and seasons are what their headers say. Method: random
// histories against loops that look at every customer again for every row; equations are checked by
// putting the solution back; then what random histories do not reach, by hand.
#include "fidelia/scoring/cohorts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <set>
#include <vector>

#include <boost/math/special_functions/digamma.hpp>

#include "fidelia/scoring/interpurchase_times.h"
#include "fidelia/scoring/seasonality.h"
#include "tests/scoring/purchase_histories.h"

namespace fidelia {
namespace {

using testing::HasSubstr;
using testing_support::any_customers;
using testing_support::history_of;
using testing_support::OwnPurchases;

Day day(int year, int month, int d) { return day_from_civil({year, month, d}); }

/// First day of the period that a day lies in, by the calendar alone.
Day period_start(Day at, CalendarPeriod period) {
  if (period == CalendarPeriod::week) return Day{at.days - (iso_weekday(at) - 1)};
  CivilDate date = civil_from_day(at);
  date.day = 1;
  if (period == CalendarPeriod::quarter) date.month = (date.month - 1) / 3 * 3 + 1;
  if (period == CalendarPeriod::year) date.month = 1;
  return day_from_civil(date);
}

Day next_period(Day start, CalendarPeriod period) {
  if (period == CalendarPeriod::week) return Day{start.days + 7};
  return add_months(start, period == CalendarPeriod::month     ? 1
                           : period == CalendarPeriod::quarter ? 3
                                                               : 12);
}

RC_GTEST_PROP(Cohorts, equal_the_naive_reference, ()) {
  const int days = *rc::gen::element(1, 40, 800);
  const auto customers = any_customers(days);
  const Day as_of{10945 + days - 1 + *rc::gen::inRange(0, 60)};
  const auto period = *rc::gen::element(CalendarPeriod::week, CalendarPeriod::month,
                                        CalendarPeriod::quarter, CalendarPeriod::year);
  Context context;
  const auto got = cohorts(history_of(customers, as_of), period, context);
  RC_ASSERT(got.ok());
  std::set<Day> starts;
  for (const OwnPurchases& own : customers) starts.insert(period_start(own[0].first, period));
  const CohortPeriods& table = got->cohorts;
  std::int64_t row = 0;
  for (const Day cohort : starts) {
    std::int64_t number = 0;
    for (Day at = cohort; at <= as_of; at = next_period(at, period), ++row) {
      std::int64_t size = 0;
      std::int64_t active = 0;
      std::int64_t purchases = 0;
      std::int64_t spend = 0;
      for (const OwnPurchases& own : customers) {
        if (period_start(own[0].first, period) != cohort) continue;
        ++size;
        std::int64_t bought = 0;
        for (const auto& [when, amount] : own) {
          if (when < at || when >= next_period(at, period)) continue;
          ++bought;
          spend += amount;
        }
        purchases += bought;
        active += bought > 0 ? 1 : 0;
      }
      RC_ASSERT(row < table.cohort.size());
      RC_ASSERT(table.cohort[row] == cohort);
      RC_ASSERT(table.period_number[row] == number++);
      RC_ASSERT(table.period_start[row] == at);
      RC_ASSERT(table.customers[row] == size);
      RC_ASSERT(table.active[row] == active);
      RC_ASSERT(table.purchases[row] == purchases);
      RC_ASSERT(table.spend[row] == spend);
      RC_ASSERT(table.retention[row] == static_cast<double>(active) / static_cast<double>(size));
      RC_ASSERT((table.complete[row] != 0) == (next_period(at, period).days - 1 <= as_of.days));
    }
  }
  RC_ASSERT(row == table.cohort.size());
}

TEST(Cohorts, nobody_one_customer_and_too_much) {
  Context context;
  const auto none = cohorts(history_of({}, day(2024, 1, 1)), CalendarPeriod::month, context);
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->cohorts.cohort.size(), 0);
  EXPECT_EQ(none->retention.cohorts.size(), 0);
  const auto one = cohorts(history_of({{{day(2024, 1, 31), 500}}}, day(2024, 2, 28)),
                           CalendarPeriod::month, context);
  ASSERT_TRUE(one.ok());
  ASSERT_EQ(one->cohorts.cohort.size(), 2);
  EXPECT_EQ(one->cohorts.complete[0], 1);
  EXPECT_EQ(one->cohorts.complete[1], 0);  // 2024 has a 29 February.
  ASSERT_EQ(one->retention.cohorts.size(), 1);
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  const auto sum =
      cohorts(history_of({{{day(2024, 1, 3), huge}}, {{day(2024, 1, 4), 1}}}, day(2024, 2, 28)),
              CalendarPeriod::month, context);
  ASSERT_FALSE(sum.ok());
  EXPECT_THAT(sum.status().message(), HasSubstr("64 bits"));
  std::vector<OwnPurchases> weeks;
  for (int w = 0; w < 15'000; ++w) weeks.push_back({{Day{w * 7 - 25'000}, 1}});
  const auto long_time = cohorts(history_of(weeks, Day{84'000}), CalendarPeriod::week, context);
  ASSERT_FALSE(long_time.ok());
  EXPECT_THAT(long_time.status().message(), HasSubstr("choose a longer period"));
}

// ---- Times between purchases -------------------------------------------------------------------

std::vector<double> gaps_of(const OwnPurchases& own) {
  std::vector<double> out;
  for (std::size_t k = 1; k < own.size(); ++k)
    out.push_back(own[k].first.days - own[k - 1].first.days);
  return out;
}

RC_GTEST_PROP(InterpurchaseTimes, solve_their_equations, ()) {
  const int days = *rc::gen::element(3, 60, 2000);
  const auto customers = any_customers(days);
  const Day as_of{10945 + days};
  Context context;
  const auto got = interpurchase_times(history_of(customers, as_of), 2, context);
  RC_ASSERT(got.ok());
  const CustomerGaps& table = got->customers;
  std::vector<double> all;
  double slope = 0;
  bool differ = false;
  const double k = got->regularity.shape.is_null(0) ? 1 : got->regularity.shape[0];
  for (std::size_t c = 0; c < customers.size(); ++c) {
    const auto i = static_cast<std::int64_t>(c);
    auto gaps = gaps_of(customers[c]);
    const auto n = static_cast<double>(gaps.size());
    RC_ASSERT(table.gaps[i] == static_cast<std::int64_t>(gaps.size()));
    RC_ASSERT(table.days_since_last[i] == as_of.days - customers[c].back().first.days);
    RC_ASSERT(table.mean_gap.is_null(i) == gaps.empty());
    if (gaps.empty()) continue;
    all.insert(all.end(), gaps.begin(), gaps.end());
    double sum = 0;
    double logs = 0;
    double squares = 0;
    for (const double gap : gaps) sum += gap;
    for (const double gap : gaps) logs += std::log(gap);
    for (const double gap : gaps) squares += (gap - sum / n) * (gap - sum / n);
    RC_ASSERT(std::fabs(table.mean_gap[i] - sum / n) < 1e-12 * sum);
    RC_ASSERT(table.sd_gap.is_null(i) == (gaps.size() < 2));
    std::sort(gaps.begin(), gaps.end());
    RC_ASSERT(table.median_gap[i] == (gaps[(gaps.size() - 1) / 2] + gaps[gaps.size() / 2]) / 2);
    if (gaps.size() < 2) continue;
    RC_ASSERT(std::fabs(table.sd_gap[i] - std::sqrt(squares / (n - 1))) < 1e-9);
    RC_ASSERT(table.regularity.is_null(i) == (gaps.front() == gaps.back()));
    differ |= gaps.front() != gaps.back();
    slope += logs - n * std::log(sum) + n * (boost::math::digamma(n * k) - boost::math::digamma(k));
    if (table.regularity.is_null(i)) continue;
    const double shape = table.regularity[i];
    const double spread = std::log(sum / n) - logs / n;
    RC_ASSERT(std::fabs(std::log(shape) - boost::math::digamma(shape) - spread) < 1e-9);
  }
  std::int64_t counted = 0;
  for (std::int64_t r = 0; r < got->distribution.gaps.size(); ++r) {
    std::int64_t expected = 0;
    for (const double gap : all) {
      const bool below = got->distribution.to_days.is_null(r) ||
                         gap <= static_cast<double>(got->distribution.to_days[r]);
      expected += below && gap >= static_cast<double>(got->distribution.from_days[r]) ? 1 : 0;
    }
    RC_ASSERT(got->distribution.gaps[r] == expected);
    counted += expected;
  }
  RC_ASSERT(counted == static_cast<std::int64_t>(all.size()));
  RC_ASSERT(got->regularity.shape.is_null(0) == !differ);
  if (differ) RC_ASSERT(std::fabs(slope) < 1e-6 * static_cast<double>(all.size()));
}

TEST(InterpurchaseTimes, nobody_and_equal_gaps) {
  Context context;
  const auto none = interpurchase_times(history_of({}, day(2024, 1, 1)), 2, context);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->regularity.shape.is_null(0));
  EXPECT_EQ(none->regularity.shape_reason.word(0), "few_gaps");
  EXPECT_TRUE(none->distribution.share.is_null(0));
  const auto clock = interpurchase_times(
      history_of({{{day(2024, 1, 1), 1}, {day(2024, 1, 8), 1}, {day(2024, 1, 15), 1}}},
                 day(2024, 2, 5)),
      2, context);
  ASSERT_TRUE(clock.ok());
  EXPECT_EQ(clock->customers.regularity_reason.word(0), "equal_gaps");
  EXPECT_EQ(clock->customers.sd_gap[0], 0);
  EXPECT_EQ(clock->customers.silence_in_medians[0], 3);
  EXPECT_EQ(clock->regularity.shape_reason.word(0), "equal_gaps");
  EXPECT_EQ(clock->regularity.wheat_morrison_reason.word(0), "few_gaps");
  EXPECT_FALSE(interpurchase_times(history_of({}, day(2024, 1, 1)), 1, context).ok());
}

// ---- Seasons -----------------------------------------------------------------------------------

RC_GTEST_PROP(Seasonality, equals_the_naive_reference, ()) {
  const int days = *rc::gen::element(2, 300, 800, 1800);
  const auto customers = any_customers(days);
  const Day as_of{10945 + days - 1};
  SeasonalityOptions options;
  options.window = *rc::gen::element(SeasonWindow::whole_years, SeasonWindow::all);
  options.southern = *rc::gen::arbitrary<bool>();
  Context context;
  const auto got = seasonality(history_of(customers, as_of), options, context);
  RC_ASSERT(got.ok());
  Day first = as_of;
  for (const OwnPurchases& own : customers) first = std::min(first, own[0].first);
  int years = 0;
  while (add_months(as_of, -12 * (years + 1)).days + 1 >= first.days) ++years;
  Day from = first;
  if (options.window == SeasonWindow::whole_years && years > 0) {
    from = Day{add_months(as_of, -12 * years).days + 1};
  }
  RC_ASSERT(got->window.first_day[0] == from);
  std::map<int, std::int64_t> months;
  std::map<int, std::int64_t> weekdays;
  std::map<int, std::int64_t> seasons;
  std::int64_t all = 0;
  for (std::size_t c = 0; c < customers.size(); ++c) {
    double own_autumn = 0;
    double own_all = 0;
    double x = 0;
    double y = 0;
    std::int64_t count = 0;
    for (const auto& [when, amount] : customers[c]) {
      if (when < from) continue;
      const CivilDate date = civil_from_day(when);
      const int season = (date.month / 3 + (options.southern ? 5 : 3)) % 4;  // 0 spring
      months[date.month] += amount;
      weekdays[iso_weekday(when)] += amount;
      seasons[season] += amount;
      all += amount;
      own_all += static_cast<double>(amount);
      if (season == 2) own_autumn += static_cast<double>(amount);
      const int start = day_from_civil({date.year, 1, 1}).days;
      const int length = day_from_civil({date.year + 1, 1, 1}).days - start;
      x += std::cos(2 * std::numbers::pi * (when.days - start) / length);
      y += std::sin(2 * std::numbers::pi * (when.days - start) / length);
      ++count;
    }
    const auto i = static_cast<std::int64_t>(c);
    RC_ASSERT(got->customers.purchases[i] == count);
    RC_ASSERT(got->customers.autumn_share.is_null(i) == !(own_all > 0));
    if (own_all > 0)
      RC_ASSERT(std::fabs(got->customers.autumn_share[i] - own_autumn / own_all) < 1e-12);
    if (count == 0) continue;
    const double length = std::hypot(x, y) / static_cast<double>(count);
    RC_ASSERT(std::fabs(got->customers.concentration[i] - length) < 1e-12);
  }
  const CalendarShares& table = got->calendar;
  RC_ASSERT(table.number.size() == 23);
  for (int m = 1; m <= 12; ++m) RC_ASSERT(table.spend[m - 1] == months[m]);
  for (int s = 0; s < 4; ++s) RC_ASSERT(table.spend[12 + s] == seasons[s]);
  for (int d = 1; d <= 7; ++d) RC_ASSERT(table.spend[15 + d] == weekdays[d]);
  RC_ASSERT(got->window.spend[0] == all);
  if (years < 2) RC_ASSERT(table.index.is_null(0));
  double sum = 0;
  for (int m = 0; m < 12 && !table.index.is_null(0); ++m) sum += table.index[m];
  if (!table.index.is_null(0)) RC_ASSERT(std::fabs(sum - 12) < 1e-9);
}

TEST(Seasonality, index_of_two_known_years) {
  // A shop that sells 3 in every November and 1 in every other month.
  OwnPurchases own;
  for (int month = 0; month < 24; ++month) {
    const Day at = add_months(day(2021, 1, 15), month);
    own.emplace_back(at, month % 12 == 10 ? 300 : 100);
  }
  own.insert(own.begin(), {day(2021, 1, 1), 0});
  Context context;
  const auto got = seasonality(history_of({own}, day(2022, 12, 31)), {}, context);
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got->window.years[0], 2);
  EXPECT_NEAR(got->calendar.index[10], 12.0 * 3 / 14, 1e-12);
  EXPECT_NEAR(got->calendar.index[0], 12.0 / 14, 1e-12);
  EXPECT_NEAR(got->calendar.index[14], 4.0 * 5 / 14, 1e-12);  // Autumn.
  EXPECT_EQ(got->customers.strongest_month[0], 1);            // By purchases: the extra one.
}

TEST(Seasonality, nobody_and_no_spend) {
  Context context;
  const auto none = seasonality(history_of({}, day(2024, 1, 1)), {}, context);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->calendar.spend_share.is_null(0));
  EXPECT_EQ(none->calendar.index_reason.word(0), "no_spend");
  const auto gift = seasonality(history_of({{{day(2024, 3, 5), 0}}}, day(2024, 3, 5)), {}, context);
  ASSERT_TRUE(gift.ok());
  EXPECT_EQ(gift->customers.season_reason.word(0), "no_spend");
  EXPECT_EQ(gift->customers.concentration[0], 1);
  EXPECT_EQ(gift->customers.strongest_month[0], 3);
}

}  // namespace
}  // namespace fidelia
