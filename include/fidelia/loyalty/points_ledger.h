// SPDX-License-Identifier: Apache-2.0
//
// PointsLedger: points, stamps and miles as a double-entry ledger that can be trusted with money.
//
// What moves is an integer amount in minor units of a points currency, from account to account: the
// entries of a transaction sum to zero in each currency, and nothing is ever changed or taken out
// again. Members' points lie in lots: what one earning brought, with the first and the last day on
// which it can be spent. A balance is the sum of the entries, now or as of any day.
//
// Accounts. A wallet is a member's (or a household's): its points lie in lots, it never falls below
// zero, and what a reversal could not take back is its debt. All other accounts are plain signed
// sums: the four that each currency has (issuer, redeemed, breakage, exchange) and those of
// partners.
//
// Rules, which every operation keeps:
//   - Amounts are positive; a sum that leaves 64 bits is an error, and the operation did nothing.
//   - An operation carries the caller's 128-bit id. The same id with the same content gives the
//     first receipt again; with other content it is Code::conflict.
//   - Points are spent in the order of the currency (LotOrder), of lots that are valid on the
//     effective day and not held. Lots without a last day come last.
//   - After every operation each wallet that it touched pays its debt with points that are valid on
//     the effective day, in the order of spending: debt and points to spend never stand side by
//     side.
//   - A reversal takes back by line and amount, never more than there was; reversing in parts ends
//     as reversing at once. A redemption's points return to the lots that they came from, the
//     latest taken first. An earning is taken from what its own lot has left (valid or not, not
//     what is held), then out of breakage as far as that lot expired, then from other points in the
//     order of spending, then becomes debt.
//   - The last day of a lot is included. Expiry is posted by advance(), dated the day after it;
//     advancing day by day and once late end alike, also for debts: before they expire, points pay
//     in the order of their first days.
//   - A closed period takes no further entries.
//
// Two times stand on each transaction: `effective`, the business day, and `recorded_at`, which the
// ledger makes strictly increasing. No clock is read: `at` is the caller's.
//
// Cost: an operation is O(lots touched + log lots of the wallet); balance() O(lots of the wallet);
// as of an earlier day O(entries of the wallet). For one thread at a time.
// Sources of the rules: the invariants of TigerBeetle's transfers (ids, two-phase) and of common
// practice in loyalty accounting; first expiry first out.
#ifndef FIDELIA_LOYALTY_POINTS_LEDGER_H_
#define FIDELIA_LOYALTY_POINTS_LEDGER_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fidelia/core/civil.h"
#include "fidelia/core/status.h"

namespace fidelia {

/// The caller's id of an operation: any 128 bits that are used once, such as a UUIDv7.
struct OperationId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const OperationId&, const OperationId&) = default;
};

/// Which points are spent first.
enum class LotOrder : std::int8_t {
  earliest_expiry = 0,  ///< By last day, then by lot; without a last day last.
  first_earned = 1,     ///< By lot: in the order in which points came in.
};

struct PointsCurrency {
  std::string code;  ///< Unique in the ledger, not empty.
  int scale = 0;     ///< Decimals of a point, 0 .. 9.
  LotOrder order = LotOrder::earliest_expiry;
  /// Whether a reversal of an earning may leave a debt; otherwise it is refused when the points are
  /// gone.
  bool debt = true;
  /// A redemption is reversed after its lot's last day: for how many days, that of the reversal
  /// included, its points can be spent again. None: they expire at once. 1 .. 36500.
  std::optional<int> late_refund_days{};
  friend bool operator==(const PointsCurrency&, const PointsCurrency&) = default;
};

using CurrencyNumber = std::uint32_t;
using AccountNumber = std::uint32_t;
using LotNumber = std::uint32_t;  ///< From 1; 0 is no lot.

enum class AccountRole : std::int8_t {
  wallet = 0,    ///< A member's points, in lots.
  partner = 1,   ///< Below 0: points that it paid for and owes; above: points that it took.
  issuer = 2,    ///< One a currency: minus all points ever issued.
  redeemed = 3,  ///< One a currency: points spent.
  breakage = 4,  ///< One a currency: points expired.
  exchange = 5,  ///< One a currency: what exchanges took in and gave out, with their spread.
};

/// A part of an operation that can be reversed by itself: an order line.
struct OperationLine {
  std::int32_t line = 0;  ///< The caller's number, unique in the operation.
  std::int64_t amount = 0;
};

/// What all operations carry.
struct OperationHead {
  OperationId id;
  Day effective;
  Instant at;  ///< When it is recorded; not part of the content that a repetition must have.
};

