// SPDX-License-Identifier: Apache-2.0
//
// What to do next: kinds of step, and the most urgent ones by name.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/report/charts.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::size_t kFirstAdvice = 20;
constexpr std::size_t kLongestReasons = 400;
constexpr std::size_t kLongestChannel = 40;

void add_chart(const Book& book, Section& section) {
  const AdviceWords& words = book.words.advice;
  const bool gain = book.figures.has_gain;
  std::vector<StepFigures> steps;
  for (const StepFigures& step : book.figures.steps) {
    if (step.parties > 0 && step.word != kLeaveAlone) steps.push_back(step);
  }
  std::stable_sort(steps.begin(), steps.end(), [&](const StepFigures& a, const StepFigures& b) {
    return gain ? a.gain > b.gain : a.parties > b.parties;
  });
  std::vector<Bar> bars;
  std::vector<std::string> parts;
  for (const StepFigures& step : steps) {
    const std::string name = name_of(words.steps, step.word);
    const std::string text = gain ? book.format.money(step.gain) : book.format.count(step.parties);
    bars.push_back({name, gain ? std::max(step.gain, 0.0) : static_cast<double>(step.parties), text,
                    colour::kTeal});
    parts.push_back(name + " " + text);
  }
  section.chart(gain ? words.chart_gain : words.chart_count,
                fill(words.alt, {{"list", book.format.list(parts)}}), bar_chart(bars));
}

Json steps_table(const Book& book) {
  const AdviceWords& words = book.words.advice;
  Table table("steps", words.steps_caption);
  table.column("step", words.column_step, "text").column("parties", words.column_parties, "number");
  if (book.figures.has_gain) table.column("gain", words.column_gain, "money");
  table.column("meaning", words.column_meaning, "text");
  for (const StepFigures& step : book.figures.steps) {
    if (step.parties == 0) continue;
    std::vector<Json> row = {name_of(words.steps, step.word), book.format.count(step.parties)};
    if (book.figures.has_gain) {
      row.push_back(step.has_gain ? Json(book.format.money(step.gain)) : Json());
    }
    const Named* named = find_named(words.steps, step.word);
    row.emplace_back(named != nullptr ? std::string(named->meaning) : std::string());
    table.row(std::move(row));
  }
  return table.done();
}

Json gain_range(const Book& book, std::int64_t row) {
  const ReportAdvice& advice = book.input.advice;
  if (advice.expected_gain_low.is_null(row) || advice.expected_gain_high.is_null(row)) return {};
  return book.format.range(book.format.plain_money(advice.expected_gain_low[row]),
                           book.format.plain_money(advice.expected_gain_high[row]));
}

struct AdviceColumns {
  bool names, due, channel, gain, range, reasons;
};

std::vector<Json> advice_row(const Book& book, const AdviceColumns& has, std::int64_t number,
                             std::int64_t row) {
  const ReportAdvice& advice = book.input.advice;
  const bool ranked = !advice.rank.empty() && !advice.rank.is_null(row);
  std::vector<Json> cells = {book.format.count(ranked ? advice.rank[row] : number),
                             book.names.name(advice.customer_id, row)};
  if (has.names) cells.emplace_back(book.names.id(advice.customer_id, row));
  cells.emplace_back(name_of(book.words.advice.steps, advice.step.word(row)));
  if (has.due) {
    cells.push_back(advice.due_at.is_null(row) ? Json()
                                               : Json(book.format.day(advice.due_at[row])));
  }
  if (has.channel) {
    cells.push_back(advice.channel.is_null(row)
                        ? Json()
                        : Json(excerpt(name_of(book.words.advice.channels, advice.channel[row]),
                                       kLongestChannel)));
  }
  if (has.gain) {
    cells.push_back(advice.expected_gain.is_null(row)
                        ? Json()
                        : Json(book.format.money(advice.expected_gain[row])));
  }
  if (has.range) cells.push_back(gain_range(book, row));
  if (has.reasons) {
    cells.push_back(advice.reasons.is_null(row)
                        ? Json()
                        : Json(as_sentence(excerpt(advice.reasons[row], kLongestReasons))));
  }
  return cells;
}

Json advice_table(const Book& book) {
  const AdviceWords& words = book.words.advice;
  const ReportAdvice& advice = book.input.advice;
  const AdviceColumns has{
      .names = book.names.any(),
      .due = !advice.due_at.empty(),
      .channel = !advice.channel.empty(),
      .gain = !advice.expected_gain.empty(),
      .range = !advice.expected_gain_low.empty() && !advice.expected_gain_high.empty(),
      .reasons = !advice.reasons.empty()};
  Table table("advice", words.caption);
  table.column("rank", words.column_rank, "number")
      .column("customer", words.column_customer, "text");
  if (has.names) table.column("customer_id", words.column_id, "text");
  table.column("step", words.column_step, "text");
  if (has.due) table.column("due_at", words.column_due, "date");
  if (has.channel) table.column("channel", words.column_channel, "text");
  if (has.gain) table.column("expected_gain", words.column_gain, "money");
  if (has.range) {
    table.column("expected_gain_range", fill(words.column_range, {{"level", book.level()}}),
                 "money");
  }
  if (has.reasons) table.column("reasons", words.column_reasons, "text");
  std::int64_t number = 0;
  for (const std::int64_t row : book.figures.first_advice) {
    table.row(advice_row(book, has, ++number, row));
  }
  return table.first(kFirstAdvice).done();
}

}  // namespace

Json advice_section(const Book& book) {
  const AdviceWords& words = book.words.advice;
  const CompanyFigures& figures = book.figures;
  Section section("advice", words.title);
  if (book.input.advice.customer_id.empty()) return section.text(std::string(words.none)).done();
  if (figures.advised == 0) return section.text(std::string(words.nothing)).done();
  std::string text = book.format.amounted(words.summary, figures.advised);
  if (figures.has_gain) {
    text += book.gap();
    text += fill(words.gain, {{"gain", book.format.money(figures.gain)}});
  }
  if (figures.left_alone > 0) {
    text += book.gap();
    text += book.format.amounted(words.left_alone, figures.left_alone);
  }
  section.text(std::move(text));
  add_chart(book, section);
  section.table(steps_table(book)).table(advice_table(book));
  const auto shown = static_cast<std::int64_t>(figures.first_advice.size());
  if (shown < figures.advised) {
    section.note(fill(words.shown, {{"shown", book.format.count(shown)},
                                    {"n", book.format.count(figures.advised)}}));
  }
  return section.done();
}

}  // namespace fidelia::report
