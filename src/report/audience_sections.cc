// SPDX-License-Identifier: Apache-2.0
//
// Publics of the company: which relationship is kept with which segment, and the audiences.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::size_t kFirstRows = 15;
constexpr std::size_t kLongestText = 200;

bool has(const Floats& column, std::int64_t i) { return !column.empty() && !column.is_null(i); }

Json money_cell(const Book& book, const Floats& column, std::int64_t i) {
  return has(column, i) ? Json(book.format.money(column[i])) : Json();
}

double sum_of(const Floats& column) {
  double sum = 0;
  for (std::int64_t i = 0; i < column.size(); ++i) sum += column.is_null(i) ? 0 : column[i];
  return sum;
}

Json levels_table(const Book& book) {
  const LevelWords& words = book.words.levels;
  const ReportLevels& levels = book.input.levels;
  Table table("levels", words.caption);
  table.column("segment", words.column_segment, "text")
      .column("customers", words.column_customers, "number");
  if (!levels.margin.empty()) table.column("margin", words.column_margin, "money");
  table.column("level", words.column_level, "text");
  if (!levels.cost.empty()) table.column("cost", words.column_cost, "money");
  if (!levels.returns.empty()) table.column("return", words.column_return, "money");
  table.column("meaning", words.column_meaning, "text");
  for (std::int64_t i = 0; i < levels.segment.size(); ++i) {
    std::vector<Json> row = {
        excerpt(name_of({}, levels.segment[i]), kLongestText),
        levels.customers.is_null(i) ? Json() : Json(book.format.count(levels.customers[i]))};
    if (!levels.margin.empty()) row.push_back(money_cell(book, levels.margin, i));
    row.emplace_back(name_of(words.names, levels.level.word(i)));
    if (!levels.cost.empty()) row.push_back(money_cell(book, levels.cost, i));
    if (!levels.returns.empty()) row.push_back(money_cell(book, levels.returns, i));
    const Named* named = find_named(words.names, levels.level.word(i));
    row.emplace_back(named != nullptr ? std::string(named->meaning) : std::string());
    table.row(std::move(row));
  }
  return table.done();
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
      row.emplace_back(as_sentence(excerpt(overdue.duty[i], kLongestText)));
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
  if (!levels.cost.empty() && !levels.returns.empty()) {
    text += book.gap();
    text += fill(words.totals, {{"cost", book.format.money(sum_of(levels.cost))},
                                {"returns", book.format.money(sum_of(levels.returns))}});
  }
  section.text(std::move(text));
  const std::int64_t duties = book.input.overdue.customer_id.size();
  section.text(duties == 0 ? std::string(words.none_overdue)
                           : book.format.amounted(words.overdue, duties));
  section.table(levels_table(book));
  if (duties > 0) section.table(overdue_table(book));
  const auto shown = static_cast<std::int64_t>(book.figures.first_overdue.size());
  if (shown < duties) {
    section.note(
        fill(words.shown, {{"shown", book.format.count(shown)}, {"n", book.format.count(duties)}}));
  }
  return section.done();
}

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
  section.text(book.format.amounted(words.summary, audiences.audience.size(),
                                    {{"largest", name_of(words.names, audiences.audience[largest])},
                                     {"members", book.format.count(members(largest))}}));
  Table table("audiences", words.caption);
  table.column("audience", words.column_audience, "text")
      .column("members", words.column_members, "number");
  if (!audiences.buyers.empty()) table.column("buyers", words.column_buyers, "number");
  if (!audiences.spend.empty()) table.column("spend", words.column_spend, "money");
  table.column("meaning", words.column_meaning, "text");
  for (std::int64_t i = 0; i < audiences.audience.size(); ++i) {
    const Named* named = find_named(words.names, audiences.audience[i]);
    std::vector<Json> row = {excerpt(name_of(words.names, audiences.audience[i]), kLongestText),
                             book.format.count(members(i))};
    if (!audiences.buyers.empty()) {
      row.push_back(audiences.buyers.is_null(i) ? Json()
                                                : Json(book.format.count(audiences.buyers[i])));
    }
    if (!audiences.spend.empty()) {
      row.push_back(audiences.spend.is_null(i) ? Json()
                                               : Json(book.format.exact_money(audiences.spend[i])));
    }
    const bool told = !audiences.meaning.empty() && !audiences.meaning.is_null(i);
    row.emplace_back(named != nullptr ? std::string(named->meaning)
                     : told           ? excerpt(audiences.meaning[i], kLongestText)
                                      : std::string());
    table.row(std::move(row));
  }
  return section.table(table.first(kFirstRows).done()).done();
}

}  // namespace fidelia::report