/// Points for a member. With `lines`, their amounts sum to `amount`.
struct Earn {
  OperationHead head;
  AccountNumber account = 0;
  std::int64_t amount = 0;
  std::optional<Day> first_day{};  ///< From which they can be spent; default: the effective day.
  std::optional<Day> last_day{};   ///< On which they can be spent; default: no end.
  std::optional<AccountNumber> from{};  ///< Who pays: the issuer, or a partner of the currency.
  std::span<const OperationLine> lines{};
};

/// Points spent by a member.
struct Redeem {
  OperationHead head;
  AccountNumber account = 0;
  std::int64_t amount = 0;
  std::optional<AccountNumber> to{};  ///< Who takes them: redeemed, or a partner of the currency.
  std::span<const OperationLine> lines{};
};

/// Sets points aside until they are settled, released or `until` has passed.
struct Hold {
  OperationHead head;
  AccountNumber account = 0;
  std::int64_t amount = 0;
  /// After `head.at`: from then on it cannot be settled, and advance() gives its points back;
  /// default: no end.
  std::optional<Instant> until{};
};

/// Redeems held points; what is not settled goes back to its lots. A hold ends once.
struct Settle {
  OperationHead head;
  OperationId hold;
  std::optional<std::int64_t> amount{};  ///< Default: all that is held.
  std::optional<AccountNumber> to{};
  std::span<const OperationLine> lines{};
};

struct Release {
  OperationHead head;
  OperationId hold;
};

/// Takes back an earning, a redemption or a settled hold; all else is invalid_data of `target`.
struct Reverse {
  OperationHead head;
  OperationId target;
  std::optional<std::int32_t> line{};    ///< Default: all lines, the last first.
  std::optional<std::int64_t> amount{};  ///< Default: all that was not yet reversed.
};

/// Points from one wallet to another of the same currency: days and origin of the lots stay.
struct Transfer {
  OperationHead head;
  AccountNumber from = 0;
  AccountNumber to = 0;
  std::int64_t amount = 0;
};

/// Points of one currency for points of another: amount * numerator / denominator, rounded down, of
/// which `spread` (minor units of the second currency) stays with the exchange.
struct Exchange {
  OperationHead head;
  AccountNumber from = 0;
  AccountNumber to = 0;
  std::int64_t amount = 0;
  std::int64_t numerator = 1;     ///< > 0
  std::int64_t denominator = 1;   ///< > 0
  std::int64_t spread = 0;        ///< >= 0, below what the amount buys.
  std::optional<Day> last_day{};  ///< Of the points bought; default: no end.
};

enum class TransactionKind : std::int8_t {
  earn = 0,
  redeem = 1,
  hold = 2,
  settle = 3,
  release = 4,
  reverse = 5,
  transfer = 6,
  exchange = 7,
  advance = 8,
};

/// What an operation did.
struct Receipt {
  std::uint64_t transaction = 0;  ///< Its number, from 1.
  std::int64_t amount = 0;        ///< What moved (advance: what expired), in minor units.
  std::int64_t expired = 0;       ///< Of it: restored points whose lot had ended.
  std::int64_t debt = 0;          ///< Of it: what became debt of the wallet.
  std::int64_t bought = 0;        ///< Exchange: points of the second currency.
  std::int64_t residue = 0;       ///< Exchange: what rounding left out, over `denominator`.
  bool repeated = false;          ///< The id had been seen: nothing was done this time.
};

struct Balance {
  std::int64_t available = 0;  ///< Can be spent on the day.
  std::int64_t held = 0;       ///< Set aside; now, whatever the day.
  std::int64_t pending = 0;    ///< Cannot be spent yet.
  std::int64_t lapsed = 0;     ///< Past its last day, not yet posted as expired.
  std::int64_t debt = 0;
  /// available + held + pending + lapsed - debt: what the entries sum to.
  std::int64_t total = 0;
};

struct LedgerTransaction {
  OperationId id;
  TransactionKind kind = TransactionKind::earn;
  Day effective;
  Instant recorded_at;
  std::uint64_t first_entry = 0;  ///< From 0; its entries go on to that of the next.
  std::uint64_t target = 0;       ///< Of a settle, release or reversal: the transaction it ends.
};

struct LedgerEntry {
  std::uint64_t transaction = 0;
  AccountNumber account = 0;
  LotNumber lot = 0;  ///< Of a wallet, where 0 is its debt; of breakage, the lot that expired.
  std::int32_t line = 0;
  bool has_line = false;
  Day effective;  ///< Of the transaction, but for expiry: the day after the lot's last.
  std::int64_t amount = 0;
};

