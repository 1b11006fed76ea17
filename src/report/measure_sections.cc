// SPDX-License-Identifier: Apache-2.0
//
// What the measures show: recency, frequency and money; cohorts; seasons; products.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/report/charts.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::size_t kProductBars = 12;
constexpr std::size_t kLongestProduct = 60;

/// The class of a share among those that divide 0 to `top` into equal steps.
std::size_t step_of(double value, double top) {
  if (!(top > 0)) return 0;
  const auto step = static_cast<int>(value / top * static_cast<double>(kHeatSteps));
  return static_cast<std::size_t>(std::clamp(step, 0, static_cast<int>(kHeatSteps) - 1));
}

/// "0% to 5%", … : what the classes of step_of() stand for.
std::vector<std::string> step_names(const Book& book, double top) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kHeatSteps; ++i) {
    const double low = top * static_cast<double>(i) / static_cast<double>(kHeatSteps);
    const double high = top * static_cast<double>(i + 1) / static_cast<double>(kHeatSteps);
    names.push_back(book.format.range(book.format.percent(low), book.format.percent(high)));
  }
  return names;
}

/// A round number at or above the largest share, so that classes have round borders.
double round_top(double largest) {
  for (const double top : {0.05, 0.1, 0.15, 0.25, 0.5, 0.75}) {
    if (largest <= top) return top;
  }
  return 1;
}

Json rfm_chart(const Book& book) {
  const RfmWords& words = book.words.rfm;
  const RfmFigures& rfm = book.figures.rfm;
  double largest = 0;
  for (const auto& row : rfm.map) {
    for (const RfmCell& cell : row) largest = std::max(largest, share(cell.spend, rfm.spend));
  }
  const double top = round_top(largest);
  HeatMap map;
  map.x_title = words.axis_frequency;
  map.y_title = words.axis_recency;
  map.steps = step_names(book, top);
  for (int score = 1; score <= kScores; ++score) {
    map.columns.push_back(std::to_string(score));
    map.rows.push_back(std::to_string(kScores + 1 - score));
  }
  for (std::size_t r = 0; r < kScores; ++r) {
    for (std::size_t f = 0; f < kScores; ++f) {
      const RfmCell& cell = rfm.map[r][f];
      if (cell.customers == 0) continue;
      const std::string customers = book.format.count(cell.customers);
      map.cells.push_back({f, kScores - 1 - r, step_of(share(cell.spend, rfm.spend), top),
                           customers,
                           fill(words.cell, {{"n", customers},
                                             {"spend", book.format.exact_money(cell.spend)},
                                             {"share", book.share_of(cell.spend, rfm.spend)}})});
    }
  }
  return heat_map(map);
}

Json segments_table(const Book& book) {
  const RfmWords& words = book.words.rfm;
  const RfmFigures& rfm = book.figures.rfm;
  Table table("segments", words.caption);
  table.column("segment", words.column_segment, "text")
      .column("customers", words.column_customers, "number")
      .column("share", words.column_share, "percent")
      .column("spend", words.column_spend, "money")
      .column("spend_share", words.column_spend_share, "percent")
      .column("meaning", words.column_meaning, "text");
  for (const RfmSegment& segment : rfm.segments) {
    const Named* named = find_named(words.segments, segment.word);
    table.row({name_of(words.segments, segment.word), book.format.count(segment.customers),
               book.share_of(segment.customers, rfm.customers),
               book.format.exact_money(segment.spend), book.share_of(segment.spend, rfm.spend),
               named != nullptr ? std::string(named->meaning) : std::string()});
  }
  return table.done();
}

}  // namespace

Json rfm_section(const Book& book) {
  const RfmFigures& rfm = book.figures.rfm;
  const RfmWords& words = book.words.rfm;
  if (rfm.customers == 0) return {};
  Section section("rfm", words.title);
  section.text(
      rfm.best.customers > 0
          ? fill(words.summary, {{"n", book.format.count(rfm.best.customers)},
                                 {"share", book.share_of(rfm.best.customers, rfm.customers)},
                                 {"spend", book.share_of(rfm.best.spend, rfm.spend)}})
          : std::string(words.nobody_best));
  section.chart(words.chart,
                fill(words.alt, {{"n", book.format.count(rfm.best.customers)},
                                 {"all", book.format.count(rfm.customers)}}),
                rfm_chart(book));
  if (!rfm.segments.empty()) section.table(segments_table(book));
  return section.done();
}

