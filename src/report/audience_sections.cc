// SPDX-License-Identifier: Apache-2.0
//
// Publics of the company: which relationship is kept with which segment, and the audiences.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fidelia/stage/relationship_level.h"
#include "src/core/text.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::int64_t kAudienceRows = 200;
constexpr std::size_t kLongestText = 200;

bool has(const Floats& column, std::int64_t i) { return !column.empty() && !column.is_null(i); }

Json money_cell(const Book& book, const Floats& column, std::int64_t i) {
  return has(column, i) ? Json(book.format.money(column[i])) : Json();
}

double total_of(const Floats& column) {
  double sum = 0;
  for (std::int64_t i = 0; i < column.size(); ++i) sum += column.is_null(i) ? 0 : column[i];
  return sum;
}

/// "312 of 480".
Json kept_cell(const Book& book, std::int64_t i) {
  const ReportLevels& levels = book.input.levels;
  if (levels.kept.empty() || levels.kept.is_null(i) || levels.obliged[i] == 0) return {};
  return fill(book.words.levels.kept, {{"kept", book.format.count(levels.kept[i])},
                                       {"n", book.format.count(levels.obliged[i])}});
}

bool contacts_known(const ReportLevels& levels) {
  return !levels.terms || levels.terms->contacts_known;
}

Json levels_table(const Book& book) {
  const LevelWords& words = book.words.levels;
  const ReportLevels& levels = book.input.levels;
  const bool kept = !levels.kept.empty() && contacts_known(levels);
  Table table("levels", words.caption);
  table.column("segment", words.column_segment, "text")
      .column("customers", words.column_customers, "number");
  if (!levels.margin.empty()) table.column("margin", words.column_margin, "money");
  table.column("level", words.column_level, "text");
  if (!levels.contacts.empty()) table.column("contacts", words.column_contacts, "number");
  if (kept) table.column("kept", words.column_kept, "number");
  if (!levels.cost.empty()) table.column("cost", words.column_cost, "money");
  if (!levels.gain.empty()) table.column("gain", words.column_gain, "money");
  table.column("meaning", words.column_meaning, "text");
  for (std::int64_t i = 0; i < levels.segment.size(); ++i) {
    std::vector<Json> row = {
        excerpt(name_of({}, levels.segment[i]), kLongestText),
        levels.customers.is_null(i) ? Json() : Json(book.format.count(levels.customers[i]))};
    if (!levels.margin.empty()) row.push_back(money_cell(book, levels.margin, i));
    row.emplace_back(name_of(words.names, levels.level.word(i)));
    if (!levels.contacts.empty()) {
      row.push_back(has(levels.contacts, i) ? Json(book.format.number(levels.contacts[i], 0))
                                            : Json());
    }
    if (kept) row.push_back(kept_cell(book, i));
    if (!levels.cost.empty()) row.push_back(money_cell(book, levels.cost, i));
    if (!levels.gain.empty()) row.push_back(money_cell(book, levels.gain, i));
    const Named* named = find_named(words.names, levels.level.word(i));
    row.emplace_back(named != nullptr ? std::string(named->meaning) : std::string());
    table.row(std::move(row));
  }
  return table.done();
}

/// "Proactive: B, C", with the segments that fall there.
std::string matrix_cell(const Book& book, int margin, int number) {
  const LevelWords& words = book.words.levels;
  const ReportLevels& levels = book.input.levels;
  const auto level = static_cast<std::size_t>(level_of_matrix(margin, number));
  std::vector<std::string> here;
  for (std::int64_t i = 0; i < levels.segment.size(); ++i) {
    if (levels.margin_class[i] == margin && levels.number_class[i] == number) {
      here.push_back(excerpt(name_of({}, levels.segment[i])));
    }
  }
  const std::string name = name_of(words.names, relationship_level_words()[level]);
  return here.empty() ? name : book.format.with_range(name, book.format.list(here));
}

