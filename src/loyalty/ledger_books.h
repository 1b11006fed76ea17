// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: the books. Everything that an operation may change is changed here, by a
// handful of steps that can each be taken back: an operation that fails half way, or is a dry run,
// is undone step by step, the last first.
//
// Books over a store (ledger_storage.h) hold only what operations have looked at; all of it is as
// the store has it, but for what changes() tells. What belongs together is here together: a wallet
// with its open lots, a lot with its wallet, a hold with its lots.
#ifndef FIDELIA_SRC_LOYALTY_LEDGER_BOOKS_H_
#define FIDELIA_SRC_LOYALTY_LEDGER_BOOKS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fidelia/loyalty/points_ledger.h"
#include "src/customer/key_hash.h"
#include "src/loyalty/numbered.h"

namespace fidelia::detail {

/// Part of a lot.
struct Slice {
  LotNumber lot = 0;
  std::int64_t amount = 0;
};

/// A lot with its place in the order of spending, so that finding it does not look at the others.
struct OpenLot {
  Day turn;  ///< The last day, where that decides.
  LotNumber lot = 0;
  friend auto operator<=>(const OpenLot&, const OpenLot&) = default;
};

struct LedgerAccount {
  std::string key;  ///< Empty for those of a currency.
  CurrencyNumber currency = 0;
  AccountRole role = AccountRole::wallet;
  std::int64_t total = 0;         ///< Of all entries.
  std::int64_t debt = 0;          ///< >= 0; of a wallet.
  std::vector<OpenLot> open;      ///< Lots with something left, in the order of spending.
  std::uint64_t entries_end = 0;  ///< Its latest entry + 1; 0: none.
};

struct LedgerCurrency {
  PointsCurrency terms;
  std::array<AccountNumber, 4> system{};  ///< issuer, redeemed, breakage, exchange.

  AccountNumber account(AccountRole role) const noexcept {
    return system[static_cast<std::size_t>(role) - static_cast<std::size_t>(AccountRole::issuer)];
  }
};

struct LedgerHold {
  AccountNumber account = 0;
  std::optional<Instant> until;
  std::vector<Slice> slices;
};

struct BookedTransaction {
  LedgerTransaction transaction;
  Receipt receipt;            ///< What a repetition gets.
  std::uint64_t content = 0;  ///< Hash of what was asked.
};

struct BookedEntry {
  LedgerEntry entry;
  std::int64_t reversed = 0;   ///< How much of it was reversed.
  std::uint64_t previous = 0;  ///< The account's entry before it, as entries_end has it.
};

struct OperationIdHash {
  std::size_t operator()(const OperationId& id) const noexcept {
    return static_cast<std::size_t>(mix_integer(id.high ^ mix_integer(id.low)));
  }
};

/// What books over a store have changed since the last save. From the sizes that are given here all
/// is new; the lists name older things, some of them more than once, and also new ones.
struct LedgerChanges {
  LedgerSizes saved;
  std::size_t saved_currencies = 0;
  std::vector<AccountNumber> accounts;
  std::vector<LotNumber> lots;
  std::vector<std::uint64_t> holds;     ///< By their transactions.
  std::vector<std::uint64_t> reversed;  ///< Entries.
  bool closed = false;
};

class LedgerBooks {
 public:
  using Holds = std::map<std::uint64_t, LedgerHold>;  ///< By their transactions.

  // -- what there is
  std::vector<LedgerCurrency> currencies;
  Numbered<LedgerAccount> accounts;
  std::map<std::pair<CurrencyNumber, std::string>, AccountNumber, std::less<>> keys;
  Numbered<BookedTransaction> transactions;  ///< Number 1 stands first.
  Numbered<BookedEntry> entries;
  Numbered<Lot> lots;  ///< Number 1 stands first.
  Holds open_holds;
  Holds ended_holds;
  std::unordered_map<OperationId, std::uint64_t, OperationIdHash> ids;  ///< To transactions.
  std::map<std::int32_t, std::vector<LotNumber>> ending;                ///< Lots by last day.
  std::optional<Day> closed;

