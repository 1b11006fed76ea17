// SPDX-License-Identifier: Apache-2.0
//
// Tables as plain structs of columns, declared once and read from anything.
//
// A table is a struct whose members are the typed views of column.h:
//
//     struct Silence {
//       Keys customer_id;
//       Floats days_since_last;
//     };
//     const TableSpec<Silence>& silence_table() {
//       static const auto& spec = *new TableSpec<Silence>(TableSpec<Silence>("How long …")
//           .column("customer_id", &Silence::customer_id, {.help = "The customer."})
//           .column("days_since_last", &Silence::days_since_last, {.help = "…", .unit = "days"}));
//       return spec;
//     }
//
// From that one declaration come: the mapping of a caller's column names (exact, any case, known
// aliases, or as told), conversion from any Arrow type that fits, checks of each value with row and
// column in the message, Arrow columns on the way out, help texts and type stubs.
//
// Conversions copy only where types differ. Whole numbers, decimals and text become amounts
// exactly; a floating-point amount is rounded once, to the minor unit, and the Intake counts what
// rounding left out. Civil timestamps stay as they are; timestamps with a zone are instants and
// become civil in Reading::time_zone. NaN is refused, or read as null in a column that allows
// nulls.
#ifndef FIDELIA_CORE_TABLE_H_
#define FIDELIA_CORE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fidelia/core/arrow.h"
#include "fidelia/core/column.h"
#include "fidelia/core/money.h"
#include "fidelia/core/status.h"

namespace fidelia {

/// What a column means; each kind is one of the typed views of column.h.
enum class ColumnKind : std::uint8_t { key, real, integer, flag, day, time, amount, text, label };

/// "key", "real", … as `fidelia list` shows it.
std::string_view kind_name(ColumnKind kind) noexcept;

/// What people and programs need to know of a column.
struct ColumnDoc {
  std::string_view help;
  std::string_view unit = {};
  bool optional = false;  ///< The column may be missing; its view is then empty.
  bool nullable = false;  ///< Values may be null.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> aliases = {};    ///< Other names by which it is recognised.
  std::span<const std::string_view> words = {};  ///< Of a label.
};

struct ColumnInfo {
  std::string name;
  ColumnKind kind = ColumnKind::real;
  ColumnDoc doc;
  std::size_t offset = 0;  ///< Of the view within the table's struct.
};

/// A table's declaration without its C++ type.
class TableInfo {
 public:
  const std::string& help() const noexcept { return help_; }
  const std::vector<ColumnInfo>& columns() const noexcept { return columns_; }
  const ColumnInfo* find(std::string_view name) const noexcept;
  /// Rows of the struct at `table`: the size of its first column that is there.
  std::int64_t rows(const void* table) const noexcept;
  /// The struct's columns for the way out; columns that are not there are left out.
  Batch to_batch(const void* table) const;
  /// Whether a struct made by hand keeps the declaration: equal lengths, required columns there,
  /// values in range. The first fault is returned with row and column.
  Status check(const void* table, std::string_view table_name) const;

 protected:
  explicit TableInfo(std::string_view help) : help_(help) {}
  void add(std::string_view name, ColumnKind kind, std::size_t offset, ColumnDoc doc);
  void add_all(const TableInfo& base, std::size_t base_offset);
  void keep_only(std::span<const std::string_view> names);

 private:
  std::string help_;
  std::vector<ColumnInfo> columns_;
};

namespace detail {
template <class T>
struct KindOf;
template <>
struct KindOf<Keys> {
  static constexpr ColumnKind kind = ColumnKind::key;
};
template <>
struct KindOf<Floats> {
  static constexpr ColumnKind kind = ColumnKind::real;
};
template <>
struct KindOf<Ints> {
  static constexpr ColumnKind kind = ColumnKind::integer;
};
template <>
struct KindOf<Flags> {
  static constexpr ColumnKind kind = ColumnKind::flag;
};
template <>
struct KindOf<Days> {
  static constexpr ColumnKind kind = ColumnKind::day;
};
template <>
struct KindOf<Times> {
  static constexpr ColumnKind kind = ColumnKind::time;
};
template <>
struct KindOf<Amounts> {
  static constexpr ColumnKind kind = ColumnKind::amount;
};
template <>
struct KindOf<Texts> {
  static constexpr ColumnKind kind = ColumnKind::text;
};
template <>
struct KindOf<Labels> {
  static constexpr ColumnKind kind = ColumnKind::label;
};

/// Where `member` lies within S, read off a real object.
template <class S, class M>
std::size_t offset_of(M S::* member) {
  const S probe{};
  return static_cast<std::size_t>(reinterpret_cast<const char*>(&(probe.*member)) -
                                  reinterpret_cast<const char*>(&probe));
}
}  // namespace detail

/// The declaration of the table struct S.
template <class S>
class TableSpec : public TableInfo {
 public:
  explicit TableSpec(std::string_view help) : TableInfo(help) {}
  template <class M>
  TableSpec& column(std::string_view name, M S::* member, ColumnDoc doc) {
    add(name, detail::KindOf<M>::kind, detail::offset_of(member), std::move(doc));
    return *this;
  }
  /// Also the columns of the table struct B that S derives from.
  template <class B>
  TableSpec& inherit(const TableSpec<B>& base) {
    static_assert(std::is_base_of_v<B, S>);
    const S probe{};
    add_all(base,
            static_cast<std::size_t>(reinterpret_cast<const char*>(static_cast<const B*>(&probe)) -
                                     reinterpret_cast<const char*>(&probe)));
    return *this;
  }
  /// A copy that knows only the columns named: what a function does not use is not converted.
  TableSpec only(std::initializer_list<std::string_view> names) const {
    TableSpec copy = *this;
    copy.keep_only(std::span<const std::string_view>(names.begin(), names.size()));
    return copy;
  }
};

/// How a caller's tables are read; the same for all tables of a call.
struct Reading {
  std::string currency;           ///< ISO 4217 code of the reporting currency; "" is unnamed.
  std::string time_zone = "UTC";  ///< IANA name; turns instants into business days.
  DateOrder date_order = DateOrder::ymd;
  bool strict = true;  ///< The first bad row ends the call; otherwise bad rows are set aside.
};

/// A row that was set aside.
struct RejectedRow {
  std::string table;
  std::int64_t row = 0;
  std::string column;
  std::string reason;
  std::string value;
};

/// What was observed on the way in and did not stop a row: rounded amounts, facts after as_of …
struct Finding {
  std::string table;
  std::string check;  ///< A stable name: "amount_rounded", "after_as_of".
  std::string text;   ///< A sentence.
  std::int64_t rows = 0;
  double amount = 0;            ///< In the unit that the sentence names; 0 where none applies.
  std::int64_t first_row = -1;  ///< An example.
};

/// What happened to the rows of a call on their way in.
class Intake {
 public:
  struct Count {
    std::string table;
    std::int64_t rows = 0;  ///< Rows read, the rejected ones included.
    std::int64_t rejected = 0;
  };
  void count_rows(std::string_view table, std::int64_t rows);
  void reject(RejectedRow row);
  /// Adds to the finding of that table and check, or makes it.
  void find(Finding finding);
  const std::vector<Count>& counts() const noexcept { return counts_; }
  const std::vector<RejectedRow>& rejected() const noexcept { return rejected_; }
  const std::vector<Finding>& findings() const noexcept { return findings_; }

