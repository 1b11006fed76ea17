// SPDX-License-Identifier: Apache-2.0
//
// What PointsLedger tells, and verify(): the same from the entries alone.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "src/core/try.h"
#include "src/core/wide.h"
#include "src/loyalty/ledger_state.h"

namespace fidelia {
namespace {

using detail::LedgerAccount;
using detail::LedgerBooks;

Status differs(std::string what, std::size_t number) {
  return Status::internal("the books do not add up: " + std::move(what) + " " +
                          std::to_string(number));
}

/// What the entries and holds say that the books should hold.
struct Recomputed {
  explicit Recomputed(const LedgerBooks& books)
      : totals(books.accounts.size()),
        debts(books.accounts.size()),
        remaining(books.lots.size() + 1),
        held(books.lots.size() + 1),
        expired(books.lots.size() + 1) {
    books.entries.each([&](std::size_t, const detail::BookedEntry& booked) {
      const LedgerEntry& entry = booked.entry;
      const AccountRole role = books.accounts[entry.account].role;
      totals[entry.account] += entry.amount;
      if (role == AccountRole::breakage) expired[entry.lot] += entry.amount;
      if (role != AccountRole::wallet) return;
      if (entry.lot == 0) {
        debts[entry.account] -= entry.amount;
      } else {
        remaining[entry.lot] += entry.amount;
      }
    });
    for (const auto& [transaction, hold] : books.open_holds) {
      for (const auto& slice : hold.slices) held[slice.lot] += slice.amount;
    }
  }

