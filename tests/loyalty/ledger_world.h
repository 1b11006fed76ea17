// SPDX-License-Identifier: Apache-2.0
//
// Random sequences of operations, right and wrong ones, taken by PointsLedger and by NaiveLedger at
// once. After each the two must be equal, and the ledger must keep the invariants of any ledger.
#ifndef FIDELIA_TESTS_LOYALTY_LEDGER_WORLD_H_
#define FIDELIA_TESTS_LOYALTY_LEDGER_WORLD_H_

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fidelia/loyalty/points_ledger.h"
#include "tests/loyalty/naive_ledger.h"

namespace fidelia::testing_support {

inline std::vector<Lot> all_lots(const PointsLedger& ledger) {
  return ledger.lots(0, UINT64_MAX).value();
}
inline std::vector<LedgerEntry> all_entries(const PointsLedger& ledger) {
  return ledger.entries(0, UINT64_MAX).value();
}
inline std::vector<LedgerTransaction> all_transactions(const PointsLedger& ledger) {
  return ledger.transactions(0, UINT64_MAX).value();
}

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr AccountNumber kNobody = 1'000'000;
constexpr Day kEnd{1000};  // After all that happens here.

// ---- Running a step on the ledger

inline Result<Receipt> run(PointsLedger& ledger, const Step& s) {
  const OperationHead head{s.id, s.effective, s.at};
  std::vector<OperationLine> lines;
  for (const auto& [line, amount] : s.lines) lines.push_back({line, amount});
  const std::int64_t amount = s.amount.value_or(0);
  switch (s.kind) {
    case TransactionKind::earn:
      return ledger.post(Earn{head, s.account, amount, s.first_day, s.last_day, s.counter, lines});
    case TransactionKind::redeem:
      return ledger.post(Redeem{head, s.account, amount, s.counter, lines});
    case TransactionKind::hold: return ledger.hold({head, s.account, amount, s.until});
    case TransactionKind::settle:
      return ledger.settle({head, s.target, s.amount, s.counter, lines});
    case TransactionKind::release: return ledger.release({head, s.target});
    case TransactionKind::reverse: return ledger.reverse({head, s.target, s.line, s.amount});
    case TransactionKind::transfer: return ledger.transfer({head, s.account, s.to, amount});
    case TransactionKind::exchange:
      return ledger.exchange(
          {head, s.account, s.to, amount, s.numerator, s.denominator, s.spread, s.last_day});
    case TransactionKind::advance: return ledger.advance(head);
  }
  return Status::internal("no such kind");
}

// ---- Showing and comparing

template <class T>
std::string show(const std::optional<T>& value) {
  return value ? std::to_string(*value) : "-";
}

inline std::string show(const Lot& l) {
  std::ostringstream out;
  out << "lot of " << l.account << " parent " << l.parent << " earned " << l.earned << " days "
      << l.first_day.days << ".." << l.last_day.days << " original " << l.original << " remaining "
      << l.remaining << " held " << l.held << " expired " << l.expired;
  return out.str();
}

inline std::string show(const Balance& b) {
  std::ostringstream out;
  out << "available " << b.available << " held " << b.held << " pending " << b.pending << " lapsed "
      << b.lapsed << " debt " << b.debt << " total " << b.total;
  return out.str();
}

inline std::string show(const Result<Receipt>& result) {
  if (!result.ok()) return std::string(code_name(result.status().code()));
  const Receipt& r = *result;
  std::ostringstream out;
  out << "transaction " << r.transaction << " amount " << r.amount << " expired " << r.expired
      << " debt " << r.debt << " bought " << r.bought << " residue " << r.residue << " repeated "
      << r.repeated;
  return out.str();
}

inline std::string show(const Step& s) {
  static constexpr std::array<const char*, 9> kNames = {
      "earn", "redeem", "hold", "settle", "release", "reverse", "transfer", "exchange", "advance"};
  std::ostringstream out;
  out << kNames.at(static_cast<std::size_t>(s.kind)) << " id " << s.id.low << " day "
      << s.effective.days << " at " << s.at.us << " account " << s.account << " to " << s.to
      << " amount " << show(s.amount) << " counter " << show(s.counter) << " target "
      << s.target.low << " line " << show(s.line);
  if (s.first_day) out << " first " << s.first_day->days;
  if (s.last_day) out << " last " << s.last_day->days;
  if (s.until) out << " until " << s.until->us;
  for (const auto& [line, amount] : s.lines) out << " [" << line << ": " << amount << "]";
  if (s.kind == TransactionKind::exchange) {
    out << " * " << s.numerator << " / " << s.denominator << " - " << s.spread;
  }
  return out.str();
}

/// Empty when equal.
template <class T>
std::string unequal(const std::string& what, const T& ledger, const T& naive) {
  if (ledger == naive) return {};
  std::ostringstream out;
  out << what << ": ledger " << ledger << ", naive " << naive << "\n";
  return out.str();
}

inline bool same(const Lot& a, const Lot& b) {
  return std::tie(a.account, a.parent, a.earned, a.first_day, a.last_day) ==
             std::tie(b.account, b.parent, b.earned, b.first_day, b.last_day) &&
         std::tie(a.original, a.remaining, a.held, a.expired) ==
             std::tie(b.original, b.remaining, b.held, b.expired);
}

inline bool same(const Balance& a, const Balance& b) {
  return std::tie(a.available, a.held, a.pending, a.lapsed, a.debt, a.total) ==
         std::tie(b.available, b.held, b.pending, b.lapsed, b.debt, b.total);
}

/// Which operand is named first when two are wrong is left to the ledger, and so is whether an
/// operation that is no hold is one that is not found.
inline bool same_outcome(const Step& step, const NaiveLedger& before, const Result<Receipt>& ledger,
                         const Result<Receipt>& naive) {
  const bool has_target = step.target != OperationId{};
  const bool unknown = step.account == kNobody || step.to == kNobody || step.counter == kNobody ||
                       (has_target && !before.done.contains(step.target));
  const bool no_hold =
      (step.kind == TransactionKind::settle || step.kind == TransactionKind::release) && !unknown &&
      before.done.at(step.target).step.kind != TransactionKind::hold;
  const auto lenient = [](Code code) {
    return code == Code::not_found || code == Code::invalid_data;
  };
  if ((unknown || no_hold) && lenient(naive.status().code())) {
    return lenient(ledger.status().code());
  }
  return show(ledger) == show(naive);
}

/// What a transaction moved. How entries of the same account, lot and line are cut is not compared;
/// lines only where they can be reversed.
using Moves = std::map<std::tuple<AccountNumber, LotNumber, Day, NaiveLedger::Line>, std::int64_t>;

template <class Entries>
Moves moves(const Entries& entries, std::uint64_t transaction, TransactionKind kind) {
  const bool lines = kind == TransactionKind::earn || kind == TransactionKind::redeem ||
                     kind == TransactionKind::settle;
  Moves out;
  for (const LedgerEntry& e : entries) {
    if (e.transaction != transaction) continue;
    const bool marked = lines && e.lot != 0 && e.has_line;
    out[{e.account, e.lot, e.effective, marked ? NaiveLedger::Line(e.line) : std::nullopt}] +=
        e.amount;
  }
  std::erase_if(out, [](const auto& move) { return move.second == 0; });
  return out;
}

inline std::string show(const Moves& moves) {
  std::ostringstream out;
  for (const auto& [key, amount] : moves) {
    const auto& [account, lot, day, line] = key;
    out << "(account " << account << " lot " << lot << " day " << day.days << " line " << show(line)
        << ": " << amount << ") ";
  }
  return out.str();
}

// ---- Random sequences

using Dice = std::vector<int>;  // 0 .. 255 each; 0 is always the plainest choice.
struct Roll {
  const Dice& dice;
  std::size_t next = 0;
  int below(int n) { return dice.at(next++) % n; }
  bool once_in(int n) { return below(n) == n - 1; }
};
constexpr std::size_t kDice = 24;
constexpr int kFirstOfAll = 100;

inline rc::Gen<Dice> any_dice() {
  return rc::gen::resize(
      rc::kNominalSize,
      rc::gen::container<Dice>(kDice, rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 256))));
}