Json level_table(const Book& book) {
  const LevelWords& words = book.words.levels;
  Table table("level_matrix", words.matrix_caption);
  table.column("number", words.column_number, "text");
  for (const std::string_view word : margin_class_words()) {
    table.column(word, name_of(words.margins, word), "text");
  }
  for (int number = 2; number >= 0; --number) {
    std::vector<Json> row = {
        name_of(words.numbers, number_class_words()[static_cast<std::size_t>(number)])};
    for (int margin = 0; margin < 3; ++margin) {
      row.emplace_back(matrix_cell(book, margin, number));
    }
    table.row(std::move(row));
  }
  return table.done();
}

/// What the margins are, and what contacts are taken to cost and gain.
void terms_text(const Book& book, Section& section) {
  const LevelWords& words = book.words.levels;
  const ReportLevels& levels = book.input.levels;
  if (!levels.terms) return;
  const ReportLevelTerms& terms = *levels.terms;
  const std::vector<std::string> margin = {
      std::string(words.classes),
      std::string(terms.expected ? words.margin_expected : words.margin_past),
      fill(terms.source == ReportMarginSource::all    ? words.margin_all
           : terms.source == ReportMarginSource::told ? words.margin_told
                                                      : words.margin_recorded,
           {{"share", book.format.percent(terms.margin_share)}})};
  section.text(book.format.paragraph(margin));
  const auto& gains = terms.gains;
  section.text(fill(words.terms, {{"message", book.format.money(terms.message_cost)},
                                  {"call", book.format.money(terms.call_cost)},
                                  {"visit", book.format.money(terms.visit_cost)},
                                  {"reactive", book.format.percent(gains[0])},
                                  {"accountable", book.format.percent(gains[1])},
                                  {"proactive", book.format.percent(gains[2])},
                                  {"partnership", book.format.percent(gains[3])}}));
}

Json overdue_table(const Book& book) {
  const LevelWords& words = book.words.levels;
  const ReportOverdue& overdue = book.input.overdue;
  const bool names = book.names.any();
  Table table("overdue", words.overdue_caption);
  table.column("customer", words.column_customer, "text");
  if (names) table.column("customer_id", words.column_id, "text");
  if (!overdue.level.empty()) table.column("level", words.column_level, "text");
  if (!overdue.duty.empty()) table.column("duty", words.column_duty, "text");
  if (!overdue.due_at.empty()) table.column("due_at", words.column_due, "date");
  if (!overdue.worth.empty()) table.column("worth", words.column_worth, "money");
  for (const std::int64_t i : book.figures.first_overdue) {
    std::vector<Json> row = {book.names.name(overdue.customer_id, i)};
    if (names) row.emplace_back(book.names.id(overdue.customer_id, i));
    if (!overdue.level.empty()) row.emplace_back(name_of(words.names, overdue.level.word(i)));
    if (!overdue.duty.empty()) {
      row.emplace_back(overdue.duty.is_null(i) ? Json()
                                               : Json(name_of(words.duties, overdue.duty.word(i))));
    }
    if (!overdue.due_at.empty()) {
      row.push_back(overdue.due_at.is_null(i) ? Json() : Json(book.format.day(overdue.due_at[i])));
    }
    if (!overdue.worth.empty()) row.push_back(money_cell(book, overdue.worth, i));
    table.row(std::move(row));
  }
  return table.first(kFirstRows).done();
}

}  // namespace

Json levels_section(const Book& book) {
  const LevelWords& words = book.words.levels;
  const ReportLevels& levels = book.input.levels;
  if (levels.segment.empty()) return {};
  Section section("levels", words.title);
  std::string text(words.summary);
  if (!levels.cost.empty() && !levels.gain.empty()) {
    text += book.gap();
    text += fill(words.totals, {{"cost", book.format.money(total_of(levels.cost))},
                                {"gain", book.format.money(total_of(levels.gain))}});
  }
  section.text(std::move(text));
  terms_text(book, section);
  const std::int64_t duties = book.input.overdue.customer_id.size();
  section.text(!contacts_known(levels) ? std::string(words.not_judged)
               : duties == 0           ? std::string(words.none_overdue)
                                       : book.format.amounted(words.overdue, duties));
  const bool matrix = levels.terms && levels.terms->by_matrix && !levels.margin_class.empty() &&
                      !levels.number_class.empty();
  if (matrix) section.table(level_table(book));
  section.table(levels_table(book));
  if (duties > 0) section.table(overdue_table(book));
  const auto shown = static_cast<std::int64_t>(book.figures.first_overdue.size());
  if (shown < duties) {
    section.note(
        fill(words.shown, {{"shown", book.format.count(shown)}, {"n", book.format.count(duties)}}));
  }
  return section.done();
}