  Lot& lot(LotNumber number) { return lots[number - 1]; }
  const Lot& lot(LotNumber number) const { return lots[number - 1]; }
  LedgerTransaction& current() { return transactions.back().transaction; }
  const LedgerCurrency& currency_of(AccountNumber account) const {
    return currencies[accounts[account].currency];
  }
  /// A part of a lot, for another account or for other days: not yet among the lots.
  Lot part_of(LotNumber number, std::int64_t amount) const {
    Lot part = lot(number);
    part.parent = number;
    part.original = amount;
    part.remaining = part.held = part.expired = 0;
    return part;
  }
  static std::int64_t free_of(const Lot& lot) noexcept { return lot.remaining - lot.held; }
  static bool is_valid(const Lot& lot, Day day) noexcept {
    return lot.first_day <= day && day <= lot.last_day;
  }
  OpenLot in_turn(LotNumber number) const noexcept {
    const bool by_day = currency_of(lot(number).account).terms.order == LotOrder::earliest_expiry;
    return {by_day ? lot(number).last_day : Day{}, number};
  }
  LedgerSizes sizes() const noexcept {
    return {accounts.size(), transactions.size(), entries.size(), lots.size()};
  }

  // -- terms: each is an operation of its own
  /// With its four accounts.
  CurrencyNumber add_currency(const PointsCurrency& terms);
  AccountNumber add_account(std::string_view key, CurrencyNumber currency, AccountRole role);
  void close(Day day);

  // -- steps, of the last transaction; false where a sum would leave 64 bits (nothing was done)
  void begin(const LedgerTransaction& transaction);
  [[nodiscard]] bool add_entry(AccountNumber account, LotNumber lot, std::int64_t amount,
                               const OperationLine* line = nullptr,
                               std::optional<Day> effective = std::nullopt);
  LotNumber add_lot(const Lot& lot);  ///< `remaining` comes by an entry.
  void add_held(LotNumber lot, std::int64_t amount);
  void add_expired(LotNumber lot, std::int64_t amount);
  /// Of the last transaction.
  void add_hold(LedgerHold hold);
  void end_hold(std::uint64_t transaction);
  void add_reversed(std::size_t entry, std::int64_t amount);

  /// Takes back all steps that no commit() has kept, and their transaction; there may be none.
  void roll_back() noexcept { undo_to(mark_); }
  /// Keeps them; the receipt is what a repetition gets.
  void commit(const Receipt& receipt, std::uint64_t content);

  // -- batches: operations that can be taken back together
  void begin_batch() noexcept { is_batch_ = true; }
  void end_batch() noexcept;
  void roll_back_batch() noexcept;

  // -- for a store
  /// From now on changes() is kept.
  void track() noexcept { is_tracked_ = true; }
  const LedgerChanges& changes() const noexcept { return changes_; }
  /// All that is here stands in the store now.
  void set_saved();
  /// Drops everything; what follows is loaded.
  void forget(const LedgerSizes& sizes);
  void put_account(AccountNumber number, LedgerAccount account);
  void put_lot(LotNumber number, const Lot& lot);
  void put_hold(std::uint64_t transaction, LedgerHold hold, bool ended);

 private:
  enum class Step : std::int8_t {
    currency,
    account,
    close,
    transaction,
    entry,
    lot,
    held,
    expired,
    hold,
    end,
    reversed
  };
  struct Undo {
    Step step;
    std::size_t at;
    std::int64_t amount;
  };
  void record(Step step, std::size_t at, std::int64_t amount) {
    undo_.push_back({step, at, amount});
  }
  void apply(const LedgerEntry& entry, std::int64_t amount) noexcept;
  void undo(const Undo& step) noexcept;
  void undo_lot() noexcept;
  void undo_to(std::size_t mark) noexcept;
  void add_changes(const Undo& step);
  void finish_steps();
  void add_ending(LotNumber number, const Lot& lot);
  void place(LotNumber lot);
  void drop(LotNumber lot) noexcept;

  std::vector<Undo> undo_;
  std::size_t mark_ = 0;  ///< Where the steps of an operation that is not done begin.
  bool is_batch_ = false;
  bool is_tracked_ = false;
  LedgerChanges changes_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_BOOKS_H_