/// Up to 80 steps, 40 on average.
inline rc::Gen<std::vector<Dice>> any_sequence() {
  return rc::gen::resize(80, rc::gen::container<std::vector<Dice>>(any_dice()));
}

/// A ledger and its naive twin, with the steps that both have taken.
struct World {
  PointsLedger ledger;
  NaiveLedger naive;
  CurrencyNumber points = 0;
  CurrencyNumber miles = 0;
  std::array<AccountNumber, 3> wallets = {};  // Two of points, one of miles.
  AccountNumber partner = 0;                  // Of points.
  std::vector<Step> tried;
  std::string history;

  explicit World(const Dice& terms, PointsLedger over = PointsLedger()) : ledger(std::move(over)) {
    Roll roll{terms};
    points = add("points", roll);
    miles = add("miles", roll);
    wallets = {open("ann", points), open("ben", points), open("ann", miles)};
    partner = open("shop", points, AccountRole::partner);
  }

  CurrencyNumber add(const std::string& code, Roll& roll) {
    PointsCurrency currency;
    currency.code = code;
    currency.order = roll.once_in(3) ? LotOrder::first_earned : LotOrder::earliest_expiry;
    currency.debt = !roll.once_in(3);
    if (const int late = roll.below(3); late > 0) currency.late_refund_days = late == 1 ? 1 : 5;
    history += code + (currency.order == LotOrder::first_earned ? " first earned" : "") +
               (currency.debt ? " debt" : "") + " late " + show(currency.late_refund_days) + "\n";
    const CurrencyNumber number = ledger.add_currency(currency).value();
    naive.currencies[number] = currency;
    for (const AccountRole role : {AccountRole::issuer, AccountRole::redeemed,
                                   AccountRole::breakage, AccountRole::exchange}) {
      naive.accounts[ledger.system_account(number, role).value()] = {number, role};
    }
    return number;
  }

