// SPDX-License-Identifier: Apache-2.0
//
// Sections on the customers: their stages, where the value is, and who is slipping.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/report/charts.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::array<std::string_view, 4> kSteps = {colour::kStep1, colour::kStep2, colour::kStep3,
                                                    colour::kStep4};

double expected_of_stages(const CompanyFigures& figures) {
  double sum = 0;
  for (const StageFigures& stage : figures.stages) sum += stage.expected;
  return sum;
}

void stage_text(const Book& book, Section& section) {
  const StageWords& words = book.words.stages;
  const CompanyFigures& figures = book.figures;
  section.text(book.format.amounted(words.summary, figures.staged));
  const auto by_parties = [](const StageFigures& a, const StageFigures& b) {
    return a.parties < b.parties;
  };
  const auto& largest = *std::max_element(figures.stages.begin(), figures.stages.end(), by_parties);
  std::string text =
      fill(words.largest, {{"stage", name_of(words.names, largest.word)},
                           {"n", book.format.count(largest.parties)},
                           {"share", book.share_of(largest.parties, figures.staged)}});
  const double expected = expected_of_stages(figures);
  const auto by_expected = [](const StageFigures& a, const StageFigures& b) {
    return a.expected < b.expected;
  };
  const auto& best = *std::max_element(figures.stages.begin(), figures.stages.end(), by_expected);
  if (expected > 0) {
    text += book.gap();
    text += fill(words.value_in, {{"stage", name_of(words.names, best.word)},
                                  {"share", book.format.percent(share(best.expected, expected))}});
  }
  if (figures.falls.down > 0) {
    text += book.gap();
    text += book.format.amounted(words.fallen, figures.falls.down);
  }
  section.text(std::move(text));
}

void add_fall_chart(const Book& book, Section& section) {
  const StageWords& words = book.words.stages;
  std::vector<std::string> parts;
  for (const Flow& flow : book.figures.falls.flows) {
    if (flow.from == flow.to) continue;
    const auto name = [&](int stage) {
      return name_of(words.names, book.figures.stages[static_cast<std::size_t>(stage)].word);
    };
    parts.push_back(fill(book.words.moves.flow, {{"from", name(flow.from)},
                                                 {"to", name(flow.to)},
                                                 {"n", book.format.count(flow.parties)}}));
  }
  section.chart(words.flow_chart, fill(words.flow_alt, {{"list", book.format.list(parts)}}),
                stage_flow(book, book.figures.falls));
}

Json stage_table(const Book& book) {
  const StageWords& words = book.words.stages;
  const CompanyFigures& figures = book.figures;
  const bool spend = !book.input.summary.spend.empty();
  const bool expected = figures.worth != Worth::nothing;
  const bool money = figures.worth == Worth::money;
  Table table("stages", words.caption);
  table.column("stage", words.column_stage, "text")
      .column("parties", words.column_parties, "number")
      .column("share", words.column_share, "percent")
      .column("buyers", words.column_buyers, "number");
  const bool fallen = figures.falls.down > 0;
  if (fallen) table.column("fallen", words.column_fallen, "number");
  if (expected) {
    table.column("expected", money ? words.column_value : words.column_purchases,
                 money ? "money" : "number");
  }
  if (spend) table.column("spend", words.column_spend, "money");
  table.column("meaning", words.column_meaning, "text");
  for (const StageFigures& stage : figures.stages) {
    std::vector<Json> row = {name_of(words.names, stage.word), book.format.count(stage.parties),
                             book.share_of(stage.parties, figures.staged),
                             book.format.count(stage.buyers)};
    if (fallen) row.emplace_back(book.format.count(stage.fallen));
    if (expected) row.emplace_back(book.worth(stage.expected));
    if (spend) row.emplace_back(book.format.exact_money(stage.spend));
    const Named* named = find_named(words.names, stage.word);
    row.emplace_back(named != nullptr ? std::string(named->meaning) : std::string());
    table.row(std::move(row));
  }
  return table.done();
}

}  // namespace

