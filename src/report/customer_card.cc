// SPDX-License-Identifier: Apache-2.0
#include "fidelia/report/customer_card.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "fidelia/core/version.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/report/charts.h"
#include "src/report/figures.h"
#include "src/report/phrases.h"
#include "src/report/sections.h"

namespace fidelia {
namespace {

using report::Book;
using report::CardWords;
using report::Json;

constexpr std::size_t kMonths = 36;  // A longer history is shown by year.

/// All that the card is written from.
struct Card {
  const CustomerCardInput& input;
  const Book& book;
  const CardWords& words;
  std::int64_t summary_row = -1;
  std::int64_t score_row = -1;
  std::int64_t advice_row = -1;

  const CompanyReportInput& company() const { return book.input; }
  const report::Format& format() const { return book.format; }
  bool bought() const {
    const Ints& orders = company().summary.orders;
    return summary_row >= 0 && (orders.empty() || orders[summary_row] > 0);
  }
  std::string full_sentence(std::string_view reasons) const {
    return report::as_full_sentence(excerpt(reasons, report::kLongestReason), book.words.numbers);
  }
};

/// Row of the one key of `wanted`; -1 where it is not there.
std::int64_t row_of(const Keys& keys, const Keys& wanted) {
  KeyIndex index;
  if (!index.insert(wanted, 0).ok()) return -1;
  for (std::int64_t i = 0; i < keys.size(); ++i) {
    if (index.find(keys, i) == 0) return i;
  }
  return -1;
}

std::optional<double> value_at(const Floats& column, std::int64_t row) {
  if (row < 0 || row >= column.size() || column.is_null(row)) return std::nullopt;
  return column[row];
}

struct Period {
  std::string label;
  std::int64_t orders = 0;
  detail::Int128 bought = 0;
  detail::Int128 returned = 0;
};

/// From the first order to as_of, without gaps: months, or years where there are too many.
std::vector<Period> periods_of(const Card& card) {
  if (card.input.orders.empty()) return {};
  const auto month_of = [](Day day) {
    const CivilDate civil = civil_from_day(day);
    return std::int64_t{civil.year} * 12 + static_cast<std::int64_t>(civil.month) - 1;
  };
  Day first = card.input.orders.front().day;
  for (const auto& order : card.input.orders) first = std::min(first, order.day);
  const std::int64_t begin = month_of(first);
  const std::int64_t end = std::max(begin, month_of(card.company().as_of));
  const bool years = end - begin >= static_cast<std::int64_t>(kMonths);
  const std::int64_t step = years ? 12 : 1;
  std::vector<Period> out;
  for (std::int64_t at = begin / step; at <= end / step; ++at) {
    const CivilDate first_day{.year = static_cast<int>(at * step / 12),
                              .month = static_cast<int>(at * step % 12 + 1),
                              .day = 1};
    out.push_back(
        {years ? std::to_string(first_day.year) : card.format().month(day_from_civil(first_day))});
  }
  for (const auto& order : card.input.orders) {
    Period& period = out[static_cast<std::size_t>(month_of(order.day) / step - begin / step)];
    if (order.amount < 0) {
      period.returned -= order.amount;
    } else {
      period.bought += order.amount;
      ++period.orders;
    }
  }
  return out;
}

std::string money_of(const Card& card, detail::Int128 minor) {
  constexpr detail::Int128 kMost = std::numeric_limits<std::int64_t>::max();
  return card.format().exact_money(static_cast<std::int64_t>(std::min(minor, kMost)));
}

Json history_section(const Card& card) {
  const CardWords& words = card.words;
  report::Section section("history", words.history_title);
  const std::vector<Period> periods = periods_of(card);
  if (periods.empty()) return section.text(std::string(words.no_history)).done();
  std::vector<report::Column> columns;
  report::Table table("history", words.history_caption);
  table.column("period", words.column_period, "text")
      .column("orders", words.column_orders, "number")
      .column("bought", words.column_bought, "money")
      .column("returned", words.column_returned, "money");
  const double factor = scale_factor(card.company().currency.scale);
  detail::Int128 most = 0;
  for (const Period& period : periods) {
    most = std::max(most, period.bought);
    columns.push_back({period.label, static_cast<double>(period.bought) / factor,
                       money_of(card, period.bought), words.series_bought});
    if (period.orders == 0 && period.returned == 0) continue;
    table.row({period.label, card.format().count(period.orders), money_of(card, period.bought),
               period.returned == 0 ? Json() : Json(money_of(card, period.returned))});
  }
  section.chart(words.history_chart,
                fill(words.history_alt, {{"first", periods.front().label},
                                         {"last", periods.back().label},
                                         {"most", money_of(card, most)}}),
                report::column_chart(columns, {{words.series_bought, report::colour::kBlue}},
                                     words.axis_period, words.axis_amount));
  return section.table(table.done()).done();
}

std::string stage_sentence(const Card& card) {
  const CustomerCardInput& in = card.input;
  if (in.stage.empty()) return std::string(card.words.no_stage);
  const std::string stage = report::name_of(card.book.words.stages.names, in.stage);
  if (!in.stage_since) return fill(card.words.stage, {{"stage", stage}});
  return fill(card.words.stage_since,
              {{"stage", stage}, {"since", card.format().day(*in.stage_since)}});
}

Json stage_section(const Card& card) {
  report::Section section("stage", card.words.stage_title);
  section.text(stage_sentence(card));
  if (!card.input.stage_reasons.empty()) {
    const std::string reasons = report::said(card.input.stage_reasons, card.format());
    section.text(card.full_sentence(reasons));
  }
  if (const auto* named = report::find_named(card.book.words.stages.names, card.input.stage)) {
    section.text(std::string(named->meaning));
  }
  return section.done();
}

Json scores_section(const Card& card) {
  const CardWords& words = card.words;
  const ReportScores& s = card.company().scores;
  report::Section section("scores", words.scores_title);
  report::Table table("scores", words.scores_caption);
  table.column("score", words.column_score, "text")
      .column("value", words.column_value, "number")
      .column("low", words.column_low, "number")
      .column("high", words.column_high, "number");
  const auto row = [&](const std::string& label, const Floats& value, const Floats& low,
                       const Floats& high, auto show) {
    const auto cell = [&](const Floats& column) {
      const auto found = value_at(column, card.score_row);
      return found ? Json(show(*found)) : Json();
    };
    if (value_at(value, card.score_row)) table.row({label, cell(value), cell(low), cell(high)});
  };
  const auto share = [&](double x) { return card.format().percent(x); };
  const auto number = [&](double x) { return card.format().estimate(x); };
  const auto money = [&](double x) { return card.format().money(x); };
  row(std::string(words.row_alive), s.p_alive, s.p_alive_low, s.p_alive_high, share);
  row(fill(words.row_purchases, {{"period", card.book.horizon()}}), s.expected_purchases, {}, {},
      number);
  row(std::string(words.row_spend), s.expected_spend, {}, {}, money);
  row(fill(words.row_value, {{"months", card.book.months()}}), s.lifetime_value,
      s.lifetime_value_low, s.lifetime_value_high, money);
  if (!table.empty()) return section.table(table.done()).done();
  const std::string missing = report::missing_forecast(card.book);
  return section.text(missing.empty() ? std::string(words.no_scores) : missing).done();
}

std::string step_sentence(const Card& card) {
  const ReportAdvice& advice = card.company().advice;
  const std::int64_t row = card.advice_row;
  if (row < 0) return std::string(card.words.no_advice);
  const std::string_view step = advice.step.word(row);
  if (step.empty() || step == "leave_alone") return std::string(card.words.left_alone);
  std::string name = report::name_of(card.book.words.advice.steps, step);
  std::transform(name.begin(), name.begin() + 1, name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool dated = !advice.due_at.empty() && !advice.due_at.is_null(row);
  std::string out =
      dated ? fill(card.words.step, {{"step", name},
                                     {"due", card.format().day(advice.due_at[row])},
                                     {"channel", report::name_of(card.book.words.advice.channels,
                                                                 advice.channel[row])}})
            : fill(card.words.step_undated, {{"step", name}});
  const auto gain = value_at(advice.expected_gain, row);
  if (!gain) return out;
  const auto low = value_at(advice.expected_gain_low, row);
  const auto high = value_at(advice.expected_gain_high, row);
  out += card.book.gap();
  out += low && high ? fill(card.words.gain_range,
                            {{"gain", card.format().money(*gain)},
                             {"range", card.format().range(card.format().money(*low),
                                                           card.format().money(*high))},
                             {"level", card.book.level()}})
                     : fill(card.words.gain, {{"gain", card.format().money(*gain)}});
  return out;
}

Json advice_section(const Card& card) {
  const CardWords& words = card.words;
  report::Section section("advice", words.advice_title);
  section.text(step_sentence(card));
  const ReportAdvice& advice = card.company().advice;
  if (card.advice_row >= 0 && !advice.reasons.empty() && !advice.reasons.is_null(card.advice_row)) {
    section.text(card.full_sentence(advice.reasons[card.advice_row]));
  }
  if (card.input.advice_reasons.empty()) return section.done();
  report::Table table("reasons", words.reasons_caption);
  table.column("reason", words.column_reason, "text")
      .column("part", words.column_part, "money")
      .column("meaning", words.column_meaning, "text");
  // Cents, so that the parts are seen to add up; what rounding leaves goes to the largest part.
  std::vector<std::int64_t> parts;
  const double factor = scale_factor(card.company().currency.scale);
  const auto minor = [&](double major) {
    return static_cast<std::int64_t>(std::llround(std::clamp(major * factor, -9e15, 9e15)));
  };
  double sum = 0;
  std::int64_t shown = 0;
  for (const auto& reason : card.input.advice_reasons) {
    sum += reason.contribution;
    parts.push_back(minor(reason.contribution));
    shown += parts.back();
  }
  const std::int64_t total = minor(sum);
  const auto largest =
      std::max_element(parts.begin(), parts.end(),
                       [](std::int64_t a, std::int64_t b) { return std::abs(a) < std::abs(b); });
  *largest += total - shown;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& reason = card.input.advice_reasons[i];
    table.row({report::name_of(words.reasons, reason.reason), card.format().exact_money(parts[i]),
               report::as_sentence(excerpt(reason.text, report::kLongestReason))});
  }
  table.row({words.row_total, card.format().exact_money(total), Json()});
  return section.table(table.done()).done();
}

/// 1 for the largest; equal ones share a rank.
template <class Value>
std::int64_t rank_of(const Card& card, Value value) {
  std::int64_t rank = 1;
  const auto own = value(card.summary_row);
  const PurchaseSummary& summary = card.company().summary;
  for (std::int64_t i = 0; i < summary.customer_id.size(); ++i) {
    if (!summary.orders.empty() && summary.orders[i] == 0) continue;
    if (value(i) > own) ++rank;
  }
  return rank;
}

std::vector<std::string> rank_sentences(const Card& card) {
  if (!card.bought()) return {};
  std::vector<std::string> out;
  const report::CompanyFigures& figures = card.book.figures;
  const std::string of = card.format().count(figures.customers);
  const auto say = [&](std::string_view text, std::int64_t rank) {
    out.push_back(fill(text, {{"rank", card.format().count(rank)},
                              {"of", of},
                              {"months", card.book.months()},
                              {"period", card.book.horizon()}}));
  };
  if (figures.worth != report::Worth::nothing && !figures.expected_worth.empty()) {
    say(figures.worth == report::Worth::money ? card.words.rank_worth : card.words.rank_purchases,
        rank_of(card, [&](std::int64_t i) {
          return figures.expected_worth[static_cast<std::size_t>(i)];
        }));
  }
  const Amounts& spend = card.company().summary.spend;
  if (!spend.empty()) {
    say(card.words.rank_spend, rank_of(card, [&](std::int64_t i) { return spend[i]; }));
  }
  return out;
}

Json rank_section(const Card& card) {
  report::Section section("rank", card.words.rank_title);
  const std::vector<std::string> sentences = rank_sentences(card);
  if (sentences.empty()) section.text(std::string(card.words.no_rank));
  for (const std::string& sentence : sentences) section.text(sentence);
  return section.done();
}

Json headline_of(const Card& card) {
  const PurchaseSummary& s = card.company().summary;
  Json out = Json::array();
  if (!card.bought() || s.first_purchase.is_null(card.summary_row)) {
    out.push_back(
        fill(card.words.never_bought, {{"as_of", card.format().day(card.company().as_of)}}));
  } else {
    const std::int64_t row = card.summary_row;
    const bool once = s.first_purchase[row] == s.last_purchase[row];
    out.push_back(fill(once ? card.words.bought_once : card.words.bought,
                       {{"orders", report::as_sentence(card.format().amounted(
                                       card.book.words.headline.orders, s.orders[row]))},
                        {"spend", card.format().exact_money(s.spend[row])},
                        {"first", card.format().day(s.first_purchase[row])},
                        {"last", card.format().day(s.last_purchase[row])}}));
  }
  out.push_back(stage_sentence(card));
  if (const auto alive = value_at(card.company().scores.p_alive, card.score_row)) {
    out.push_back(fill(card.words.alive, {{"share", card.format().percent(*alive)}}));
  }
  if (const auto ranks = rank_sentences(card); !ranks.empty()) out.push_back(ranks.front());
  out.push_back(step_sentence(card));
  return out;
}

Json figures_of(const Card& card) {
  Json out = Json::array();
  const auto add = [&](std::string_view label, std::string value, std::string note) {
    out.push_back({{"label", label}, {"value", std::move(value)}, {"note", std::move(note)}});
  };
  if (!card.bought()) return out;
  const PurchaseSummary& s = card.company().summary;
  add(card.words.label_orders, card.format().count(s.orders[card.summary_row]), "");
  add(card.words.label_spend, card.format().exact_money(s.spend[card.summary_row]), "");
  const ReportScores& scores = card.company().scores;
  if (const auto alive = value_at(scores.p_alive, card.score_row)) {
    add(card.words.label_alive, card.format().percent(*alive), "");
  }
  if (const auto purchases = value_at(scores.expected_purchases, card.score_row)) {
    add(card.words.label_purchases, card.format().estimate(*purchases),
        fill(card.book.words.figures.purchases_note, {{"period", card.book.horizon()}}));
  }
  if (const auto value = value_at(scores.lifetime_value, card.score_row)) {
    add(card.words.label_value, card.format().money(*value),
        fill(card.book.words.figures.value_note, {{"months", card.book.months()}}));
  }
  return out;
}

Json document(const Card& card) {
  const report::PageWords& page = card.book.words.page;
  const std::string as_of = card.format().day(card.company().as_of);
  Json labels = Json::object();
  for (const report::Named& label : page.labels) labels[std::string(label.code)] = label.name;
  Json out = {
      {"format", "fidelia-report"},
      {"version", 1},
      {"language", card.book.words.language},
      {"title", card.book.names.name(card.input.customer_id, 0)},
      {"subtitle", fill(card.words.subtitle,
                        {{"id", card.book.names.id(card.input.customer_id, 0)}, {"as_of", as_of}})},
      {"as_of", format_day(card.company().as_of)},
      {"currency", card.company().currency.code},
      {"generated_by", fill(page.generated_by, {{"version", version()}})},
      {"headline", headline_of(card)},
      {"figures", figures_of(card)},
      {"sections", Json::array()},
      {"labels", std::move(labels)},
      {"palette", report::palette()},
      {"chart_config", report::chart_config(card.book.words.numbers)}};
  for (auto* section :
       {stage_section, scores_section, advice_section, history_section, rank_section}) {
    out["sections"].push_back(section(card));
  }
  return out;
}

}  // namespace

Result<std::string> customer_card_json(const CustomerCardInput& card,
                                       const CompanyReportInput& company, Context& context) {
  if (card.customer_id.size() != 1) {
    return Status::invalid_argument("a card is that of one customer");
  }
  for (const auto& reason : card.advice_reasons) {
    if (!std::isfinite(reason.contribution)) {
      return Status::invalid_data("the contribution of a reason is not finite");
    }
  }
  FIDELIA_ASSIGN(const report::CompanyFigures figures, report::company_figures(company, context));
  FIDELIA_ASSIGN(const report::NameBook names, report::NameBook::make(company.names, context));
  const report::Words& words = report::words_of(company.language);
  const report::Format format(words, company.currency);
  const Book book{company, figures, format, words, names};
  Card made{card, book, words.card};
  made.summary_row = row_of(company.summary.customer_id, card.customer_id);
  made.score_row = row_of(company.scores.customer_id, card.customer_id);
  made.advice_row = row_of(company.advice.customer_id, card.customer_id);
  if (made.summary_row < 0 && made.advice_row < 0) {
    return Status(Code::not_found, "there is no customer " + excerpt(card.customer_id.to_string(0)),
                  -1, "customer_id");
  }
  return document(made).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace fidelia