  AccountNumber open(const std::string& key, CurrencyNumber currency,
                     AccountRole role = AccountRole::wallet) {
    const AccountNumber number = ledger.open_account(key, currency, role).value();
    naive.accounts[number] = {currency, role};
    return number;
  }
};

/// One of the operations that were done, of these kinds if there are any; the latest most often.
inline OperationId some_target(const World& world, Roll& roll, std::vector<TransactionKind> kinds) {
  if (roll.once_in(12)) kinds.clear();  // Any kind: mostly to be refused.
  std::vector<OperationId> found;
  for (auto step = world.tried.rbegin(); step != world.tried.rend(); ++step) {
    const bool fits = kinds.empty() || std::count(kinds.begin(), kinds.end(), step->kind) > 0;
    if (fits && world.naive.done.contains(step->id)) found.push_back(step->id);
  }
  const int pick = std::min(roll.below(256), roll.below(256));
  if (found.empty()) return {9, 9};
  return found[static_cast<std::size_t>(pick) % found.size()];
}

/// Cuts an amount into up to three lines, whose numbers are in no order.
inline void add_lines(Step& step, std::int64_t amount, Roll& roll) {
  static constexpr std::array<std::int32_t, 3> kNumbers = {7, -2, 5};
  const int count = roll.below(6) - 2;
  const std::int64_t part = 1 + roll.below(9);
  for (int i = 0; i < count && amount > 0; ++i) {
    const std::int64_t size = i + 1 == count ? amount : std::min(part, amount);
    step.lines.emplace_back(kNumbers.at(static_cast<std::size_t>(i)), size);
    amount -= size;
  }
}

inline void choose_days(Step& step, Roll& roll) {
  if (roll.once_in(3)) step.first_day = Day{step.effective.days + roll.below(8) - 2};
  const int length = roll.below(20);
  if (length < 15) step.last_day = Day{step.first_day.value_or(step.effective).days + length};
}

