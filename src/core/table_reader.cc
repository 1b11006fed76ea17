// SPDX-License-Identifier: Apache-2.0
//
// TableReader: finds the caller's columns by name and reads their batches into a table's views.
#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "fidelia/core/money.h"
#include "fidelia/core/table.h"
#include "src/core/convert.h"
#include "src/core/text.h"
#include "src/core/try.h"
#include "src/core/wide.h"

namespace fidelia {
namespace {

/// "Customer ID", "customer_id" and "CustomerID" are one name.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) out += c;
  }
  return out;
}

struct Names {
  std::vector<std::string> given;
  std::vector<std::string> folded_given;
};

Status ambiguous(const std::string& table, const std::string& column, const std::string& first,
                 const std::string& second) {
  return {Code::invalid_argument,
          "table " + table + " has two columns that could be " + column + ": " + first + " and " +
              second + "; say which with " + column + "=<column>",
          -1, column};
}

/// The only position whose folded name is `wanted`; -1 for none.
Result<int> find_folded(const Names& names, const std::string& wanted, const std::string& table,
                        const std::string& column) {
  int found = -1;
  for (std::size_t i = 0; i < names.folded_given.size(); ++i) {
    if (names.folded_given[i] != wanted) continue;
    if (found >= 0) {
      return ambiguous(table, column, names.given[static_cast<std::size_t>(found)], names.given[i]);
    }
    found = static_cast<int>(i);
  }
  return found;
}

int find_exact(const Names& names, std::string_view wanted) {
  const auto it = std::find(names.given.begin(), names.given.end(), wanted);
  return it == names.given.end() ? -1 : static_cast<int>(it - names.given.begin());
}

/// Where the column stands in the caller's table: as told, else by its exact name, else by its name
/// in any spelling, else by the first alias that is there.
Result<int> find_column(const Names& names, const ColumnInfo& info, const std::string& table,
                        const std::map<std::string, std::string>& told) {
  if (const auto it = told.find(info.name); it != told.end()) {
    const int found = find_exact(names, it->second);
    if (found >= 0) return found;
    return Status(Code::not_found,
                  "table " + table + " has no column " + it->second + " for " + info.name +
                      "; it has: " + join(names.given),
                  -1, info.name);
  }
  if (const int found = find_exact(names, info.name); found >= 0) return found;
  FIDELIA_ASSIGN(const int by_name, find_folded(names, folded(info.name), table, info.name));
  if (by_name >= 0) return by_name;
  for (const std::string_view alias : info.doc.aliases) {
    FIDELIA_ASSIGN(const int by_alias, find_folded(names, folded(alias), table, info.name));
    if (by_alias >= 0) return by_alias;
  }
  return -1;
}

}  // namespace

struct TableReader::State {
  struct Wanted {
    const ColumnInfo* info;
    int field;
    std::string caller_name;
  };
  std::unique_ptr<BatchReader> batches;
  std::shared_ptr<const void> whole;  ///< A struct made by hand, instead of batches.
  std::shared_ptr<const TableInfo> info;
  std::string name;
  Calendar calendar;
  DateOrder date_order = DateOrder::ymd;
  bool strict = true;
  int scale = 2;
  std::string currency;
  std::shared_ptr<Intake> intake;
  std::vector<Wanted> wanted;
  std::vector<int> fields;  ///< Distinct fields of `wanted`.
  std::int64_t first_row = 0;
  std::int64_t next_row = 0;
  std::vector<std::int64_t>
      rows;           ///< Of a batch with rows left out: the input's rows of those kept.
  bool done = false;  ///< The struct made by hand was handed out.

  Status map_columns(const std::map<std::string, std::string>& columns);
  void drop_shared_aliases(const std::map<std::string, std::string>& columns);
  Status check_told(const std::map<std::string, std::string>& columns) const;
  Status bind(const Batch& batch, void* table, std::vector<detail::Fault>& faults,
              bool count_findings);
  Status accept(Batch batch, void* table);
  Status set_aside(std::vector<detail::Fault>& faults, const Batch& batch,
                   std::vector<std::int64_t>& kept);
  void count_amounts(const void* table, std::span<const detail::Fault> first_faults);
  void clear(void* table) const;
  void copy_whole(void* table) const;
  Status fault_status(const detail::Fault& fault, std::int64_t row) const;
};

TableReader::TableReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TableReader::~TableReader() = default;

Status TableReader::State::check_told(const std::map<std::string, std::string>& columns) const {
  for (const auto& [ours, theirs] : columns) {
    if (info->find(ours) != nullptr) continue;
    std::vector<std::string> known;
    for (const ColumnInfo& column : info->columns()) known.push_back(column.name);
    return {Code::not_found,
            "table " + name + " knows no column " + ours + " (to be read from " + theirs +
                "); it knows: " + join(known),
            -1, ours};
  }
  return {};
}

