// SPDX-License-Identifier: Apache-2.0
//
// Whether the forecast is any good: the course of purchases, and the test on later data.
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "src/report/charts.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

std::string signed_text(const Format& format, double value) {
  return (value > 0 ? "+" : "") + format.estimate(value);
}

std::string fitted_text(const Book& book) {
  const TrackingWords& words = book.words.tracking;
  const CompanyFigures& figures = book.figures;
  const auto actual = static_cast<double>(figures.repeat_purchases);
  const std::string as_of = book.format.day(book.input.as_of);
  if (!(actual > 0)) {
    return fill(words.fitted_without_model,
                {{"as_of", as_of}, {"actual", book.format.count(figures.repeat_purchases)}});
  }
  const double difference = (figures.fitted_purchases - actual) / actual;
  std::string off = book.format.percent(difference);
  if (difference > 0) off.insert(0, "+");
  return fill(words.fitted, {{"as_of", as_of},
                             {"actual", book.format.count(figures.repeat_purchases)},
                             {"fitted", book.format.estimate(figures.fitted_purchases)},
                             {"difference", off}});
}

void holdout_text(const Book& book, const ReportHoldout& holdout, Section& section) {
  const TrackingWords& words = book.words.tracking;
  const Format& format = book.format;
  const auto actual = static_cast<double>(holdout.actual);
  const bool missed = holdout_missed(holdout);
  const double difference = std::abs(actual - holdout.predicted);
  std::string text =
      fill(words.predicted, {{"as_of", book.format.day(book.input.as_of)},
                             {"predicted", format.estimate(holdout.predicted)},
                             {"from", book.format.day(Day{book.input.as_of.days + 1})},
                             {"until", book.format.day(holdout.until)},
                             {"level", book.level()},
                             {"low", format.estimate(holdout.low)},
                             {"high", format.estimate(holdout.high)}});
  text += book.gap();
  text += fill(words.actual, {{"actual", format.count(holdout.actual)}});
  text += book.gap();
  text += fill(!missed                 ? words.held
               : actual > holdout.high ? words.missed_low
                                       : words.missed_high,
               {{"difference", format.estimate(difference)},
                {"share", format.percent(actual > 0 ? difference / actual : 1)}});
  section.text(std::move(text));
  if (missed) section.text(std::string(words.missed_meaning));
}

Json holdout_table(const Book& book, const ReportHoldout& holdout) {
  const TrackingWords& words = book.words.tracking;
  const Format& format = book.format;
  const auto actual = static_cast<double>(holdout.actual);
  Table table("holdout", words.caption);
  table.column("what", words.column_what, "text").column("value", words.column_value, "number");
  table.row({words.row_predicted, format.estimate(holdout.predicted)});
  table.row({fill(words.row_range, {{"level", book.level()}}),
             format.range(format.estimate(holdout.low), format.estimate(holdout.high))});
  table.row({words.row_actual, format.count(holdout.actual)});
  table.row({words.row_difference, signed_text(format, actual - holdout.predicted)});
  table.row(
      {words.row_verdict, holdout_missed(holdout) ? words.verdict_missed : words.verdict_held});
  return table.done();
}

TrackingLabels chart_labels(const Book& book, std::string_view y_title) {
  const TrackingWords& words = book.words.tracking;
  return {.actual = words.series_actual,
          .fitted = words.series_fitted,
          .forecast = words.series_forecast,
          .model = words.series_model,
          .y_title = y_title,
          .until = words.tooltip_until,
          .axis_month = book.words.numbers.axis_month,
          .as_of = book.format.day(book.input.as_of)};
}

std::string model_text(const Book& book, double value, const std::optional<ReportRange>& range) {
  std::string text = book.format.estimate(value);
  if (!range) return text;
  return book.format.with_range(
      text, book.format.range(book.format.estimate(range->low), book.format.estimate(range->high)));
}

void add_total_chart(const Book& book, Section& section) {
  const TrackingWords& words = book.words.tracking;
  const auto& points = book.figures.tracking;
  std::vector<TrackingRow> rows;
  std::int64_t actual = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const TrackingPoint& point = points[i];
    // The forecast starts where the facts end.
    if (point.forecast && (i == 0 || !points[i - 1].forecast)) {
      const auto start = static_cast<double>(book.figures.repeat_purchases);
      rows.push_back({book.input.as_of, true, start, start, ReportRange{start, start},
                      book.format.count(book.figures.repeat_purchases), book.format.estimate(start),
                      book.format.day(book.input.as_of)});
    }
    TrackingRow row{point.end,
                    point.forecast,
                    std::nullopt,
                    point.expected_total,
                    point.total_range,
                    "",
                    model_text(book, point.expected_total, point.total_range),
                    book.format.day(point.end)};
    if (point.actual_total) {
      actual = *point.actual_total;
      row.actual = static_cast<double>(actual);
      row.actual_text = book.format.count(actual);
    }
    rows.push_back(std::move(row));
  }
  section.chart(
      words.total_chart,
      fill(words.total_alt, {{"from", book.format.day(points.front().end)},
                             {"until", book.format.day(points.back().end)},
                             {"actual", book.format.count(actual)},
                             {"expected", book.format.estimate(points.back().expected_total)}}),
      tracking_chart(rows, book.input.as_of, chart_labels(book, words.axis_total)));
}

void add_period_chart(const Book& book, Section& section) {
  const TrackingWords& words = book.words.tracking;
  std::vector<TrackingRow> rows;
  int grouped = 1;
  for (const TrackingPoint& point : book.figures.tracking)
    grouped = std::max(grouped, point.periods);
  for (const TrackingPoint& point : book.figures.tracking) {
    // A shorter group at an end would look like a fall.
    if (point.periods != grouped) continue;
    TrackingRow row{point.end,
                    point.forecast,
                    std::nullopt,
                    point.expected,
                    point.expected_range,
                    "",
                    model_text(book, point.expected, point.expected_range),
                    book.format.day(point.end)};
    if (point.actual) {
      row.actual = static_cast<double>(*point.actual);
      row.actual_text = book.format.count(*point.actual);
    }
    rows.push_back(std::move(row));
  }
  const std::string title =
      grouped == 1
          ? fill(words.period_chart, {{"unit", book.format.unit_word(book.input.unit)}})
          : fill(words.period_chart_grouped, {{"n", book.format.period(grouped, book.input.unit)}});
  section.chart(title, std::string(words.period_alt),
                tracking_chart(rows, book.input.as_of, chart_labels(book, words.axis_period)));
}

}  // namespace

Json tracking_section(const Book& book) {
  const TrackingWords& words = book.words.tracking;
  const auto& points = book.figures.tracking;
  Section section("tracking", words.title);
  if (points.empty() && !book.input.holdout) {
    return section.text(std::string(words.none)).done();
  }
  if (!points.empty()) section.text(fitted_text(book));
  if (book.input.holdout) {
    holdout_text(book, *book.input.holdout, section);
  } else {
    section.text(std::string(words.no_holdout));
  }
  if (points.size() > 2) {
    add_total_chart(book, section);
    add_period_chart(book, section);
  }
  if (book.input.holdout) section.table(holdout_table(book, *book.input.holdout));
  return section.done();
}

}  // namespace fidelia::report