inline void fill_ending(Step& step, const World& world, Roll& roll) {
  step.account = 0;
  step.amount.reset();
  step.target = some_target(world, roll, {TransactionKind::hold});
  if (step.kind == TransactionKind::release) return;
  if (roll.once_in(2)) step.amount = 1 + roll.below(20);
  const auto hold = world.naive.done.find(step.target);
  const std::int64_t all = hold == world.naive.done.end() ? 1 : hold->second.receipt.amount;
  add_lines(step, step.amount.value_or(all), roll);
  if (roll.once_in(4)) step.counter = world.partner;
}

inline void fill_reversal(Step& step, const World& world, Roll& roll) {
  step.account = 0;
  step.amount.reset();
  step.target = some_target(
      world, roll, {TransactionKind::earn, TransactionKind::redeem, TransactionKind::settle});
  if (roll.once_in(2)) step.amount = 1 + roll.below(10);
  const auto found = world.naive.done.find(step.target);
  if (found == world.naive.done.end()) return;
  const auto& lines = found->second.step.lines;
  if (!lines.empty() && roll.once_in(2)) {
    step.line = lines.at(static_cast<std::size_t>(roll.below(256)) % lines.size()).first;
  }
  if (roll.once_in(20)) step.line = 99;
}

inline void fill(Step& step, const World& world, Roll& roll) {
  const bool with_partner = step.account != world.wallets[2] && roll.once_in(4);
  switch (step.kind) {
    case TransactionKind::earn:
      choose_days(step, roll);
      add_lines(step, *step.amount, roll);
      if (with_partner) step.counter = world.partner;
      return;
    case TransactionKind::redeem:
      add_lines(step, *step.amount, roll);
      if (with_partner) step.counter = world.partner;
      return;
    case TransactionKind::hold:
      if (roll.once_in(2)) step.until = Instant{step.at.us + 20 + roll.below(100)};
      return;
    case TransactionKind::settle:
    case TransactionKind::release: return fill_ending(step, world, roll);
    case TransactionKind::reverse: return fill_reversal(step, world, roll);
    case TransactionKind::transfer:
      step.to = world.wallets.at(step.account == world.wallets[0] ? 1 : 0);
      return;
    case TransactionKind::exchange:
      step.to = world.wallets.at(step.account == world.wallets[2] ? 0 : 2);
      step.numerator = 1 + roll.below(5);
      step.denominator = 1 + roll.below(5);
      step.spread = roll.below(3);
      if (roll.once_in(2)) step.last_day = Day{step.effective.days + roll.below(15)};
      return;
    case TransactionKind::advance:
      step.account = 0;
      step.amount.reset();
      return;
  }
}

/// One thing that is wrong with a step. What it does not use it must not carry, or a repetition
/// would not have the same content.
inline void spoil(Step& step, const World& world, int fault) {
  const bool posts = step.kind == TransactionKind::earn || step.kind == TransactionKind::redeem;
  const bool has_account = step.account == world.wallets[0] || step.account == world.wallets[1] ||
                           step.account == world.wallets[2];
  const bool has_target = step.target != OperationId{};
  switch (fault) {
    case 0:
      if (world.naive.closed >= Day{0}) step.effective = world.naive.closed;
      return;
    case 1:
      if (has_account) step.account = kNobody;
      return;
    case 2:
      if (has_account) step.account = world.partner;
      return;
    case 3:
      if (step.amount) step.amount = 0;
      return;
    case 4:
      if (step.amount) step.amount = -*step.amount;
      return;
    case 5:
      if (posts) step.counter = kNobody;
      return;
    case 6:
      if (posts) step.counter = world.wallets[1];
      return;
    case 7:  // A partner of the other currency.
      if (posts && step.account == world.wallets[2]) step.counter = world.partner;
      return;
    case 8:
      if (!step.lines.empty()) ++step.lines.back().second;
      return;
    case 9:
      if (step.lines.size() > 1) step.lines.back().first = step.lines.front().first;
      return;
    case 10:
      if (!step.lines.empty()) step.lines.emplace_back(11, 0);
      return;
    case 11:
      if (has_target) step.target = {8, 8};
      return;
    case 12:
      if (step.kind == TransactionKind::earn) step.last_day = Day{step.effective.days - 20};
      return;
    case 13:
      if (step.kind == TransactionKind::transfer) step.to = step.account;
      return;
    case 14:
      if (step.kind == TransactionKind::transfer) step.to = world.wallets.at(2);
      return;
    case 15:
      if (step.kind == TransactionKind::exchange) step.spread = 1000;
      return;
    case 16:
      if (step.kind == TransactionKind::exchange) step.denominator = 0;
      return;
    default: return;
  }
}

