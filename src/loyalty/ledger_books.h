// SPDX-License-Identifier: Apache-2.0
//
// Inside PointsLedger: the books in memory. Everything that an operation may change is changed
// here, by a handful of steps that can each be taken back: an operation that fails half way, or is
// a dry run, is undone step by step, the last first.
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
  std::int64_t total = 0;       ///< Of all entries.
  std::int64_t debt = 0;        ///< >= 0; of a wallet.
  std::vector<OpenLot> open;    ///< Lots with something left, in the order of spending.
  std::size_t entries_end = 0;  ///< Its latest entry + 1; 0: none.
};

struct LedgerCurrency {
  PointsCurrency terms;
  std::array<AccountNumber, 4> system{};  ///< issuer, redeemed, breakage, exchange.

  AccountNumber account(AccountRole role) const noexcept {
    return system[static_cast<std::size_t>(role) - static_cast<std::size_t>(AccountRole::issuer)];
  }
};

struct LedgerHold {
  std::uint64_t transaction = 0;
  AccountNumber account = 0;
  std::optional<Instant> until;
  std::vector<Slice> slices;
  bool ended = false;
};

struct OperationIdHash {
  std::size_t operator()(const OperationId& id) const noexcept {
    return static_cast<std::size_t>(mix_integer(id.high ^ mix_integer(id.low)));
  }
};

class LedgerBooks {
 public:
  // -- what there is
  std::vector<LedgerCurrency> currencies;
  std::vector<LedgerAccount> accounts;
  std::map<std::pair<CurrencyNumber, std::string>, AccountNumber, std::less<>> keys;
  std::vector<LedgerTransaction> transactions;
  std::vector<Receipt> receipts;        ///< One a transaction, as are
  std::vector<std::uint64_t> contents;  ///< the hashes of what was asked.
  std::vector<LedgerEntry> entries;
  std::vector<std::int64_t> reversed;  ///< One an entry: how much of it was reversed, and
  std::vector<std::size_t> previous;   ///< the account's entry before it, as entries_end has it.
  std::vector<Lot> lots;
  std::vector<LedgerHold> holds;
  std::unordered_map<OperationId, std::uint64_t, OperationIdHash> ids;  ///< To transactions.
  std::unordered_map<std::uint64_t, std::size_t> hold_of;  ///< Transaction to index in holds.
  std::map<std::int32_t, std::vector<LotNumber>> ending;   ///< Lots by their last day.
  std::optional<Day> closed;

  Lot& lot(LotNumber number) { return lots[number - 1]; }
  const Lot& lot(LotNumber number) const { return lots[number - 1]; }
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

  // -- steps, of the last transaction; false where a sum would leave 64 bits (nothing was done)
  void begin(const LedgerTransaction& transaction);
  [[nodiscard]] bool add_entry(AccountNumber account, LotNumber lot, std::int64_t amount,
                               const OperationLine* line = nullptr,
                               std::optional<Day> effective = std::nullopt);
  LotNumber add_lot(const Lot& lot);  ///< `remaining` comes by an entry.
  void add_held(LotNumber lot, std::int64_t amount);
  void add_expired(LotNumber lot, std::int64_t amount);
  void add_hold(LedgerHold hold);
  void end_hold(std::size_t hold);
  void add_reversed(std::size_t entry, std::int64_t amount);

  /// Takes back all steps since begin(), and the transaction.
  void roll_back() noexcept;
  /// Keeps them; the receipt is what a repetition gets.
  void commit(const Receipt& receipt, std::uint64_t content);

 private:
  enum class Step : std::int8_t { entry, lot, held, expired, hold, end, reversed };
  struct Undo {
    Step step;
    std::size_t at;
    std::int64_t amount;
  };
  void record(Step step, std::size_t at, std::int64_t amount);
  void apply(const LedgerEntry& entry, std::int64_t amount) noexcept;
  void undo(const Undo& step) noexcept;
  void place(LotNumber lot);
  void drop(LotNumber lot) noexcept;

  std::vector<Undo> undo_;
};

}  // namespace fidelia::detail

#endif  // FIDELIA_SRC_LOYALTY_LEDGER_BOOKS_H_
