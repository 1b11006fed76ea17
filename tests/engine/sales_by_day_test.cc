// SPDX-License-Identifier: Apache-2.0
//
// Goal: sales by month are the sums of the rows, whatever their order and batches, up to as_of and
// without gaps. Method: rows drawn at random and added up here by a map; edges by hand.
#include "src/engine/sales_by_day.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "fidelia/core/civil.h"

namespace fidelia::detail {
namespace {

using Row = std::pair<Day, std::int64_t>;

CleanOrders batch_of(const std::vector<Row>& rows) {
  KeysBuilder keys(DataType{.physical = Physical::int64});
  std::vector<Day> days;
  std::vector<std::int64_t> amounts;
  for (const auto& [day, amount] : rows) {
    keys.append_integer(1);
    days.push_back(day);
    amounts.push_back(amount);
  }
  CleanOrders batch;
  batch.customer_id = keys.finish();
  batch.ordered_at = Times(Days(days));
  batch.amount = Amounts(Ints(amounts), 2);
  return batch;
}

/// First days of months, and what came in.
std::map<std::int32_t, std::int64_t> months_of(const ReportSales& sales) {
  std::map<std::int32_t, std::int64_t> out;
  for (std::int64_t i = 0; i < sales.month.size(); ++i) {
    out[sales.month[i].days] = sales.amount[i];
  }
  EXPECT_EQ(static_cast<std::int64_t>(out.size()), sales.month.size());
  return out;
}

Day first_of_month(Day day) {
  CivilDate civil = civil_from_day(day);
  civil.day = 1;
  return day_from_civil(civil);
}

TEST(SalesByDay, AreTheSumsOfTheRowsInAnyOrder) {
  std::mt19937 random(7);
  std::vector<Row> rows;
  for (int i = 0; i < 500; ++i) {
    rows.emplace_back(Day{static_cast<std::int32_t>(19000 + random() % 400)},
                      static_cast<std::int64_t>(random() % 20'000) - 5'000);
  }
  const Day as_of{19300};
  std::map<std::int32_t, std::int64_t> expected;
  Day first{30000};
  for (const auto& [day, amount] : rows) {
    first = std::min(first, day);
    if (day <= as_of) expected[first_of_month(day).days] += amount;
  }
  SalesByDay whole;
  ASSERT_TRUE(whole.add(batch_of(rows)).ok());
  SalesByDay parts;  // Backwards, seven rows at a time.
  std::vector<Row> reversed(rows.rbegin(), rows.rend());
  for (std::size_t i = 0; i < reversed.size(); i += 7) {
    const auto end = reversed.begin() + static_cast<std::ptrdiff_t>(std::min(i + 7, rows.size()));
    ASSERT_TRUE(parts.add(batch_of({reversed.begin() + static_cast<std::ptrdiff_t>(i), end})).ok());
  }
  for (const SalesByDay* sales : {&whole, &parts}) {
    const auto months = sales->by_month(as_of);
    ASSERT_TRUE(months.ok());
    EXPECT_EQ(months_of(*months), expected);
    EXPECT_EQ(months->amount.scale(), 2);
  }
}

TEST(SalesByDay, LeaveNoMonthOutAndStopAtAsOf) {
  SalesByDay sales;
  const Day january = *make_day(2023, 1, 31);
  const Day april = *make_day(2023, 4, 10);
  ASSERT_TRUE(sales.add(batch_of({{january, 100}, {april, 250}, {Day{april.days + 1}, 7}})).ok());
  const auto months = sales.by_month(april);
  ASSERT_TRUE(months.ok());
  ASSERT_EQ(months->month.size(), 4);
  EXPECT_EQ(months->month[0], *make_day(2023, 1, 1));
  EXPECT_EQ(months->amount[1], 0);
  EXPECT_EQ(months->amount[3], 250);
  const auto before = sales.by_month(Day{january.days - 1});
  ASSERT_TRUE(before.ok());
  EXPECT_TRUE(before->month.empty());
}

TEST(SalesByDay, RefuseWhatNeedsMoreThan64Bits) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  SalesByDay day;
  EXPECT_FALSE(day.add(batch_of({{Day{19000}, most}, {Day{19000}, 1}})).ok());
  SalesByDay month;
  ASSERT_TRUE(month.add(batch_of({{Day{19000}, most}, {Day{19001}, 1}})).ok());
  EXPECT_FALSE(month.by_month(Day{19010}).ok());
  SalesByDay nothing;
  ASSERT_TRUE(nothing.add({}).ok());
  EXPECT_TRUE(nothing.by_month(Day{19000})->month.empty());
}

}  // namespace
}  // namespace fidelia::detail
