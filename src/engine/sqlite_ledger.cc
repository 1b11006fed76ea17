// SPDX-License-Identifier: Apache-2.0
//
// The store of a ledger in an SQLite file. What comes from the file is never trusted: a number that
// leads nowhere is an error that says so.
#include "src/engine/sqlite_ledger.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fidelia/engine/ledger_file.h"
#include "src/core/quote.h"
#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/engine/ledger_schema.h"

namespace fidelia {
namespace detail {
namespace {

using IdBytes = std::array<unsigned char, 16>;

IdBytes bytes_of(const OperationId& id) {
  IdBytes out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out[i] = static_cast<unsigned char>(id.high >> (56 - 8 * i));
    out[8 + i] = static_cast<unsigned char>(id.low >> (56 - 8 * i));
  }
  return out;
}

OperationId id_of(std::string_view bytes) {
  OperationId id;
  for (std::size_t i = 0; i < 16 && i < bytes.size(); ++i) {
    std::uint64_t& half = i < 8 ? id.high : id.low;
    half = half << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return id;
}

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::optional<std::int64_t> day_or_null(Day day) {
  if (day == kNoLastDay) return std::nullopt;
  return day.days;
}

// Columns as the functions below read them.
#define FIDELIA_TRANSACTION_COLUMNS                                                  \
  "number, id, kind, effective, recorded_at, first_entry, target, content, amount, " \
  "expired, debt, bought, residue"
#define FIDELIA_ENTRY_COLUMNS "number, transaction_number, account, lot, line, effective, amount"
#define FIDELIA_LOT_COLUMNS \
  "number, account, parent, earned, first_day, last_day, original, remaining, held, expired"

class SqliteLedger final : public LedgerStorage {
 public:
  static Result<std::unique_ptr<LedgerStorage>> open(const std::string& path,
                                                     const Sqlite::Options& options);

  Result<bool> begin(bool writing) override;
  Status save(const LedgerBooks& books) override;
  Status commit() override;
  void roll_back() noexcept override;

  Status load_terms(LedgerBooks& books) override;
  Status load_account(LedgerBooks& books, AccountNumber account) override;
  Status find_account(LedgerBooks& books, CurrencyNumber currency, std::string_view key) override;
  Status find_operation(LedgerBooks& books, const OperationId& id) override;
  Status load_effects(LedgerBooks& books, std::uint64_t transaction) override;
  Status load_due(LedgerBooks& books, Day day, Instant now) override;
  Status load_all(LedgerBooks& books) override;

  Result<std::int64_t> total_as_of(AccountNumber account, Day day) override;
  Result<std::vector<LedgerTransaction>> transactions(std::uint64_t first,
                                                      std::uint64_t count) override;
  Result<std::vector<LedgerEntry>> entries(std::uint64_t first, std::uint64_t count) override;
  Result<std::vector<Lot>> lots(std::uint64_t first, std::uint64_t count) override;
  Status check() override;

 private:
  // Statements that every operation needs, prepared once.
  enum Prepared : std::uint8_t {
    kBeginRead,
    kBeginWrite,
    kCommit,
    kVersion,
    kFindOperation,
    kFindAccount,
    kAccount,
    kLot,
    kEntriesOf,
    kHold,
    kSlices,
    kInsertTransaction,
    kInsertEntry,
    kInsertLot,
    kUpdateLot,
    kInsertAccount,
    kUpdateAccount,
    kPreparedCount
  };
  static const char* sql(Prepared which);

  /// Whether nothing is in the file; an error where it is of something else.
  Result<bool> is_new();
  Status make_tables();
  Status prepare_all();
  Status damaged(const std::string& what) const {
    return Status::invalid_data("the ledger in " + detail::quoted(database_.path()) +
                                " is damaged: " + what + "; restore a backup");
  }

  // -- rows
  Status read_transaction(const SqliteStatement& row, BookedTransaction& out) const;
  Status read_entry(const SqliteStatement& row, LedgerEntry& out) const;
  Status read_lot(const SqliteStatement& row, Lot& out) const;
  Status read_account(const LedgerBooks& books, const SqliteStatement& row,
                      LedgerAccount& out) const;
  template <class T>
  Result<T> number(std::int64_t value, std::uint64_t below, const char* what) const;

  // -- loads
  Status load_currencies(LedgerBooks& books);
  Result<std::vector<LotNumber>> numbers_of(std::string_view list) const;
  Status find_lot(LotNumber number, Lot& out);
  Status load_lot(LedgerBooks& books, LotNumber lot);
  Status put_lot(LedgerBooks& books, LotNumber number, const Lot& lot);
  Status load_hold(LedgerBooks& books, std::uint64_t transaction);
  Status put_transaction(LedgerBooks& books, const SqliteStatement& row);
  template <class... Values>
  Result<std::vector<std::int64_t>> numbers(const char* sql, const Values&... values);
  /// `read` makes of a row what goes into the list; ?1 and ?2 are `first` and `count`.
  template <class T>
  Result<std::vector<T>> page(const char* sql, std::uint64_t first, std::uint64_t count,
                              Status (SqliteLedger::*read)(const SqliteStatement&, T&) const);
  template <class Visit, class... Values>
  Status each_row(const char* sql, Visit visit, const Values&... values);

  // -- saves
  Status save_currencies(const LedgerBooks& books);
  Status save_accounts(const LedgerBooks& books);
  Status save_transactions(const LedgerBooks& books);
  Status save_entries(const LedgerBooks& books);
  Status save_lots(const LedgerBooks& books);
  Status save_holds(const LedgerBooks& books);
  Status save_reversed(const LedgerBooks& books);

  Sqlite database_;
  std::vector<SqliteStatement> prepared_;
  std::int64_t version_ = -1;  // Of the data, as this connection last saw it.
};

const char* SqliteLedger::sql(Prepared which) {
  switch (which) {
    case kBeginRead: return "BEGIN";
    case kBeginWrite: return "BEGIN IMMEDIATE";
    case kCommit: return "COMMIT";
    case kVersion: return "PRAGMA data_version";
    case kFindOperation:
      return "SELECT " FIDELIA_TRANSACTION_COLUMNS " FROM ledger_transaction WHERE id = ?1";
    case kFindAccount: return "SELECT number FROM ledger_account WHERE currency = ?1 AND key = ?2";
    case kAccount:
      return "SELECT number, currency, role, key, total, debt, entries_end, open FROM "
             "ledger_account WHERE number = ?1";
    case kLot: return "SELECT " FIDELIA_LOT_COLUMNS " FROM ledger_lot WHERE number = ?1";
    case kEntriesOf:
      return "SELECT " FIDELIA_ENTRY_COLUMNS
             ", previous, coalesce((SELECT r.amount FROM ledger_reversed r WHERE r.entry = "
             "e.number), 0) FROM ledger_entry e WHERE number >= ?1 AND number < coalesce((SELECT "
             "t.first_entry FROM ledger_transaction t WHERE t.number = ?2), 9223372036854775807)";
    case kHold:
      return "SELECT account, until, ended FROM ledger_hold WHERE transaction_number = ?1";
    case kSlices: return "SELECT lot, amount FROM ledger_slice WHERE hold = ?1 ORDER BY place";
    case kInsertTransaction:
      return "INSERT INTO ledger_transaction VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
             "?12, ?13)";
    case kInsertEntry: return "INSERT INTO ledger_entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    case kInsertLot:
      return "INSERT INTO ledger_lot VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    case kUpdateLot:
      return "UPDATE ledger_lot SET remaining = ?2, held = ?3, expired = ?4 WHERE number = ?1";
    case kInsertAccount:
      return "INSERT INTO ledger_account VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    case kUpdateAccount:
      return "UPDATE ledger_account SET total = ?2, debt = ?3, entries_end = ?4, open = ?5 "
             "WHERE number = ?1";
    case kPreparedCount: break;
  }
  return "";
}

// ---------------------------------------------------------------------------- the file

Result<std::unique_ptr<LedgerStorage>> SqliteLedger::open(const std::string& path,
                                                          const Sqlite::Options& options) {
  FIDELIA_ASSIGN(Sqlite database, Sqlite::open(path, options));
  auto out = std::make_unique<SqliteLedger>();
  out->database_ = std::move(database);
  FIDELIA_TRY(out->make_tables());
  FIDELIA_TRY(out->prepare_all());
  return std::unique_ptr<LedgerStorage>(std::move(out));
}

Result<bool> SqliteLedger::is_new() {
  FIDELIA_ASSIGN(const auto application, database_.integer("PRAGMA application_id"));
  FIDELIA_ASSIGN(const auto tables, database_.integer("SELECT count(*) FROM sqlite_schema"));
  if (application == kApplicationId) return false;
  if (application.value_or(0) == 0 && tables.value_or(1) == 0) return true;
  return Status::invalid_data("the file " + detail::quoted(database_.path()) +
                              " is a database of something else than Fidelia; name another");
}

/// Other processes may do the same at the same time: what is seen is seen within transactions.
Status SqliteLedger::make_tables() {
  FIDELIA_TRY(database_.execute("BEGIN"));
  FIDELIA_ASSIGN(bool to_make, is_new());
  FIDELIA_TRY(database_.execute("COMMIT"));
  FIDELIA_TRY(database_.execute_patiently("PRAGMA journal_mode = WAL"));
  FIDELIA_TRY(
      database_.execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
                        "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000"));
  if (to_make) {
    FIDELIA_TRY(database_.execute("BEGIN IMMEDIATE"));
    FIDELIA_ASSIGN(to_make, is_new());
    const std::string all = std::string(kLedgerSchema) +
                            "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";";
    if (to_make) FIDELIA_TRY(database_.execute(all.c_str()));
    FIDELIA_TRY(database_.execute("COMMIT"));
  }
  FIDELIA_ASSIGN(const auto version, database_.integer("PRAGMA user_version"));
  if (version.value_or(0) <= kSchemaVersion) return {};
  return Status::unsupported("the file " + detail::quoted(database_.path()) +
                             " was made by a newer Fidelia; update this one");
}

Status SqliteLedger::prepare_all() {
  for (int i = 0; i < kPreparedCount; ++i) {
    FIDELIA_ASSIGN(SqliteStatement statement,
                   SqliteStatement::prepare(database_, sql(static_cast<Prepared>(i))));
    prepared_.push_back(std::move(statement));
  }
  return {};
}

Result<bool> SqliteLedger::begin(bool writing) {
  FIDELIA_TRY(prepared_[writing ? kBeginWrite : kBeginRead].run());
  std::int64_t now = -1;
  const auto read = [&](const SqliteStatement& row) {
    now = row.integer(0);
    return Status();
  };
  if (const Result<bool> there = prepared_[kVersion].first(read); !there.ok()) {
    roll_back();
    return there.status();
  }
  return std::exchange(version_, now) != now;
}

Status SqliteLedger::commit() { return prepared_[kCommit].run(); }

void SqliteLedger::roll_back() noexcept {
  for (SqliteStatement& statement : prepared_) statement.reset();
  (void)database_.execute("ROLLBACK");  // An error of SQLite may have ended it already.
}

Status SqliteLedger::check() {
  std::string said = "no answer";
  FIDELIA_TRY(each_row("PRAGMA integrity_check(1)", [&](const SqliteStatement& row) {
    said = row.text(0);
    return Status();
  }));
  return said == "ok" ? Status() : damaged(said);
}

// ---------------------------------------------------------------------------- rows

template <class T>
Result<T> SqliteLedger::number(std::int64_t value, std::uint64_t below, const char* what) const {
  if (value >= 0 && static_cast<std::uint64_t>(value) < below) return static_cast<T>(value);
  return damaged(std::string("there is no ") + what + " " + std::to_string(value));
}

Status SqliteLedger::read_transaction(const SqliteStatement& row, BookedTransaction& out) const {
  FIDELIA_ASSIGN(
      const auto kind,
      number<std::int8_t>(row.integer(2), static_cast<std::uint64_t>(TransactionKind::advance) + 1,
                          "kind of transaction"));
  FIDELIA_ASSIGN(
      const auto effective,
      number<std::uint32_t>(row.integer(3) - kFirstDay.days,
                            static_cast<std::uint64_t>(kLastDay.days - kFirstDay.days) + 1, "day"));
  const std::string id = row.text(1);
  if (id.size() != 16) return damaged("the id of a transaction has not 16 bytes");
  out.transaction = {id_of(id),
                     static_cast<TransactionKind>(kind),
                     Day{kFirstDay.days + static_cast<std::int32_t>(effective)},
                     Instant{row.integer(4)},
                     static_cast<std::uint64_t>(row.integer(5)),
                     static_cast<std::uint64_t>(row.integer(6))};
  out.content = static_cast<std::uint64_t>(row.integer(7));
  out.receipt = {static_cast<std::uint64_t>(row.integer(0)),
                 row.integer(8),
                 row.integer(9),
                 row.integer(10),
                 row.integer(11),
                 row.integer(12),
                 false};
  return {};
}

Status SqliteLedger::read_entry(const SqliteStatement& row, LedgerEntry& out) const {
  constexpr std::uint64_t kNumbers = std::uint64_t{1} << 32;
  FIDELIA_ASSIGN(out.account, number<AccountNumber>(row.integer(2), kNumbers, "account"));
  FIDELIA_ASSIGN(out.lot, number<LotNumber>(row.integer(3), kNumbers, "lot"));
  const auto line = row.maybe(4);
  out.transaction = static_cast<std::uint64_t>(row.integer(1));
  out.has_line = line.has_value();
  out.line = static_cast<std::int32_t>(line.value_or(0));
  out.effective = Day{static_cast<std::int32_t>(row.integer(5))};
  out.amount = row.integer(6);
  return {};
}

Status SqliteLedger::read_lot(const SqliteStatement& row, Lot& out) const {
  constexpr std::uint64_t kNumbers = std::uint64_t{1} << 32;
  FIDELIA_ASSIGN(out.account, number<AccountNumber>(row.integer(1), kNumbers, "account"));
  FIDELIA_ASSIGN(out.parent, number<LotNumber>(row.integer(2), kNumbers, "lot"));
  const auto last = row.maybe(5);
  out.earned = static_cast<std::uint64_t>(row.integer(3));
  out.first_day = Day{static_cast<std::int32_t>(row.integer(4))};
  out.last_day = last ? Day{static_cast<std::int32_t>(*last)} : kNoLastDay;
  out.original = row.integer(6);
  out.remaining = row.integer(7);
  out.held = row.integer(8);
  out.expired = row.integer(9);
  const bool inside = out.held >= 0 && out.held <= out.remaining && out.remaining <= out.original &&
                      out.expired >= 0 && out.expired <= out.original;
  return inside ? Status() : damaged("lot " + std::to_string(row.integer(0)) + " does not add up");
}

Status SqliteLedger::read_account(const LedgerBooks& books, const SqliteStatement& row,
                                  LedgerAccount& out) const {
  FIDELIA_ASSIGN(out.currency,
                 number<CurrencyNumber>(row.integer(1), books.currencies.size(), "currency"));
  FIDELIA_ASSIGN(
      const auto role,
      number<std::int8_t>(row.integer(2), static_cast<std::uint64_t>(AccountRole::exchange) + 1,
                          "role of an account"));
  out.role = static_cast<AccountRole>(role);
  out.key = row.text(3);
  out.total = row.integer(4);
  out.debt = row.integer(5);
  FIDELIA_ASSIGN(out.entries_end,
                 number<std::uint64_t>(row.integer(6), books.entries.size() + 1, "entry"));
  return out.debt >= 0 ? Status() : damaged("the debt of an account is negative");
}

// ---------------------------------------------------------------------------- loads

template <class Visit, class... Values>
Status SqliteLedger::each_row(const char* sql, Visit visit, const Values&... values) {
  FIDELIA_ASSIGN(SqliteStatement statement, SqliteStatement::prepare(database_, sql));
  return statement.with(values...).each(visit);
}

Status SqliteLedger::load_currencies(LedgerBooks& books) {
  return each_row(
      "SELECT number, code, scale, lot_order, debt, late_refund_days, issuer FROM ledger_currency "
      "ORDER BY number",
      [&](const SqliteStatement& row) -> Status {
        LedgerCurrency currency;
        FIDELIA_ASSIGN(
            const auto place,
            number<std::size_t>(row.integer(0), books.currencies.size() + 1, "currency"));
        if (place != books.currencies.size()) return damaged("a currency stands there twice");
        currency.terms.code = row.text(1);
        FIDELIA_ASSIGN(currency.terms.scale, number<int>(row.integer(2), 10, "scale"));
        FIDELIA_ASSIGN(const int order, number<int>(row.integer(3), 2, "order of lots"));
        currency.terms.order = static_cast<LotOrder>(order);
        currency.terms.debt = row.integer(4) != 0;
        if (const auto days = row.maybe(5)) {
          FIDELIA_ASSIGN(currency.terms.late_refund_days,
                         number<int>(*days, 36501, "number of days"));
        }
        const std::uint64_t accounts = books.accounts.size();
        FIDELIA_ASSIGN(
            const auto issuer,
            number<AccountNumber>(row.integer(6), accounts < 4 ? 0 : accounts - 3, "account"));
        for (AccountNumber i = 0; i < currency.system.size(); ++i) currency.system[i] = issuer + i;
        books.currencies.push_back(std::move(currency));
        return {};
      });
}

Status SqliteLedger::load_terms(LedgerBooks& books) {
  const auto count = [&](const char* sql) -> Result<std::uint64_t> {
    FIDELIA_ASSIGN(const auto last, database_.integer(sql));
    return number<std::uint64_t>(last.value_or(0), UINT64_MAX, "number");
  };
  LedgerSizes sizes;
  FIDELIA_ASSIGN(sizes.accounts, count("SELECT max(number) + 1 FROM ledger_account"));
  FIDELIA_ASSIGN(sizes.transactions, count("SELECT max(number) FROM ledger_transaction"));
  FIDELIA_ASSIGN(sizes.entries, count("SELECT max(number) + 1 FROM ledger_entry"));
  FIDELIA_ASSIGN(sizes.lots, count("SELECT max(number) FROM ledger_lot"));
  constexpr std::uint64_t kNumbers = std::numeric_limits<std::uint32_t>::max();
  if (sizes.accounts > kNumbers || sizes.lots > kNumbers) return damaged("a number is too large");
  books.forget(sizes);
  FIDELIA_TRY(load_currencies(books));
  for (std::size_t i = 0; i < books.currencies.size(); ++i) {
    for (const AccountNumber account : books.currencies[i].system) {
      FIDELIA_TRY(load_account(books, account));
      const bool known = books.accounts.contains(account) && books.accounts[account].currency == i;
      if (!known || books.currencies[i].account(books.accounts[account].role) != account) {
        return damaged("an account of a currency is another's");
      }
    }
  }
  FIDELIA_ASSIGN(const auto closed, database_.integer("SELECT closed FROM ledger_terms"));
  if (closed) books.closed = Day{static_cast<std::int32_t>(*closed)};
  return each_row("SELECT " FIDELIA_TRANSACTION_COLUMNS
                  " FROM ledger_transaction ORDER BY number DESC LIMIT 1",
                  [&](const SqliteStatement& row) { return put_transaction(books, row); });
}

Status SqliteLedger::put_transaction(LedgerBooks& books, const SqliteStatement& row) {
  BookedTransaction booked;
  FIDELIA_TRY(read_transaction(row, booked));
  const std::uint64_t at = booked.receipt.transaction;
  FIDELIA_TRY(
      number<std::uint64_t>(as_signed(at) - 1, books.transactions.size(), "transaction").status());
  books.ids.emplace(booked.transaction.id, at);
  if (!books.transactions.contains(at - 1)) books.transactions.put(at - 1, booked);
  return {};
}

Status SqliteLedger::put_lot(LedgerBooks& books, LotNumber lot_number, const Lot& lot) {
  FIDELIA_TRY(number<LotNumber>(lot_number, books.lots.size() + 1, "lot").status());
  if (lot_number == 0 || !books.accounts.contains(lot.account) ||
      books.accounts[lot.account].role != AccountRole::wallet) {
    return damaged("lot " + std::to_string(lot_number) + " is in no wallet");
  }
  if (!books.lots.contains(lot_number - 1)) books.put_lot(lot_number, lot);
  return {};
}

Status SqliteLedger::load_account(LedgerBooks& books, AccountNumber account) {
  if (books.accounts.contains(account) || account >= books.accounts.size()) return {};
  LedgerAccount loaded;
  std::string open;
  const auto read = [&](const SqliteStatement& row) {
    open = row.text(7);
    return read_account(books, row, loaded);
  };
  FIDELIA_ASSIGN(const bool there, prepared_[kAccount].with(std::int64_t{account}).first(read));
  if (!there) return damaged("there is no account " + std::to_string(account));
  books.put_account(account, std::move(loaded));
  FIDELIA_ASSIGN(const auto lots, numbers_of(open));
  for (const LotNumber number : lots) {
    Lot lot;
    FIDELIA_TRY(find_lot(number, lot));
    if (lot.account != account || lot.remaining == 0 || number > books.lots.size() ||
        books.lots.contains(number - 1)) {
      return damaged("the open lots of account " + std::to_string(account) + " are not its own");
    }
    FIDELIA_TRY(put_lot(books, number, lot));
  }
  return {};
}

/// Of a JSON list of numbers above 0, written without blanks.
Result<std::vector<LotNumber>> SqliteLedger::numbers_of(std::string_view list) const {
  const Status fault = damaged("the open lots of an account are no list");
  if (list.size() < 2 || list.front() != '[' || list.back() != ']') return fault;
  std::vector<LotNumber> out;
  const char* at = list.data() + 1;
  const char* const end = list.data() + list.size() - 1;
  while (at != end) {
    LotNumber number = 0;
    const auto [next, error] = std::from_chars(at, end, number);
    if (error != std::errc() || number == 0) return fault;
    out.push_back(number);
    at = next;
    if (at == end) break;
    if (*at != ',') return fault;
    ++at;
    if (at == end) return fault;
  }
  return out;
}

Status SqliteLedger::find_lot(LotNumber number, Lot& out) {
  const auto read = [&](const SqliteStatement& row) { return read_lot(row, out); };
  FIDELIA_ASSIGN(const bool there, prepared_[kLot].with(std::int64_t{number}).first(read));
  return there ? Status() : damaged("there is no lot " + std::to_string(number));
}

Status SqliteLedger::load_lot(LedgerBooks& books, LotNumber lot_number) {
  FIDELIA_TRY(number<LotNumber>(lot_number, books.lots.size() + 1, "lot").status());
  if (lot_number == 0 || books.lots.contains(lot_number - 1)) return {};
  Lot lot;
  FIDELIA_TRY(find_lot(lot_number, lot));
  FIDELIA_TRY(number<AccountNumber>(lot.account, books.accounts.size(), "account").status());
  FIDELIA_TRY(load_account(books, lot.account));
  if (books.lots.contains(lot_number - 1)) return {};
  if (lot.remaining == 0) return put_lot(books, lot_number, lot);
  return damaged("lot " + std::to_string(lot_number) + " is not among its account's open ones");
}

Status SqliteLedger::find_account(LedgerBooks& books, CurrencyNumber currency,
                                  std::string_view key) {
  AccountNumber account = 0;
  const auto read = [&](const SqliteStatement& row) -> Status {
    FIDELIA_ASSIGN(account,
                   number<AccountNumber>(row.integer(0), books.accounts.size(), "account"));
    return {};
  };
  FIDELIA_ASSIGN(const bool there,
                 prepared_[kFindAccount].with(std::int64_t{currency}, key).first(read));
  return there ? load_account(books, account) : Status();
}

Status SqliteLedger::find_operation(LedgerBooks& books, const OperationId& id) {
  const IdBytes bytes = bytes_of(id);
  const auto read = [&](const SqliteStatement& row) { return put_transaction(books, row); };
  return prepared_[kFindOperation].bind_bytes(1, bytes).first(read).status();
}

Status SqliteLedger::load_effects(LedgerBooks& books, std::uint64_t transaction) {
  const LedgerTransaction& effects = books.transactions[transaction - 1].transaction;
  struct Found {
    std::uint64_t number = 0;
    BookedEntry booked;
  };
  std::vector<Found> found;
  const auto read = [&](const SqliteStatement& row) -> Status {
    Found entry;
    FIDELIA_TRY(read_entry(row, entry.booked.entry));
    FIDELIA_ASSIGN(entry.number,
                   number<std::uint64_t>(row.integer(0), books.entries.size(), "entry"));
    entry.booked.previous = static_cast<std::uint64_t>(row.integer(7));
    entry.booked.reversed = row.integer(8);
    if (entry.booked.entry.transaction == transaction) found.push_back(entry);
    return {};
  };
  FIDELIA_TRY(prepared_[kEntriesOf]
                  .with(as_signed(effects.first_entry), as_signed(transaction) + 1)
                  .each(read));
  for (const auto& [at, booked] : found) {
    FIDELIA_TRY(
        number<AccountNumber>(booked.entry.account, books.accounts.size(), "account").status());
    FIDELIA_TRY(load_account(books, booked.entry.account));
    FIDELIA_TRY(load_lot(books, booked.entry.lot));
    if (!books.entries.contains(at)) books.entries.put(at, booked);
  }
  if (effects.kind == TransactionKind::hold) return load_hold(books, transaction);
  const bool may_have_none =
      effects.kind == TransactionKind::advance || effects.kind == TransactionKind::release;
  const bool has_both_sides = found.size() >= 2 && found[0].number == effects.first_entry &&
                              found[1].number == effects.first_entry + 1;
  if (may_have_none || has_both_sides) return {};
  return damaged("the entries of transaction " + std::to_string(transaction) + " are missing");
}

Status SqliteLedger::load_hold(LedgerBooks& books, std::uint64_t transaction) {
  if (books.open_holds.contains(transaction) || books.ended_holds.contains(transaction)) return {};
  LedgerHold hold;
  bool ended = false;
  const auto read = [&](const SqliteStatement& row) -> Status {
    FIDELIA_ASSIGN(hold.account,
                   number<AccountNumber>(row.integer(0), books.accounts.size(), "account"));
    if (const auto until = row.maybe(1)) hold.until = Instant{*until};
    ended = row.integer(2) != 0;
    return {};
  };
  const auto read_slice = [&](const SqliteStatement& row) -> Status {
    FIDELIA_ASSIGN(const auto lot, number<LotNumber>(row.integer(0), books.lots.size() + 1, "lot"));
    hold.slices.push_back({lot, row.integer(1)});
    return {};
  };
  FIDELIA_ASSIGN(const bool there, prepared_[kHold].with(as_signed(transaction)).first(read));
  if (!there) return damaged("there is no hold " + std::to_string(transaction));
  FIDELIA_TRY(load_account(books, hold.account));
  FIDELIA_TRY(prepared_[kSlices].with(as_signed(transaction)).each(read_slice));
  for (const Slice& slice : hold.slices) FIDELIA_TRY(load_lot(books, slice.lot));
  books.put_hold(transaction, std::move(hold), ended);
  return {};
}

template <class... Values>
Result<std::vector<std::int64_t>> SqliteLedger::numbers(const char* sql, const Values&... values) {
  std::vector<std::int64_t> out;
  const auto add = [&](const SqliteStatement& row) {
    out.push_back(row.integer(0));
    return Status();
  };
  FIDELIA_TRY(each_row(sql, add, values...));
  return out;
}

Status SqliteLedger::load_due(LedgerBooks& books, Day day, Instant now) {
  FIDELIA_ASSIGN(const auto holds,
                 numbers("SELECT transaction_number FROM ledger_hold WHERE ended = 0 AND until IS "
                         "NOT NULL AND until <= ?1",
                         now.us));
  for (const std::int64_t hold : holds) {
    FIDELIA_TRY(load_hold(books, static_cast<std::uint64_t>(hold)));
  }
  FIDELIA_ASSIGN(const auto debtors, numbers("SELECT number FROM ledger_account WHERE debt > 0"));
  for (const std::int64_t account : debtors) {
    FIDELIA_TRY(load_account(books, static_cast<AccountNumber>(account)));
  }
  FIDELIA_ASSIGN(const auto wallets,
                 numbers("SELECT DISTINCT account FROM ledger_lot WHERE remaining > 0 AND last_day "
                         "IS NOT NULL AND last_day < ?1",
                         std::int64_t{day.days}));
  for (const std::int64_t account : wallets) {
    FIDELIA_TRY(load_account(books, static_cast<AccountNumber>(account)));
  }
  return {};
}

Status SqliteLedger::load_all(LedgerBooks& books) {
  FIDELIA_TRY(load_terms(books));
  FIDELIA_ASSIGN(const auto all_accounts,
                 numbers("SELECT number FROM ledger_account ORDER BY number"));
  for (const std::int64_t account : all_accounts) {
    FIDELIA_TRY(load_account(books, static_cast<AccountNumber>(account)));
  }
  FIDELIA_ASSIGN(const auto all_lots, numbers("SELECT number FROM ledger_lot ORDER BY number"));
  for (const std::int64_t lot : all_lots) {
    FIDELIA_TRY(load_lot(books, static_cast<LotNumber>(lot)));
  }
  std::uint64_t transactions = 0;
  const auto add = [&](const SqliteStatement& row) -> Status {
    if (row.integer(0) != as_signed(++transactions)) return damaged("a transaction is missing");
    const Status status = put_transaction(books, row);
    return status.ok() ? load_effects(books, transactions) : status;
  };
  FIDELIA_TRY(each_row(
      "SELECT " FIDELIA_TRANSACTION_COLUMNS " FROM ledger_transaction ORDER BY number", add));
  std::uint64_t entries = 0;
  books.entries.each([&](std::size_t, const BookedEntry&) { ++entries; });
  std::uint64_t lots = 0;
  books.lots.each([&](std::size_t, const Lot&) { ++lots; });
  std::uint64_t accounts = 0;
  books.accounts.each([&](std::size_t, const LedgerAccount&) { ++accounts; });
  if (transactions == books.transactions.size() && entries == books.entries.size() &&
      lots == books.lots.size() && accounts == books.accounts.size()) {
    return {};
  }
  return damaged("rows are missing");
}

// ---------------------------------------------------------------------------- readers

Result<std::int64_t> SqliteLedger::total_as_of(AccountNumber account, Day day) {
  Int128 sum = 0;
  const auto add = [&](const SqliteStatement& row) {
    sum += row.integer(0);
    return Status();
  };
  FIDELIA_TRY(each_row(
      "WITH RECURSIVE chain (effective, amount, previous) AS ("
      "SELECT effective, amount, previous FROM ledger_entry WHERE number = (SELECT entries_end - 1 "
      "FROM ledger_account WHERE number = ?1) UNION ALL "
      "SELECT e.effective, e.amount, e.previous FROM chain c JOIN ledger_entry e ON e.number = "
      "c.previous - 1) SELECT amount FROM chain WHERE effective <= ?2",
      add, std::int64_t{account}, std::int64_t{day.days}));
  return narrow_sum(sum, "the entries of the account");
}

template <class T>
Result<std::vector<T>> SqliteLedger::page(const char* sql, std::uint64_t first, std::uint64_t count,
                                          Status (SqliteLedger::*read)(const SqliteStatement&, T&)
                                              const) {
  const auto at_most = [](std::uint64_t value) {
    return as_signed(std::min<std::uint64_t>(value, INT64_MAX));
  };
  std::vector<T> out;
  const auto add = [&](const SqliteStatement& row) {
    out.emplace_back();
    return (this->*read)(row, out.back());
  };
  FIDELIA_TRY(each_row(sql, add, at_most(first), at_most(count)));
  return out;
}

Result<std::vector<LedgerTransaction>> SqliteLedger::transactions(std::uint64_t first,
                                                                  std::uint64_t count) {
  FIDELIA_ASSIGN(const auto booked,
                 page("SELECT " FIDELIA_TRANSACTION_COLUMNS
                      " FROM ledger_transaction WHERE number > ?1 ORDER BY number LIMIT ?2",
                      first, count, &SqliteLedger::read_transaction));
  std::vector<LedgerTransaction> out;
  out.reserve(booked.size());
  for (const BookedTransaction& one : booked) out.push_back(one.transaction);
  return out;
}

Result<std::vector<LedgerEntry>> SqliteLedger::entries(std::uint64_t first, std::uint64_t count) {
  return page("SELECT " FIDELIA_ENTRY_COLUMNS
              " FROM ledger_entry WHERE number >= ?1 ORDER BY number LIMIT ?2",
              first, count, &SqliteLedger::read_entry);
}

Result<std::vector<Lot>> SqliteLedger::lots(std::uint64_t first, std::uint64_t count) {
  return page("SELECT " FIDELIA_LOT_COLUMNS
              " FROM ledger_lot WHERE number > ?1 ORDER BY number LIMIT ?2",
              first, count, &SqliteLedger::read_lot);
}

// ---------------------------------------------------------------------------- saves

namespace {

/// As a JSON list.
std::string list_of(const std::vector<OpenLot>& lots) {
  std::string out = "[";
  for (const OpenLot& lot : lots) {
    if (out.size() > 1) out += ',';
    out += std::to_string(lot.lot);
  }
  return out += ']';
}

/// Each once, of those that are not new.
template <class T>
std::vector<T> older(std::vector<T> list, std::uint64_t below) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  while (!list.empty() && std::uint64_t{list.back()} >= below) list.pop_back();
  return list;
}

}  // namespace

Status SqliteLedger::save(const LedgerBooks& books) {
  FIDELIA_TRY(save_currencies(books));
  FIDELIA_TRY(save_transactions(books));
  FIDELIA_TRY(save_entries(books));
  FIDELIA_TRY(save_lots(books));
  FIDELIA_TRY(save_accounts(books));
  FIDELIA_TRY(save_holds(books));
  FIDELIA_TRY(save_reversed(books));
  if (!books.changes().closed) return {};
  FIDELIA_ASSIGN(SqliteStatement statement,
                 SqliteStatement::prepare(database_, "UPDATE ledger_terms SET closed = ?1"));
  return statement.with(std::int64_t{books.closed->days}).run();
}

Status SqliteLedger::save_currencies(const LedgerBooks& books) {
  for (std::size_t i = books.changes().saved_currencies; i < books.currencies.size(); ++i) {
    FIDELIA_ASSIGN(
        SqliteStatement statement,
        SqliteStatement::prepare(
            database_, "INSERT INTO ledger_currency VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"));
    const PointsCurrency& terms = books.currencies[i].terms;
    FIDELIA_TRY(statement
                    .with(as_signed(i), std::string_view(terms.code), std::int64_t{terms.scale},
                          static_cast<std::int64_t>(terms.order), std::int64_t{terms.debt},
                          std::optional<std::int64_t>(terms.late_refund_days),
                          std::int64_t{books.currencies[i].system[0]})
                    .run());
  }
  return {};
}

Status SqliteLedger::save_transactions(const LedgerBooks& books) {
  SqliteStatement& statement = prepared_[kInsertTransaction];
  for (std::size_t i = books.changes().saved.transactions; i < books.transactions.size(); ++i) {
    const auto& [transaction, receipt, content] = books.transactions[i];
    const IdBytes id = bytes_of(transaction.id);
    statement.bind(1, as_signed(i) + 1).bind_bytes(2, id);
    statement.bind(3, static_cast<std::int64_t>(transaction.kind))
        .bind(4, std::int64_t{transaction.effective.days})
        .bind(5, transaction.recorded_at.us)
        .bind(6, as_signed(transaction.first_entry))
        .bind(7, as_signed(transaction.target))
        .bind(8, as_signed(content))
        .bind(9, receipt.amount)
        .bind(10, receipt.expired)
        .bind(11, receipt.debt)
        .bind(12, receipt.bought)
        .bind(13, receipt.residue);
    FIDELIA_TRY(statement.run());
  }
  return {};
}

Status SqliteLedger::save_entries(const LedgerBooks& books) {
  SqliteStatement& statement = prepared_[kInsertEntry];
  for (std::size_t i = books.changes().saved.entries; i < books.entries.size(); ++i) {
    const auto& [entry, reversed, previous] = books.entries[i];
    const std::optional<std::int64_t> line =
        entry.has_line ? std::optional<std::int64_t>(entry.line) : std::nullopt;
    FIDELIA_TRY(statement
                    .with(as_signed(i), as_signed(entry.transaction), std::int64_t{entry.account},
                          std::int64_t{entry.lot}, line, std::int64_t{entry.effective.days},
                          entry.amount, as_signed(previous))
                    .run());
  }
  return {};
}

Status SqliteLedger::save_lots(const LedgerBooks& books) {
  const std::uint64_t saved = books.changes().saved.lots;
  for (std::size_t i = saved; i < books.lots.size(); ++i) {
    const Lot& lot = books.lots[i];
    FIDELIA_TRY(prepared_[kInsertLot]
                    .with(as_signed(i) + 1, std::int64_t{lot.account}, std::int64_t{lot.parent},
                          as_signed(lot.earned), std::int64_t{lot.first_day.days},
                          day_or_null(lot.last_day), lot.original, lot.remaining, lot.held,
                          lot.expired)
                    .run());
  }
  for (const LotNumber number : older(books.changes().lots, saved + 1)) {
    const Lot& lot = books.lot(number);
    FIDELIA_TRY(prepared_[kUpdateLot]
                    .with(std::int64_t{number}, lot.remaining, lot.held, lot.expired)
                    .run());
  }
  return {};
}

Status SqliteLedger::save_accounts(const LedgerBooks& books) {
  const std::uint64_t saved = books.changes().saved.accounts;
  SqliteStatement& statement = prepared_[kInsertAccount];
  for (std::size_t i = saved; i < books.accounts.size(); ++i) {
    const LedgerAccount& account = books.accounts[i];
    statement.bind(1, as_signed(i))
        .bind(2, std::int64_t{account.currency})
        .bind(3, static_cast<std::int64_t>(account.role));
    if (account.key.empty()) {
      statement.bind(4, std::optional<std::int64_t>());
    } else {
      statement.bind(4, std::string_view(account.key));
    }
    const std::string open = list_of(account.open);
    statement.bind(5, account.total).bind(6, account.debt).bind(7, as_signed(account.entries_end));
    FIDELIA_TRY(statement.bind(8, std::string_view(open)).run());
  }
  for (const AccountNumber number : older(books.changes().accounts, saved)) {
    const LedgerAccount& account = books.accounts[number];
    const std::string open = list_of(account.open);
    FIDELIA_TRY(prepared_[kUpdateAccount]
                    .with(std::int64_t{number}, account.total, account.debt,
                          as_signed(account.entries_end), std::string_view(open))
                    .run());
  }
  return {};
}

Status SqliteLedger::save_holds(const LedgerBooks& books) {
  if (books.changes().holds.empty()) return {};
  FIDELIA_ASSIGN(
      SqliteStatement insert,
      SqliteStatement::prepare(database_,
                               "INSERT INTO ledger_hold VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO "
                               "UPDATE SET ended = excluded.ended"));
  FIDELIA_ASSIGN(
      SqliteStatement slice,
      SqliteStatement::prepare(database_, "INSERT INTO ledger_slice VALUES (?1, ?2, ?3, ?4)"));
  for (const std::uint64_t number : older(books.changes().holds, UINT64_MAX)) {
    const auto open = books.open_holds.find(number);
    const bool ended = open == books.open_holds.end();
    const LedgerHold& hold = ended ? books.ended_holds.at(number) : open->second;
    std::optional<std::int64_t> until;
    if (hold.until) until = hold.until->us;
    FIDELIA_TRY(
        insert.with(as_signed(number), std::int64_t{hold.account}, until, std::int64_t{ended})
            .run());
    if (number <= books.changes().saved.transactions) continue;
    for (std::size_t i = 0; i < hold.slices.size(); ++i) {
      FIDELIA_TRY(slice
                      .with(as_signed(number), as_signed(i), std::int64_t{hold.slices[i].lot},
                            hold.slices[i].amount)
                      .run());
    }
  }
  return {};
}

Status SqliteLedger::save_reversed(const LedgerBooks& books) {
  if (books.changes().reversed.empty()) return {};
  FIDELIA_ASSIGN(
      SqliteStatement statement,
      SqliteStatement::prepare(database_,
                               "INSERT INTO ledger_reversed VALUES (?1, ?2) ON CONFLICT DO UPDATE "
                               "SET amount = excluded.amount"));
  for (const std::uint64_t entry : older(books.changes().reversed, UINT64_MAX)) {
    FIDELIA_TRY(statement.with(as_signed(entry), books.entries[entry].reversed).run());
  }
  return {};
}

#undef FIDELIA_TRANSACTION_COLUMNS
#undef FIDELIA_ENTRY_COLUMNS
#undef FIDELIA_LOT_COLUMNS

}  // namespace

Result<std::unique_ptr<LedgerStorage>> open_sqlite_ledger(const std::string& path,
                                                          const Sqlite::Options& options) {
  return SqliteLedger::open(path, options);
}

}  // namespace detail

Result<PointsLedger> open_ledger_file(const std::string& path, const LedgerFileOptions& options) {
  if (options.busy_timeout_ms < 0 || options.busy_timeout_ms > 3'600'000) {
    return Status(Code::invalid_argument, "busy_timeout_ms must be 0 .. 3600000", -1,
                  "busy_timeout_ms");
  }
  FIDELIA_ASSIGN(auto storage, detail::open_sqlite_ledger(
                                   path, {options.create, options.busy_timeout_ms, nullptr}));
  return PointsLedger(std::move(storage));
}

}  // namespace fidelia