 private:
  Count& count_of(std::string_view table);
  std::vector<Count> counts_;
  std::vector<RejectedRow> rejected_;
  std::vector<Finding> findings_;
};

/// Reads the batches of one table into structs of one TableInfo.
class TableReader {
 public:
  /// `columns` maps our names to the caller's. Code::not_found when a required column is missing:
  /// the message says which, what was found and how to map.
  static Result<std::unique_ptr<TableReader>> open(
      std::unique_ptr<BatchReader> batches, std::shared_ptr<const TableInfo> info,
      std::string table_name, const Reading& reading,
      const std::map<std::string, std::string>& columns, std::shared_ptr<Intake> intake);
  /// A struct that is there already, once checked, as the only batch.
  static Result<std::unique_ptr<TableReader>> wrap(std::shared_ptr<const void> table,
                                                   std::shared_ptr<const TableInfo> info,
                                                   std::string table_name, bool strict,
                                                   std::shared_ptr<Intake> intake);
  ~TableReader();

  /// Fills the struct's views with the next batch's rows that are good; false at the end.
  Result<bool> next(void* table);
  /// All batches as one.
  Status read_all(void* table);
  /// The input's row number, over all batches, of row `i` of the batch last read.
  std::int64_t row(std::int64_t i) const noexcept;
  /// Refuses row `i` of the batch last read: with Reading::strict the Status of the fault, else it
  /// is noted and ok is returned; the caller then leaves the row out.
  Status reject(std::int64_t i, std::string_view column, std::string reason,
                std::string value = {});
  /// The caller's name for our column, for messages; empty when the table does not have it.
  std::string_view source_name(std::string_view column) const noexcept;
  Intake& intake() noexcept;
  const std::shared_ptr<Intake>& shared_intake() const noexcept;
  const std::string& table_name() const noexcept;
  /// Reading::currency, in capitals; "" for a struct made by hand.
  const std::string& currency() const noexcept;

 private:
  struct State;
  explicit TableReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A table that arrives in batches, as a function's input. Empty where the caller gave none.
class SourceBase {
 public:
  SourceBase() = default;
  explicit SourceBase(std::shared_ptr<TableReader> reader) : reader_(std::move(reader)) {}
  bool present() const noexcept { return reader_ != nullptr; }
  TableReader& reader() noexcept { return *reader_; }
  std::int64_t row(std::int64_t i) const noexcept { return reader_->row(i); }
  bool has(std::string_view column) const noexcept {
    return reader_ != nullptr && !reader_->source_name(column).empty();
  }
  Status reject(std::int64_t i, std::string_view column, std::string reason,
                std::string value = {}) {
    return reader_->reject(i, column, std::move(reason), std::move(value));
  }

 protected:
  std::shared_ptr<TableReader> reader_;
};

template <class S>
class Source : public SourceBase {
 public:
  using Table = S;
  using SourceBase::SourceBase;
  /// The next batch; false at the end or where the table is absent.
  Result<bool> next(S& batch) {
    if (!present()) return false;
    return reader_->next(&batch);
  }
  /// A struct as the only batch; it is checked against `spec` first.
  static Result<Source> of(S table, const TableSpec<S>& spec, std::string name, bool strict = true,
                           std::shared_ptr<Intake> intake = std::make_shared<Intake>()) {
    auto reader = TableReader::wrap(std::make_shared<const S>(std::move(table)),
                                    std::make_shared<const TableInfo>(spec), std::move(name),
                                    strict, std::move(intake));
    if (!reader.ok()) return reader.status();
    return Source(std::shared_ptr<TableReader>(*std::move(reader)));
  }
};

}  // namespace fidelia

#endif  // FIDELIA_CORE_TABLE_H_
