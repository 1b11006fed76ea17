// SPDX-License-Identifier: Apache-2.0
//
// The figures of the measures: who comes when, how often and for how much, what sells, who moved.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "src/core/try.h"
#include "src/report/figures.h"

namespace fidelia::report {
namespace {

constexpr int kMonthsOfYear = 12;
constexpr std::int64_t kGoodScore = 4;

/// 1, 2 or 5 times a power of ten, at least `width`.
double nice_width(double width) {
  const double power = std::pow(10, std::floor(std::log10(std::max(width, 1e-9))));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= width * (1 - 1e-12)) return step * power;
  }
  return 10 * power;
}

void map_alive(const CompanyReportInput& input, CompanyFigures& out) {
  const PurchaseSummary& summary = input.summary;
  if (!out.alive || summary.t_x.empty() || summary.T.empty()) return;
  double longest = 0;
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    if (bought(summary, i)) longest = std::max(longest, summary.T[i] - summary.t_x[i]);
  }
  if (!(longest > 0)) return;
  out.alive_map.band = nice_width(longest / kSilenceBands);
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    const std::int64_t row = out.score_row[static_cast<std::size_t>(i)];
    if (row < 0 || input.scores.p_alive.is_null(row) || !bought(summary, i)) continue;
    if (out.singles_unjudged && !(summary.frequency[i] > 0)) continue;
    const double silence = std::max(0.0, summary.T[i] - summary.t_x[i]);
    const auto band =
        std::min(static_cast<std::size_t>(silence / out.alive_map.band), kSilenceBands - 1);
    // The last band that begins at or below the number of purchases.
    const double purchases = summary.frequency[i] + 1;
    std::size_t column = kPurchaseBands.size() - 1;
    while (column > 0 && static_cast<double>(kPurchaseBands[column]) > purchases) --column;
    AliveCell& cell = out.alive_map.cells[band][column];
    ++cell.customers;
    cell.p_alive += input.scores.p_alive[row];
  }
}

void sort_flows(std::map<std::pair<int, int>, std::int64_t>& counts, MoveFigures& out) {
  for (const auto& [way, parties] : counts) out.flows.push_back({way.second, way.first, parties});
}

/// From the stage held before, where somebody has fallen back, to the stage now.
void count_falls(const ReportStages& stages, CompanyFigures& out) {
  if (stages.fallen_from.empty()) return;
  std::map<std::pair<int, int>, std::int64_t> counts;
  for (std::int64_t i = 0; i < stages.stage.size(); ++i) {
    if (stages.stage.is_null(i)) continue;
    const int to = stages.stage[i];
    const bool fallen = !stages.fallen_from.is_null(i);
    ++counts[{to, fallen ? stages.fallen_from[i] : to}];
    ++(fallen ? out.falls.down : out.falls.stayed);
  }
  sort_flows(counts, out.falls);
}

Status count_moves(const CompanyReportInput& input, CompanyFigures& out, Context& context) {
  const ReportStages& then = input.earlier->stages;
  const ReportStages& now = input.stages;
  if (then.customer_id.empty() || now.customer_id.empty()) return {};
  KeyIndex index(context.shared_memory());
  Buffer<std::int64_t> numbers(context.shared_memory());
  FIDELIA_TRY(index.insert_all(then.customer_id, numbers));
  std::vector<std::int64_t> row_of(static_cast<std::size_t>(index.size()), -1);
  for (std::int64_t i = 0; i < then.customer_id.size(); ++i) {
    const std::int64_t number = numbers[static_cast<std::size_t>(i)];
    if (number >= 0 && !then.stage.is_null(i)) row_of[static_cast<std::size_t>(number)] = i;
  }
  std::map<std::pair<int, int>, std::int64_t> counts;
  std::int64_t met = 0;
  for (std::int64_t i = 0; i < now.customer_id.size(); ++i) {
    if (now.stage.is_null(i)) continue;
    const std::int64_t number = index.find(now.customer_id, i);
    const std::int64_t row = number < 0 ? -1 : row_of[static_cast<std::size_t>(number)];
    const int to = now.stage[i];
    const int from = row < 0 ? -1 : then.stage[row];
    ++counts[{to, from}];
    met += from >= 0 ? 1 : 0;
    ++(from < 0    ? out.moves.fresh
       : from < to ? out.moves.up
       : from > to ? out.moves.down
                   : out.moves.stayed);
  }
  sort_flows(counts, out.moves);
  out.moves.dropped = out.earlier->staged - met;
  return {};
}