namespace {

std::string cohort_name(const Book& book, Day start) {
  return book.input.cohorts.unit >= PeriodUnit::month ? book.format.month(start)
                                                      : book.format.day(start);
}

/// Periods whose retention a reader asks for first, as far as they have come.
std::vector<std::size_t> asked_periods(const CohortFigures& cohorts) {
  std::vector<std::size_t> periods;
  for (const std::size_t period : {1U, 2U, 3U, 6U, 12U, 24U}) {
    if (period < cohorts.retention.size()) periods.push_back(period);
  }
  return periods;
}

std::string retention_of(const Book& book, const Cohort& cohort, std::size_t period) {
  return book.share_of(cohort.active[period], cohort.customers);
}

Json cohort_chart(const Book& book) {
  const CohortWords& words = book.words.cohorts;
  const CohortFigures& cohorts = book.figures.cohorts;
  double largest = 0;
  for (const Cohort& cohort : cohorts.cohorts) {
    for (std::size_t p = 1; p < std::min(cohort.active.size(), cohorts.periods); ++p) {
      largest = std::max(largest, share(cohort.active[p], cohort.customers));
    }
  }
  const double top = round_top(largest);
  const std::string axis =
      fill(words.axis_period, {{"units", book.format.units_word(book.input.cohorts.unit)}});
  HeatMap map;
  map.x_title = axis;
  map.y_title = words.axis_cohort;
  map.steps = step_names(book, top);
  for (std::size_t p = 1; p < cohorts.periods; ++p) map.columns.push_back(std::to_string(p));
  for (const Cohort& cohort : cohorts.cohorts) {
    const std::size_t row = map.rows.size();
    map.rows.push_back(cohort_name(book, cohort.start));
    for (std::size_t p = 1; p < std::min(cohort.active.size(), cohorts.periods); ++p) {
      const double value = share(cohort.active[p], cohort.customers);
      map.cells.push_back({p - 1, row, step_of(value, top), book.format.number(100 * value, 0),
                           map.rows[row] + ", " + std::to_string(p) + ": " +
                               book.format.with_range(retention_of(book, cohort, p),
                                                      book.format.count(cohort.active[p]))});
    }
  }
  return heat_map(map);
}

Json cohort_table(const Book& book) {
  const CohortWords& words = book.words.cohorts;
  const CohortFigures& cohorts = book.figures.cohorts;
  const std::vector<std::size_t> periods = asked_periods(cohorts);
  Table table("cohorts", words.caption);
  table.column("cohort", words.column_cohort, "text")
      .column("customers", words.column_customers, "number");
  for (const std::size_t period : periods) {
    table.column("after_" + std::to_string(period),
                 book.format.period(static_cast<double>(period), book.input.cohorts.unit),
                 "percent");
  }
  for (const Cohort& cohort : cohorts.cohorts) {
    std::vector<Json> row = {cohort_name(book, cohort.start), book.format.count(cohort.customers)};
    for (const std::size_t period : periods) {
      row.push_back(period < cohort.active.size() ? Json(retention_of(book, cohort, period))
                                                  : Json());
    }
    table.row(std::move(row));
  }
  return table.first(kFirstRows).done();
}

}  // namespace

Json cohorts_section(const Book& book) {
  const CohortWords& words = book.words.cohorts;
  const CohortFigures& cohorts = book.figures.cohorts;
  if (cohorts.cohorts.empty()) return {};
  Section section("cohorts", words.title);
  std::vector<std::string> parts;
  for (const std::size_t period : asked_periods(cohorts)) {
    parts.push_back(fill(words.after, {{"period", book.format.period(static_cast<double>(period),
                                                                     book.input.cohorts.unit)},
                                       {"share", book.format.percent(cohorts.retention[period])}}));
  }
  if (parts.empty()) return section.text(std::string(words.young)).done();
  section.text(fill(words.text, {{"list", book.format.list(parts)}}));
  section.chart(words.chart, fill(words.alt, {{"list", book.format.list(parts)}}),
                cohort_chart(book));
  return section.table(cohort_table(book)).note(std::string(words.note)).done();
}

