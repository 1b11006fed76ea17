// SPDX-License-Identifier: Apache-2.0
#include "fidelia/scoring/cohorts.h"

#include <algorithm>
#include <string>
#include <vector>

#include "fidelia/core/money.h"
#include "src/core/try.h"
#include "src/scoring/purchase_input.h"

namespace fidelia {
namespace {

constexpr std::size_t kMostRows = 10'000'000;

struct Cell {
  std::int64_t active = 0;
  std::int64_t purchases = 0;
  std::int64_t spend = 0;
};

/// Cohorts by the period of the first purchase; those without a customer have no cells.
class CohortTable {
 public:
  CohortTable(const PurchaseHistory& history, CalendarPeriod period)
      : history_(history), period_(period) {}

  Status fill() {
    if (history_.size() == 0) return {};
    last_ = calendar_period_of(history_.as_of, period_);
    first_ = last_;
    for (std::int64_t i = 0; i < history_.customers(); ++i) {
      first_ = std::min(first_, period_of(history_.begins[i]));
    }
    sizes_.assign(static_cast<std::size_t>(last_ - first_) + 1, 0);
    begins_.resize(sizes_.size());
    for (std::int64_t i = 0; i < history_.customers(); ++i) {
      ++sizes_[static_cast<std::size_t>(period_of(history_.begins[i]) - first_)];
    }
    std::size_t cells = 0;
    for (std::size_t c = 0; c < sizes_.size(); ++c) {
      begins_[c] = cells;
      if (sizes_[c] > 0) cells += sizes_.size() - c;
    }
    if (cells > kMostRows) {
      return Status::invalid_argument("the cohorts come to " + std::to_string(cells) +
                                      " rows: choose a longer period");
    }
    cells_.resize(cells);
    for (std::int64_t i = 0; i < history_.customers(); ++i) FIDELIA_TRY(add_customer(i));
    return {};
  }

  CohortPeriods periods() const {
    Buffer<Day> cohort;
    Buffer<Day> start;
    Buffer<std::int64_t> number;
    Buffer<std::int64_t> customers;
    Buffer<std::int64_t> active;
    Buffer<std::int64_t> purchases;
    Buffer<std::int64_t> spend;
    Buffer<double> retention;
    Buffer<std::uint8_t> complete;
    each([&](std::size_t c, std::size_t age, const Cell& cell) {
      const auto at = first_ + static_cast<std::int32_t>(c + age);
      cohort.push_back(calendar_period_start(first_ + static_cast<std::int32_t>(c), period_));
      number.push_back(static_cast<std::int64_t>(age));
      start.push_back(calendar_period_start(at, period_));
      customers.push_back(sizes_[c]);
      active.push_back(cell.active);
      retention.push_back(static_cast<double>(cell.active) / static_cast<double>(sizes_[c]));
      purchases.push_back(cell.purchases);
      spend.push_back(cell.spend);
      complete.push_back(is_complete(at) ? 1 : 0);
    });
    CohortPeriods out;
    out.cohort = Days(std::move(cohort));
    out.period_number = Ints(std::move(number));
    out.period_start = Days(std::move(start));
    out.customers = Ints(std::move(customers));
    out.active = Ints(std::move(active));
    out.retention = Floats(std::move(retention));
    out.purchases = Ints(std::move(purchases));
    out.spend = Amounts(Ints(std::move(spend)), history_.spend.scale());
    out.complete = Flags(std::move(complete));
    return out;
  }

  Result<CohortRetention> by_age() const {
    struct Age {
      Cell sum;
      std::int64_t cohorts = 0;
      std::int64_t customers = 0;
    };
    std::vector<Age> ages(sizes_.size());
    bool overflow = false;
    each([&](std::size_t c, std::size_t age, const Cell& cell) {
      if (!is_complete(first_ + static_cast<std::int32_t>(c + age))) return;
      Age& at = ages[age];
      ++at.cohorts;
      at.customers += sizes_[c];
      at.sum.active += cell.active;
      at.sum.purchases += cell.purchases;
      overflow |= __builtin_add_overflow(at.sum.spend, cell.spend, &at.sum.spend);
    });
    if (overflow) return too_much();
    CohortRetention out;
    Buffer<std::int64_t> number;
    Buffer<std::int64_t> count;
    Buffer<std::int64_t> sizes;
    Buffer<std::int64_t> active;
    Buffer<std::int64_t> purchases;
    Buffer<std::int64_t> spend;
    Buffer<double> retention;
    for (std::size_t age = 0; age < ages.size() && ages[age].cohorts > 0; ++age) {
      const Age& at = ages[age];
      number.push_back(static_cast<std::int64_t>(age));
      count.push_back(at.cohorts);
      sizes.push_back(at.customers);
      active.push_back(at.sum.active);
      retention.push_back(static_cast<double>(at.sum.active) / static_cast<double>(at.customers));
      purchases.push_back(at.sum.purchases);
      spend.push_back(at.sum.spend);
    }
    out.period_number = Ints(std::move(number));
    out.cohorts = Ints(std::move(count));
    out.customers = Ints(std::move(sizes));
    out.active = Ints(std::move(active));
    out.retention = Floats(std::move(retention));
    out.purchases = Ints(std::move(purchases));
    out.spend = Amounts(Ints(std::move(spend)), history_.spend.scale());
    return out;
  }

 private:
  static Status too_much() {
    return Status::invalid_data("the spend of a cohort comes to more than 64 bits of minor units",
                                -1, "amount");
  }
  std::int32_t period_of(std::int64_t purchase) const {
    return calendar_period_of(history_.purchased_at[purchase], period_);
  }
  bool is_complete(std::int32_t period) const {
    return calendar_period_start(period + 1, period_).days - 1 <= history_.as_of.days;
  }