  std::vector<detail::Int128> totals, debts, remaining, held, expired;
};

Status verify_transactions(const LedgerBooks& books) {
  std::size_t at = 0;
  for (std::size_t t = 0; t < books.transactions.size(); ++t) {
    const LedgerTransaction& transaction = books.transactions[t].transaction;
    if (t > 0 && transaction.recorded_at <= books.transactions[t - 1].transaction.recorded_at) {
      return differs("the instant of transaction", t + 1);
    }
    if (transaction.first_entry != at) return differs("the entries of transaction", t + 1);
    std::map<CurrencyNumber, detail::Int128> sums;
    for (; at < books.entries.size() && books.entries[at].entry.transaction == t + 1; ++at) {
      const LedgerEntry& entry = books.entries[at].entry;
      sums[books.accounts[entry.account].currency] += entry.amount;
    }
    for (const auto& [currency, sum] : sums) {
      if (sum != 0) return differs("the sum of transaction", t + 1);
    }
  }
  return at == books.entries.size() ? Status() : differs("the transaction of entry", at);
}

Status verify_open(const LedgerBooks& books, AccountNumber number) {
  const LedgerAccount& account = books.accounts[number];
  for (std::size_t i = 0; i < account.open.size(); ++i) {
    const auto& here = account.open[i];
    const bool sorted = i == 0 || account.open[i - 1] < here;
    const Lot& lot = books.lot(here.lot);
    if (!sorted || here != books.in_turn(here.lot) || lot.account != number || lot.remaining == 0) {
      return differs("the open lots of account", number);
    }
  }
  return {};
}

Status verify_books(const LedgerBooks& books) {
  FIDELIA_TRY(verify_transactions(books));
  const Recomputed found(books);
  std::size_t open = 0;
  for (AccountNumber i = 0; i < books.accounts.size(); ++i) {
    const LedgerAccount& account = books.accounts[i];
    if (account.total != found.totals[i]) return differs("the total of account", i);
    if (account.debt != found.debts[i] || account.debt < 0)
      return differs("the debt of account", i);
    FIDELIA_TRY(verify_open(books, i));
    open += account.open.size();
  }
  for (LotNumber i = 1; i <= books.lots.size(); ++i) {
    const Lot& lot = books.lot(i);
    const bool same = lot.remaining == found.remaining[i] && lot.held == found.held[i] &&
                      lot.expired == found.expired[i];
    const bool inside = lot.remaining >= 0 && lot.remaining <= lot.original && lot.held >= 0 &&
                        lot.held <= lot.remaining && lot.expired >= 0;
    if (!same || !inside) return differs("lot", i);
    open -= lot.remaining > 0 ? 1 : 0;
  }
  return open == 0 ? Status() : differs("open lots, by", open);
}

/// Elements first .. first + count - 1 of books in memory.
template <class T, class From, class Read>
std::vector<T> page(const From& from, std::uint64_t first, std::uint64_t count, Read read) {
  std::vector<T> out;
  if (first >= from.size()) return out;
  count = std::min<std::uint64_t>(count, from.size() - first);
  out.reserve(count);
  for (std::uint64_t i = first; i < first + count; ++i) out.push_back(read(from[i]));
  return out;
}

}  // namespace

Result<Balance> PointsLedger::balance(AccountNumber number, Day day) const {
  return state_->look([&]() -> Result<Balance> {
    FIDELIA_TRY(state_->check_account(number, "account"));
    const LedgerBooks& books = state_->books;
    const LedgerAccount& account = books.accounts[number];
    Balance balance;
    balance.total = account.total;
    balance.debt = account.debt;
    for (const auto& [turn, lot_number] : account.open) {
      const Lot& lot = books.lot(lot_number);
      const std::int64_t free = LedgerBooks::free_of(lot);
      balance.held += lot.held;
      (day < lot.first_day  ? balance.pending
       : day > lot.last_day ? balance.lapsed
                            : balance.available) += free;
    }
    return balance;
  });
}

Result<std::int64_t> PointsLedger::total_as_of(AccountNumber number, Day day) const {
  return state_->look([&]() -> Result<std::int64_t> {
    FIDELIA_TRY(state_->check_account(number, "account"));
    if (state_->storage != nullptr) return state_->storage->total_as_of(number, day);
    detail::Int128 sum = 0;
    const LedgerBooks& books = state_->books;
    for (std::uint64_t at = books.accounts[number].entries_end; at > 0;) {
      const detail::BookedEntry& booked = books.entries[at - 1];
      if (booked.entry.effective <= day) sum += booked.entry.amount;
      at = booked.previous;
    }
    return detail::narrow_sum(sum, "the entries of the account");
  });
}

void PointsLedger::set_dry_run(bool dry) noexcept { state_->dry_run = dry; }

Result<LedgerSizes> PointsLedger::sizes() const {
  return state_->look([&]() -> Result<LedgerSizes> { return state_->books.sizes(); });
}

Result<std::vector<LedgerTransaction>> PointsLedger::transactions(std::uint64_t first,
                                                                  std::uint64_t count) const {
  return state_->look([&]() -> Result<std::vector<LedgerTransaction>> {
    if (state_->storage != nullptr) return state_->storage->transactions(first, count);
    return page<LedgerTransaction>(
        state_->books.transactions, first, count,
        [](const detail::BookedTransaction& booked) { return booked.transaction; });
  });
}

Result<std::vector<LedgerEntry>> PointsLedger::entries(std::uint64_t first,
                                                       std::uint64_t count) const {
  return state_->look([&]() -> Result<std::vector<LedgerEntry>> {
    if (state_->storage != nullptr) return state_->storage->entries(first, count);
    return page<LedgerEntry>(state_->books.entries, first, count,
                             [](const detail::BookedEntry& booked) { return booked.entry; });
  });
}

Result<std::vector<Lot>> PointsLedger::lots(std::uint64_t first, std::uint64_t count) const {
  return state_->look([&]() -> Result<std::vector<Lot>> {
    if (state_->storage != nullptr) return state_->storage->lots(first, count);
    return page<Lot>(state_->books.lots, first, count, [](const Lot& lot) { return lot; });
  });
}

Status PointsLedger::verify() const {
  return state_->look([&]() -> Status {
    if (state_->storage == nullptr) return verify_books(state_->books);
    FIDELIA_TRY(state_->storage->check());
    LedgerBooks all;
    FIDELIA_TRY(state_->storage->load_all(all));
    return verify_books(all);
  });
}

}  // namespace fidelia