Status count_rfm(const CompanyReportInput& input, const KeyIndex& customers, CompanyFigures& out) {
  const ReportRfm& rfm = input.rfm;
  for (const std::string_view word : rfm.segment.words()) {
    out.rfm.segments.push_back({word, 0, 0});
  }
  for (std::int64_t i = 0; i < rfm.customer_id.size(); ++i) {
    if (rfm.recency.is_null(i) || rfm.frequency.is_null(i)) continue;
    const std::int64_t row = customers.find(rfm.customer_id, i);
    if (row < 0) {
      return Status::invalid_data("rfm holds a customer that the purchase summary does not have", i,
                                  "rfm.customer_id");
    }
    const std::int64_t spend = input.summary.spend.empty() ? 0 : input.summary.spend[row];
    const auto add = [&](RfmCell& cell) -> Status {
      ++cell.customers;
      return add_to(cell.spend, spend, "spend");
    };
    FIDELIA_TRY(add(out.rfm.map[static_cast<std::size_t>(rfm.recency[i] - 1)]
                               [static_cast<std::size_t>(rfm.frequency[i] - 1)]));
    if (rfm.recency[i] >= kGoodScore && rfm.frequency[i] >= kGoodScore) {
      FIDELIA_TRY(add(out.rfm.best));
    }
    ++out.rfm.customers;
    FIDELIA_TRY(add_to(out.rfm.spend, spend, "spend"));
    if (rfm.segment.empty() || rfm.segment.is_null(i)) continue;
    RfmSegment& segment = out.rfm.segments[static_cast<std::size_t>(rfm.segment[i])];
    ++segment.customers;
    FIDELIA_TRY(add_to(segment.spend, spend, "spend"));
  }
  std::erase_if(out.rfm.segments, [](const RfmSegment& s) { return s.customers == 0; });
  std::stable_sort(
      out.rfm.segments.begin(), out.rfm.segments.end(),
      [](const RfmSegment& a, const RfmSegment& b) { return a.customers > b.customers; });
  return {};
}

void count_cohorts(const ReportCohorts& in, CohortFigures& out) {
  std::vector<std::int64_t> active;
  std::vector<std::int64_t> reached;
  for (std::int64_t i = 0; i < in.cohort.size(); ++i) {
    if (out.cohorts.empty() || out.cohorts.back().start != in.cohort[i]) {
      out.cohorts.push_back({in.cohort[i], in.customers[i], {}});
    }
    Cohort& cohort = out.cohorts.back();
    const auto period = static_cast<std::size_t>(in.period[i]);
    cohort.active.resize(period + 1);
    cohort.active[period] = in.active[i];
    if (active.size() <= period) {
      active.resize(period + 1);
      reached.resize(period + 1);
    }
    active[period] += in.active[i];
    reached[period] += in.customers[i];
  }
  for (std::size_t p = 0; p < active.size(); ++p) {
    out.retention.push_back(
        reached[p] > 0 ? static_cast<double>(active[p]) / static_cast<double>(reached[p]) : 0);
  }
  if (out.cohorts.size() > kCohortRows) {
    out.cohorts.erase(out.cohorts.begin(),
                      out.cohorts.end() - static_cast<std::ptrdiff_t>(kCohortRows));
  }
  for (const Cohort& cohort : out.cohorts) {
    out.periods = std::max(out.periods, std::min(cohort.active.size(), kCohortRows));
  }
}

Day first_of_month(Day day) {
  CivilDate civil = civil_from_day(day);
  civil.day = 1;
  return day_from_civil(civil);
}

/// The strongest run of months of the year, which may go over its turn.
void find_peak(const std::array<std::int64_t, kMonthsOfYear>& of_month, SeasonFigures& season) {
  const auto total = static_cast<double>(season.total);
  double best = -1;
  for (int first = 0; first < kMonthsOfYear; ++first) {
    double sum = 0;
    for (int k = 0; k < kSeasonMonths; ++k) {
      sum += static_cast<double>(of_month[static_cast<std::size_t>((first + k) % kMonthsOfYear)]);
    }
    if (sum > best) {
      best = sum;
      season.first_peak = first + 1;
      season.last_peak = (first + kSeasonMonths - 1) % kMonthsOfYear + 1;
    }
  }
  season.peak_share = best / total;
  const auto* low = std::min_element(of_month.begin(), of_month.end());
  season.low = static_cast<int>(low - of_month.begin()) + 1;
  season.low_share = static_cast<double>(*low) / total;
}