struct Lot {
  AccountNumber account = 0;
  LotNumber parent = 0;      ///< The lot that a transfer or a late refund took it from.
  std::uint64_t earned = 0;  ///< The transaction that brought its points into the ledger.
  Day first_day;
  Day last_day;  ///< kNoLastDay: no end.
  std::int64_t original = 0;
  std::int64_t remaining = 0;
  std::int64_t held = 0;     ///< Part of `remaining`.
  std::int64_t expired = 0;  ///< Gone to breakage, and not taken out again.
};
inline constexpr Day kNoLastDay{INT32_MAX};

/// How many there are.
struct LedgerSizes {
  std::uint64_t accounts = 0;
  std::uint64_t transactions = 0;
  std::uint64_t entries = 0;
  std::uint64_t lots = 0;
  friend bool operator==(const LedgerSizes&, const LedgerSizes&) = default;
};

namespace detail {
class LedgerStorage;
}

class PointsLedger {
 public:
  /// In memory.
  PointsLedger();
  /// Over a store: see engine/ledger_file.h.
  explicit PointsLedger(std::unique_ptr<detail::LedgerStorage> storage);
  ~PointsLedger();
  PointsLedger(PointsLedger&&) noexcept;
  PointsLedger& operator=(PointsLedger&&) noexcept;

  /// Adds a currency and its four accounts. Code::conflict when the code is there with other terms;
  /// with the same it gives the same number.
  Result<CurrencyNumber> add_currency(const PointsCurrency& currency);
  /// Opens an account, or gives the number of the one with that key and currency. Roles: wallet and
  /// partner. Code::conflict when it is there in the other role.
  Result<AccountNumber> open_account(std::string_view key, CurrencyNumber currency,
                                     AccountRole role = AccountRole::wallet);
  /// One of the four accounts of a currency.
  Result<AccountNumber> system_account(CurrencyNumber currency, AccountRole role) const;

  /// Each does all or nothing. Errors name the operand in column(): invalid_data for what the rules
  /// refuse, not_found for an unknown account or operation, conflict for a used id. Over a store
  /// also Code::unavailable: the store could not do it now; repeat it with the same id.
  Result<Receipt> post(const Earn& earn);
  Result<Receipt> post(const Redeem& redeem);
  Result<Receipt> hold(const Hold& hold);
  Result<Receipt> settle(const Settle& settle);
  Result<Receipt> release(const Release& release);
  Result<Receipt> reverse(const Reverse& reverse);
  Result<Receipt> transfer(const Transfer& transfer);
  Result<Receipt> exchange(const Exchange& exchange);
  /// Posts what ended before `head.effective`, releases holds that ended by `head.at`, and lets
  /// points that became valid pay debts. Repeating a day does nothing more.
  Result<Receipt> advance(const OperationHead& head);
  /// From now on no entry is dated on or before `day`; it never goes back.
  Status close(Day day);

  /// With true, operations give their receipts and leave no trace.
  void set_dry_run(bool dry) noexcept;

  /// Begins a batch: until commit() or roll_back(), operations and changes of accounts stand
  /// together. Over a store they are written at once, which is many times faster than one by one,
  /// and a receipt says that an operation stays only once commit() said ok. An operation that is
  /// refused leaves the others of its batch as they are. Other processes cannot write meanwhile.
  Status begin();
  /// When it fails, nothing of the batch was done.
  Status commit();
  /// Takes back all of the batch; without one it does nothing.
  void roll_back() noexcept;

  /// As the wallet stands now, by what can be spent on `day`. Of other accounts: `total` only.
  Result<Balance> balance(AccountNumber account, Day day) const;
  /// The sum of all entries effective up to that day.
  Result<std::int64_t> total_as_of(AccountNumber account, Day day) const;

  Result<LedgerSizes> sizes() const;
  /// From `first` on (0 is the oldest) up to `count`, as far as there are.
  Result<std::vector<LedgerTransaction>> transactions(std::uint64_t first,
                                                      std::uint64_t count) const;
  Result<std::vector<LedgerEntry>> entries(std::uint64_t first, std::uint64_t count) const;
  Result<std::vector<Lot>> lots(std::uint64_t first, std::uint64_t count) const;

  /// Recomputes every sum, lot, debt and hold from the entries and compares. Code::internal names
  /// the first difference. O(entries) in time and memory; over a store also its own check.
  Status verify() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fidelia

#endif  // FIDELIA_LOYALTY_POINTS_LEDGER_H_