  Status add_customer(std::int64_t customer) {
    const std::int64_t begin = history_.begins[customer];
    const std::int32_t first = period_of(begin);
    Cell* const cells = cells_.data() + begins_[static_cast<std::size_t>(first - first_)];
    std::int32_t previous = first - 1;
    for (std::int64_t k = begin; k < history_.begins[customer + 1]; ++k) {
      const std::int32_t period = period_of(k);
      Cell& cell = cells[period - first];
      if (period != previous) ++cell.active;
      previous = period;
      ++cell.purchases;
      if (__builtin_add_overflow(cell.spend, history_.spend[k], &cell.spend)) return too_much();
    }
    return {};
  }

  /// visit(cohort, age, cell) for all rows, in their order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t c = 0; c < sizes_.size(); ++c) {
      if (sizes_[c] == 0) continue;
      for (std::size_t age = 0; age < sizes_.size() - c; ++age) {
        visit(c, age, cells_[begins_[c] + age]);
      }
    }
  }

  const PurchaseHistory& history_;
  CalendarPeriod period_;
  std::int32_t first_ = 0;
  std::int32_t last_ = 0;
  std::vector<std::int64_t> sizes_;  // Customers by cohort.
  std::vector<std::size_t> begins_;  // Of the cohorts' cells.
  std::vector<Cell> cells_;
};

}  // namespace

const OptionsSpec<CohortsOptions>& cohorts_options() {
  static const auto& spec = *new OptionsSpec<CohortsOptions>(
      OptionsSpec<CohortsOptions>()
          .option("period", &CohortsOptions::period,
                  {.help = "What a cohort and a period is: week, calendar month, quarter, year.",
                   .words = calendar_period_words()})
          .inherit(purchase_options()));
  return spec;
}

const TableSpec<CohortPeriods>& cohort_periods_table() {
  static const auto& spec = *new TableSpec<CohortPeriods>([] {
    using C = CohortPeriods;
    TableSpec<C> made("One row for each cohort and each period up to as_of.");
    made.column("cohort", &C::cohort, {.help = "First day of the period of the first purchase."})
        .column("period_number", &C::period_number,
                {.help = "Periods since that one; 0 is that one.", .unit = "periods", .min = 0})
        .column("period_start", &C::period_start, {.help = "First day of this row's period."})
        .column("customers", &C::customers,
                {.help = "Size of the cohort.", .unit = "customers", .min = 1})
        .column("active", &C::active,
                {.help = "Those with a purchase in the period.", .unit = "customers", .min = 0})
        .column("retention", &C::retention, {.help = "active / customers.", .min = 0, .max = 1})
        .column("purchases", &C::purchases,
                {.help = "Purchases in the period.", .unit = "purchases", .min = 0})
        .column("spend", &C::spend,
                {.help = "What these came to, net of refunds.", .unit = "currency"})
        .column("complete", &C::complete,
                {.help = "Whether as_of has reached the period's last day."});
    return made;
  }());
  return spec;
}

const TableSpec<CohortRetention>& cohort_retention_table() {
  static const auto& spec = *new TableSpec<CohortRetention>([] {
    using C = CohortRetention;
    TableSpec<C> made("All cohorts together by period number, where the period is complete.");
    made.column(
            "period_number", &C::period_number,
            {.help = "Periods since the one of the first purchase.", .unit = "periods", .min = 0})
        .column("cohorts", &C::cohorts, {.help = "Cohorts that have this period complete."})
        .column("customers", &C::customers,
                {.help = "Their customers.", .unit = "customers", .min = 1})
        .column("active", &C::active,
                {.help = "Those with a purchase in the period.", .unit = "customers", .min = 0})
        .column("retention", &C::retention, {.help = "active / customers.", .min = 0, .max = 1})
        .column("purchases", &C::purchases,
                {.help = "Purchases in the period.", .unit = "purchases", .min = 0})
        .column("spend", &C::spend,
                {.help = "What these came to, net of refunds.", .unit = "currency"});
    return made;
  }());
  return spec;
}

Result<Cohorts> cohorts(const PurchaseHistory& history, CalendarPeriod period, Context& context) {
  FIDELIA_TRY(context.check());
  CohortTable table(history, period);
  FIDELIA_TRY(table.fill());
  Cohorts out;
  out.cohorts = table.periods();
  FIDELIA_ASSIGN(out.retention, table.by_age());
  return out;
}

Result<Cohorts> cohorts(PurchaseSummaryInput& input, const CohortsOptions& options,
                        Context& context) {
  FIDELIA_ASSIGN(const PurchaseHistory history, read_purchase_history(input, options, context));
  return cohorts(history, options.period, context);
}

Entry cohorts_entry() {
  Result<Cohorts> (*const function)(PurchaseSummaryInput&, const CohortsOptions&, Context&) =
      &cohorts;
  FunctionEntry entry(EntryKind::measure, "cohorts",
                      "How customers who came in one period go on to buy: size, retention, "
                      "purchases and spend by cohort and period.",
                      function);
  entry.detail(
      "A cohort is all customers whose first purchase lies in one week, month, quarter or year. "
      "Every period up to as_of has its row; the last is marked where as_of cuts it short. A "
      "second table adds the cohorts up by period number.");
  return detail::add_purchase_inputs(entry)
      .output("cohorts", &Cohorts::cohorts, cohort_periods_table())
      .output("retention", &Cohorts::retention, cohort_retention_table())
      .options(cohorts_options());
}

}  // namespace fidelia