Status TableReader::State::map_columns(const std::map<std::string, std::string>& columns) {
  FIDELIA_TRY(check_told(columns));
  Names names;
  for (const auto& field : batches->fields()) {
    names.given.push_back(field.name);
    names.folded_given.push_back(folded(field.name));
  }
  std::vector<const ColumnInfo*> missing;
  for (const ColumnInfo& column : info->columns()) {
    FIDELIA_ASSIGN(const int field, find_column(names, column, name, columns));
    if (field >= 0) {
      wanted.push_back({&column, field, names.given[static_cast<std::size_t>(field)]});
    } else if (!column.doc.optional) {
      missing.push_back(&column);
    }
  }
  if (!missing.empty()) {
    const ColumnInfo& first = *missing.front();
    std::vector<std::string> all;
    for (const ColumnInfo* column : missing) all.push_back(column->name);
    return {Code::not_found,
            "table " + name + " has no column " + join(all) +
                "; it has: " + (names.given.empty() ? "no columns" : join(names.given)) +
                ". Name the caller's column with " + first.name + "=<column>",
            -1, first.name};
  }
  drop_shared_aliases(columns);
  for (const Wanted& w : wanted) {
    if (std::find(fields.begin(), fields.end(), w.field) == fields.end()) fields.push_back(w.field);
    if (w.info->name == "currency") scale = std::max(scale, 4);
  }
  return {};
}

/// One column of the caller's is not two of ours by an alias: the one that has its name, or was
/// told, or comes first, keeps it.
void TableReader::State::drop_shared_aliases(const std::map<std::string, std::string>& columns) {
  const auto rank = [&](const Wanted& w) {
    if (columns.contains(w.info->name)) return 0;
    return folded(w.caller_name) == folded(w.info->name) ? 1 : 2;
  };
  std::vector<Wanted> kept;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    bool beaten = false;
    for (std::size_t j = 0; j < wanted.size(); ++j) {
      if (i == j || wanted[i].field != wanted[j].field) continue;
      const int mine = rank(wanted[i]);
      const int theirs = rank(wanted[j]);
      beaten = beaten || theirs < mine || (theirs == mine && mine == 2 && j < i);
    }
    if (!beaten || !wanted[i].info->doc.optional) kept.push_back(wanted[i]);
  }
  wanted = std::move(kept);
}

Result<std::unique_ptr<TableReader>> TableReader::open(
    std::unique_ptr<BatchReader> batches, std::shared_ptr<const TableInfo> info,
    std::string table_name, const Reading& reading,
    const std::map<std::string, std::string>& columns, std::shared_ptr<Intake> intake) {
  auto state = std::make_unique<State>();
  state->batches = std::move(batches);
  state->info = std::move(info);
  state->name = std::move(table_name);
  state->date_order = reading.date_order;
  state->strict = reading.strict;
  state->intake = std::move(intake);
  const Result<Currency> currency = find_currency(reading.currency);
  if (!currency.ok()) {
    return Status(Code::invalid_argument, currency.status().message(), -1, "currency");
  }
  state->scale = currency->scale;
  state->currency = currency->code;
  if (reading.time_zone != "UTC") {
    CalendarOptions options;
    options.zone = reading.time_zone;
    FIDELIA_ASSIGN(state->calendar, Calendar::make(std::move(options)));
  }
  FIDELIA_TRY(state->map_columns(columns));
  state->intake->count_rows(state->name, 0);
  return std::unique_ptr<TableReader>(new TableReader(std::move(state)));
}

Result<std::unique_ptr<TableReader>> TableReader::wrap(std::shared_ptr<const void> table,
                                                       std::shared_ptr<const TableInfo> info,
                                                       std::string table_name, bool strict,
                                                       std::shared_ptr<Intake> intake) {
  FIDELIA_TRY(info->check(table.get(), table_name));
  auto state = std::make_unique<State>();
  state->whole = std::move(table);
  state->info = std::move(info);
  state->name = std::move(table_name);
  state->strict = strict;
  state->intake = std::move(intake);
  for (const ColumnInfo& column : state->info->columns()) {
    const void* view = static_cast<const char*>(state->whole.get()) + column.offset;
    if (detail::view_size(column, view) > 0 || !column.doc.optional) {
      state->wanted.push_back({&column, 0, column.name});
    }
  }
  return std::unique_ptr<TableReader>(new TableReader(std::move(state)));
}

