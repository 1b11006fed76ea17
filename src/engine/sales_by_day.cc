// SPDX-License-Identifier: Apache-2.0
#include "src/engine/sales_by_day.h"

#include <algorithm>
#include <string>

#include "src/core/try.h"

namespace fidelia::detail {
namespace {

Status add_to(std::int64_t& sum, std::int64_t amount) {
  const auto added = checked_add(sum, amount);
  if (!added) {
    return Status::invalid_data(
        "the sales of a month are larger than an amount can be; report in a larger currency");
  }
  sum = *added;
  return {};
}

}  // namespace

Status SalesByDay::add(const CleanOrders& batch) {
  if (batch.size() == 0) return {};
  scale_ = batch.amount.scale();
  Day low = batch.ordered_at.day(0);
  Day high = low;
  for (std::int64_t i = 1; i < batch.size(); ++i) {
    const Day day = batch.ordered_at.day(i);
    low = std::min(low, day);
    high = std::max(high, day);
  }
  if (amounts_.empty()) first_ = low;
  // Days of orders lie within 1900 to 2199, so this stays below one megabyte.
  if (low < first_) {
    amounts_.insert(amounts_.begin(), static_cast<std::size_t>(first_.days - low.days), 0);
    first_ = low;
  }
  const auto needed = static_cast<std::size_t>(high.days - first_.days) + 1;
  if (amounts_.size() < needed) amounts_.resize(needed, 0);
  for (std::int64_t i = 0; i < batch.size(); ++i) {
    const auto day = static_cast<std::size_t>(batch.ordered_at.day(i).days - first_.days);
    FIDELIA_TRY(add_to(amounts_[day], batch.amount[i]));
  }
  return {};
}

Result<ReportSales> SalesByDay::by_month(Day as_of) const {
  ReportSales sales;
  ValuesBuilder<Day> months;
  ValuesBuilder<std::int64_t> amounts;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < amounts_.size(); ++i) {
    const Day day{first_.days + static_cast<std::int32_t>(i)};
    if (day > as_of) break;
    FIDELIA_TRY(add_to(sum, amounts_[i]));
    const Day next{day.days + 1};
    const bool last = day == as_of || i + 1 == amounts_.size();
    if (!last && month_index(next) == month_index(day)) continue;
    CivilDate month = civil_from_day(day);
    month.day = 1;
    months.append(day_from_civil(month));
    amounts.append(sum);
    sum = 0;
  }
  sales.month = months.finish();
  sales.amount = Amounts(amounts.finish(), scale_);
  return sales;
}

}  // namespace fidelia::detail