inline Step any_step(const World& world, const Dice& dice) {
  using enum TransactionKind;
  static constexpr std::array<TransactionKind, 20> kKinds = {
      earn,   earn,    earn,    earn,    earn,     earn,     redeem,  redeem,  redeem, hold,
      settle, release, reverse, reverse, transfer, exchange, advance, reverse, hold,   settle};
  Roll roll{dice};
  const int index = static_cast<int>(world.tried.size());
  Step step;
  step.kind = kKinds.at(static_cast<std::size_t>(roll.below(20)));
  step.id = {static_cast<std::uint64_t>(index % 3), static_cast<std::uint64_t>(index + 1)};
  // Business days wander forwards with some that are backdated; the clock may go back too.
  step.effective = Day{kFirstOfAll + index / 2 + roll.below(7) - 3};
  step.effective = std::max(step.effective, Day{world.naive.closed.days + 1});
  step.at = Instant{1000 + 10 * index + roll.below(31) - 15};
  step.account = world.wallets.at(static_cast<std::size_t>(roll.below(3)));
  step.amount = 1 + roll.below(30);
  const int reuse = world.tried.empty() ? 0 : roll.below(20);
  const int fault = roll.below(100);
  const auto earlier = static_cast<std::size_t>(roll.below(256));
  fill(step, world, roll);
  if (reuse == 19) {  // A retry.
    Step again = world.tried[earlier % world.tried.size()];
    again.at = step.at;
    if (again.until) again.at = std::min(again.at, Instant{again.until->us - 1});
    return again;
  }
  if (reuse == 18) {  // The id of another operation.
    step.id = world.tried[earlier % world.tried.size()].id;
    return step;
  }
  if (fault > 100 - 19) spoil(step, world, fault - (100 - 18));
  return step;
}

// ---- What must hold after each operation

inline std::string lots_differ(const World& w) {
  const auto lots = all_lots(w.ledger);
  if (lots.size() != w.naive.lots.size()) {
    return unequal("number of lots", lots.size(), w.naive.lots.size());
  }
  std::string out;
  for (std::size_t i = 0; i < lots.size(); ++i) {
    if (same(lots[i], w.naive.lots[i])) continue;
    out += unequal("lot " + std::to_string(i + 1), show(lots[i]), show(w.naive.lots[i]));
  }
  return out;
}

inline std::string balances_differ(const World& w, Day day) {
  std::string out;
  for (const auto& [number, account] : w.naive.accounts) {
    for (const Day at : {day, Day{day.days - 4}, Day{day.days + 1}, Day{day.days + 9}, kEnd}) {
      const Balance ledger = w.ledger.balance(number, at).value();
      const Balance naive = w.naive.balance(number, at);
      const std::int64_t total = w.ledger.total_as_of(number, at).value();
      const std::int64_t naive_total = w.naive.total_as_of(number, at);
      if (same(ledger, naive) && total == naive_total) continue;
      const std::string what =
          " of account " + std::to_string(number) + " on day " + std::to_string(at.days);
      out += unequal("balance" + what, show(ledger), show(naive));
      out += unequal("total" + what, total, naive_total);
    }
  }
  return out;
}