Status TableReader::State::bind(const Batch& batch, void* table, std::vector<detail::Fault>& faults,
                                bool count_findings) {
  for (const Wanted& w : wanted) {
    detail::Conversion conversion{.info = *w.info,
                                  .caller_name = w.caller_name,
                                  .calendar = calendar,
                                  .date_order = date_order,
                                  .scale = scale,
                                  .faults = faults};
    FIDELIA_TRY(detail::convert_column(batch.columns[static_cast<std::size_t>(w.field)], conversion,
                                       static_cast<char*>(table) + w.info->offset));
    if (!count_findings || conversion.rounded_rows == 0) continue;
    intake->find({.table = name,
                  .check = w.info->name + "_rounded",
                  .text = "values of " + w.caller_name +
                          " were rounded to the minor unit; the amount is what rounding left out",
                  .rows = conversion.rounded_rows,
                  .amount = conversion.residue / scale_factor(scale),
                  .first_row = first_row + conversion.first_rounded});
  }
  return {};
}

Status TableReader::State::fault_status(const detail::Fault& fault, std::int64_t row) const {
  std::string text =
      "table " + name + ", row " + std::to_string(row) + ": " + fault.column + " " + fault.reason;
  if (!fault.value.empty()) text += " (found: " + excerpt(fault.value) + ")";
  return Status::invalid_data(std::move(text), row, fault.column);
}

/// Notes the first fault of each bad row, leaves only these, and lists the rows that stay.
Status TableReader::State::set_aside(std::vector<detail::Fault>& faults, const Batch& batch,
                                     std::vector<std::int64_t>& kept) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return a.row < b.row; });
  if (strict) return fault_status(faults.front(), first_row + faults.front().row);
  const auto same_row = [](const auto& a, const auto& b) { return a.row == b.row; };
  faults.erase(std::unique(faults.begin(), faults.end(), same_row), faults.end());
  std::size_t next = 0;
  for (std::int64_t i = 0; i < batch.size; ++i) {
    if (next == faults.size() || faults[next].row != i) {
      kept.push_back(i);
      continue;
    }
    const detail::Fault& fault = faults[next++];
    intake->reject({name, first_row + i, fault.column, fault.reason, excerpt(fault.value, 200)});
  }
  return {};
}

namespace {

template <class View>
const View* view_of(const TableInfo& info, const void* table, std::string_view name,
                    ColumnKind kind) {
  const ColumnInfo* column = info.find(name);
  if (column == nullptr || column->kind != kind) return nullptr;
  const auto* view =
      reinterpret_cast<const View*>(static_cast<const char*>(table) + column->offset);
  return view->empty() ? nullptr : view;
}

/// What rows come to: their amount, else quantity times unit_price; in minor units of `scale`.
class Worth {
 public:
  Worth(const TableInfo& info, const void* table, int scale)
      : amount_(view_of<Amounts>(info, table, "amount", ColumnKind::amount)),
        price_(view_of<Amounts>(info, table, "unit_price", ColumnKind::amount)),
        quantity_(view_of<Floats>(info, table, "quantity", ColumnKind::real)),
        scale_(scale) {}

  std::optional<std::int64_t> operator()(std::int64_t i) const {
    if (amount_ != nullptr && !amount_->is_null(i)) {
      return convert_minor((*amount_)[i], amount_->scale(), 1, scale_);
    }
    if (price_ == nullptr || price_->is_null(i) || quantity_ == nullptr || quantity_->is_null(i)) {
      return std::nullopt;
    }
    return convert_minor((*price_)[i], price_->scale(), (*quantity_)[i], scale_);
  }

 private:
  const Amounts* amount_;
  const Amounts* price_;
  const Floats* quantity_;
  int scale_;
};

}  // namespace

/// Adds up what the rows that were set aside came to, by the column at fault, so that no amount
/// gets lost unseen.
void TableReader::State::count_amounts(const void* table,
                                       std::span<const detail::Fault> first_faults) {
  const Worth worth(*info, table, scale);
  std::map<std::string, std::pair<detail::Int128, Finding>> sums;
  for (const detail::Fault& fault : first_faults) {
    const auto amount = worth(fault.row);
    if (!amount) continue;
    auto& [sum, finding] = sums[fault.column];
    sum += *amount;
    if (finding.rows++ == 0) finding.first_row = first_row + fault.row;
  }
  for (auto& [column, found] : sums) {
    auto& [sum, finding] = found;
    finding.table = name;
    finding.check = "amount_set_aside:" + column;
    finding.text =
        "rows were set aside for their " + column + "; the amount is theirs, in their own currency";
    finding.amount = static_cast<double>(sum) / scale_factor(scale);
    intake->find(std::move(finding));
  }
}