namespace {

/// A public's name in the report's language; "Region: Jilin" for one of a region.
std::string audience_name(const AudienceWords& words, std::string_view name) {
  const std::size_t colon = name.find(": ");
  if (colon != name.npos) {
    if (const Named* group = find_named(words.groups, name.substr(0, colon))) {
      return std::string(group->name) + std::string(name.substr(colon + 2));
    }
  }
  return name_of(words.names, name);
}

std::string audience_meaning(const Book& book, std::int64_t i) {
  const ReportAudiences& audiences = book.input.audiences;
  const Named* named = find_named(book.words.audiences.names, audiences.audience[i]);
  if (named != nullptr) return std::string(named->meaning);
  const bool told = !audiences.meaning.empty() && !audiences.meaning.is_null(i);
  return told ? excerpt(audiences.meaning[i], kLongestText) : std::string();
}

}  // namespace

Json audiences_section(const Book& book) {
  const AudienceWords& words = book.words.audiences;
  const ReportAudiences& audiences = book.input.audiences;
  if (audiences.audience.empty()) return {};
  std::int64_t largest = 0;
  const auto members = [&](std::int64_t i) {
    return audiences.members.is_null(i) ? 0 : audiences.members[i];
  };
  for (std::int64_t i = 0; i < audiences.audience.size(); ++i) {
    if (members(i) > members(largest)) largest = i;
  }
  Section section("audiences", words.title);
  std::string text =
      book.format.amounted(words.summary, audiences.audience.size(),
                           {{"largest", audience_name(words, audiences.audience[largest])},
                            {"members", book.format.count(members(largest))}});
  if (audiences.parties > 0) {
    text += book.gap();
    text += fill(words.parties, {{"n", book.format.count(audiences.parties)}});
  }
  section.text(std::move(text));
  Table table("audiences", words.caption);
  table.column("audience", words.column_audience, "text")
      .column("members", words.column_members, "number");
  if (audiences.parties > 0) table.column("share", words.column_share, "percent");
  if (!audiences.buyers.empty()) table.column("buyers", words.column_buyers, "number");
  if (!audiences.spend.empty()) table.column("spend", words.column_spend, "money");
  if (!audiences.value.empty()) table.column("value", words.column_value, "money");
  table.column("meaning", words.column_meaning, "text");
  const std::int64_t shown = std::min(audiences.audience.size(), kAudienceRows);
  for (std::int64_t i = 0; i < shown; ++i) {
    std::vector<Json> row = {excerpt(audience_name(words, audiences.audience[i]), kLongestText),
                             book.format.count(members(i))};
    if (audiences.parties > 0) {
      row.emplace_back(book.format.percent(static_cast<double>(members(i)) /
                                           static_cast<double>(audiences.parties)));
    }
    if (!audiences.buyers.empty()) {
      row.push_back(audiences.buyers.is_null(i) ? Json()
                                                : Json(book.format.count(audiences.buyers[i])));
    }
    if (!audiences.spend.empty()) {
      row.push_back(audiences.spend.is_null(i) ? Json()
                                               : Json(book.format.exact_money(audiences.spend[i])));
    }
    if (!audiences.value.empty()) row.push_back(money_cell(book, audiences.value, i));
    row.emplace_back(audience_meaning(book, i));
    table.row(std::move(row));
  }
  section.table(table.first(kFirstRows).done());
  if (shown < audiences.audience.size()) {
    section.note(
        fill(book.words.levels.shown, {{"shown", book.format.count(shown)},
                                       {"n", book.format.count(audiences.audience.size())}}));
  }
  return section.done();
}

}  // namespace fidelia::report
