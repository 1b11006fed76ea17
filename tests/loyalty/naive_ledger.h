// SPDX-License-Identifier: Apache-2.0
//
// NaiveLedger: the rules of points_ledger.h written down once more, as briefly as they can be said.
// Every decision sorts and scans all lots, a balance is the sum of all entries, and an operation
// works on a copy of the whole ledger that is kept only when nothing was refused. Amounts must be
// small: overflow is not looked for here.
#ifndef FIDELIA_TESTS_LOYALTY_NAIVE_LEDGER_H_
#define FIDELIA_TESTS_LOYALTY_NAIVE_LEDGER_H_

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "fidelia/loyalty/points_ledger.h"

namespace fidelia {

/// Any operation: each kind reads its own fields, the others stay as they are.
struct Step {
  TransactionKind kind = TransactionKind::earn;
  OperationId id = {};
  Day effective = {};
  Instant at = {};
  AccountNumber account = 0;  // The wallet; of a transfer or an exchange, that which gives.
  AccountNumber to = 0;       // Of a transfer or an exchange.
  std::optional<std::int64_t> amount = {};
  std::optional<Day> first_day = {};
  std::optional<Day> last_day = {};
  std::optional<AccountNumber> counter = {};  // Earn::from, Redeem::to and Settle::to.
  std::vector<std::pair<std::int32_t, std::int64_t>> lines = {};
  OperationId target = {};  // Settle::hold, Release::hold and Reverse::target.
  std::optional<std::int32_t> line = {};
  std::optional<Instant> until = {};
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  std::int64_t spread = 0;
  friend bool operator==(const Step&, const Step&) = default;
};

class NaiveLedger {
 public:
  using Line = std::optional<std::int32_t>;
  struct Account {
    CurrencyNumber currency;
    AccountRole role;
  };
  struct Piece {
    LotNumber lot;
    Line line;
    std::int64_t amount;
    std::int64_t reversed;
  };
  struct Done {
    Step step;
    Receipt receipt;
    AccountNumber account;
    AccountNumber counter;
    std::vector<Piece> pieces;  // What can be reversed; of a hold, what it holds.
    bool ended;                 // Of a hold.
  };

  std::map<CurrencyNumber, PointsCurrency> currencies;
  std::map<AccountNumber, Account> accounts;
  std::vector<Lot> lots;
  std::vector<LedgerEntry> entries;
  std::map<OperationId, Done> done;
  Day closed{INT32_MIN};

  Result<Receipt> run(const Step& step) {
    if (const auto found = done.find(step.id); found != done.end()) {
      Step first = found->second.step;
      first.at = step.at;
      if (first != step) return Status(Code::conflict, "");
      Receipt again = found->second.receipt;
      again.repeated = true;
      return again;
    }
    NaiveLedger next = *this;
    try {
      next.apply(step);
    } catch (const Code code) {
      return Status(code, "");
    }
    *this = std::move(next);
    return done.at(step.id).receipt;
  }

  std::int64_t total_as_of(AccountNumber account, Day day) const {
    std::int64_t sum = 0;
    for (const auto& e : entries) sum += e.account == account && e.effective <= day ? e.amount : 0;
    return sum;
  }

  std::int64_t debt(AccountNumber wallet) const {
    std::int64_t sum = 0;
    for (const auto& e : entries) sum -= e.account == wallet && e.lot == 0 ? e.amount : 0;
    return sum;
  }

  Balance balance(AccountNumber account, Day day) const {
    Balance out;
    out.total = total_as_of(account, Day{INT32_MAX});
    if (accounts.at(account).role != AccountRole::wallet) return out;
    for (const Lot& lot : lots) {
      if (lot.account != account) continue;
      out.held += lot.held;
      (lot.first_day > day  ? out.pending
       : lot.last_day < day ? out.lapsed
                            : out.available) += lot.remaining - lot.held;
    }
    out.debt = debt(account);
    return out;
  }

  AccountNumber system(CurrencyNumber currency, AccountRole role) const {
    for (const auto& [number, account] : accounts) {
      if (account.currency == currency && account.role == role) return number;
    }
    throw Code::internal;
  }

 private:
  Step step_;
  Done now_{};

  static void refuse_if(bool wrong) {
    if (wrong) throw Code::invalid_data;
  }

  // ---- What the ledger is made of