void TableReader::State::clear(void* table) const {
  // Views of columns that the caller lacks must be empty whatever the struct held before.
  for (const ColumnInfo& column : info->columns()) {
    detail::visit_view(column.kind, static_cast<char*>(table) + column.offset,
                       [](auto& view) { view = std::remove_reference_t<decltype(view)>(); });
  }
}

/// A struct made by hand hands out its views as they are.
void TableReader::State::copy_whole(void* table) const {
  for (const ColumnInfo& column : info->columns()) {
    const char* from = static_cast<const char*>(whole.get()) + column.offset;
    detail::visit_view(column.kind, static_cast<char*>(table) + column.offset, [&](auto& view) {
      view = *reinterpret_cast<const std::remove_reference_t<decltype(view)>*>(from);
    });
  }
}

Status TableReader::State::accept(Batch batch, void* table) {
  first_row = next_row;
  next_row += batch.size;
  rows.clear();
  intake->count_rows(name, batch.size);
  clear(table);
  std::vector<detail::Fault> faults;
  FIDELIA_TRY(bind(batch, table, faults, true));
  if (faults.empty()) return {};
  std::vector<std::int64_t> kept;
  FIDELIA_TRY(set_aside(faults, batch, kept));
  count_amounts(table, faults);
  for (const int field : fields) {
    Column& column = batch.columns[static_cast<std::size_t>(field)];
    column = column.take(kept);
  }
  batch.size = static_cast<std::int64_t>(kept.size());
  faults.clear();
  clear(table);
  FIDELIA_TRY(bind(batch, table, faults, false));
  if (!faults.empty()) return Status::internal("a row kept for good was found bad");
  for (std::int64_t& row : kept) row += first_row;
  rows = std::move(kept);
  return {};
}

Result<bool> TableReader::next(void* table) {
  State& s = *state_;
  if (s.whole != nullptr) {
    if (s.done) return false;
    s.done = true;
    s.rows.clear();
    s.intake->count_rows(s.name, s.info->rows(s.whole.get()));
    s.copy_whole(table);
    return true;
  }
  FIDELIA_ASSIGN(auto batch, s.batches->next(s.fields));
  if (!batch) return false;
  FIDELIA_TRY(s.accept(*std::move(batch), table));
  return true;
}

Status TableReader::read_all(void* table) {
  State& s = *state_;
  if (s.whole != nullptr) {
    FIDELIA_ASSIGN(const bool more, next(table));
    return more ? Status() : Status::internal("a table was read twice");
  }
  std::vector<Batch> pieces;
  for (;;) {
    FIDELIA_ASSIGN(auto batch, s.batches->next(s.fields));
    if (!batch) break;
    pieces.push_back(*std::move(batch));
  }
  s.clear(table);
  if (pieces.empty()) return {};
  if (pieces.size() == 1) return s.accept(std::move(pieces.front()), table);
  Batch all = pieces.front();
  all.size = 0;
  for (const Batch& piece : pieces) all.size += piece.size;
  for (const int field : s.fields) {
    std::vector<Column> columns;
    for (const Batch& piece : pieces) {
      columns.push_back(piece.columns[static_cast<std::size_t>(field)]);
    }
    FIDELIA_ASSIGN(all.columns[static_cast<std::size_t>(field)], Column::concatenate(columns));
  }
  return s.accept(std::move(all), table);
}

std::int64_t TableReader::row(std::int64_t i) const noexcept {
  const State& s = *state_;
  return s.rows.empty() ? s.first_row + i : s.rows[static_cast<std::size_t>(i)];
}

Status TableReader::reject(std::int64_t i, std::string_view column, std::string reason,
                           std::string value) {
  State& s = *state_;
  const std::string_view caller = source_name(column);
  detail::Fault fault{row(i), std::string(caller.empty() ? column : caller), std::move(reason),
                      std::move(value)};
  if (s.strict) return s.fault_status(fault, fault.row);
  s.intake->reject({s.name, fault.row, fault.column, fault.reason, excerpt(fault.value, 200)});
  return {};
}

std::string_view TableReader::source_name(std::string_view column) const noexcept {
  for (const State::Wanted& w : state_->wanted) {
    if (w.info->name == column) return w.caller_name;
  }
  return {};
}

Intake& TableReader::intake() noexcept { return *state_->intake; }
const std::shared_ptr<Intake>& TableReader::shared_intake() const noexcept {
  return state_->intake;
}
const std::string& TableReader::table_name() const noexcept { return state_->name; }
const std::string& TableReader::currency() const noexcept { return state_->currency; }

}  // namespace fidelia
