// SPDX-License-Identifier: Apache-2.0
//
// How good the records are: rows read and set aside, findings, and where every amount went.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/core/text.h"
#include "src/report/phrases.h"
#include "src/report/sections.h"

namespace fidelia::report {
namespace {

constexpr std::size_t kReasonRows = 20;
constexpr std::size_t kFindingRows = 20;

Json tables_read(const Book& book) {
  const QualityWords& words = book.words.quality;
  Table table("intake", words.tables_caption);
  table.column("table", words.column_table, "text")
      .column("rows", words.column_rows, "number")
      .column("rejected", words.column_rejected, "number")
      .column("share", words.column_share, "percent");
  for (const auto& count : book.input.intake->counts()) {
    table.row({name_of(words.tables, count.table), book.format.count(count.rows),
               book.format.count(count.rejected), book.share_of(count.rejected, count.rows)});
  }
  return table.done();
}

Json reasons_table(const Book& book) {
  const QualityWords& words = book.words.quality;
  Table table("rejected", words.reasons_caption);
  table.column("table", words.column_table, "text")
      .column("column", words.column_column, "text")
      .column("reason", words.column_reason, "text")
      .column("rows", words.column_rows, "number")
      .column("example", words.column_example, "text")
      .column("first_row", words.column_first, "number");
  const auto& reasons = book.figures.rejected_reasons;
  for (std::size_t i = 0; i < std::min(reasons.size(), kReasonRows); ++i) {
    const RejectedReason& reason = reasons[i];
    table.row({name_of(words.tables, reason.table), excerpt(reason.column),
               as_sentence(excerpt(reason.reason, kLongestReason)), book.format.count(reason.rows),
               reason.value.empty() ? Json() : Json(excerpt(reason.value)),
               book.format.count(reason.first_row)});
  }
  return table.done();
}

Json findings_table(const Book& book) {
  const QualityWords& words = book.words.quality;
  Table table("findings", words.findings_caption);
  table.column("table", words.column_table, "text")
      .column("finding", words.column_finding, "text")
      .column("rows", words.column_rows, "number");
  const auto& findings = book.input.intake->findings();
  for (std::size_t i = 0; i < std::min(findings.size(), kFindingRows); ++i) {
    table.row({name_of(words.tables, findings[i].table),
               as_sentence(excerpt(said(findings[i].text, book.format), kLongestReason)),
               book.format.count(findings[i].rows)});
  }
  return table.done();
}

Json money_table(const Book& book, const ReportReconciliation& parts, const Reconciled& sums) {
  const QualityWords& words = book.words.quality;
  const Format& format = book.format;
  Table table("reconciliation", words.money_caption);
  table.column("item", words.column_item, "text").column("amount", words.column_amount, "money");
  table.row({words.row_spend, format.exact_money(book.figures.spend)});
  const auto part = [&](std::string_view label, std::int64_t amount) {
    if (amount != 0) table.row({label, format.exact_money(amount)});
  };
  part(words.row_unmatched, -book.figures.buyers_unmatched);
  part(words.row_after, parts.after_as_of);
  part(words.row_rejected, parts.rejected);
  part(words.row_cancelled, parts.cancelled);
  part(words.row_repeated, parts.repeated);
  part(words.row_superseded, parts.superseded);
  part(words.row_without, parts.without_purchase);
  part(words.row_difference, sums.difference);
  table.row({words.row_input, format.exact_money(parts.input)});
  return table.done();
}

/// "2023-12-31" or "2023-12-31 23:59:59".
std::string moment(const Book& book, const Times& times, std::int64_t i) {
  std::string text = book.format.day(times.day(i));
  if (!times.has_time()) return text;
  const std::string time = format_micros(times.micros(i));
  return text + " " + time.substr(time.find('T') + 1);
}

void reversed_text(const Book& book, Section& section) {
  const QualityWords& words = book.words.quality;
  const ReportReversed& reversed = book.input.reversed;
  if (reversed.orders == 0) return;
  std::string text =
      book.format.amounted(words.reversed, reversed.orders,
                           {{"amount", book.format.exact_money(reversed.total_amount)}});
  text += book.gap();
  text += words.reversed_meaning;
  if (reversed.customer_id.size() < reversed.orders) {
    text += book.gap();
    text += fill(words.reversed_shown, {{"shown", book.format.count(reversed.customer_id.size())}});
  }
  section.text(std::move(text));
}

Json reversed_table(const Book& book) {
  const QualityWords& words = book.words.quality;
  const ReportReversed& reversed = book.input.reversed;
  Table table("reversed", words.reversed_caption);
  table.column("customer", words.column_customer, "text")
      .column("order", words.column_order, "text")
      .column("ordered", words.column_ordered, "date")
      .column("amount", words.column_order_amount, "money")
      .column("returned", words.column_returned, "date")
      .column("returned_amount", words.column_returned_amount, "money");
  for (std::int64_t i = 0; i < reversed.customer_id.size(); ++i) {
    const bool named = !reversed.order_id.empty() && !reversed.order_id.is_null(i);
    table.row({book.names.name(reversed.customer_id, i),
               named ? Json(excerpt(reversed.order_id.to_string(i))) : Json(),
               moment(book, reversed.ordered_at, i), book.format.exact_money(reversed.amount[i]),
               moment(book, reversed.returned_at, i),
               book.format.exact_money(reversed.returned[i])});
  }
  return table.done();
}

std::string without_customer_text(const Book& book) {
  const auto& without = book.input.without_customer;
  if (!without || without->rows == 0) return {};
  const std::string share = book.share_of(without->rows, without->of_rows);
  const QualityWords& words = book.words.quality;
  if (!without->amount) {
    return book.format.amounted(words.without_customer, without->rows, {{"share", share}});
  }
  std::string text = book.format.amounted(
      words.without_customer_amount, without->rows,
      {{"share", share}, {"amount", book.format.exact_money(*without->amount)}});
  // Returns may outweigh what they are a part of: then a share says nothing.
  if (*without->amount < 0 || *without->amount > without->of_amount) return text;
  text += book.gap();
  text += fill(words.without_customer_share,
               {{"share", book.share_of(*without->amount, without->of_amount)}});
  return text;
}

void money_text(const Book& book, Section& section) {
  const QualityWords& words = book.words.quality;
  if (book.figures.refunds_unmatched != 0) {
    section.text(fill(words.unmatched_note,
                      {{"amount", book.format.exact_money(book.figures.refunds_unmatched)}}));
  }
  if (!book.figures.reconciled) {
    section.text(std::string(words.not_reconciled));
    return;
  }
  const std::int64_t difference = book.figures.reconciled->difference;
  section.text(difference == 0
                   ? fill(words.reconciles,
                          {{"input", book.format.exact_money(book.input.reconciliation->input)}})
                   : fill(words.differs, {{"difference", book.format.exact_money(difference)}}));
}

}  // namespace

Json quality_section(const Book& book) {
  const QualityWords& words = book.words.quality;
  const CompanyFigures& figures = book.figures;
  Section section("quality", words.title);
  const bool counted = book.input.intake != nullptr && !book.input.intake->counts().empty();
  if (counted) {
    std::string text = book.format.amounted(words.read, figures.rows);
    text += book.gap();
    text += figures.rejected == 0
                ? std::string(words.all_good)
                : book.format.amounted(words.rejected, figures.rejected,
                                       {{"share", book.share_of(figures.rejected, figures.rows)}});
    section.text(std::move(text));
  } else {
    section.text(std::string(words.none));
  }
  section.text(without_customer_text(book));
  reversed_text(book, section);
  money_text(book, section);
  if (book.input.reversed.orders > 0) section.table(reversed_table(book));
  if (counted) section.table(tables_read(book));
  if (!figures.rejected_reasons.empty()) section.table(reasons_table(book));
  if (figures.rejected_reasons.size() > kReasonRows) {
    section.note(
        fill(words.more_reasons, {{"n", book.format.count(static_cast<std::int64_t>(
                                            figures.rejected_reasons.size() - kReasonRows))}}));
  }
  if (book.input.intake != nullptr && !book.input.intake->findings().empty()) {
    section.table(findings_table(book));
  }
  if (figures.reconciled) {
    section.table(money_table(book, *book.input.reconciliation, *figures.reconciled));
  }
  return section.done();
}

}  // namespace fidelia::report
