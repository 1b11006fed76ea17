// SPDX-License-Identifier: Apache-2.0
//
// The headline in words and the figures beside it.
#include <string>
#include <utility>
#include <vector>

#include "src/report/sections.h"

namespace fidelia::report {
namespace {

std::string who_bought(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  const CompanyFigures& figures = book.figures;
  const std::string as_of = book.format.day(book.input.as_of);
  if (book.input.summary.spend.empty() || book.input.summary.orders.empty()) {
    return book.format.amounted(words.customers_only, figures.customers, {{"as_of", as_of}});
  }
  return book.format.amounted(words.customers, figures.customers,
                              {{"as_of", as_of},
                               {"orders", book.format.amounted(words.orders, figures.orders)},
                               {"spend", book.format.exact_money(figures.spend)}});
}

/// A name as it stands in a sentence.
std::string spoken(const Book& book, const Keys& keys, std::int64_t i) {
  if (book.names.has(keys, i)) return book.names.name(keys, i);
  return fill(book.words.headline.unnamed, {{"id", book.names.id(keys, i)}});
}

/// An expected number of people, out of so many.
std::string people(const Book& book, double expected, std::int64_t of) {
  return book.format.number(expected, of < 20 ? 1 : 0);
}

std::string who_stays(const Book& book) {
  const CompanyFigures& figures = book.figures;
  if (!figures.alive) return {};
  if (figures.singles_unjudged) {
    if (figures.repeaters == 0) return {};
    const std::string rest =
        book.format.amounted(book.words.headline.singles, figures.customers - figures.repeaters);
    return book.format.amounted(
               book.words.headline.alive_repeaters, figures.repeaters,
               {{"alive", people(book, figures.alive_repeaters, figures.repeaters)},
                {"share", book.format.percent(figures.alive_repeaters /
                                              static_cast<double>(figures.repeaters))}}) +
           std::string(book.gap()) + rest;
  }
  const std::string share =
      book.format.percent(*figures.alive / static_cast<double>(figures.customers));
  if (figures.customers == 1) return fill(book.words.headline.alive_one, {{"share", share}});
  return fill(book.words.headline.alive,
              {{"n", people(book, *figures.alive, figures.customers)}, {"share", share}});
}

std::string what_to_expect(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  const CompanyFigures& figures = book.figures;
  const std::string_view text = figures.purchases && figures.value ? words.expect
                                : figures.value                    ? words.expect_money_only
                                : figures.purchases                ? words.expect_purchases_only
                                                                   : std::string_view{};
  return fill(text, {{"purchases", book.format.estimate(figures.purchases.value_or(0))},
                     {"period", book.horizon()},
                     {"value", book.format.money(figures.value.value_or(0))},
                     {"months", book.months()}});
}

std::string who_slips(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  const CompanyFigures& figures = book.figures;
  if (!figures.alive || figures.repeaters == 0) return {};
  if (figures.slipping == 0) {
    // Where the data do not tell who leaves, nobody can be said to stay either.
    return weak_fits(book).empty() ? std::string(words.nobody_slipping) : std::string();
  }
  if (figures.worth == Worth::nothing) {
    return book.format.amounted(words.slipping_plain, figures.slipping);
  }
  std::string out =
      book.format.amounted(words.slipping_money, figures.slipping,
                           {{"stake", book.worth_in_words(figures.slipping_at_stake)}});
  if (figures.slipping > 1 && !figures.most_at_stake.empty()) {
    const Slipping& most = figures.most_at_stake.front();
    out += book.gap();
    out += fill(words.slipping_who,
                {{"customer", spoken(book, book.input.summary.customer_id, most.row)},
                 {"stake", book.worth_in_words(most.at_stake)}});
  }
  return out;
}

/// What the largest customers and the strongest season stand for.
std::string where_sales_are(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  const CompanyFigures& figures = book.figures;
  std::vector<std::string> parts;
  const Concentration& spend = figures.spend_concentration;
  if (!spend.points.empty() && figures.customers >= 5) {
    parts.push_back(fill(words.top, {{"share", book.format.percent(spend.top_fifth)},
                                     {"n", book.format.count(spend.top_fifth_customers)}}));
  }
  if (figures.season.year && figures.season.peak_share >= kStrongSeason) {
    parts.push_back(
        fill(words.season, {{"share", book.format.percent_exact(figures.season.peak_share)},
                            {"first", book.format.month_name(figures.season.first_peak)},
                            {"last", book.format.month_name(figures.season.last_peak)}}));
  }
  return book.format.paragraph(parts);
}

std::string what_changed(const Book& book) {
  if (book.figures.moves.flows.empty()) return {};
  return fill(book.words.headline.moved, {{"from", book.format.day(book.input.earlier->as_of)},
                                          {"moves", moves_in_words(book)}});
}

/// What the records themselves do not bear out.
std::string what_to_mind(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  std::vector<std::string> parts;
  if (const ReportReversed& reversed = book.input.reversed; reversed.orders > 0) {
    parts.push_back(
        book.format.amounted(words.reversed, reversed.orders,
                             {{"amount", book.format.exact_money(reversed.total_amount)}}));
  }
  const auto& without = book.input.without_customer;
  if (without && without->rows > 0) {
    parts.push_back(fill(words.nobody_named,
                         {{"share", book.format.percent(static_cast<double>(without->rows) /
                                                        static_cast<double>(without->of_rows))},
                          {"rows", book.format.count(without->rows)}}));
  }
  return book.format.paragraph(parts);
}

std::string what_to_do(const Book& book) {
  const HeadlineWords& words = book.words.headline;
  const CompanyFigures& figures = book.figures;
  const ReportAdvice& advice = book.input.advice;
  if (advice.customer_id.empty()) return {};
  if (figures.first_advice.empty()) return std::string(words.no_step);
  const std::int64_t row = figures.first_advice.front();
  const bool has_due = !advice.due_at.empty() && !advice.due_at.is_null(row);
  const bool has_gain = !advice.expected_gain.empty() && !advice.expected_gain.is_null(row);
  std::string step = name_of(book.words.advice.steps, advice.step.word(row));
  if (!step.empty() && step[0] >= 'A' && step[0] <= 'Z') step[0] = static_cast<char>(step[0] + 32);
  const std::string_view text = has_due && has_gain ? words.first_step
                                : has_gain          ? words.first_step_gain
                                                    : words.first_step_due;
  std::string out = fill(
      text, {{"customer", spoken(book, advice.customer_id, row)},
             {"step", step},
             {"due", book.format.day(has_due ? advice.due_at[row] : book.input.as_of)},
             {"gain", has_gain ? book.format.money(advice.expected_gain[row]) : std::string()}});
  if (figures.has_gain || figures.advised == 1) {
    out += book.gap();
    out += book.format.amounted(words.all_steps, figures.advised,
                                {{"gain", book.format.money(figures.gain)}});
  }
  return out;
}

Json figure(std::string_view label, std::string value, std::string note) {
  return {{"label", label}, {"value", std::move(value)}, {"note", std::move(note)}};
}

/// ", 95% interval a to b" for a sum's interval.
std::string interval_note(const Book& book, const std::optional<ReportRange>& range, bool money) {
  if (!range) return {};
  const auto show = [&](double x) {
    return money ? book.format.money(x) : book.format.estimate(x);
  };
  return fill(
      book.words.figures.range_note,
      {{"level", book.level()}, {"range", book.format.range(show(range->low), show(range->high))}});
}

Json concentration_figure(const Book& book) {
  const FigureWords& words = book.words.figures;
  // Of what was spent: a fact. What is expected of them stands in its section.
  const bool expected = book.figures.spend_concentration.points.empty();
  const Concentration& shares =
      expected ? book.figures.expected_concentration : book.figures.spend_concentration;
  if (shares.points.empty() || book.figures.customers < 5) return nullptr;
  return figure(words.top, book.format.percent(shares.top_fifth),
                std::string(expected ? words.top_note_expected : words.top_note_spend));
}

}  // namespace

Json headline(const Book& book) {
  Json out = Json::array();
  const auto add = [&](std::string sentence) {
    if (!sentence.empty()) out.push_back(std::move(sentence));
  };
  if (book.figures.customers == 0) {
    add(fill(book.words.headline.no_customers, {{"as_of", book.format.day(book.input.as_of)}}));
    add(what_to_do(book));
    return out;
  }
  add(who_bought(book));
  add(where_sales_are(book));
  add(who_stays(book));
  for (std::string& warning : weak_fits(book)) add(std::move(warning));
  add(what_changed(book));
  add(what_to_expect(book));
  add(missing_forecast(book));
  add(who_slips(book));
  if (book.figures.alive && book.input.holdout && holdout_missed(*book.input.holdout)) {
    add(fill(book.words.headline.holdout_missed, {{"section", book.words.tracking.title}}));
  }
  add(what_to_mind(book));
  add(what_to_do(book));
  return out;
}

Json key_figures(const Book& book) {
  const FigureWords& words = book.words.figures;
  const CompanyFigures& figures = book.figures;
  const Format& format = book.format;
  Json out = Json::array();
  if (figures.customers == 0) return out;
  const auto share = [&](double n) {
    return format.percent(n / static_cast<double>(figures.customers));
  };
  out.push_back(figure(
      words.customers, format.count(figures.customers),
      fill(words.customers_note, {{"repeaters", format.count(figures.repeaters)},
                                  {"share", share(static_cast<double>(figures.repeaters))}})));
  if (!book.input.summary.spend.empty()) {
    out.push_back(figure(
        words.spend,
        format.money(static_cast<double>(figures.spend) / scale_factor(book.input.currency.scale)),
        fill(words.spend_note,
             {{"orders", format.amounted(book.words.headline.orders, figures.orders)}})));
  }
  if (figures.singles_unjudged && figures.repeaters > 0) {
    out.push_back(figure(
        words.alive,
        fill(words.alive_of, {{"alive", people(book, figures.alive_repeaters, figures.repeaters)},
                              {"n", format.count(figures.repeaters)}}),
        fill(words.alive_of_note,
             {{"share", format.percent(figures.alive_repeaters /
                                       static_cast<double>(figures.repeaters))}})));
  } else if (figures.alive && !figures.singles_unjudged) {
    out.push_back(figure(words.alive, people(book, *figures.alive, figures.customers),
                         fill(words.alive_note, {{"share", share(*figures.alive)}})));
  }
  if (figures.purchases) {
    out.push_back(figure(words.purchases, format.estimate(*figures.purchases),
                         fill(words.purchases_note, {{"period", book.horizon()}}) +
                             interval_note(book, book.input.expected_purchases_total, false)));
  }
  if (figures.value) {
    out.push_back(figure(words.value, format.money(*figures.value),
                         fill(words.value_note, {{"months", book.months()}}) +
                             interval_note(book, book.input.lifetime_value_total, true)));
  }
  if (figures.slipping > 0 && figures.worth != Worth::nothing) {
    out.push_back(figure(words.stake, book.worth_in_words(figures.slipping_at_stake),
                         format.amounted(words.stake_note, figures.slipping)));
  }
  if (Json top = concentration_figure(book); !top.is_null()) out.push_back(std::move(top));
  if (figures.advised > 0) {
    out.push_back(figure(words.steps, format.count(figures.advised),
                         figures.has_gain
                             ? fill(words.steps_note, {{"gain", format.money(figures.gain)}})
                             : std::string()));
  }
  return out;
}

}  // namespace fidelia::report
