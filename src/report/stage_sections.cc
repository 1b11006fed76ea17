// SPDX-License-Identifier: Apache-2.0
//
// Moves between stages: what has changed since an earlier date, and what the stages will be.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/report/charts.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::array<std::string_view, 4> kStageColours = {colour::kStep1, colour::kStep2,
                                                           colour::kStep3, colour::kStep4};
constexpr std::array<std::string_view, 4> kLineColours = {colour::kGrey, colour::kTeal,
                                                          colour::kOrange, colour::kBlue};

std::string stage_name(const Book& book, std::size_t stage) {
  return name_of(book.words.stages.names, book.figures.stages[stage].word);
}

std::string side_name(const Book& book, int stage) {
  return stage < 0 ? std::string(book.words.moves.unknown)
                   : stage_name(book, static_cast<std::size_t>(stage));
}

std::string_view colour_of(int stage) {
  return stage < 0
             ? colour::kGrey
             : kStageColours[std::min(static_cast<std::size_t>(stage), kStageColours.size() - 1)];
}

/// Nodes are drawn with the last stage on top; who was not known comes last.
std::size_t node_of(const Book& book, int stage) {
  const std::size_t stages = book.figures.stages.size();
  return stage < 0 ? stages : stages - 1 - static_cast<std::size_t>(stage);
}

std::vector<FlowNode> nodes_of(const Book& book, const MoveFigures& moves, bool left) {
  const auto stages = static_cast<int>(book.figures.stages.size());
  std::vector<FlowNode> nodes;
  for (int stage = stages - 1; stage >= -1; --stage) {
    std::int64_t parties = 0;
    for (const Flow& flow : moves.flows) {
      parties += (left ? flow.from : flow.to) == stage ? flow.parties : 0;
    }
    nodes.push_back({side_name(book, stage) + " " + book.format.count(parties),
                     static_cast<double>(parties), colour_of(stage)});
  }
  return nodes;
}

}  // namespace

Json stage_flow(const Book& book, const MoveFigures& moves) {
  FlowChart chart;
  chart.left = nodes_of(book, moves, true);
  chart.right = nodes_of(book, moves, false);
  // The order in which bands leave and reach their nodes, from the top down.
  std::vector<Flow> flows = moves.flows;
  std::stable_sort(flows.begin(), flows.end(), [&](const Flow& a, const Flow& b) {
    const auto of = [&](const Flow& flow) {
      return std::pair(node_of(book, flow.from), node_of(book, flow.to));
    };
    return of(a) < of(b);
  });
  for (const Flow& flow : flows) {
    chart.bands.push_back({node_of(book, flow.from), node_of(book, flow.to),
                           static_cast<double>(flow.parties),
                           fill(book.words.moves.flow, {{"from", side_name(book, flow.from)},
                                                        {"to", side_name(book, flow.to)},
                                                        {"n", book.format.count(flow.parties)}})});
  }
  return flow_chart(chart);
}

std::string moves_in_words(const Book& book) {
  const MoveWords& words = book.words.moves;
  const MoveFigures& moves = book.figures.moves;
  std::vector<std::string> parts;
  const auto add = [&](const Amounted& text, std::int64_t n) {
    if (n > 0) parts.push_back(book.format.amounted(text, n));
  };
  add(words.up, moves.up);
  add(words.down, moves.down);
  add(words.stayed, moves.stayed);
  add(words.fresh, moves.fresh);
  add(words.dropped, moves.dropped);
  return book.format.list(parts);
}