/// The last twelve whole months up to as_of are the year.
Status find_season(const CompanyReportInput& input, SeasonFigures& out) {
  const ReportSales& sales = input.sales;
  if (sales.month.empty()) return {};
  const Day first = sales.month[0];
  const Day after = first_of_month(Day{input.as_of.days + 1});  // first day not of a whole month
  const Day from = add_months(after, -kMonthsOfYear);
  std::array<std::int64_t, kMonthsOfYear> of_month{};
  for (std::int64_t i = 0; i < sales.month.size(); ++i) {
    if (sales.month[i] > input.as_of) break;
    if (sales.month[i] < from || sales.month[i] >= after) continue;
    of_month[static_cast<std::size_t>(civil_from_day(sales.month[i]).month - 1)] = sales.amount[i];
    FIDELIA_TRY(add_to(out.total, sales.amount[i], "sales"));
  }
  out.year = first <= from && out.total > 0;
  out.from = from;
  out.until = Day{after.days - 1};
  if (out.year) find_peak(of_month, out);
  const auto is_peak = [&](int month) {
    return (month - out.first_peak + kMonthsOfYear) % kMonthsOfYear < kSeasonMonths;
  };
  for (std::int64_t i = 0; i < sales.month.size() && sales.month[i] <= input.as_of; ++i) {
    SalesMonth month{sales.month[i], sales.amount[i], sales.orders.empty() ? 0 : sales.orders[i],
                     std::nullopt, false};
    if (out.year && month.month >= from && month.month < after) {
      month.share = static_cast<double>(month.amount) / static_cast<double>(out.total);
      month.peak = is_peak(civil_from_day(month.month).month);
    } else {
      out.incomplete = true;
    }
    out.months.push_back(month);
  }
  if (out.months.size() > kSalesMonths) {
    out.months.erase(out.months.begin(),
                     out.months.end() - static_cast<std::ptrdiff_t>(kSalesMonths));
  }
  return {};
}

Status rank_products(const ReportProducts& products, ProductFigures& out) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(products.product.size()));
  std::iota(rows.begin(), rows.end(), 0);
  const auto known = [&](std::int64_t i) { return !products.amount.is_null(i); };
  const auto amount = [&](std::int64_t i) { return known(i) ? products.amount[i] : 0; };
  std::stable_sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    if (known(a) != known(b)) return known(a);
    return amount(a) > amount(b);
  });
  std::int64_t top = 0;
  out.top = std::max<std::size_t>(1, rows.size() / 10);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    FIDELIA_TRY(add_to(out.total, amount(rows[i]), "sales of products"));
    if (i < out.top) FIDELIA_TRY(add_to(top, amount(rows[i]), "sales of products"));
  }
  if (out.total > 0) out.top_share = static_cast<double>(top) / static_cast<double>(out.total);
  rows.resize(std::min(rows.size(), kProductRows));
  out.rows = std::move(rows);
  return {};
}

void rank_overdue(const ReportOverdue& overdue, CompanyFigures& out) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(overdue.customer_id.size()));
  std::iota(rows.begin(), rows.end(), 0);
  const auto worth = [&](std::int64_t i) {
    return overdue.worth.empty() || overdue.worth.is_null(i) ? 0.0 : overdue.worth[i];
  };
  std::stable_sort(rows.begin(), rows.end(), [&](std::int64_t a, std::int64_t b) {
    if (worth(a) != worth(b)) return worth(a) > worth(b);
    return !overdue.due_at.empty() && overdue.due_at[a] < overdue.due_at[b];
  });
  rows.resize(std::min(rows.size(), kOverdueRows));
  out.first_overdue = std::move(rows);
}

}  // namespace

Status measure_figures(const CompanyReportInput& input, const KeyIndex& customers,
                       CompanyFigures& out, Context& context) {
  map_alive(input, out);
  count_falls(input.stages, out);
  if (input.earlier != nullptr) {
    FIDELIA_ASSIGN(CompanyFigures earlier, company_figures(*input.earlier, context));
    out.earlier = std::make_shared<const CompanyFigures>(std::move(earlier));
    FIDELIA_TRY(count_moves(input, out, context));
  }
  FIDELIA_TRY(context.check());
  FIDELIA_TRY(count_rfm(input, customers, out));
  count_cohorts(input.cohorts, out.cohorts);
  FIDELIA_TRY(find_season(input, out.season));
  FIDELIA_TRY(rank_products(input.products, out.products));
  rank_overdue(input.overdue, out);
  return {};
}

}  // namespace fidelia::report