Json stages_section(const Book& book) {
  const StageWords& words = book.words.stages;
  const CompanyFigures& figures = book.figures;
  Section section("stages", words.title);
  if (figures.staged == 0) return section.text(std::string(words.none)).done();
  stage_text(book, section);
  std::vector<Bar> bars;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < figures.stages.size(); ++i) {
    const StageFigures& stage = figures.stages[i];
    const std::string name = name_of(words.names, stage.word);
    const std::string count = book.format.count(stage.parties);
    bars.push_back({name, static_cast<double>(stage.parties),
                    book.format.with_range(count, book.share_of(stage.parties, figures.staged)),
                    kSteps[std::min(i, kSteps.size() - 1)]});
    parts.push_back(name + " " + count);
  }
  section.chart(words.chart, fill(words.alt, {{"list", book.format.list(parts)}}), bar_chart(bars));
  if (figures.falls.down > 0) add_fall_chart(book, section);
  return section.table(stage_table(book)).done();
}

namespace {

void concentration_text(const Book& book, Section& section) {
  const ConcentrationWords& words = book.words.concentration;
  const CompanyFigures& figures = book.figures;
  const Concentration& expected = figures.expected_concentration;
  const Concentration& spend = figures.spend_concentration;
  std::string text;
  const bool has_expected = !expected.points.empty();
  if (has_expected) {
    text = fill(figures.worth == Worth::money ? words.expected : words.expected_purchases,
                {{"n", book.format.count(expected.top_fifth_customers)},
                 {"share", book.format.percent(expected.top_fifth)},
                 {"months", book.months()},
                 {"period", book.horizon()}});
  }
  if (!spend.points.empty()) {
    if (has_expected) text += book.gap();
    text += fill(words.spend, {{"share", book.format.percent(spend.top_fifth)}});
  }
  const Concentration& main = has_expected ? expected : spend;
  text += book.gap();
  text += fill(words.largest, {{"share", book.format.percent(main.largest)}});
  section.text(std::move(text));
  if (figures.customers >= 20) {
    if (main.top_fifth >= 0.6) section.text(std::string(words.advice_high));
    if (main.top_fifth < 0.4) section.text(std::string(words.advice_low));
  }
}

}  // namespace

Json concentration_section(const Book& book) {
  const ConcentrationWords& words = book.words.concentration;
  const CompanyFigures& figures = book.figures;
  const Concentration& expected = figures.expected_concentration;
  const Concentration& spend = figures.spend_concentration;
  Section section("concentration", words.title);
  if (expected.points.empty() && spend.points.empty()) {
    return section.text(std::string(words.none)).done();
  }
  if (figures.customers == 1) return section.text(std::string(words.only_one)).done();
  if (figures.customers < 5) {
    const Concentration& main = expected.points.empty() ? spend : expected;
    return section.text(fill(words.largest, {{"share", book.format.percent(main.largest)}})).done();
  }
  concentration_text(book, section);
  std::vector<Curve> curves;
  std::string parts;
  if (!expected.points.empty()) {
    curves.push_back({figures.worth == Worth::money ? words.series_value : words.series_purchases,
                      colour::kBlue, &expected.points});
    parts = fill(words.alt_expected, {{"share", book.format.percent(expected.top_fifth)}});
  }
  if (!spend.points.empty()) {
    curves.push_back({words.series_spend, colour::kOrange, &spend.points});
    if (!parts.empty()) parts += book.gap();
    parts += fill(words.alt_spend, {{"share", book.format.percent(spend.top_fifth)}});
  }
  section.chart(words.chart, fill(words.alt, {{"parts", parts}}),
                curve_chart(curves, words.series_equal, words.axis_customers, words.axis_quantity));
  return section.done();
}

