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

void LedgerBooks::record(Step step, std::size_t at, std::int64_t amount) {
  undo_.push_back({step, at, amount});
}

void LedgerBooks::begin(const LedgerTransaction& transaction) {
  undo_.clear();
  transactions.push_back(transaction);
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
  std::int64_t sum = 0;
  if (__builtin_add_overflow(accounts[account].total, amount, &sum)) return false;
  const LedgerTransaction& transaction = transactions.back();
  const LedgerEntry entry{transactions.size(),
                          account,
                          lot_number,
                          line != nullptr ? line->line : 0,
                          line != nullptr,
                          effective.value_or(transaction.effective),
                          amount};
  make_room(entries);
  make_room(reversed);
  make_room(previous);
  make_room(accounts[account].open);
  record(Step::entry, entries.size(), amount);
  entries.push_back(entry);
  reversed.push_back(0);
  previous.push_back(std::exchange(accounts[account].entries_end, entries.size()));
  apply(entry, amount);
  return true;
}

LotNumber LedgerBooks::add_lot(const Lot& lot) {
  make_room(lots);
  auto* const last = lot.last_day == kNoLastDay ? nullptr : &ending[lot.last_day.days];
  if (last != nullptr) make_room(*last);
  record(Step::lot, lots.size(), 0);
  lots.push_back(lot);
  const auto number = static_cast<LotNumber>(lots.size());
  if (last != nullptr) last->push_back(number);
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
  make_room(holds);
  make_room(undo_);
  hold_of.emplace(hold.transaction, holds.size());
  record(Step::hold, holds.size(), 0);
  holds.push_back(std::move(hold));
}

void LedgerBooks::end_hold(std::size_t hold) {
  record(Step::end, hold, 0);
  holds[hold].ended = true;
}

void LedgerBooks::add_reversed(std::size_t entry, std::int64_t amount) {
  record(Step::reversed, entry, amount);
  reversed[entry] += amount;
}

void LedgerBooks::undo(const Undo& step) noexcept {
  switch (step.step) {
    case Step::entry:
      apply(entries[step.at], -step.amount);
      accounts[entries[step.at].account].entries_end = previous[step.at];
      entries.pop_back();
      reversed.pop_back();
      previous.pop_back();
      return;
    case Step::lot:
      if (const Day last = lots.back().last_day; last != kNoLastDay) {
        const auto at = ending.find(last.days);
        at->second.pop_back();
        if (at->second.empty()) ending.erase(at);
      }
      lots.pop_back();
      return;
    case Step::held: lot(static_cast<LotNumber>(step.at)).held -= step.amount; return;
    case Step::expired: lot(static_cast<LotNumber>(step.at)).expired -= step.amount; return;
    case Step::hold:
      hold_of.erase(holds.back().transaction);
      holds.pop_back();
      return;
    case Step::end: holds[step.at].ended = false; return;
    case Step::reversed: reversed[step.at] -= step.amount; return;
  }
}

void LedgerBooks::roll_back() noexcept {
  for (std::size_t i = undo_.size(); i > 0; --i) undo(undo_[i - 1]);
  undo_.clear();
  transactions.pop_back();
}

void LedgerBooks::commit(const Receipt& receipt, std::uint64_t content) {
  make_room(receipts);
  make_room(contents);
  ids.emplace(transactions.back().id, transactions.size());
  receipts.push_back(receipt);
  contents.push_back(content);
  undo_.clear();
}

}  // namespace fidelia::detail