namespace {

Json sales_chart(const Book& book) {
  const SeasonWords& words = book.words.season;
  const SeasonFigures& season = book.figures.season;
  std::vector<Column> columns;
  for (const SalesMonth& month : season.months) {
    columns.push_back({book.format.month(month.month),
                       static_cast<double>(month.amount) /
                           static_cast<double>(scale_factor(book.input.currency.scale)),
                       book.format.exact_money(month.amount),
                       month.peak    ? words.group_peak
                       : month.share ? words.group_other
                                     : words.group_outside});
  }
  std::vector<std::pair<std::string_view, std::string_view>> groups;
  if (season.year) {
    groups = {{words.group_peak, colour::kOrange}, {words.group_other, colour::kBlue}};
  }
  if (season.incomplete) groups.emplace_back(words.group_outside, colour::kGrey);
  return column_chart(columns, groups, words.axis_month, words.axis_sales);
}

Json sales_table(const Book& book) {
  const SeasonWords& words = book.words.season;
  const bool orders = !book.input.sales.orders.empty();
  Table table("sales", words.caption);
  table.column("month", words.column_month, "text").column("sales", words.column_sales, "money");
  if (orders) table.column("orders", words.column_orders, "number");
  table.column("share", words.column_share, "percent");
  for (const SalesMonth& month : book.figures.season.months) {
    std::vector<Json> row = {book.format.month_of_year(month.month),
                             book.format.exact_money(month.amount)};
    if (orders) row.emplace_back(book.format.count(month.orders));
    row.push_back(month.share ? Json(book.format.percent_exact(*month.share)) : Json());
    table.row(std::move(row));
  }
  return table.first(kFirstRows).done();
}

std::string season_text(const Book& book) {
  const SeasonWords& words = book.words.season;
  const SeasonFigures& season = book.figures.season;
  std::vector<std::string> text = {
      fill(words.peak, {{"share", book.format.percent_exact(season.peak_share)},
                        {"sales", book.format.exact_money(season.total)},
                        {"from", book.format.day(season.from)},
                        {"until", book.format.day(season.until)},
                        {"first", book.format.month_name(season.first_peak)},
                        {"last", book.format.month_name(season.last_peak)}}),
      fill(words.low, {{"share", book.format.percent_exact(season.low_share)},
                       {"month", book.format.month_name(season.low)}}),
      std::string(words.even)};
  return book.format.paragraph(text);
}

}  // namespace

Json season_section(const Book& book) {
  const SeasonWords& words = book.words.season;
  const SeasonFigures& season = book.figures.season;
  if (season.months.empty()) return {};
  Section section("season", words.title);
  const auto months = static_cast<std::int64_t>(season.months.size());
  if (season.year) {
    section.text(season_text(book));
    if (season.peak_share >= kStrongSeason) section.text(std::string(words.advice));
  } else {
    section.text(fill(words.short_history, {{"n", book.format.count(months)}}));
  }
  const auto by_amount = [](const SalesMonth& a, const SalesMonth& b) {
    return a.amount < b.amount;
  };
  const SalesMonth& best = *std::max_element(season.months.begin(), season.months.end(), by_amount);
  section.chart(words.chart,
                fill(words.alt, {{"month", book.format.month_of_year(best.month)},
                                 {"sales", book.format.exact_money(best.amount)}}),
                sales_chart(book));
  section.table(sales_table(book));
  if (season.year && season.incomplete) section.note(std::string(words.outside_note));
  return section.done();
}

namespace {

std::string product_name(const Book& book, std::int64_t row) {
  return excerpt(trim(book.input.products.product[row]), kLongestProduct);
}

Json products_table(const Book& book) {
  const ProductWords& words = book.words.products;
  const ReportProducts& products = book.input.products;
  Table table("products", words.caption);
  table.column("product", words.column_product, "text")
      .column("sales", words.column_sales, "money")
      .column("share", words.column_share, "percent");
  if (!products.orders.empty()) table.column("orders", words.column_orders, "number");
  if (!products.customers.empty()) table.column("customers", words.column_customers, "number");
  for (const std::int64_t i : book.figures.products.rows) {
    std::vector<Json> row = {product_name(book, i), Json(), Json()};
    if (!products.amount.is_null(i)) {
      row[1] = book.format.exact_money(products.amount[i]);
      row[2] = book.share_of(products.amount[i], book.figures.products.total);
    }
    if (!products.orders.empty()) row.emplace_back(book.format.count(products.orders[i]));
    if (!products.customers.empty()) row.emplace_back(book.format.count(products.customers[i]));
    table.row(std::move(row));
  }
  return table.first(kFirstRows).done();
}

}  // namespace

Json products_section(const Book& book) {
  const ProductWords& words = book.words.products;
  const ProductFigures& figures = book.figures.products;
  const ReportProducts& products = book.input.products;
  if (figures.rows.empty()) return {};
  Section section("products", words.title);
  section.text(
      book.format.amounted(words.summary, products.product.size(),
                           {{"top", book.format.count(static_cast<std::int64_t>(figures.top))},
                            {"share", book.format.percent(figures.top_share)}}));
  std::vector<Bar> bars;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(figures.rows.size(), kProductBars); ++i) {
    const std::int64_t row = figures.rows[i];
    const std::string amount = book.format.money_of_minor(products.amount[row]);
    bars.push_back({product_name(book, row),
                    static_cast<double>(std::max<std::int64_t>(0, products.amount[row])), amount,
                    colour::kBlue});
    if (i < 3) parts.push_back(product_name(book, row) + " " + amount);
  }
  section.chart(words.chart, fill(words.alt, {{"list", book.format.list(parts)}}), bar_chart(bars));
  section.table(products_table(book));
  if (static_cast<std::int64_t>(figures.rows.size()) < products.product.size()) {
    section.note(fill(words.shown,
                      {{"shown", book.format.count(static_cast<std::int64_t>(figures.rows.size()))},
                       {"n", book.format.count(products.product.size())}}));
  }
  return section.done();
}

}  // namespace fidelia::report