namespace {

Json matrix_table(const Book& book) {
  const MoveWords& words = book.words.moves;
  const auto stages = static_cast<int>(book.figures.stages.size());
  Table table("moves", words.matrix_caption);
  table.column("then",
               fill(words.column_then, {{"from", book.format.day(book.input.earlier->as_of)},
                                        {"until", book.format.day(book.input.as_of)}}),
               "text");
  for (int to = 0; to < stages; ++to) {
    table.column("to_" + std::string(book.figures.stages[static_cast<std::size_t>(to)].word),
                 stage_name(book, static_cast<std::size_t>(to)), "number");
  }
  table.column("sum", words.column_sum, "number");
  for (int from = -1; from < stages; ++from) {
    std::vector<Json> row = {side_name(book, from)};
    std::int64_t sum = 0;
    for (int to = 0; to < stages; ++to) {
      std::int64_t parties = 0;
      for (const Flow& flow : book.figures.moves.flows) {
        if (flow.from == from && flow.to == to) parties = flow.parties;
      }
      sum += parties;
      row.emplace_back(book.format.count(parties));
    }
    if (from < 0 && sum == 0) continue;
    row.emplace_back(book.format.count(sum));
    table.row(std::move(row));
  }
  return table.done();
}

std::string signed_count(const Format& format, std::int64_t n) {
  return (n > 0 ? "+" : "") + format.count(n);
}

class Comparison {
 public:
  explicit Comparison(const Book& book)
      : book_(book), table_("comparison", words().figures_caption) {
    table_.column("figure", words().column_figure, "text")
        .column("then", book.format.day(book.input.earlier->as_of), "number")
        .column("now", book.format.day(book.input.as_of), "number")
        .column("change", words().column_change, "number");
  }
  Comparison& count(std::string_view label, std::int64_t then, std::int64_t now) {
    table_.row({label, book_.format.count(then), book_.format.count(now),
                signed_count(book_.format, now - then)});
    return *this;
  }
  Comparison& money(std::string_view label, std::int64_t then, std::int64_t now) {
    const auto units = scale_factor(book_.input.currency.scale);
    return estimate(label, static_cast<double>(then) / units, static_cast<double>(now) / units,
                    true);
  }
  /// Only where both dates have the figure. The change is that of the figures as they are shown.
  Comparison& estimate(std::string_view label, std::optional<double> then,
                       std::optional<double> now, bool money) {
    if (!then || !now) return *this;
    const double size = std::max(std::abs(*then), std::abs(*now));
    const int decimals =
        money ? (size >= 10 ? 0 : std::min(book_.input.currency.scale, 2)) : (size >= 100 ? 0 : 1);
    const double power = std::pow(10, decimals);
    const auto rounded = [&](double x) { return std::round(x * power) / power; };
    const auto show = [&](double x) {
      return money ? book_.format.money_with(x, decimals) : book_.format.number(x, decimals);
    };
    const double change = rounded(*now) - rounded(*then);
    table_.row(
        {label, show(rounded(*then)), show(rounded(*now)), (change > 0 ? "+" : "") + show(change)});
    return *this;
  }
  Json done() { return table_.done(); }

 private:
  const MoveWords& words() const { return book_.words.moves; }
  const Book& book_;
  Table table_;
};

Json comparison_table(const Book& book) {
  const FigureWords& words = book.words.figures;
  const CompanyFigures& now = book.figures;
  const CompanyFigures& then = *now.earlier;
  Comparison table(book);
  table.count(words.customers, then.customers, now.customers)
      .count(book.words.moves.repeaters, then.repeaters, now.repeaters);
  if (now.alive && then.alive) {
    table.estimate(book.words.moves.alive, then.alive_repeaters, now.alive_repeaters, false);
  }
  table.count(book.words.moves.orders, then.orders, now.orders);
  if (!book.input.summary.spend.empty()) table.money(words.spend, then.spend, now.spend);
  table.estimate(words.purchases, then.purchases, now.purchases, false)
      .estimate(words.value, then.value, now.value, true);
  if (now.worth == then.worth && now.worth != Worth::nothing) {
    table.estimate(words.stake, then.slipping_at_stake, now.slipping_at_stake,
                   now.worth == Worth::money);
  }
  return table.done();
}

}  // namespace