namespace {

Json bands_chart(const Book& book) {
  const SlippingWords& words = book.words.slipping;
  std::vector<Column> columns;
  for (int i = 0; i < kAliveBands; ++i) {
    const AliveBand& band = book.figures.bands[static_cast<std::size_t>(i)];
    const int width = 100 / kAliveBands;
    // The band's middle, since its edges stand on the borders of the classes.
    const double middle = (i + 0.5) / kAliveBands;
    columns.push_back({fill(words.band, {{"low", std::to_string(i * width)},
                                         {"high", std::to_string((i + 1) * width)}}),
                       static_cast<double>(band.customers), book.format.count(band.customers),
                       middle < kGoneBelow  ? words.class_gone
                       : middle < kSafeFrom ? words.class_slipping
                                            : words.class_safe});
  }
  return column_chart(columns,
                      {{words.class_gone, colour::kGrey},
                       {words.class_slipping, colour::kOrange},
                       {words.class_safe, colour::kBlue}},
                      words.axis_bands, words.axis_customers);
}

/// Names as a chart needs them: no two alike.
std::vector<std::string> distinct_names(const Book& book) {
  const Keys& keys = book.input.summary.customer_id;
  std::map<std::string, int> seen;
  for (const Slipping& slip : book.figures.most_at_stake) ++seen[book.names.name(keys, slip.row)];
  std::vector<std::string> out;
  for (const Slipping& slip : book.figures.most_at_stake) {
    std::string name = book.names.name(keys, slip.row);
    if (seen[name] > 1) name = book.format.with_range(name, book.names.id(keys, slip.row));
    out.push_back(std::move(name));
  }
  return out;
}

Json stake_chart(const Book& book) {
  const std::vector<std::string> names = distinct_names(book);
  std::vector<SplitBar> bars;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Slipping& slip = book.figures.most_at_stake[i];
    bars.push_back({names[i], slip.expected, slip.at_stake, book.worth(slip.expected),
                    book.worth(slip.at_stake)});
  }
  return split_bar_chart(bars, book.words.slipping.series_expected,
                         book.words.slipping.series_stake);
}

std::string alive_text(const Book& book, const Slipping& slip) {
  std::string value = book.format.percent(slip.p_alive);
  if (!slip.p_alive_range) return value;
  return book.format.with_range(value,
                                book.format.range(book.format.percent(slip.p_alive_range->low),
                                                  book.format.percent(slip.p_alive_range->high)));
}

Json slipping_table(const Book& book) {
  const SlippingWords& words = book.words.slipping;
  const PurchaseSummary& summary = book.input.summary;
  const bool worth = book.figures.worth != Worth::nothing;
  const bool money = book.figures.worth == Worth::money;
  Table table("slipping", words.caption);
  table.column("customer", words.column_customer, "text");
  if (book.names.any()) table.column("customer_id", words.column_id, "text");
  if (!summary.last_purchase.empty()) table.column("last_purchase", words.column_last, "date");
  if (!summary.orders.empty()) table.column("orders", words.column_orders, "number");
  if (!summary.spend.empty()) table.column("spend", words.column_spend, "money");
  table.column("p_alive", words.column_alive, "percent");
  if (worth) {
    const std::string_view kind = money ? "money" : "number";
    table.column("expected", money ? words.column_expected_money : words.column_expected_purchases,
                 kind);
    table.column("at_stake", money ? words.column_stake_money : words.column_stake_purchases, kind);
  }
  for (const Slipping& slip : book.figures.most_at_stake) {
    std::vector<Json> row = {book.names.name(summary.customer_id, slip.row)};
    if (book.names.any()) row.emplace_back(book.names.id(summary.customer_id, slip.row));
    if (!summary.last_purchase.empty())
      row.emplace_back(book.format.day(summary.last_purchase[slip.row]));
    if (!summary.orders.empty()) row.emplace_back(book.format.count(summary.orders[slip.row]));
    if (!summary.spend.empty()) row.emplace_back(book.format.exact_money(summary.spend[slip.row]));
    row.emplace_back(alive_text(book, slip));
    if (worth) {
      row.emplace_back(book.worth(slip.expected));
      row.emplace_back(book.worth(slip.at_stake));
    }
    table.row(std::move(row));
  }
  return table.done();
}

std::string safe_and_gone(const Book& book) {
  const SlippingWords& words = book.words.slipping;
  const std::string safe = book.format.percent(kSafeFrom);
  const std::string gone = book.format.percent(kGoneBelow);
  const std::vector<std::string> parts = {
      book.format.amounted(words.safe, book.figures.safe, {{"safe", safe}}),
      book.format.amounted(words.gone, book.figures.gone, {{"gone", gone}})};
  return book.format.list(parts);
}

void slipping_text(const Book& book, Section& section) {
  const SlippingWords& words = book.words.slipping;
  const CompanyFigures& figures = book.figures;
  const std::string safe = book.format.percent(kSafeFrom);
  const std::string gone = book.format.percent(kGoneBelow);
  if (figures.slipping == 0) {
    section.text(fill(words.nobody, {{"safe", safe}, {"gone", gone}}));
  } else if (figures.worth == Worth::nothing) {
    section.text(book.format.amounted(words.summary_plain, figures.slipping,
                                      {{"safe", safe}, {"gone", gone}}));
  } else {
    section.text(book.format.amounted(words.summary, figures.slipping,
                                      {{"safe", safe},
                                       {"gone", gone},
                                       {"expected", book.worth_in_words(figures.slipping_expected)},
                                       {"stake", book.worth_in_words(figures.slipping_at_stake)}}));
  }
  section.text(safe_and_gone(book));
  if (const std::int64_t single = figures.customers - figures.repeaters; single > 0) {
    section.note(fill(words.single, {{"n", book.format.count(single)}}));
  }
}

}  // namespace

