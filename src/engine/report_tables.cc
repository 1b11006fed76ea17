// SPDX-License-Identifier: Apache-2.0
#include "src/engine/report_tables.h"

#include <algorithm>

#include "fidelia/scoring/cohorts.h"
#include "fidelia/scoring/rfm.h"
#include "src/core/try.h"

namespace fidelia::detail {
namespace {

/// Cohorts are months as long as a chart can show them all, else quarters, else years.
constexpr double kMostCohorts = 24;

CalendarPeriod cohort_period(const PurchaseHistory& history) {
  Day first = history.as_of;
  for (std::int64_t i = 0; i < history.size(); ++i) {
    first = std::min(first, history.purchased_at[i]);
  }
  const double months = months_between(first, history.as_of);
  if (months <= kMostCohorts) return CalendarPeriod::month;
  return months <= 3 * kMostCohorts ? CalendarPeriod::quarter : CalendarPeriod::year;
}

PeriodUnit unit_of(CalendarPeriod period) {
  switch (period) {
    case CalendarPeriod::week: return PeriodUnit::week;
    case CalendarPeriod::month: return PeriodUnit::month;
    case CalendarPeriod::quarter: return PeriodUnit::quarter;
    case CalendarPeriod::year: break;
  }
  return PeriodUnit::year;
}

/// Of periods that as_of has not reached the end of, the report shows nothing.
ReportCohorts complete_cohorts(const CohortPeriods& rows, PeriodUnit unit) {
  ValuesBuilder<Day> cohort;
  ValuesBuilder<std::int64_t> period;
  ValuesBuilder<std::int64_t> customers;
  ValuesBuilder<std::int64_t> active;
  for (std::int64_t i = 0; i < rows.cohort.size(); ++i) {
    if (rows.complete[i] == 0) continue;
    cohort.append(rows.cohort[i]);
    period.append(rows.period_number[i]);
    customers.append(rows.customers[i]);
    active.append(rows.active[i]);
  }
  return {unit, cohort.finish(), period.finish(), customers.finish(), active.finish()};
}

/// Products as the report lists them; nothing where no line has an amount.
ReportProducts report_products(const ProductFigures& products) {
  bool priced = false;
  TextsBuilder names;
  for (std::int64_t i = 0; i < products.product_id.size(); ++i) {
    names.append(products.product_id.to_string(i));
    priced = priced || !products.spend.is_null(i);
  }
  if (!priced) return {};
  return {names.finish(), products.spend, products.baskets, products.customers};
}

}  // namespace

Status add_measures(const CompanyRun& run, CompanyReportInput& input, Context& context) {
  const PurchaseSummary& s = run.summary;
  if (run.mix) input.products = report_products(run.mix->products);
  if (run.buyers.frequency.empty()) return {};
  RfmInput summary{s.customer_id,   s.frequency, s.t_x,   s.T,
                   s.last_purchase, s.orders,    s.spend, s.monetary_value};
  RfmOptions options;
  options.as_of = run.as_of;
  FIDELIA_ASSIGN(const Rfm found, rfm(summary, options, context));
  input.rfm = {found.scores.customer_id, found.scores.recency_score, found.scores.frequency_score,
               found.scores.monetary_score, found.scores.segment};
  if (!run.history) return {};
  const CalendarPeriod period = cohort_period(*run.history);
  FIDELIA_ASSIGN(const Cohorts found_cohorts, cohorts(*run.history, period, context));
  input.cohorts = complete_cohorts(found_cohorts.cohorts, unit_of(period));
  return {};
}

}  // namespace fidelia::detail
