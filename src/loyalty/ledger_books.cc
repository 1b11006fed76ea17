// SPDX-License-Identifier: Apache-2.0
#include "src/loyalty/ledger_books.h"

#include <algorithm>
#include <utility>

namespace fidelia::detail {
namespace {

/// Room for one more, so that the push_back that follows cannot fail.
template <class T>
void make_room(std::vector<T>& list) {
  if (list.size() == list.capacity()) list.reserve(2 * list.size() + 8);
}

}  // namespace

// ---------------------------------------------------------------------------- terms

CurrencyNumber LedgerBooks::add_currency(const PointsCurrency& terms) {
  const auto number = static_cast<CurrencyNumber>(currencies.size());
  make_room(undo_);
  currencies.push_back({terms, {}});
  record(Step::currency, number, 0);
  for (std::size_t i = 0; i < currencies.back().system.size(); ++i) {
    const auto role = static_cast<std::size_t>(AccountRole::issuer) + i;
    make_room(undo_);
    currencies.back().system[i] = static_cast<AccountNumber>(accounts.size());
    accounts.push_back({{}, number, static_cast<AccountRole>(role), 0, 0, {}, 0});
    record(Step::account, accounts.size() - 1, 0);
  }
  finish_steps();
  return number;
}

AccountNumber LedgerBooks::add_account(std::string_view key, CurrencyNumber currency,
                                       AccountRole role) {
  const auto number = static_cast<AccountNumber>(accounts.size());
  make_room(undo_);
  accounts.make_room();
  LedgerAccount account{std::string(key), currency, role, 0, 0, {}, 0};
  keys.emplace(std::pair(currency, account.key), number);
  accounts.push_back(std::move(account));
  record(Step::account, number, 0);
  finish_steps();
  return number;
}

void LedgerBooks::close(Day day) {
  record(Step::close, closed ? 1 : 0, closed ? closed->days : 0);
  closed = day;
  finish_steps();
}

// ---------------------------------------------------------------------------- steps

void LedgerBooks::begin(const LedgerTransaction& transaction) {
  transactions.make_room();
  record(Step::transaction, transactions.size(), 0);
  transactions.push_back({transaction, {}, 0});
}

/// Puts a lot among its wallet's open ones.
void LedgerBooks::place(LotNumber number) {
  auto& open = accounts[lot(number).account].open;
  const OpenLot turn = in_turn(number);
  open.insert(std::lower_bound(open.begin(), open.end(), turn), turn);
}

void LedgerBooks::drop(LotNumber number) noexcept {
  auto& open = accounts[lot(number).account].open;
  open.erase(std::lower_bound(open.begin(), open.end(), in_turn(number)));
}

/// The effect of an entry on its account and lot, for `amount` or, taken back, for its opposite.
void LedgerBooks::apply(const LedgerEntry& entry, std::int64_t amount) noexcept {
  LedgerAccount& account = accounts[entry.account];
  account.total += amount;
  if (account.role != AccountRole::wallet) return;
  if (entry.lot == 0) {
    account.debt -= amount;
    return;
  }
  Lot& changed = lot(entry.lot);
  const bool was_open = changed.remaining > 0;
  changed.remaining += amount;
  if (was_open && changed.remaining == 0) drop(entry.lot);
  if (!was_open && changed.remaining > 0) place(entry.lot);  // There is room: see add_entry().
}

bool LedgerBooks::add_entry(AccountNumber account, LotNumber lot_number, std::int64_t amount,
                            const OperationLine* line, std::optional<Day> effective) {
  LedgerAccount& changed = accounts[account];
  std::int64_t sum = 0;
  if (__builtin_add_overflow(changed.total, amount, &sum)) return false;
  const LedgerEntry entry{transactions.size(),
                          account,
                          lot_number,
                          line != nullptr ? line->line : 0,
                          line != nullptr,
                          effective.value_or(current().effective),
                          amount};
  entries.make_room();
  make_room(changed.open);
  record(Step::entry, entries.size(), amount);
  entries.push_back({entry, 0, changed.entries_end});
  changed.entries_end = entries.size();
  apply(entry, amount);
  return true;
}

void LedgerBooks::add_ending(LotNumber number, const Lot& lot) {
  if (lot.last_day != kNoLastDay) ending[lot.last_day.days].push_back(number);
}

LotNumber LedgerBooks::add_lot(const Lot& lot) {
  const auto number = static_cast<LotNumber>(lots.size() + 1);
  lots.make_room();
  make_room(undo_);
  add_ending(number, lot);
  record(Step::lot, number, 0);
  lots.push_back(lot);
  return number;
}

void LedgerBooks::add_held(LotNumber number, std::int64_t amount) {
  record(Step::held, number, amount);
  lot(number).held += amount;
}

void LedgerBooks::add_expired(LotNumber number, std::int64_t amount) {
  record(Step::expired, number, amount);
  lot(number).expired += amount;
}

void LedgerBooks::add_hold(LedgerHold hold) {
  make_room(undo_);
  open_holds.emplace(transactions.size(), std::move(hold));
  record(Step::hold, transactions.size(), 0);
}

void LedgerBooks::end_hold(std::uint64_t transaction) {
  record(Step::end, transaction, 0);
  ended_holds.insert(open_holds.extract(transaction));
}

void LedgerBooks::add_reversed(std::size_t entry, std::int64_t amount) {
  record(Step::reversed, entry, amount);
  entries[entry].reversed += amount;
}

void LedgerBooks::commit(const Receipt& receipt, std::uint64_t content) {
  ids.emplace(current().id, transactions.size());
  transactions.back().receipt = receipt;
  transactions.back().content = content;
  finish_steps();
}

// ---------------------------------------------------------------------------- taking back

void LedgerBooks::undo_lot() noexcept {
  if (const Day last = lots.back().last_day; last != kNoLastDay) {
    const auto at = ending.find(last.days);
    std::erase(at->second, static_cast<LotNumber>(lots.size()));
    if (at->second.empty()) ending.erase(at);
  }
  lots.pop_back();
}

void LedgerBooks::undo(const Undo& step) noexcept {
  const auto number = static_cast<LotNumber>(step.at);
  switch (step.step) {
    case Step::currency: currencies.pop_back(); return;
    case Step::account:
      keys.erase(std::pair(accounts.back().currency, std::move(accounts.back().key)));
      accounts.pop_back();
      return;
    case Step::close:
      closed = Day{static_cast<std::int32_t>(step.amount)};
      if (step.at == 0) closed.reset();
      return;
    case Step::transaction:
      if (const auto id = ids.find(current().id); id != ids.end() && id->second == step.at + 1) {
        ids.erase(id);
      }
      transactions.pop_back();
      return;
    case Step::entry: {
      const BookedEntry& last = entries.back();
      apply(last.entry, -step.amount);
      accounts[last.entry.account].entries_end = last.previous;
      entries.pop_back();
      return;
    }
    case Step::lot: undo_lot(); return;
    case Step::held: lot(number).held -= step.amount; return;
    case Step::expired: lot(number).expired -= step.amount; return;
    case Step::hold: open_holds.erase(step.at); return;
    case Step::end: open_holds.insert(ended_holds.extract(step.at)); return;
    case Step::reversed: entries[step.at].reversed -= step.amount; return;
  }
}

void LedgerBooks::undo_to(std::size_t mark) noexcept {
  for (; undo_.size() > mark; undo_.pop_back()) undo(undo_.back());
}

void LedgerBooks::end_batch() noexcept {
  is_batch_ = false;
  undo_.clear();
  mark_ = 0;
}

void LedgerBooks::roll_back_batch() noexcept {
  undo_to(0);
  mark_ = 0;
  is_batch_ = false;
}

/// An operation is done: its steps are changes now, and can be taken back only with a batch.
void LedgerBooks::finish_steps() {
  if (is_tracked_) {
    for (std::size_t i = mark_; i < undo_.size(); ++i) add_changes(undo_[i]);
  }
  if (!is_batch_) undo_.clear();
  mark_ = undo_.size();
}

// ---------------------------------------------------------------------------- for a store

void LedgerBooks::add_changes(const Undo& step) {
  switch (step.step) {
    case Step::account: changes_.accounts.push_back(static_cast<AccountNumber>(step.at)); return;
    case Step::close: changes_.closed = true; return;
    case Step::entry: {
      const LedgerEntry& entry = entries[step.at].entry;
      changes_.accounts.push_back(entry.account);
      if (entry.lot != 0) changes_.lots.push_back(entry.lot);
      return;
    }
    case Step::held:
    case Step::expired: changes_.lots.push_back(static_cast<LotNumber>(step.at)); return;
    case Step::hold:
    case Step::end: changes_.holds.push_back(step.at); return;
    case Step::reversed: changes_.reversed.push_back(step.at); return;
    case Step::currency:
    case Step::transaction:
    case Step::lot: return;
  }
}

void LedgerBooks::set_saved() {
  changes_ = {};
  changes_.saved = sizes();
  changes_.saved_currencies = currencies.size();
}

void LedgerBooks::forget(const LedgerSizes& sizes) {
  currencies.clear();
  keys.clear();
  accounts.forget(static_cast<std::size_t>(sizes.accounts));
  transactions.forget(static_cast<std::size_t>(sizes.transactions));
  entries.forget(static_cast<std::size_t>(sizes.entries));
  lots.forget(static_cast<std::size_t>(sizes.lots));
  open_holds.clear();
  ended_holds.clear();
  ids.clear();
  ending.clear();
  closed.reset();
  undo_.clear();
  mark_ = 0;
}

void LedgerBooks::put_account(AccountNumber number, LedgerAccount account) {
  if (!account.key.empty()) keys.emplace(std::pair(account.currency, account.key), number);
  accounts.put(number, std::move(account));
}

void LedgerBooks::put_lot(LotNumber number, const Lot& lot) {
  lots.put(number - 1, lot);
  add_ending(number, lot);
  if (lot.remaining > 0) place(number);
}

void LedgerBooks::put_hold(std::uint64_t transaction, LedgerHold hold, bool ended) {
  (ended ? ended_holds : open_holds).emplace(transaction, std::move(hold));
}

}  // namespace fidelia::detail
