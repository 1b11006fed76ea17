// SPDX-License-Identifier: Apache-2.0
#include "fidelia/core/table.h"

#include <algorithm>

#include "src/core/convert.h"
#include "src/core/text.h"

namespace fidelia {

std::string_view kind_name(ColumnKind kind) noexcept {
  switch (kind) {
    case ColumnKind::key: return "key";
    case ColumnKind::real: return "real";
    case ColumnKind::integer: return "integer";
    case ColumnKind::flag: return "flag";
    case ColumnKind::day: return "day";
    case ColumnKind::time: return "time";
    case ColumnKind::amount: return "amount";
    case ColumnKind::text: return "text";
    case ColumnKind::label: return "label";
  }
  return "text";
}

namespace {

const void* view_at(const void* table, const ColumnInfo& info) {
  return static_cast<const char*>(table) + info.offset;
}

}  // namespace

void TableInfo::add(std::string_view name, ColumnKind kind, std::size_t offset, ColumnDoc doc) {
  columns_.push_back({std::string(name), kind, std::move(doc), offset});
}

void TableInfo::add_all(const TableInfo& base, std::size_t base_offset) {
  for (ColumnInfo info : base.columns_) {
    info.offset += base_offset;
    columns_.push_back(std::move(info));
  }
}

void TableInfo::keep_only(std::span<const std::string_view> names) {
  std::erase_if(columns_, [&](const ColumnInfo& info) {
    return std::find(names.begin(), names.end(), info.name) == names.end();
  });
}

const ColumnInfo* TableInfo::find(std::string_view name) const noexcept {
  for (const ColumnInfo& info : columns_) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

std::int64_t TableInfo::rows(const void* table) const noexcept {
  std::int64_t rows = 0;
  for (const ColumnInfo& info : columns_) {
    rows = std::max(rows, detail::view_size(info, view_at(table, info)));
  }
  return rows;
}

Batch TableInfo::to_batch(const void* table) const {
  Batch batch;
  batch.size = rows(table);
  for (const ColumnInfo& info : columns_) {
    const void* view = view_at(table, info);
    // With rows, a column of length 0 was not filled; without rows the schema stays whole.
    if (detail::view_size(info, view) != batch.size) continue;
    batch.names.push_back(info.name);
    batch.columns.push_back(detail::view_to_column(info, view));
  }
  return batch;
}

Status TableInfo::check(const void* table, std::string_view table_name) const {
  const std::int64_t size = rows(table);
  std::vector<detail::Fault> faults;
  for (const ColumnInfo& info : columns_) {
    const void* view = view_at(table, info);
    const std::int64_t length = detail::view_size(info, view);
    if (length == 0 && info.doc.optional) continue;
    if (length != size) {
      return Status::invalid_data("table " + std::string(table_name) + ": column " + info.name +
                                      " has " + std::to_string(length) +
                                      " rows where others have " + std::to_string(size),
                                  -1, info.name);
    }
    detail::check_view(info, view, faults);
  }
  if (faults.empty()) return {};
  const auto first = std::min_element(faults.begin(), faults.end(),
                                      [](const auto& a, const auto& b) { return a.row < b.row; });
  return Status::invalid_data("table " + std::string(table_name) + ", row " +
                                  std::to_string(first->row) + ": " + first->column + " " +
                                  first->reason,
                              first->row, first->column);
}

Intake::Count& Intake::count_of(std::string_view table) {
  for (Count& count : counts_) {
    if (count.table == table) return count;
  }
  return counts_.emplace_back(Count{std::string(table), 0, 0});
}

void Intake::count_rows(std::string_view table, std::int64_t rows) { count_of(table).rows += rows; }

void Intake::reject(RejectedRow row) {
  ++count_of(row.table).rejected;
  rejected_.push_back(std::move(row));
}

void Intake::find(Finding finding) {
  if (finding.rows == 0) return;
  for (Finding& known : findings_) {
    if (known.table == finding.table && known.check == finding.check) {
      known.rows += finding.rows;
      known.amount += finding.amount;
      if (known.first_row < 0) known.first_row = finding.first_row;
      return;
    }
  }
  findings_.push_back(std::move(finding));
}

}  // namespace fidelia