inline std::string last_transaction_differs(const World& w, const Step& step) {
  const auto transactions = all_transactions(w.ledger);
  if (transactions.size() != w.naive.done.size()) {
    return unequal("transactions", transactions.size(), w.naive.done.size());
  }
  if (transactions.empty()) return {};
  const LedgerTransaction& last = transactions.back();
  std::string out;
  if (last.kind != step.kind || last.id != step.id || last.effective != step.effective) {
    out += "the transaction is not the operation's\n";
  }
  if (transactions.size() > 1 &&
      last.recorded_at <= transactions[transactions.size() - 2].recorded_at) {
    out += "recorded_at does not increase\n";
  }
  const auto entries = all_entries(w.ledger);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if ((entries[i].transaction == transactions.size()) != (i >= last.first_entry)) {
      out += "first_entry is not the first entry\n";
    }
  }
  const Moves ledger = moves(entries, transactions.size(), step.kind);
  const Moves naive = moves(w.naive.entries, transactions.size(), step.kind);
  return ledger == naive ? out : out + unequal("moves", show(ledger), show(naive));
}

/// Nothing comes from nowhere: not in the last transaction, not in all.
inline std::string sums_are_wrong(const World& w) {
  std::map<CurrencyNumber, std::int64_t> latest;
  for (const LedgerEntry& e : all_entries(w.ledger)) {
    if (e.transaction != w.ledger.sizes()->transactions) continue;
    latest[w.naive.accounts.at(e.account).currency] += e.amount;
  }
  std::map<CurrencyNumber, std::int64_t> all;
  for (const auto& [number, account] : w.naive.accounts) {
    all[account.currency] += w.ledger.balance(number, kEnd)->total;
  }
  std::string out;
  for (const auto& sums : {latest, all}) {
    for (const auto& [number, sum] : sums) {
      if (sum != 0) out += "sum of currency " + std::to_string(number) + " is not zero\n";
    }
  }
  return out;
}

/// 0 <= held <= remaining <= original, and no debt beside points of a wallet that was touched.
inline std::string limits_are_broken(const World& w, const Step& step) {
  std::string out;
  for (const Lot& lot : all_lots(w.ledger)) {
    if (lot.held < 0 || lot.held > lot.remaining || lot.remaining > lot.original ||
        lot.expired < 0 || lot.expired > lot.original || lot.last_day < lot.first_day) {
      out += "out of its limits: " + show(lot) + "\n";
    }
  }
  std::set<AccountNumber> touched = {step.account, step.to};
  for (const LedgerEntry& e : all_entries(w.ledger)) {
    if (e.transaction == w.ledger.sizes()->transactions) touched.insert(e.account);
  }
  for (const AccountNumber wallet : w.wallets) {
    const Balance b = w.ledger.balance(wallet, step.effective).value();
    if (b.debt < 0 || b.total != b.available + b.held + b.pending + b.lapsed - b.debt) {
      out += "does not add up: " + show(b) + "\n";
    }
    if (touched.contains(wallet) && b.debt > 0 && b.available > 0) {
      out += "debt beside points: " + show(b) + "\n";
    }
  }
  return out;
}

/// A rehearsal must give what the operation will give, and leave no trace.
inline Result<Receipt> rehearse(World& w, const Step& step, std::string& out) {
  const auto sizes = [&] { return w.ledger.sizes().value(); };
  const auto before = sizes();
  w.ledger.set_dry_run(true);
  Result<Receipt> receipt = run(w.ledger, step);
  w.ledger.set_dry_run(false);
  if (sizes() != before) out += "the dry run left something\n";
  out += lots_differ(w);
  out += balances_differ(w, step.effective);
  return receipt;
}

/// Takes the step in both ledgers without a look at more than what came out.
inline std::string take_blindly(World& w, const Step& step, Result<Receipt>& ledger) {
  ledger = run(w.ledger, step);
  const NaiveLedger before = w.naive;
  const Result<Receipt> naive = w.naive.run(step);
  w.tried.push_back(step);
  w.history += show(step) + " => " + show(ledger) + "\n";
  if (same_outcome(step, before, ledger, naive)) return {};
  return unequal("outcome", show(ledger), show(naive));
}