namespace {

/// "1", "5 to 6", "15+".
std::string purchases_name(const Book& book, std::size_t band) {
  const std::int64_t from = kPurchaseBands[band];
  if (band + 1 == kPurchaseBands.size()) return book.format.count(from) + "+";
  const std::int64_t to = kPurchaseBands[band + 1] - 1;
  return from == to ? book.format.count(from)
                    : fill(book.words.slipping.map_band,
                           {{"low", book.format.count(from)}, {"high", book.format.count(to)}});
}

std::string silence_name(const Book& book, std::size_t band) {
  const double width = book.figures.alive_map.band;
  const auto edge = [&](std::size_t k) {
    const double units = static_cast<double>(k) * width;
    return book.format.number(units, width < 1 ? 1 : 0);
  };
  return fill(book.words.slipping.map_band, {{"low", edge(band)}, {"high", edge(band + 1)}});
}

void add_map_chart(const Book& book, Section& section) {
  const SlippingWords& words = book.words.slipping;
  const AliveMap& alive = book.figures.alive_map;
  HeatMap map;
  map.x_title = words.axis_purchases;
  const std::string silence =
      fill(words.axis_silence, {{"units", book.format.units_word(book.input.unit)}});
  map.y_title = silence;
  for (std::size_t i = 0; i < kHeatSteps; ++i) {
    map.steps.push_back(fill(
        words.band, {{"low", std::to_string(20 * i)}, {"high", std::to_string(20 * (i + 1))}}));
  }
  for (std::size_t c = 0; c < kPurchaseBands.size(); ++c) {
    map.columns.push_back(purchases_name(book, c));
  }
  for (std::size_t r = 0; r < kSilenceBands; ++r) {
    map.rows.push_back(silence_name(book, r));
    for (std::size_t c = 0; c < kPurchaseBands.size(); ++c) {
      const AliveCell& cell = alive.cells[r][c];
      if (cell.customers == 0) continue;
      const double mean = cell.p_alive / static_cast<double>(cell.customers);
      const auto step = static_cast<std::size_t>(mean * static_cast<double>(kHeatSteps));
      const std::string customers = book.format.count(cell.customers);
      map.cells.push_back(
          {c, r, std::min(step, kHeatSteps - 1), customers,
           fill(words.map_cell, {{"n", customers}, {"share", book.format.percent(mean)}})});
    }
  }
  section.chart(words.map_chart, std::string(words.map_alt), heat_map(map));
}

}  // namespace

Json slipping_section(const Book& book) {
  const SlippingWords& words = book.words.slipping;
  const CompanyFigures& figures = book.figures;
  Section section("slipping", words.title);
  if (figures.repeaters == 0) return section.text(std::string(words.none_without_repeats)).done();
  if (!figures.alive) return section.text(std::string(words.none_without_model)).done();
  for (std::string& warning : weak_fits(book)) section.text(std::move(warning));
  slipping_text(book, section);
  if (figures.repeaters >= 5) {
    section.chart(words.bands_chart,
                  fill(words.bands_alt, {{"safe", book.format.count(figures.safe)},
                                         {"slipping", book.format.count(figures.slipping)},
                                         {"gone", book.format.count(figures.gone)}}),
                  bands_chart(book));
  }
  if (figures.alive_map.band > 0 && figures.customers >= 20) add_map_chart(book, section);
  if (figures.slipping == 0) return section.done();
  if (figures.worth != Worth::nothing && figures.slipping > 1) {
    const Slipping& first = figures.most_at_stake.front();
    section.chart(
        figures.worth == Worth::money ? words.chart_money : words.chart_purchases,
        fill(words.alt,
             {{"n", book.format.count(static_cast<std::int64_t>(figures.most_at_stake.size()))},
              {"first", book.names.name(book.input.summary.customer_id, first.row)},
              {"stake", book.worth(first.at_stake)}}),
        stake_chart(book));
  }
  return section.table(slipping_table(book)).done();
}

}  // namespace fidelia::report