  Lot& lot(LotNumber number) { return lots[number - 1]; }
  std::int64_t free(LotNumber n) const { return lots[n - 1].remaining - lots[n - 1].held; }
  CurrencyNumber currency(AccountNumber account) const { return accounts.at(account).currency; }

  void move_on(Day day, AccountNumber account, LotNumber to, std::int64_t amount, Line line = {}) {
    const bool of_wallet = to != 0 && accounts.at(account).role == AccountRole::wallet;
    if (of_wallet) lot(to).remaining += amount;
    entries.push_back(
        {now_.receipt.transaction, account, to, line.value_or(0), line.has_value(), day, amount});
  }
  void move(AccountNumber account, LotNumber to, std::int64_t amount, Line line = {}) {
    move_on(step_.effective, account, to, amount, line);
  }

  /// Without points: they come by entries.
  LotNumber new_lot(AccountNumber wallet, LotNumber parent, Day first, Day last,
                    std::int64_t size) {
    const std::uint64_t earned = parent != 0 ? lot(parent).earned : now_.receipt.transaction;
    lots.push_back({wallet, parent, earned, first, last, size, 0, 0, 0});
    return static_cast<LotNumber>(lots.size());
  }

  /// The lots of the wallet that still have points and pass `usable`, in the order of spending;
  /// when told so, by first days before that.
  template <class Usable>
  std::vector<LotNumber> ordered(AccountNumber wallet, const Usable& usable,
                                 bool by_first_day = false) const {
    const bool by_lot = currencies.at(currency(wallet)).order == LotOrder::first_earned;
    std::vector<std::tuple<Day, Day, LotNumber>> keys;
    for (LotNumber n = 1; n <= lots.size(); ++n) {
      const Lot& one = lots[n - 1];
      if (one.account != wallet || free(n) == 0 || !usable(one)) continue;
      keys.emplace_back(by_first_day ? one.first_day : Day{}, by_lot ? Day{} : one.last_day, n);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<LotNumber> out;
    for (const auto& key : keys) out.push_back(std::get<2>(key));
    return out;
  }
  std::vector<LotNumber> spendable(AccountNumber wallet) const {
    const Day day = step_.effective;
    return ordered(wallet, [&](const Lot& l) { return l.first_day <= day && day <= l.last_day; });
  }

  /// `amount` out of these lots, or less when they have less.
  std::vector<Piece> cut(const std::vector<LotNumber>& from, std::int64_t amount) const {
    std::vector<Piece> out;
    for (const LotNumber n : from) {
      const std::int64_t part = std::min(amount, free(n));
      if (part > 0) out.push_back({n, {}, part, 0});
      amount -= part;
    }
    return out;
  }
  std::vector<Piece> cut_all(AccountNumber wallet, std::int64_t amount) const {
    const std::vector<Piece> out = cut(spendable(wallet), amount);
    std::int64_t sum = 0;
    for (const Piece& piece : out) sum += piece.amount;
    refuse_if(sum < amount);
    return out;
  }

  void pay_debt(AccountNumber wallet, const std::vector<LotNumber>& from) {
    for (const Piece& piece : cut(from, debt(wallet))) {
      move(wallet, piece.lot, -piece.amount);
      move(wallet, 0, piece.amount);
    }
  }

  // ---- What a step says

  void need_wallet(AccountNumber number) const {
    if (!accounts.contains(number)) throw Code::not_found;
    refuse_if(accounts.at(number).role != AccountRole::wallet);
  }
  AccountNumber counter(AccountNumber wallet, AccountRole role) const {
    if (!step_.counter) return system(currency(wallet), role);
    if (!accounts.contains(*step_.counter)) throw Code::not_found;
    const Account& partner = accounts.at(*step_.counter);
    refuse_if(partner.role != AccountRole::partner || partner.currency != currency(wallet));
    return *step_.counter;
  }
  Done& target() {
    if (!done.contains(step_.target)) throw Code::not_found;
    return done.at(step_.target);
  }
  Done& open_hold() {
    Done& hold = target();
    refuse_if(hold.step.kind != TransactionKind::hold || hold.ended);
    return hold;
  }
  /// The lines, or the whole as one without a number.
  std::vector<std::pair<Line, std::int64_t>> parts(std::int64_t amount) const {
    refuse_if(amount < 1);
    if (step_.lines.empty()) return {{Line{}, amount}};
    std::set<std::int32_t> numbers;
    std::int64_t sum = 0;
    for (const auto& [number, part] : step_.lines) {
      refuse_if(part < 1 || !numbers.insert(number).second);
      sum += part;
    }
    refuse_if(sum != amount);
    return {step_.lines.begin(), step_.lines.end()};
  }

  // ---- What a step does

  void apply(const Step& step) {
    step_ = step;
    now_ = Done{step, {}, step.account, 0, {}, false};
    now_.receipt.transaction = done.size() + 1;
    now_.receipt.amount = step.amount.value_or(0);
    refuse_if(step.effective <= closed);
    switch (step.kind) {
      case TransactionKind::earn: earn(); break;
      case TransactionKind::redeem: redeem(); break;
      case TransactionKind::hold: hold(); break;
      case TransactionKind::settle: settle(); break;
      case TransactionKind::release: release(); break;
      case TransactionKind::reverse: reverse(); break;
      case TransactionKind::transfer: transfer(); break;
      case TransactionKind::exchange: exchange(); break;
      case TransactionKind::advance: advance(); break;
    }
    const bool two =
        step.kind == TransactionKind::transfer || step.kind == TransactionKind::exchange;
    if (step.kind != TransactionKind::advance) pay_debt(now_.account, spendable(now_.account));
    if (two) pay_debt(step.to, spendable(step.to));
    done.emplace(step.id, now_);
  }

  void earn() {
    need_wallet(step_.account);
    now_.counter = counter(step_.account, AccountRole::issuer);
    const Day first = step_.first_day.value_or(step_.effective);
    const Day last = step_.last_day.value_or(kNoLastDay);
    refuse_if(last < first);
    const auto lines = parts(now_.receipt.amount);
    const LotNumber brought = new_lot(step_.account, 0, first, last, now_.receipt.amount);
    for (const auto& [line, part] : lines) {
      move(step_.account, brought, part, line);
      now_.pieces.push_back({brought, line, part, 0});
    }
    move(now_.counter, 0, -now_.receipt.amount);
  }

  void spend(LotNumber from, Line line, std::int64_t amount) {
    move(now_.account, from, -amount, line);
    now_.pieces.push_back({from, line, amount, 0});
  }

  void redeem() {
    need_wallet(step_.account);
    now_.counter = counter(step_.account, AccountRole::redeemed);
    for (const auto& [line, part] : parts(now_.receipt.amount)) {
      for (const Piece& piece : cut_all(step_.account, part)) spend(piece.lot, line, piece.amount);
    }
    move(now_.counter, 0, now_.receipt.amount);
  }

  void hold() {
    refuse_if(step_.until && *step_.until <= step_.at);
    need_wallet(step_.account);
    refuse_if(now_.receipt.amount < 1);
    now_.pieces = cut_all(step_.account, now_.receipt.amount);
    for (const Piece& piece : now_.pieces) lot(piece.lot).held += piece.amount;
  }

  void give_back(Done& hold) {
    hold.ended = true;
    for (const Piece& piece : hold.pieces) lot(piece.lot).held -= piece.amount;
  }

  void settle() {
    Done& hold = open_hold();
    refuse_if(hold.step.until && step_.at >= *hold.step.until);
    now_.account = hold.account;
    now_.counter = counter(hold.account, AccountRole::redeemed);
    const std::int64_t amount = step_.amount.value_or(hold.receipt.amount);
    refuse_if(amount > hold.receipt.amount);
    now_.receipt.amount = amount;
    give_back(hold);
    std::vector<Piece> slices = hold.pieces;
    for (auto [line, part] : parts(amount)) {
      for (Piece& slice : slices) {
        const std::int64_t taken = std::min(part, slice.amount);
        if (taken > 0) spend(slice.lot, line, taken);
        slice.amount -= taken;
        part -= taken;
      }
    }
    move(now_.counter, 0, amount);
  }

  void release() {
    Done& hold = open_hold();
    now_.account = hold.account;
    now_.receipt.amount = hold.receipt.amount;
    give_back(hold);
  }

  void reverse() {
    Done& old = target();
    const bool earning = old.step.kind == TransactionKind::earn;
    refuse_if(!earning && old.step.kind != TransactionKind::redeem &&
              old.step.kind != TransactionKind::settle);
    now_.account = old.account;
    std::int64_t left = 0;
    for (const Piece& p : old.pieces) {
      if (!step_.line || p.line == step_.line) left += p.amount - p.reversed;
    }
    std::int64_t amount = step_.amount.value_or(left);
    refuse_if(amount < 1 || amount > left);
    now_.receipt.amount = amount;
    move(old.counter, 0, earning ? amount : -amount);
    for (auto piece = old.pieces.rbegin(); piece != old.pieces.rend(); ++piece) {
      if (step_.line && piece->line != step_.line) continue;
      const std::int64_t part = std::min(amount, piece->amount - piece->reversed);
      piece->reversed += part;
      amount -= part;
      if (part > 0) earning ? take_back(piece->lot, part) : restore(piece->lot, part);
    }
  }

  void take_back(LotNumber own, std::int64_t amount) {
    const auto take = [&](const std::vector<LotNumber>& from) {
      for (const Piece& piece : cut(from, amount)) {
        move(now_.account, piece.lot, -piece.amount);
        amount -= piece.amount;
      }
    };
    take({own});
    if (const std::int64_t lapsed = std::min(amount, lot(own).expired); lapsed > 0) {
      lot(own).expired -= lapsed;
      amount -= lapsed;
      move(system(currency(now_.account), AccountRole::breakage), own, -lapsed);
    }
    take(spendable(now_.account));
    if (amount == 0) return;
    refuse_if(!currencies.at(currency(now_.account)).debt);
    move(now_.account, 0, -amount);
    now_.receipt.debt += amount;
  }

  void restore(LotNumber from, std::int64_t amount) {
    const Day day = step_.effective;
    const auto days = currencies.at(currency(now_.account)).late_refund_days;
    if (lot(from).last_day >= day) {
      move(now_.account, from, amount);
    } else if (days) {
      const Day last{day.days + *days - 1};
      move(now_.account, new_lot(now_.account, from, day, last, amount), amount);
    } else {
      move(system(currency(now_.account), AccountRole::breakage), from, amount);
      lot(from).expired += amount;
      now_.receipt.expired += amount;
    }
  }

  void transfer() {
    need_wallet(step_.account);
    need_wallet(step_.to);
    refuse_if(step_.account == step_.to || currency(step_.account) != currency(step_.to));
    refuse_if(now_.receipt.amount < 1);
    for (const Piece& piece : cut_all(step_.account, now_.receipt.amount)) {
      const Lot from = lot(piece.lot);
      move(step_.account, piece.lot, -piece.amount);
      move(step_.to, new_lot(step_.to, piece.lot, from.first_day, from.last_day, piece.amount),
           piece.amount);
    }
  }

  void exchange() {
    need_wallet(step_.account);
    need_wallet(step_.to);
    const std::int64_t amount = now_.receipt.amount;
    refuse_if(amount < 1 || step_.numerator < 1 || step_.denominator < 1 || step_.spread < 0);
    const std::int64_t gross = amount * step_.numerator / step_.denominator;
    const Day last = step_.last_day.value_or(kNoLastDay);
    refuse_if(gross <= step_.spread || last < step_.effective);
    for (const Piece& piece : cut_all(step_.account, amount)) {
      move(step_.account, piece.lot, -piece.amount);
    }
    now_.receipt.bought = gross - step_.spread;
    now_.receipt.residue = amount * step_.numerator % step_.denominator;
    move(system(currency(step_.account), AccountRole::exchange), 0, amount);
    move(system(currency(step_.to), AccountRole::exchange), 0, step_.spread - gross);
    move(step_.to, new_lot(step_.to, 0, step_.effective, last, now_.receipt.bought),
         now_.receipt.bought);
  }

  void advance() {
    const Day day = step_.effective;
    for (auto& [id, old] : done) {
      const bool open = old.step.kind == TransactionKind::hold && !old.ended;
      if (open && old.step.until && *old.step.until <= step_.at) give_back(old);
    }
    for (const auto& [number, account] : accounts) {
      if (account.role != AccountRole::wallet) continue;
      const auto valid = [&](const Lot& one) { return one.first_day <= day; };
      pay_debt(number, ordered(number, valid, true));
    }
    for (LotNumber n = 1; n <= lots.size(); ++n) {
      const std::int64_t rest = free(n);
      if (lot(n).last_day >= day || rest == 0) continue;
      const Day dated{std::max(lot(n).last_day.days, closed.days) + 1};
      move_on(dated, lot(n).account, n, -rest);
      move_on(dated, system(currency(lot(n).account), AccountRole::breakage), n, rest);
      lot(n).expired += rest;
      now_.receipt.amount += rest;
    }
  }
};

}  // namespace fidelia

#endif  // FIDELIA_TESTS_LOYALTY_NAIVE_LEDGER_H_