/// Takes the step in both ledgers; what is wrong then, or nothing.
inline std::string take(World& w, const Step& step, bool rehearsed) {
  std::string out;
  std::optional<Result<Receipt>> rehearsal;
  if (rehearsed) rehearsal = rehearse(w, step, out);
  Result<Receipt> ledger = Receipt();
  out += take_blindly(w, step, ledger);
  if (rehearsal) out += unequal("dry run", show(ledger), show(*rehearsal));
  if (ledger.ok() && !ledger->repeated) {
    out += last_transaction_differs(w, step);
    out += limits_are_broken(w, step);
  }
  out += lots_differ(w);
  out += balances_differ(w, step.effective);
  out += sums_are_wrong(w);
  const Status verified = w.ledger.verify();
  if (!verified.ok()) out += "verify: " + verified.to_string() + "\n";
  return out;
}

/// Now and then a period ends: some days before the latest operation.
inline std::string maybe_close(World& w, const Dice& dice) {
  if (dice.back() < 250 || w.tried.empty()) return {};
  const Day day{w.tried.back().effective.days - dice.back() % 7};
  const bool back = day < w.naive.closed;
  const Status closed = w.ledger.close(day);
  w.history += "close " + std::to_string(day.days) + "\n";
  if (!back) w.naive.closed = day;
  return unequal("close", code_name(closed.code()),
                 code_name(back ? Code::invalid_argument : Code::ok));
}

/// Takes them all, or as many as are right.
inline std::string play(World& w, const std::vector<Dice>& steps) {
  for (const Dice& dice : steps) {
    std::string wrong = maybe_close(w, dice);
    wrong += take(w, any_step(w, dice), dice[kDice - 2] >= 192);
    if (!wrong.empty()) return w.history + wrong;
  }
  return {};
}

/// Takes them in batches, of which a third are taken back; `before_each` may put another ledger
/// over the same store into the world.
inline std::string play_in_batches(World& w, const std::vector<Dice>& steps,
                                   const std::function<void(World&, int)>& before_each) {
  for (std::size_t at = 0; at < steps.size();) {
    before_each(w, steps[at][0]);
    const NaiveLedger naive = w.naive;
    const std::vector<Step> tried = w.tried;
    const std::size_t end =
        std::min(steps.size(), at + 1 + static_cast<std::size_t>(steps[at][1] % 12));
    const bool is_kept = steps[at][2] % 3 != 0;
    std::string wrong;
    if (!w.ledger.begin().ok() || w.ledger.begin().ok()) wrong += "begin is wrong\n";
    w.history += "begin\n";
    for (; at < end && wrong.empty(); ++at) {
      wrong += maybe_close(w, steps[at]);
      const Step step = any_step(w, steps[at]);
      Result<Receipt> receipt = Receipt();
      // To look writes what the batch has changed; the store must also do without.
      wrong += steps[at][3] % 4 == 0 ? take(w, step, steps[at][kDice - 2] >= 192)
                                     : take_blindly(w, step, receipt);
    }
    w.history += is_kept ? "commit\n" : "roll back\n";
    if (is_kept) {
      if (!w.ledger.commit().ok() || w.ledger.commit().ok()) wrong += "commit is wrong\n";
    } else {
      w.ledger.roll_back();
      w.naive = naive;
      w.tried = tried;
    }
    wrong += lots_differ(w) + balances_differ(w, Day{kFirstOfAll});
    if (const Status verified = w.ledger.verify(); !verified.ok()) wrong += verified.to_string();
    if (!wrong.empty()) return w.history + wrong;
  }
  return {};
}

/// Some sequences at once, half of `size` on average: what is wrong in the first that is.
inline std::string play_some(int size) {
  const auto sequences =
      *rc::gen::resize(size, rc::gen::container<std::vector<std::pair<Dice, std::vector<Dice>>>>(
                                 rc::gen::pair(any_dice(), any_sequence())));
  for (const auto& [terms, steps] : sequences) {
    World world(terms);
    std::string wrong = play(world, steps);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace fidelia::testing_support

#endif  // FIDELIA_TESTS_LOYALTY_LEDGER_WORLD_H_