Json moves_section(const Book& book) {
  if (book.input.earlier == nullptr) return {};
  const MoveWords& words = book.words.moves;
  const std::string from = book.format.day(book.input.earlier->as_of);
  Section section("moves", fill(words.title, {{"from", from}}));
  if (!book.figures.moves.flows.empty()) {
    const std::string moves = moves_in_words(book);
    section.text(
        fill(words.since,
             {{"from", from}, {"until", book.format.day(book.input.as_of)}, {"moves", moves}}));
    section.chart(words.chart, fill(words.alt, {{"list", moves}}),
                  stage_flow(book, book.figures.moves));
    section.table(matrix_table(book));
  }
  return section.table(comparison_table(book)).done();
}

namespace {

std::string parties_text(const Book& book, const ReportStageForecast& forecast, std::int64_t row) {
  const auto show = [&](double x) { return book.format.number(x, 0); };
  std::string value = show(forecast.parties[row]);
  if (forecast.parties_low.empty() || forecast.parties_low.is_null(row) ||
      forecast.parties_high.empty() || forecast.parties_high.is_null(row)) {
    return value;
  }
  return book.format.with_range(
      value, book.format.range(show(forecast.parties_low[row]), show(forecast.parties_high[row])));
}

std::optional<ReportRange> range_of(const ReportStageForecast& forecast, std::int64_t row) {
  if (forecast.parties_low.empty() || forecast.parties_low.is_null(row) ||
      forecast.parties_high.empty() || forecast.parties_high.is_null(row)) {
    return std::nullopt;
  }
  return ReportRange{forecast.parties_low[row], forecast.parties_high[row]};
}

std::vector<RangeLine> forecast_lines(const Book& book) {
  const ReportStageForecast& forecast = book.input.stage_forecast;
  std::vector<RangeLine> lines;
  for (std::size_t stage = 0; stage < book.figures.stages.size(); ++stage) {
    const StageFigures& now = book.figures.stages[stage];
    RangeLine line{
        stage_name(book, stage), kLineColours[std::min(stage, kLineColours.size() - 1)], {}};
    line.points.push_back({book.input.as_of, static_cast<double>(now.parties), std::nullopt,
                           book.format.count(now.parties), book.format.day(book.input.as_of)});
    for (std::int64_t i = 0; i < forecast.at.size(); ++i) {
      if (forecast.stage.is_null(i) || forecast.stage.word(i) != now.word) continue;
      line.points.push_back({forecast.at[i], forecast.parties[i], range_of(forecast, i),
                             parties_text(book, forecast, i), book.format.day(forecast.at[i])});
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Json forecast_table(const Book& book, const std::vector<RangeLine>& lines) {
  const StageForecastWords& words = book.words.stage_forecast;
  Table table("stage_forecast", fill(words.caption, {{"level", book.level()}}));
  table.column("at", words.column_at, "text");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    table.column("stage_" + std::string(book.figures.stages[i].word), lines[i].name, "number");
  }
  for (std::size_t k = 0; k < lines.front().points.size(); ++k) {
    std::vector<Json> row = {lines.front().points[k].day_text};
    for (const RangeLine& line : lines) {
      row.push_back(k < line.points.size() ? Json(line.points[k].text) : Json());
    }
    table.row(std::move(row));
  }
  return table.done();
}

}  // namespace

Json stage_forecast_section(const Book& book) {
  const StageForecastWords& words = book.words.stage_forecast;
  if (book.input.stage_forecast.at.empty() || book.figures.stages.empty()) return {};
  const std::vector<RangeLine> lines = forecast_lines(book);
  std::vector<std::string> parts;
  for (const RangeLine& line : lines) {
    parts.push_back(fill(words.line, {{"stage", line.name},
                                      {"now", line.points.front().text},
                                      {"then", line.points.back().text}}));
  }
  Section section("stage_forecast", words.title);
  section.text(fill(words.text, {{"at", lines.front().points.back().day_text},
                                 {"list", book.format.list(parts)}}));
  section.chart(words.chart, fill(words.alt, {{"list", book.format.list(parts)}}),
                range_chart(lines, words.axis, book.words.numbers.axis_month));
  return section.table(forecast_table(book, lines)).note(std::string(words.note)).done();
}

}  // namespace fidelia::report
